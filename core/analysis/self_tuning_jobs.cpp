#include "core/analysis/self_tuning_jobs.h"

#include <cmath>
#include <map>

namespace steplab {

SelfTuningJobs::SelfTuningJobs(const SelfTuningSpec& spec, Workshop& workshop, std::string_view place) : spec_(spec) {
  const std::string head = place.empty() ? "" : std::string(place) + ".";
  specs_.reserve(spec.methods.size());
  std::map<const Schedule*, std::shared_ptr<const FactorTable>> tables;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    RunSpec& run = specs_.emplace_back(spec.problem);
    run.rate = spec.methods[i].rate;
    run.optimizer = spec.methods[i].optimizer;
    run.step_size = 1;
    PreparedMethod method{.run = workshop.prepare(run, head + "runs[" + std::to_string(i) + "]"),
                          .divisor = divisor_of(spec.methods[i])};
    if (const auto& schedule = method.run.schedule) {
      auto& table = tables[schedule.get()];
      if (!table) table = std::make_shared<FactorTable>(schedule, run.steps);
      method.factors = table;
    }
    methods_.push_back(std::move(method));
  }
  const auto& start = methods_.front().run.start;
  start_ = Eigen::Map<const Vector>(start.data(), static_cast<Eigen::Index>(start.size()));
}

ScaledProblem SelfTuningJobs::problem(double L) const {
  const auto& plain = methods_.front().run.landscape;
  const Smoothness own = smoothness_at(*plain, start_);
  const double factor = L > 0 && own.L > 0 && std::isfinite(own.L) ? L / own.L : 1;
  ScaledProblem made{.landscape = scaled(plain, factor), .smoothness = {own.L * factor, own.everywhere}};
  made.b0 = automatic_b0(*made.landscape, start_);
  return made;
}

double SelfTuningJobs::first_rate(const ScaledProblem& problem) const {
  return spec_.automatic ? 1 / problem.b0 : rate_of(spec_.rate0, problem);
}

double SelfTuningJobs::rate_of(double rate, const ScaledProblem& problem) const {
  return spec_.rate_times_L ? rate / problem.smoothness.L : rate;
}

PreparedRun SelfTuningJobs::run_on(std::size_t method, const ScaledProblem& problem) const {
  PreparedRun run = methods_[method].run;
  run.landscape = problem.landscape;
  return run;
}

FlatJob SelfTuningJobs::job(std::size_t method, const PreparedRun& run) const {
  return {
      .run = &run, .factors = methods_[method].factors.get(), .divisor = methods_[method].divisor, .flat = spec_.flat};
}

FlatLane SelfTuningJobs::lane(std::size_t method, double initial_rate, int replicate) const {
  if (methods_[method].divisor == Divisor::kNone) return {.step_size = initial_rate, .replicate = replicate};
  return {.step_size = 1, .b0 = 1 / initial_rate, .replicate = replicate};
}

}  // namespace steplab
