#include "core/analysis/budget_problem.h"

#include "core/base/pack.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kBatch = 16, kPoints = 600;
constexpr double kTestPoints = 2;  // data_seed of the points that test, those that train have 1

Choice network(double data_seed, int init_seed) {
  return {"mlp",
          {{"hidden", "24-24"},
           {"activation", "relu"},
           {"data", "spirals"},
           {"points", kPoints},
           {"data_seed", data_seed},
           {"std_w", 1.0},  // He et al. 2015
           {"init_seed", static_cast<double>(init_seed)}}};
}

// As many samples as coordinates, no noise of their own: label noise σ√n then gives the gradient the covariance σ²H.
Choice least_squares(const CurvedNoise& problem) {
  const auto n = static_cast<double>(problem.curvatures.size());
  return {
      "least_squares",
      {{"n", std::max(n, 2.0)}, {"d", n}, {"spectrum", "list"}, {"eigenvalues", problem.curvatures}, {"noise", 0.0}}};
}

Choice landscape_of(const BudgetSpec& spec) {
  if (spec.problem == BudgetProblem::kNoisyQuadratic) return least_squares(spec.quadratic);
  if (spec.problem == BudgetProblem::kNetwork) return network(1, 1);
  return {"logistic", {{"d", 10.0}, {"a", 1.0}}};
}

Choice oracle_of(const BudgetSpec& spec) {
  if (spec.problem != BudgetProblem::kNoisyQuadratic) return {"minibatch", {{"batch", kBatch}}};
  const double samples = std::max(2.0, static_cast<double>(spec.quadratic.curvatures.size()));
  return {"label_noise", {{"sigma", spec.quadratic.sigma * std::sqrt(samples)}}};
}

Choice optimizer_of(BudgetOptimizer optimizer) { return {optimizer == BudgetOptimizer::kSgdm ? "heavy_ball" : "adam"}; }

std::shared_ptr<const Landscape> made(const Choice& choice) { return make_choice(landscapes(), choice, "landscape"); }

/// Of a schedule, for every update.
struct Factors {
  std::vector<double> factors, momenta;
  std::vector<double> times(double step_size) const {
    std::vector<double> rates(factors.size());
    std::ranges::transform(factors, rates.begin(), [step_size](double h) { return step_size * h; });
    return rates;
  }
};

Factors factors_of(const Choice& rate, int T) {
  constexpr double kMomentum = 0.9;
  const auto schedule = make_choice(schedules(), rate, "schedule");
  Factors all;
  for (int t = 0; t < T; ++t) {
    all.factors.push_back(schedule->factor(t, T));
    all.momenta.push_back(schedule->momentum(t, T).value_or(kMomentum));
  }
  return all;
}

std::vector<double> numbers(const Vector& x) { return {x.begin(), x.end()}; }

}  // namespace

BudgetSetting::BudgetSetting(const BudgetSpec& spec)
    : spec_(spec), landscape_(landscape_of(spec)), oracle_(oracle_of(spec)) {
  if (spec.problem == BudgetProblem::kNetwork) {
    test_ = made(network(kTestPoints, 1));
    // Another start for every seed.
    for (int seed = 0; seed < spec.seeds; ++seed)
      starts_.push_back(numbers(made(network(1, seed + 1))->surroundings().start));
    return;
  }
  test_ = made(landscape_);
  least_ = test_->surroundings().least_value.value_or(0);
  if (spec.problem == BudgetProblem::kNoisyQuadratic)
    starts_ = {numbers((test_->surroundings().minima.front().x.array() + 1).matrix())};
}

RunSpec BudgetSetting::run(std::size_t schedule, double percent, double step_size, int seed) const {
  RunSpec run{.landscape = landscape_,
              .rate = spec_.schedules[schedule].rate,
              .optimizer = optimizer_of(spec_.optimizer),
              .oracle = oracle_,
              .step_size = step_size,
              .steps = budget_steps(spec_, percent),
              .seed = spec_.seed + static_cast<std::uint64_t>(seed)};
  if (!starts_.empty()) run.start = starts_[std::min(static_cast<std::size_t>(seed), starts_.size() - 1)];
  return run;
}

std::vector<double> BudgetSetting::errors(std::span<const SpecResults> runs) const {
  const auto count = static_cast<Eigen::Index>(runs.size());
  Tile ends = tile_of(Vector::Zero(test_->dim()), static_cast<int>(count));
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto& x = runs[static_cast<std::size_t>(i)].final_x;
    ends.row(i) = Eigen::Map<const Eigen::RowVectorXd>(x.data(), test_->dim()).array();
  }
  Lanes loss(ends.rows());
  test_->value(ends, loss);
  std::vector<double> errors;
  for (Eigen::Index i = 0; i < count; ++i) {
    const bool finished = runs[static_cast<std::size_t>(i)].outcomes.front().status == RunStatus::kFinished;
    errors.push_back(finished && std::isfinite(loss[i]) ? loss[i] - least_ : std::numeric_limits<double>::infinity());
  }
  return errors;
}

std::vector<double> BudgetSetting::expected(std::size_t schedule, int T, std::span<const double> step_sizes,
                                            const std::stop_token& stop) const {
  const Factors factors = factors_of(spec_.schedules[schedule].rate, T);
  std::vector<double> losses;
  for (std::size_t first = 0; first < step_sizes.size() && !stop.stop_requested(); first += kPack) {
    const auto some = step_sizes.subspan(first, std::min<std::size_t>(kPack, step_sizes.size() - first));
    const auto part = expected_losses_over(spec_.quadratic, factors.factors, factors.momenta, some);
    losses.insert(losses.end(), part.begin(), part.end());
  }
  return losses;
}

std::vector<double> expected_curve(const BudgetSpec& spec, const Choice& schedule, int T, double step_size) {
  const Factors factors = factors_of(schedule, T);
  return expected_losses(spec.quadratic, factors.times(step_size), factors.momenta);
}

RunSpec budget_run(const BudgetSpec& spec, std::size_t schedule, double percent, double step_size, int seed) {
  return BudgetSetting(spec).run(schedule, percent, step_size, seed);
}

}  // namespace steplab
