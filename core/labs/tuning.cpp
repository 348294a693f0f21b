#include "core/labs/lab_entry.h"

namespace steplab {
namespace {

const char* const kBoundSource =
    "Zamani & Glineur 2023 (technique, constant and linear steps); any schedule: docs/notes/last-iterate-bound.md, A3";

std::vector<ParamSpec> what_is_measured() {
  return {
      {.name = "mode",
       .kind = ParamKind::kChoice,
       .initial = "one",
       .meaning = "one: this problem, law 1/(p+1); worst: the largest loss over the family ε|x − c|, law 1/(2p+1); "
                  "bound: the last iterate's bound, nothing is simulated",
       .source = "Attia & Koren 2025 (1/(2p+1)); 1/(p+1): docs/notes/annealing.md, A5.2",
       .choices = {"one", "worst", "bound"}},
      {.name = "iterate",
       .kind = ParamKind::kChoice,
       .initial = "last",
       .meaning = "what a run returns: its last point, the mean of all its points, or of the last part",
       .source = "the paper's setting is the last one",
       .choices = {"last", "average", "suffix"}},
      {.name = "suffix",
       .initial = 0.5,
       .min = 0,
       .max = 1,
       .min_open = true,
       .meaning = "share of the run that the suffix average takes"},
      {.name = "statistic",
       .kind = ParamKind::kChoice,
       .initial = "mean",
       .meaning = "of the seeds' losses",
       .choices = {"mean", "median"}},
  };
}

std::vector<ParamSpec> where_it_is_measured() {
  return {
      {.name = "rho_from",
       .initial = 0.1,
       .min = 1e-6,
       .max = 1,
       .max_open = true,
       .logarithmic = true,
       .meaning = "least ρ of the plot"},
      {.name = "rho_to",
       .initial = 100.0,
       .min = 1,
       .max = 1e6,
       .min_open = true,
       .logarithmic = true,
       .meaning = "largest ρ of the plot"},
      {.name = "rho_count",
       .kind = ParamKind::kInteger,
       .initial = 49.0,
       .min = 2,
       .max = 2000,
       .meaning = "number of ρ, evenly spaced in the logarithm"},
      {.name = "fit_from",
       .initial = 3.1622776601683795,
       .min = 0,
       .min_open = true,
       .logarithmic = true,
       .meaning = "slopes are fitted from this ρ on"},
      {.name = "fit_to",
       .initial = 31.622776601683793,
       .min = 0,
       .min_open = true,
       .logarithmic = true,
       .meaning = "up to this one"},
  };
}

std::vector<ParamSpec> of_the_bound() {
  return {
      {.name = "form",
       .kind = ParamKind::kChoice,
       .initial = "tight",
       .meaning = "of the bound: tight or simple for the last iterate, average for the weighted mean of all",
       .source = kBoundSource,
       .choices = {"tight", "simple", "average"}},
      {.name = "diameter",
       .initial = 1.0,
       .min = 0,
       .min_open = true,
       .logarithmic = true,
       .meaning = "diameter of the set that the bound assumes",
       .symbol = "D"},
      {.name = "gradient_norm",
       .initial = 1.0,
       .min = 0,
       .min_open = true,
       .logarithmic = true,
       .meaning = "root mean square of the gradients' norm that the bound assumes",
       .symbol = "G"},
  };
}

std::vector<ParamSpec> of_the_page() {
  return {
      {.name = "theory",
       .kind = ParamKind::kSwitch,
       .initial = 1.0,
       .meaning =
           "draw the predicted law and the last iterate's bound of the selected schedule beside the measurement"},
      {.name = "below",
       .kind = ParamKind::kChoice,
       .initial = "slopes",
       .meaning = "what stands under the plot: the table of slopes, or the grid-search simulator",
       .choices = {"slopes", "grid"}},
  };
}

std::vector<ParamSpec> of_the_grid() {
  return {
      {.name = "ratio",
       .initial = 3.0,
       .min = 1.02,
       .max = 1000,
       .logarithmic = true,
       .meaning = "of a geometric grid of step sizes: each is so many times the one before"},
      {.name = "offset",
       .initial = 0.5,
       .min = 0,
       .max = 1,
       .max_open = true,
       .meaning = "where the grid lies against η*: 0 has a point on it, 0.5 has it half way between two (in the "
                  "logarithm)"},
      {.name = "span",
       .initial = 1e4,
       .min = 1,
       .max = 1e12,
       .logarithmic = true,
       .meaning = "how uncertain η* is before the search: the largest over the least step size to be thought of"},
  };
}

}  // namespace

LabEntry tuning_lab_entry() {
  LabEntry entry{.id = "tuning",
                 .name = "Tuning",
                 .summary = "How much does a step size cost that is ρ times too large?",
                 .source = "Attia & Koren 2025",
                 .params = {},
                 .make = {}};
  for (const auto& part : {what_is_measured(), where_it_is_measured(), of_the_bound(), of_the_grid(), of_the_page()})
    entry.params.insert(entry.params.end(), part.begin(), part.end());
  return entry;
}

}  // namespace steplab
