#include "core/analysis/self_tuning.h"
#include "core/analysis/self_tuning_jobs.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace steplab {
namespace {

bool has_divisor(const Choice& rate) {
  return rate.id == "wngrad_a" || rate.id == "wngrad_b" || rate.id == "adagrad_norm";
}

void check_method(const SelfTuningMethod& method, const std::string& place) {
  const auto refuse = [&](const std::string& field, const std::string& value, const std::string& allowed) {
    throw InputError(place + "." + field, "'" + value + "' is not allowed; allowed: " + allowed);
  };
  if (is_rate_rule(method.rate.id) && !has_divisor(method.rate))
    refuse("rule", method.rate.id, "wngrad_a, wngrad_b, adagrad_norm or a schedule");
  if (has_divisor(method.rate) && method.optimizer.id == "wn_adam")
    refuse("optimizer", "wn_adam", "another one beside a rule that has its own b");
  const auto& params = has_divisor(method.rate) ? method.rate.params : method.optimizer.params;
  if (divisor_of(method) != Divisor::kNone && params.contains("b0"))
    refuse(has_divisor(method.rate) ? "rule.b0" : "optimizer.b0", to_text(params.at("b0")),
           "no b0, as it is 1 / the initial rate");
}

void check_numbers(const SelfTuningSpec& spec, const std::string& head) {
  const auto require = [&](bool good, const char* field, double value, const char* allowed) {
    if (!good)
      throw InputError(head + field, "'" + to_text(value) + "' is not allowed; allowed: " + std::string(allowed));
  };
  // b₀ = 1/rate; b₀² and (L/b₀)² must stay numbers.
  const auto is_scale = [](double x) { return x >= 1e-12 && x <= 1e12; };
  constexpr const char* kScale = "1e-12 to 1e12";
  require(spec.L == 0 || is_scale(spec.L), "L", spec.L, "0 (as it is) or 1e-12 to 1e12");
  require(is_scale(spec.rate0), "rate0", spec.rate0, kScale);
  require(is_scale(spec.rates.from), "rates.from", spec.rates.from, kScale);
  require(is_scale(spec.rates.to) && spec.rates.to >= spec.rates.from, "rates.to", spec.rates.to, "rates.from to 1e12");
  require(spec.rates.count >= 1 && spec.rates.count <= 10000, "rates.count", spec.rates.count, "1 ≤ count ≤ 10000");
  if (spec.Ls.empty()) throw InputError(head + "Ls", "no number; allowed: one or more");
  for (const double L : spec.Ls) require(is_scale(L), "Ls", L, kScale);
  require(std::isfinite(spec.flat) && spec.flat >= 0, "flat", spec.flat, "a finite number ≥ 0");
}

}  // namespace

std::vector<SelfTuningMethod> default_self_tuning_methods() {
  return {{.label = "fixed step"},
          {.label = "1/√t", .rate = {"inverse_sqrt", {{"tau", 1.0}}}},
          {.label = "Nesterov", .optimizer = {"nesterov"}},
          {.label = "Adam", .optimizer = {"adam"}},
          {.label = "WNGrad A", .rate = {"wngrad_a"}},
          {.label = "WNGrad B", .rate = {"wngrad_b"}},
          {.label = "AdaGrad-Norm", .rate = {"adagrad_norm"}},
          {.label = "WN-Adam", .optimizer = {"wn_adam"}}};
}

std::string method_id(const SelfTuningMethod& method) {
  if (is_rate_rule(method.rate.id)) return method.rate.id;
  if (method.optimizer.id != "sgd") return method.optimizer.id;
  return method.rate.id == "constant" ? "sgd" : method.rate.id;
}

Divisor divisor_of(const SelfTuningMethod& method) {
  if (has_divisor(method.rate)) return Divisor::kRule;
  return method.optimizer.id == "wn_adam" ? Divisor::kOptimizer : Divisor::kNone;
}

RunSpec default_self_tuning_problem() {
  return {.landscape = {"quadratic", {{"kappa", 0.1}}}, .start = {1, 1}, .steps = 10000};
}

SelfTuningSpec coarse(const SelfTuningSpec& spec) {
  SelfTuningSpec few = spec;
  few.problem.seeds = 1;
  few.problem.steps = std::min(spec.problem.steps, 1000);
  if (spec.rates.count % 4 == 1 && spec.rates.count > 9) few.rates.count = spec.rates.count / 4 + 1;
  return few;
}

void check(const SelfTuningSpec& spec, std::string_view place) {
  const std::string head = place.empty() ? "" : std::string(place) + ": ";
  if (spec.methods.empty()) throw InputError(head + "runs", "no run; allowed: one or more");
  check_numbers(spec, head);
  const std::string runs = (place.empty() ? "" : std::string(place) + ".") + "runs[";
  for (std::size_t i = 0; i < spec.methods.size(); ++i) check_method(spec.methods[i], runs + std::to_string(i) + "]");
  Workshop workshop;
  const SelfTuningJobs jobs(spec, workshop, place);
  for (std::size_t i = 0; i < spec.methods.size(); ++i)
    if (const auto& schedule = jobs.method(i).run.schedule)
      if (schedule->momentum(0, spec.problem.steps))
        throw InputError(runs + std::to_string(i) + "].schedule",
                         "'" + spec.methods[i].rate.id + "' cycles the momentum; allowed: a schedule that does not");
}

}  // namespace steplab
