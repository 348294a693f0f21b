#include "core/analysis/network_arms.h"

#include "core/base/parallel.h"
#include "core/run/prepare.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace steplab {
namespace {

struct Arm {
  std::string id, words;
  RunSpec run;
};

int substeps(const NetworkArmsSpec& spec) {
  return std::max(1, static_cast<int>(std::lround(spec.large / spec.small)));
}

Choice with(Choice choice, const std::string& name, double value) {
  choice.params[name] = value;
  return choice;
}

/// Standard deviation of a mini-batch's gradient (drawn with replacement) in each coordinate at x, root mean square
/// over the coordinates.
double batch_noise(const Landscape& landscape, const Vector& x, int batch) {
  const Tile tile = tile_of(x);
  Tile mean(tile.rows(), tile.cols()), one(tile.rows(), tile.cols());
  landscape.gradient(tile, mean);
  double sum = 0;
  for (int i = 0; i < landscape.terms(); ++i) {
    landscape.batch_gradient(tile, {&i, 1}, one);
    sum += (one.row(0) - mean.row(0)).square().sum();
  }
  return std::sqrt(sum / landscape.terms() / batch / static_cast<double>(x.size()));
}

std::vector<Arm> arms_of(const NetworkArmsSpec& spec, double sigma) {
  const int k = substeps(spec), T = spec.steps, quarter = k * T / 4;
  const double size = spec.batch;
  const Choice minibatch = with({"minibatch"}, "batch", size), exact{"exact"};
  const Choice repeated{"repeated_batch", {{"k", static_cast<double>(k)}, {"sigma", 0.0}, {"batch", size}}};
  const Choice noise = with({"gaussian"}, "sigma", sigma);
  const auto run = [&](const Choice& oracle, double step_size, int steps) {
    return RunSpec{
        .landscape = spec.landscape, .oracle = oracle, .step_size = step_size, .steps = steps, .seed = spec.seed};
  };
  RunSpec warm = run(minibatch, spec.small, quarter + T);
  if (quarter > 0)
    warm.rate = {"step",
                 {{"at", std::vector<double>{static_cast<double>(quarter)}},
                  {"drop", std::vector<double>{spec.large / spec.small}}}};
  return {{"sgd_small", "mini-batches, T small steps", run(minibatch, spec.small, T)},
          {"sgd_small_long", "mini-batches, k·T small steps", run(minibatch, spec.small, k * T)},
          {"sgd_large", "mini-batches, T large steps", run(minibatch, spec.large, T)},
          {"repeated", "each mini-batch for k small steps", run(repeated, spec.small, k * T)},
          {"noise", "k·T small steps with Gaussian noise of the large steps' size", run(noise, spec.small, k * T)},
          {"gd_small", "full batch, T small steps", run(exact, spec.small, T)},
          {"gd_large", "full batch, T large steps", run(exact, spec.large, T)},
          {"warm", "mini-batches, k·T/4 small steps, then T large ones", warm}};
}

/// Where T small steps with the full batch lead; nothing after a stop request.
std::optional<Vector> calm_point(const NetworkArmsSpec& spec, const std::vector<double>& start,
                                 const SimulateOptions& options) {
  const RunSpec run{.landscape = spec.landscape, .start = start, .step_size = spec.small, .steps = spec.steps};
  const auto end = simulate({&run, 1}, {}, {.stop = options.stop}).front();
  if (end.outcomes[0].status == RunStatus::kCancelled) return {};
  return Eigen::Map<const Vector>(end.final_x.data(), static_cast<Eigen::Index>(end.final_x.size()));
}

bool complete(const Results& results) {
  for (const auto& run : results)
    for (const auto& outcome : run.outcomes)
      if (outcome.status == RunStatus::kCancelled) return false;
  return true;
}

/// Where the runs that did not diverge go on from.
std::vector<RunSpec> settling_runs(const NetworkArmsSpec& spec, const std::vector<RunSpec>& runs,
                                   const Results& results) {
  std::vector<RunSpec> settling;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    RunSpec run{
        .landscape = spec.landscape, .start = results[i].final_x, .step_size = spec.small, .steps = spec.settle};
    // A run that diverged is left out later; it must be somewhere meanwhile.
    if (results[i].outcomes[0].lost()) run.start = runs[i].start;
    settling.push_back(std::move(run));
  }
  return settling;
}

}  // namespace

