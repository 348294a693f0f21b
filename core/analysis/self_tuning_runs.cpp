// One run of each method with all that its curves need.
#include "core/analysis/self_tuning.h"
#include "core/analysis/self_tuning_jobs.h"
#include "core/analysis/wngrad_bounds.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kOvershoot = 10;  // ‖g₀‖/b₀ beyond which notes A.6 says to warn

/// Every update at first, later every 0.2 % and at powers of ten: a few thousand rows however long the run.
int next_row(int t) {
  int next = std::max(t + 1, static_cast<int>(std::min(1.002 * t, 2e9)));
  for (const int power : {1000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000})
    if (t < power) next = std::min(next, power);
  return next;
}

class Recorder final : public FlatWatcher {
 public:
  Recorder(const Landscape& landscape, SelfTuningRun& run) : landscape_(landscape), run_(run) {}

  void step(const FlatStep& step) override {
    least_ = std::min(least_, step.squared_gradient[0]);
    if (step.t < due_) return;
    due_ = next_row(step.t);
    add_row(step.t, step.x.row(0).matrix(), step.squared_gradient[0], step.b[0]);
  }
  void end(int, const FlatOutcome& outcome, const Vector& x) override {
    least_ = std::min(least_, outcome.squared_gradient);
    if (!run_.step.empty() && run_.step.back() == outcome.steps) return;
    add_row(outcome.steps, x, outcome.squared_gradient, outcome.b);
  }

 private:
  void add_row(int t, const Vector& x, double squared_gradient, double b) {
    run_.step.push_back(t);
    run_.x.insert(run_.x.end(), x.begin(), x.end());
    run_.loss.push_back(value_at(landscape_, x));
    run_.squared_gradient.push_back(squared_gradient);
    run_.least_squared_gradient.push_back(least_);
    run_.b.push_back(b);
  }

  const Landscape& landscape_;
  SelfTuningRun& run_;
  int due_ = 0;
  double least_ = std::numeric_limits<double>::infinity();
};

double first_divisor(const std::string& method, double b0, double norm) {
  if (method == "wngrad_b" || method == "wn_adam") return b0 + norm * norm / b0;
  return method == "adagrad_norm" ? std::hypot(b0, norm) : b0;
}

/// Why ‖g₀‖ ≫ b₀ is bad for a method; empty if it is not (AdaGrad-Norm's b is at least ‖g₀‖ at once, Adam's step does
/// not depend on ‖g₀‖).
std::string overshoot_reason(const std::string& method, const SelfTuningMethod& choice) {
  if (method == "wngrad_b" || method == "wn_adam")
    return "The gradient is much larger than b₀, so the first update lifts b to ‖g₀‖²/b₀: far above what is needed, "
           "and b never comes down again.";
  if (method == "wngrad_a")
    return "The first update is a full step 1/b₀ along a gradient much larger than b₀: it lands far away, and b then "
           "grows with the square of the gradient there.";
  const std::string& id = choice.optimizer.id;
  if (method == "adagrad_norm" || !(id == "sgd" || id == "nesterov" || id == "heavy_ball")) return "";
  return "The first step is a full gradient over a b₀ much smaller than it; nothing shortens the next one, and on a "
         "quadratic with b₀ below L/2 the steps only grow.";
}

FirstStep first_step(const SelfTuningMethod& choice, const Landscape& landscape, const Vector& x0, double rate) {
  const std::string method = method_id(choice);
  FirstStep first{.gradient_norm = gradient_at(landscape, x0).norm(), .b0 = 1 / rate};
  first.first_b = first_divisor(method, first.b0, first.gradient_norm);
  if (first.gradient_norm > kOvershoot * first.b0) first.reason = overshoot_reason(method, choice);
  first.overshoots = !first.reason.empty();
  return first;
}

/// Proved for exact gradients, a known min f and an L of the whole space, and plain steps.
void put_bounds(const PreparedRun& prepared, SelfTuningRun& run) {
  const Landscape& landscape = *prepared.landscape;
  const RunSpec& spec = *prepared.spec;
  const auto least = landscape.surroundings().least_value;
  run.D = least ? run.loss.front() - *least : kNan;
  run.b_bound = run.gradient_bound = kNan;
  const auto p = spec.rate.params.find("p");
  const bool plain_rule = spec.optimizer.id == "sgd" && (p == spec.rate.params.end() || p->second == Value(1.0));
  const bool plain_problem = spec.oracle.id == "exact" && !prepared.projection->acts_on(landscape) && run.everywhere;
  if (!plain_rule || !plain_problem || spec.rho != 1 || std::isnan(run.D)) return;
  const double slope = run.squared_gradient.front();
  if (run.method == "wngrad_a" || run.method == "wngrad_b") {
    const double b1 = run.method == "wngrad_a" ? run.first.b0 : run.first.first_b;
    const WNGradBound bound = wngrad_bound(run.L, std::max(run.D, 0.0), b1, slope);
    run.b_bound = bound.b;
    run.gradient_bound = bound.gradient;
  } else if (run.method == "adagrad_norm" && run.first.b0 >= run.L) {
    const AdaGradNormBound bound = adagrad_norm_bound(std::max(run.D, 0.0), run.first.b0, 1);
    run.b_bound = bound.b;
    run.gradient_bound = bound.gradient;
  }
}

}  // namespace

SelfTuningRuns self_tuning_runs(const SelfTuningSpec& spec, const SelfTuningOptions& options) {
  Workshop own;
  const SelfTuningJobs jobs(spec, options.workshop ? *options.workshop : own, "");
  const ScaledProblem problem = jobs.problem(spec.L);
  const double rate = jobs.first_rate(problem);
  SelfTuningRuns made;
  made.runs.resize(jobs.methods());
  if (options.progress) options.progress->total += static_cast<std::int64_t>(jobs.methods()) * spec.problem.steps;
  parallel_for(static_cast<int>(jobs.methods()), options.workers, options.stop, [&](int item, int) {
    const auto i = static_cast<std::size_t>(item);
    SelfTuningRun& run = made.runs[i];
    const PreparedRun prepared = jobs.run_on(i, problem);
    run.method = method_id(spec.methods[i]);
    run.label = spec.methods[i].label;
    run.L = problem.smoothness.L;
    run.everywhere = problem.smoothness.everywhere;
    run.automatic_b0 = problem.b0;
    Recorder recorder(*problem.landscape, run);
    const FlatLane lane = jobs.lane(i, rate, 0);
    run.outcome = run_until_flat(jobs.job(i, prepared), {&lane, 1}, &recorder, options.stop, options.progress).front();
    const auto dim = static_cast<Eigen::Index>(problem.landscape->dim());
    run.first = first_step(spec.methods[i], *problem.landscape, Eigen::Map<const Vector>(run.x.data(), dim), rate);
    put_bounds(prepared, run);
  });
  made.complete = !options.stop.stop_requested();
  return made;
}

}  // namespace steplab
