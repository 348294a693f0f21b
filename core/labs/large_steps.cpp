#include "core/labs/lab_entry.h"

namespace steplab {
namespace {

const char* const kNotes = "docs/notes/large-steps.md, B4 and B5; the paper's set-up was not available to us";

std::vector<ParamSpec> of_the_page() {
  return {{.name = "figure",
           .kind = ParamKind::kChoice,
           .initial = "noise",
           .meaning = "what stands at the right: noise: step size × σ; control: the same noise in large and in small "
                      "steps; phase: a large step only first, or only later; network: the same on a small network; "
                      "ends: where runs end against η, on the line only",
           .choices = {"noise", "control", "phase", "network", "ends"}}};
}

std::vector<ParamSpec> of_the_figures() {
  return {
      {.name = "anneal_share",
       .initial = 0.8,
       .min = 0,
       .max = 1,
       .min_open = true,
       .meaning = "share of the updates over which annealed noise falls to 0, along a line",
       .source = kNotes},
      {.name = "substeps",
       .kind = ParamKind::kInteger,
       .initial = 10.0,
       .min = 1,
       .max = 1000,
       .meaning = "so many small updates of η/k share one draw of the noise in the arm R",
       .source = kNotes,
       .symbol = "k"},
      {.name = "nudge",
       .initial = 0.0,
       .min = 0,
       .max = 1,
       .logarithmic = true,
       .meaning = "when the step size is switched every coordinate is moved by up to this much, at random, so that no "
                  "run stays on a minimum to the last bit; 0: never"},
  };
}

std::vector<ParamSpec> of_the_network() {
  return {
      {.name = "network_large",
       .initial = 0.2,
       .min = 0.01,
       .max = 1,
       .min_open = true,
       .logarithmic = true,
       .meaning = "the network's large step size; the small one is 0.01",
       .source = kNotes},
      {.name = "network_steps",
       .kind = ParamKind::kInteger,
       .initial = 4000.0,
       .min = 1,
       .max = 100000,
       .logarithmic = true,
       .meaning = "T, the network's large updates; every arm ends with as many small full-batch ones",
       .source = kNotes},
      {.name = "network_seeds",
       .kind = ParamKind::kInteger,
       .initial = 16.0,
       .min = 1,
       .max = 256,
       .meaning = "initial parameters of the network, one point in the plot each",
       .source = kNotes},
  };
}

}  // namespace

LabEntry large_steps_lab_entry() {
  LabEntry entry{.id = "large_steps",
                 .name = "Large steps",
                 .summary = "Which minimum does a step size choose?",
                 .source = "Mohtashami, Jaggi & Stich 2023",
                 .params = {},
                 .make = {}};
  for (const auto& part : {of_the_page(), of_the_figures(), of_the_network()})
    entry.params.insert(entry.params.end(), part.begin(), part.end());
  return entry;
}

}  // namespace steplab
