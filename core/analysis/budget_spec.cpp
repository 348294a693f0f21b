// The settings of the Budget lab: what takes part, and what is refused.
#include "core/analysis/budget.h"
#include "core/analysis/budget_problem.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

const char* const kSamplings[] = {"50-75", "33-66", "25-50-75", "10-10", "5-25", "1-100", "every"};

// One anchor for all, the step size of the test vector in docs/notes/budget.md, B.5. Where a grid this coarse lies
// decides close races (REX against linear, above all), so it must not be chosen by who wins.
StepSizeGrid grid_of(BudgetProblem problem, BudgetOptimizer optimizer) {
  constexpr double kAnchor = 0.02;
  if (problem == BudgetProblem::kNoisyQuadratic) return {.anchor = kAnchor, .from = -4, .to = 4};
  // Eight step sizes, one for each lane of a pack: the engine wastes nothing. Wide enough that no η* is at an end.
  if (optimizer == BudgetOptimizer::kAdam) return {.anchor = kAnchor, .from = -4, .to = 3};
  if (problem == BudgetProblem::kLogistic) return {.anchor = kAnchor, .from = -2, .to = 5};
  return {.anchor = kAnchor, .from = -3, .to = 4};
}

[[noreturn]] void refuse(std::string_view place, const std::string& field, const std::string& value,
                         const std::string& allowed) {
  const std::string where = place.empty() ? field : std::string(place) + "." + field;
  throw InputError(where, "'" + value.substr(0, 80) + "' is not allowed; allowed: " + allowed);
}

bool positive(double number) { return number > 0 && std::isfinite(number); }

void check_numbers(const BudgetSpec& spec, std::string_view place) {
  constexpr int kMostSeeds = 10000;
  if (spec.T_max < 1 || spec.T_max > kMostBudgetSteps)
    refuse(place, "T_max", std::to_string(spec.T_max), "1 ≤ T ≤ 10000000");
  if (spec.seeds < 1 || spec.seeds > kMostSeeds)
    refuse(place, "seeds", std::to_string(spec.seeds), "1 ≤ seeds ≤ 10000");
  if (spec.step_size && !positive(*spec.step_size))
    refuse(place, "step_size", to_text(*spec.step_size), "a number > 0");
  if (!(spec.tie >= 0 && std::isfinite(spec.tie))) refuse(place, "tie", to_text(spec.tie), "a number ≥ 0");
  double last = 0;
  for (const double percent : spec.budgets) {
    if (!(percent > last && percent <= 100))
      refuse(place, "budgets", to_text(percent), "ascending percentages, 0 < B ≤ 100");
    last = percent;
  }
  if (spec.budgets.empty()) refuse(place, "budgets", "", "at least one");
}

void check_grid(const StepSizeGrid& rates, std::string_view place) {
  constexpr int kFarthest = 20;
  if (!positive(rates.anchor)) refuse(place, "rates.anchor", to_text(rates.anchor), "a number > 0");
  if (rates.from > rates.to || rates.from < -kFarthest || rates.to > kFarthest)
    refuse(place, "rates", std::to_string(rates.from) + ":" + std::to_string(rates.to),
           "powers of 3 from −20 to 20, ascending");
  if (!(rates.ratio >= 1.1 && rates.ratio <= 100))
    refuse(place, "rates.ratio", to_text(rates.ratio), "1.1 ≤ ratio ≤ 100");
  if (rates.first() > rates.last())
    refuse(place, "rates", std::to_string(rates.from) + ":" + std::to_string(rates.to),
           "a range that holds a step size of the grid");
}

void check_quadratic(const CurvedNoise& problem, std::string_view place) {
  constexpr std::size_t kMostDimensions = 500;
  if (problem.curvatures.empty() || problem.curvatures.size() > kMostDimensions)
    refuse(place, "curvatures", std::to_string(problem.curvatures.size()), "1 to 500 of them");
  for (const double curvature : problem.curvatures)
    if (!(curvature > 0 && curvature <= 1e6)) refuse(place, "curvatures", to_text(curvature), "0 < λ ≤ 1e6");
  if (!(problem.sigma >= 0 && problem.sigma <= 1e3)) refuse(place, "sigma", to_text(problem.sigma), "0 ≤ σ ≤ 1000");
}

void check_schedules(const BudgetSpec& spec, std::string_view place) {
  if (spec.schedules.empty()) refuse(place, "schedules", "", "at least one");
  const BudgetSetting setting(spec);
  Workshop workshop;
  for (std::size_t i = 0; i < spec.schedules.size(); ++i) {
    const auto& label = spec.schedules[i].label;
    if (std::ranges::count(spec.schedules, label, &BudgetSchedule::label) > 1)
      refuse(place, "schedules", label, "labels that are all different");
    const RunSpec run = setting.run(i, spec.budgets.back(), spec.step_size.value_or(spec.rates.anchor), 0);
    const std::string where = "schedules[" + std::to_string(i) + "]";
    workshop.prepare(run, place.empty() ? where : std::string(place) + "." + where);
  }
}

}  // namespace

