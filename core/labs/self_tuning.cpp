#include "core/labs/lab_entry.h"

namespace steplab {
namespace {

const char* const kNotes = "docs/notes/wngrad.md, A.6";

ParamSpec scale(std::string name, double initial, std::string meaning, std::string symbol = "") {
  return {.name = std::move(name),
          .initial = initial,
          .min = 1e-12,
          .max = 1e12,
          .logarithmic = true,
          .meaning = std::move(meaning),
          .source = kNotes,
          .symbol = std::move(symbol)};
}

ParamSpec points(std::string name, double initial, std::string meaning) {
  return {.name = std::move(name),
          .kind = ParamKind::kInteger,
          .initial = initial,
          .min = 2,
          .max = 1000,
          .meaning = std::move(meaning)};
}

ParamSpec on_or_off(std::string name, bool initial, std::string meaning, std::string source = "") {
  return {.name = std::move(name),
          .kind = ParamKind::kSwitch,
          .initial = initial ? 1.0 : 0.0,
          .meaning = std::move(meaning),
          .source = std::move(source)};
}

std::vector<ParamSpec> where_runs_begin() {
  return {
      scale("rate0", 1, "initial rate of every method, η/b₀: those with a divisor b start with b₀ = 1/rate"),
      on_or_off("automatic", false,
                "initial rate 1/b₀ with b₀ estimated from a few gradients near the start, never above L",
                "Wu, Ward & Bottou 2018, as the CS-439 report quotes it"),
      scale("L", 1, "smoothness that the landscape is scaled to", "L"),
      on_or_off("scaled", true, "off: the landscape is left as it is, whatever its smoothness"),
  };
}

std::vector<ParamSpec> when_they_end() {
  return {
      {.name = "measure",
       .kind = ParamKind::kChoice,
       .initial = "steps",
       .meaning =
           "steps: updates until ‖∇f‖² ≤ flat, at most T; loss: every run goes on to T, and its loss there counts",
       .choices = {"steps", "loss"}},
      {.name = "flat",
       .initial = 1e-6,
       .min = 0,
       .max = 1e12,
       .min_open = true,
       .logarithmic = true,
       .meaning = "‖∇f‖² (exact gradient) at which a run has arrived",
       .source = kNotes,
       .symbol = "ε"},
  };
}

std::vector<ParamSpec> what_is_swept() {
  return {
      scale("rate_from", 1e-4, "least initial rate of the plot"),
      scale("rate_to", 1e4, "largest initial rate of the plot, at least rate_from"),
      points("rate_count", 65, "number of initial rates, evenly spaced in the logarithm"),
      scale("L_from", 1e-2, "least L of the plot against L"),
      scale("L_to", 1e4, "largest L of that plot, at least L_from"),
      points("L_count", 25, "number of L, evenly spaced in the logarithm"),
  };
}

std::vector<ParamSpec> of_the_page() {
  return {
      {.name = "figure",
       .kind = ParamKind::kChoice,
       .initial = "robustness",
       .meaning =
           "what stands at the right: updates against the initial rate, against L, rates beside their bounds, or "
           "the weight-normalisation twin",
       .choices = {"robustness", "lipschitz", "rates", "twin"}},
      on_or_off("show_loss", true, "draw the loss"),
      on_or_off("show_b", true, "draw the divisor b, with L and the bound of the selected method"),
      on_or_off("show_step", false, "draw the effective step 1/b, with 1/L and 2/L"),
      on_or_off("show_gradient", false, "draw ‖∇f‖²"),
  };
}

}  // namespace

LabEntry self_tuning_lab_entry() {
  LabEntry entry{.id = "self_tuning",
                 .name = "Self-tuning",
                 .summary = "Can a run find its own step size from the gradients it meets?",
                 .source = "Wu, Ward & Bottou 2018",
                 .params = {},
                 .make = {}};
  for (const auto& part : {where_runs_begin(), when_they_end(), what_is_swept(), of_the_page()})
    entry.params.insert(entry.params.end(), part.begin(), part.end());
  return entry;
}

}  // namespace steplab
