#include "core/labs/lab_entry.h"

namespace steplab {
namespace {

std::vector<ParamSpec> what_is_trained() {
  return {
      {.name = "problem",
       .kind = ParamKind::kChoice,
       .initial = "noisy-quadratic",
       .meaning = "noisy-quadratic: expected loss by exact moments (sampled for adam); logistic: logistic regression; "
                  "mlp: a 2-24-24-3 network on three spirals, both with mini-batches of 16",
       .source = "docs/notes/budget.md, B.5",
       .choices = {"noisy-quadratic", "logistic", "mlp"}},
      {.name = "optimizer",
       .kind = ParamKind::kChoice,
       .initial = "sgdm",
       .meaning = "sgdm: heavy ball with momentum 0.9; adam",
       .choices = {"sgdm", "adam"}},
      {.name = "table",
       .kind = ParamKind::kChoice,
       .initial = "budget",
       .meaning = "budget: the scene's schedules at six budgets; sampling: profiles at seven sampling rates",
       .source = "Chen, Wolfe, Kyrillidis 2022, tables 2 and 4",
       .choices = {"budget", "sampling"}},
  };
}

std::vector<ParamSpec> how_it_is_compared() {
  return {
      {.name = "tuned",
       .kind = ParamKind::kSwitch,
       .initial = 1.0,
       .meaning = "tune the step size of every cell; off: step_size for all"},
      {.name = "tuning",
       .kind = ParamKind::kChoice,
       .initial = "finest",
       .meaning = "finest: every step size where errors are exact, else multiples of 3 and halfway beside the best of "
                  "them; grid: multiples of 3 alone, the paper's protocol",
       .source = "Chen, Wolfe, Kyrillidis 2022",
       .choices = {"finest", "grid"}},
      {.name = "step_size",
       .initial = 0.02,
       .min = 0,
       .max = 1e6,
       .min_open = true,
       .logarithmic = true,
       .meaning = "step size of all cells where they are not tuned, and in the sampling table",
       .symbol = "η"},
      {.name = "tie",
       .initial = 1.0,
       .min = 0,
       .max = 100,
       .meaning = "standard errors within which two schedules are tied"},
  };
}

std::vector<ParamSpec> what_is_shown() {
  return {
      {.name = "budget",
       .initial = 5.0,
       .min = 0,
       .max = 100,
       .min_open = true,
       .logarithmic = true,
       .unit = "%",
       .meaning = "share of T_max that a run has: the runs shown have so many updates of their own",
       .source = "Chen, Wolfe, Kyrillidis 2022",
       .symbol = "B"},
      {.name = "values",
       .kind = ParamKind::kChoice,
       .initial = "rank",
       .meaning = "what stands in the table: ranks, 1 is best, ties share theirs; or errors",
       .choices = {"rank", "error"}},
      {.name = "whose",
       .kind = ParamKind::kChoice,
       .initial = "here",
       .meaning = "here: measured by this program; paper: the table that the paper printed for image models",
       .source = "Chen, Wolfe, Kyrillidis 2022, tables 2 and 4, figure 1",
       .choices = {"here", "paper"}},
  };
}

}  // namespace

LabEntry budget_lab_entry() {
  LabEntry entry{.id = "budget",
                 .name = "Budget",
                 .summary = "Which schedule wins when training is short, and which when it is long?",
                 .source = "Chen, Wolfe, Kyrillidis 2022",
                 .params = {},
                 .make = {}};
  for (const auto& part : {what_is_trained(), how_it_is_compared(), what_is_shown()})
    entry.params.insert(entry.params.end(), part.begin(), part.end());
  return entry;
}

}  // namespace steplab