std::vector<BudgetSchedule> budget_schedules() {
  return {{.label = "none", .rate = {"constant"}},
          {.label = "exponential", .rate = {"exponential"}},
          {.label = "one_cycle", .rate = {"triangle", {{"cycle_momentum", 1.0}}}},
          {.label = "linear", .rate = {"linear"}},
          // Not the schedule "step", whose milestones are rounded down to whole steps: these are at u = ½ and ¾.
          {.label = "step",
           .rate = {"knots",
                    {{"at", std::vector{0.0, 0.5, 0.75}},
                     {"values", std::vector{1.0, 0.1, 0.01}},
                     {"between", "hold"},
                     {"sampling", "50-75"}}}},
          {.label = "cosine", .rate = {"cosine"}},
          {.label = "rex", .rate = {"rex"}}};
}

std::vector<BudgetSchedule> unranked_budget_schedules() {
  return {{.label = "rex(b=0.9)", .rate = {"rex", {{"b", 0.9}}}, .ranked = false},
          {.label = "delayed_linear(hold=0.5)", .rate = {"delayed_linear", {{"hold", 0.5}}}, .ranked = false},
          {.label = "delayed_linear(hold=0.75)", .rate = {"delayed_linear", {{"hold", 0.75}}}, .ranked = false}};
}

std::vector<BudgetSchedule> sampled_profiles() {
  std::vector<BudgetSchedule> all;
  for (const std::string sampling : kSamplings) {
    const auto add = [&](const std::string& label, Choice rate) {
      if (sampling != "every") rate.params["sampling"] = sampling;
      all.push_back({.label = label + " " + sampling, .rate = std::move(rate), .group = sampling});
    };
    add("step_profile", {"exponential", {{"rate", -5.0}}});
    add("linear", {"linear"});
    add("rex", {"rex"});
  }
  return all;
}

std::string sampling_of(const Choice& rate) {
  const auto found = rate.params.find("sampling");
  return found == rate.params.end() ? "every" : to_text(found->second);
}

namespace {

constexpr double kRounding = 1e-9;

/// How many steps of a ratio a power of 3 is.
double steps_of(int power, double ratio) { return power * std::log(3.0) / std::log(ratio); }

}  // namespace

int StepSizeGrid::first() const { return static_cast<int>(std::ceil(steps_of(from, ratio) - kRounding)); }
int StepSizeGrid::last() const { return static_cast<int>(std::floor(steps_of(to, ratio) + kRounding)); }

double StepSizeGrid::value(int k, double part) const {
  double power = 1;  // whole powers of 3 are exact
  for (int i = 0; i < std::abs(k); ++i) power *= ratio;
  const double own = k < 0 ? anchor / power : anchor * power;
  return part == 0 ? own : own * std::pow(ratio, part);
}

std::vector<double> StepSizeGrid::values() const {
  std::vector<double> all;
  for (int k = first(); k <= last(); ++k) all.push_back(value(k));
  return all;
}

BudgetSpec default_budget_spec(BudgetProblem problem, BudgetOptimizer optimizer) {
  BudgetSpec spec{.problem = problem, .optimizer = optimizer};
  if (problem == BudgetProblem::kNetwork) spec.T_max = 3000;
  spec.rates = grid_of(problem, optimizer);
  return spec;
}

BudgetSpec sampling_spec(BudgetProblem problem, BudgetOptimizer optimizer) {
  BudgetSpec spec = default_budget_spec(problem, optimizer);
  spec.budgets = {5, 25, 100};
  spec.schedules = sampled_profiles();
  spec.step_size = problem == BudgetProblem::kLogistic ? 0.1 : optimizer == BudgetOptimizer::kAdam ? 0.01 : 0.02;
  return spec;
}

bool is_exact(const BudgetSpec& spec) {
  return spec.problem == BudgetProblem::kNoisyQuadratic && spec.optimizer == BudgetOptimizer::kSgdm &&
         std::ranges::none_of(spec.schedules, [](const auto& schedule) { return is_rate_rule(schedule.rate.id); });
}

int budget_steps(const BudgetSpec& spec, double percent) {
  return std::max(1, static_cast<int>(std::lround(percent * spec.T_max / 100)));
}

void check(const BudgetSpec& spec, std::string_view place) {
  check_numbers(spec, place);
  check_grid(spec.rates, place);
  check_quadratic(spec.quadratic, place);
  check_schedules(spec, place);
}

}  // namespace steplab