Choice NetworkArmsSpec::default_landscape() {
  return {"mlp",
          {{"hidden", std::string("40")},
           {"activation", std::string("relu")},
           {"data", std::string("teacher")},
           {"points", 40.0},
           {"spread", 0.1},
           {"std_w", 0.4},
           {"std_a", 0.2}}};
}

NetworkArmsSpec coarse(const NetworkArmsSpec& spec) {
  NetworkArmsSpec fewer = spec;
  fewer.seeds = std::min(spec.seeds, 8);
  fewer.steps = std::min(spec.steps, 1000);
  return fewer;
}

void check(const NetworkArmsSpec& spec, std::string_view place) {
  const auto require = [&](bool good, const std::string& field, const std::string& value, const std::string& allowed) {
    if (!good)
      throw InputError((place.empty() ? "" : std::string(place) + ".") + field,
                       "'" + value + "' is not allowed; allowed: " + allowed);
  };
  require(spec.landscape.id == "mlp", "landscape", spec.landscape.id, "mlp");
  make_choice(landscapes(), spec.landscape, std::string(place) + ".landscape");
  require(std::isfinite(spec.small) && spec.small > 0, "small", to_text(spec.small), "a finite number > 0");
  require(std::isfinite(spec.large) && spec.large > 0 && spec.large / spec.small <= 10000, "large", to_text(spec.large),
          "a finite number > 0, at most 10000 times the small one");
  const auto whole = [&](const std::string& field, int value, int least, int most) {
    require(value >= least && value <= most, field, std::to_string(value),
            std::to_string(least) + " to " + std::to_string(most));
  };
  whole("batch", spec.batch, 1, 100000);
  whole("steps", spec.steps, 1, 100000);
  whole("settle", spec.settle, 1, 10'000'000);
  whole("seeds", spec.seeds, 1, 1000);
}

NetworkArmsResults network_arms(const NetworkArmsSpec& spec, const SimulateOptions& options) {
  check(spec, "");
  const auto landscape = make_choice(landscapes(), spec.landscape, "landscape");
  std::vector<std::vector<double>> starts;
  for (int s = 1; s <= spec.seeds; ++s) {
    const auto made = make_choice(landscapes(), with(spec.landscape, "init_seed", s), "landscape");
    starts.emplace_back(made->surroundings().start.begin(), made->surroundings().start.end());
  }
  NetworkArmsResults results;
  const auto calm = calm_point(spec, starts[0], options);
  if (!calm) return results;
  results.noise_sigma = batch_noise(*landscape, *calm, spec.batch) * std::sqrt(substeps(spec));
  const auto arms = arms_of(spec, results.noise_sigma);
  std::vector<RunSpec> runs;
  for (const auto& arm : arms)
    for (const auto& start : starts) {
      runs.push_back(arm.run);
      runs.back().start = start;
    }
  const Results learned = simulate(runs, {}, options);
  if (!complete(learned)) return results;
  const auto settling = settling_runs(spec, runs, learned);
  const Results settled = simulate(settling, {}, {.workers = options.workers, .stop = options.stop});
  if (!complete(settled)) return results;
  std::vector<double> sharpness(runs.size());
  parallel_for(static_cast<int>(runs.size()), options.workers, options.stop, [&](int i, int) {
    const auto k = static_cast<std::size_t>(i);
    sharpness[k] = sharpness_at(*landscape, Eigen::Map<const Vector>(settled[k].final_x.data(), landscape->dim()));
  });
  for (std::size_t a = 0; a < arms.size(); ++a) {
    NetworkArm arm{.id = arms[a].id, .words = arms[a].words};
    for (std::size_t k = a * starts.size(); k < (a + 1) * starts.size(); ++k) {
      const bool lost = learned[k].outcomes[0].lost() || settled[k].outcomes[0].lost();
      arm.diverged += lost;
      if (lost) continue;
      arm.sharpness.push_back(sharpness[k]);
      arm.loss.push_back(settled[k].outcomes[0].loss);
    }
    auto ascending = arm.sharpness;
    std::ranges::sort(ascending);
    arm.median_sharpness = ascending.empty() ? std::numeric_limits<double>::quiet_NaN() : quantile(ascending, 0.5);
    results.arms.push_back(std::move(arm));
  }
  results.complete = !options.stop.stop_requested();
  return results;
}

}  // namespace steplab
