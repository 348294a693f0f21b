#include "core/labs/lab_entry.h"

namespace steplab {
namespace {

const char* const kNotes = "docs/notes/warmup.md, 10.6 and 10.9";

ParamSpec rate(std::string name, double initial, std::string meaning, std::string source = kNotes) {
  return {.name = std::move(name),
          .initial = initial,
          .min = 1e-9,
          .max = 1e6,
          .logarithmic = true,
          .meaning = std::move(meaning),
          .source = std::move(source),
          .symbol = "η"};
}

ParamSpec whole(std::string name, double initial, double min, double max, std::string meaning) {
  return {.name = std::move(name),
          .kind = ParamKind::kInteger,
          .initial = initial,
          .min = min,
          .max = max,
          .meaning = std::move(meaning)};
}

ParamSpec word(std::string name, std::string initial, std::string meaning, std::vector<std::string> choices) {
  return {.name = std::move(name),
          .kind = ParamKind::kChoice,
          .initial = std::move(initial),
          .meaning = std::move(meaning),
          .choices = std::move(choices)};
}

std::vector<ParamSpec> of_the_page() {
  return {word("figure", "strip",
               "strip: sharpness beside its threshold; heatmap: step size × warm-up; eta_init: where warm-up should "
               "begin; gi_adam: its catapult beside Adam's; chaos: where runs on uv end against η",
               {"strip", "heatmap", "eta_init", "gi_adam", "chaos"}),
          word("cell", "a", "the heat map whose run is shown: that at the selected run's step size and warm-up",
               {"a", "b"}),
          whole("pass", 0, 0, 10000, "forward passes of the search for η_init that are shown; 0: all")};
}

std::vector<ParamSpec> of_the_heat_map() {
  const std::vector<std::string> optimizers = {"run", "sgd", "heavy_ball", "adam", "gi_adam"};
  return {
      rate("eta_from", 0.01, "least target step size of the map"),
      rate("eta_to", 2.56, "largest target step size of the map, at least eta_from"),
      whole("eta_count", 25, 2, 200, "number of step sizes, evenly spaced in the logarithm"),
      whole("warmup_powers", 10, 0, 20, "warm-ups are 1, 2, 4, … 2 to this power"),
      word("a_optimizer", "run", "optimizer of map A; run: the selected run's", optimizers),
      word("b_optimizer", "run", "optimizer of map B; run: the selected run's", optimizers),
      word("b_start", "small", "where the runs of map B begin: as those of A, or a small or large initialisation",
           {"same", "small", "large"}),
      {.name = "share",
       .initial = 0.1,
       .min = 0,
       .max = 1,
       .min_open = true,
       .meaning = "trained: the final loss is below this share of the initial one",
       .source = kNotes},
  };
}

std::vector<ParamSpec> of_the_search() {
  const char* const paper = "Kalra & Barkeshli 2024, appendix B.2";
  return {{.name = "delta",
           .initial = 0.1,
           .min = 0,
           .max = 10,
           .meaning = "rise of the loss, as a share of it, at which the search for η_init ends; 0.01 for Adam",
           .source = paper,
           .symbol = "δ",
           .label = "δ rise"},
          rate("eta0", 1e-4, "first guess of that search", paper)};
}

std::vector<ParamSpec> of_gi_adam() {
  return {rate("gi_from", 0.04, "least step size of the catapult sizes"),
          rate("gi_to", 5.12, "largest step size of the catapult sizes, at least gi_from"),
          whole("gi_count", 8, 2, 100, "number of step sizes, evenly spaced in the logarithm"),
          {.name = "gi_warmups",
           .kind = ParamKind::kList,
           .initial = std::vector<double>{1, 8, 32, 128},
           .min = 1,
           .max = 1e6,
           .meaning = "warm-ups of the catapult sizes, in whole updates",
           .source = kNotes},
          whole("gi_steps", 100, 1, 100000, "the peak is the largest loss within so many updates")};
}

std::vector<ParamSpec> of_chaos() {
  const auto scaled = [](std::string name, double initial, std::string meaning) {
    return ParamSpec{.name = std::move(name),
                     .initial = initial,
                     .min = 0,
                     .max = 4,
                     .min_open = true,
                     .meaning = std::move(meaning),
                     .symbol = "ηx|y|"};
  };
  return {scaled("chaos_from", 0.8, "least step size of the bifurcation diagram, times x|y| of the uv model"),
          scaled("chaos_to", 2.05, "largest, at least chaos_from"),
          whole("chaos_count", 600, 2, 5000, "number of step sizes, evenly spaced"),
          whole("chaos_burn_in", 4000, 0, 1000000, "updates that are not drawn"),
          whole("chaos_keep", 96, 1, 4096, "updates after them whose outputs are drawn")};
}

}  // namespace

LabEntry warmup_lab_entry() {
  LabEntry entry{.id = "warmup",
                 .name = "Warmup",
                 .summary = "Why does a rising step size let training bear a larger one?",
                 .source = "Kalra & Barkeshli 2024",
                 .params = {},
                 .make = {}};
  for (const auto& part : {of_the_page(), of_the_heat_map(), of_the_search(), of_gi_adam(), of_chaos()})
    entry.params.insert(entry.params.end(), part.begin(), part.end());
  return entry;
}

}  // namespace steplab
