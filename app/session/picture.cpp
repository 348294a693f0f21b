#include "app/session/picture.h"

#include "core/analysis/divergence.h"
#include "core/base/pack.h"
#include "core/base/parallel.h"
#include "core/run/prepare.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace steplab {
namespace {

using Seconds = std::chrono::duration<double>;

bool has_preconditioner(const PreparedRun& run) {
  const Vector start = Eigen::Map<const Vector>(run.start.data(), static_cast<Eigen::Index>(run.start.size()));
  const Tile x = tile_of(start);
  Tile g(x.rows(), x.cols()), p(x.rows(), x.cols());
  run.landscape->gradient(x, g);
  const Lanes step_size = Lanes::Constant(x.rows(), 1.0);
  const Memory memory = run.optimizer->start(static_cast<int>(x.rows()), static_cast<int>(x.cols()));
  return run.optimizer->preconditioner(memory, x, g, {.step = 0, .step_size = &step_size}, p);
}

/// The least stride from the scene's own upwards with which the record stays within bounds.
int bounded_stride(const std::vector<RunSpec>& specs, Recording recording, Workshop* workshop) {
  int stride = std::max(recording.stride, (specs[0].steps + kMostRows - 1) / kMostRows);
  recording.stride = stride;
  const double bytes = results_bytes(specs, recording, workshop);
  if (bytes > kMostRecordedBytes) stride = static_cast<int>(std::ceil(stride * bytes / kMostRecordedBytes));
  return std::min(stride, specs[0].steps);
}

std::vector<PathPoints> representative_paths(const std::vector<RunPicture>& runs) {
  std::vector<PathPoints> paths;
  for (const auto& run : runs)
    if (run.curves.representative >= 0)
      paths.push_back(run.results.trajectories[static_cast<std::size_t>(run.curves.representative)].x);
  return paths;
}

void add_curves(Picture& picture, const PictureOptions& options) {
  std::vector<CurveSource> sources;
  for (const auto& run : picture.runs) sources.push_back({&run.results, picture.landscape.get()});
  auto curves = curves_of(sources, {.workers = options.workers, .stop = options.stop});
  for (std::size_t i = 0; i < curves.size(); ++i) picture.runs[i].curves = std::move(curves[i]);
}

void add_events(Picture& picture) {
  for (auto& run : picture.runs) {
    if (run.curves.representative < 0) continue;
    const auto which = static_cast<std::size_t>(run.curves.representative);
    run.events = events_of(run.results.trajectories[which], run.results.outcomes[which], *picture.landscape,
                           {.reach = picture.scene.reach, .edge = run.lasting_edge()});
  }
}

/// Drops the rows that have no sharpness.
void thin(Band& band, const std::vector<std::size_t>& rows) {
  if (band.empty()) return;
  for (auto* curve : {&band.median, &band.low, &band.high})
    for (std::size_t k = 0; k < rows.size(); ++k) (*curve)[k] = (*curve)[rows[k]];
  for (auto* curve : {&band.median, &band.low, &band.high}) curve->resize(rows.size());
}

void thin_sharpness(Picture& picture, const Recording& recording) {
  const int every = recording.stride * recording.sharpness_every;
  for (auto& run : picture.runs) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < run.curves.step.size(); ++row)
      if (run.curves.step[row] % every == 0 || run.curves.step[row] == picture.scene.steps) rows.push_back(row);
    run.sharpness_steps.clear();
    for (const auto row : rows) run.sharpness_steps.push_back(run.curves.step[row]);
    thin(run.curves.sharpness, rows);
    thin(run.curves.preconditioned_sharpness, rows);
  }
}

/// The schedules as they are meant, whatever becomes of the runs.
void add_plans(Picture& picture, const std::vector<RunSpec>& specs, Workshop& workshop) {
  constexpr int kMostPoints = 1000;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const PreparedRun prepared = workshop.prepare(specs[i], "runs[" + std::to_string(i) + "]");
    if (!prepared.schedule) continue;
    picture.runs[i].shortfall = prepared.schedule->shortfall(specs[i].steps);
    const int steps = specs[i].steps, stride = (steps + kMostPoints - 1) / kMostPoints;
    for (int t = 0; t < steps; t += stride) {
      picture.runs[i].planned_steps.push_back(t);
      picture.runs[i].planned.push_back(specs[i].rho * specs[i].step_size * prepared.schedule->factor(t, steps));
    }
  }
}

void explain_losses(Picture& picture) {
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    RunPicture& run = picture.runs[i];
    std::size_t first = run.results.outcomes.size();
    for (std::size_t k = 0; k < run.results.outcomes.size(); ++k) {
      const Outcome& outcome = run.results.outcomes[k];
      if (!outcome.lost()) continue;
      if (first == run.results.outcomes.size() || outcome.steps < run.results.outcomes[first].steps) first = k;
    }
    if (first == run.results.outcomes.size()) continue;
    run.first_lost = run.results.outcomes[first].steps;
    run.lost_status = run.results.outcomes[first].status;
    run.lost_counts = lost_text(run.results.outcomes);
    run.why_lost = steplab::why_lost(run.results.trajectories[first], run.results.outcomes[first], run.lasting_edge());
  }
}

PlaneKind plane_kind(const std::string& name) {
  return name == "principal" ? PlaneKind::kPrincipal : name == "axes" ? PlaneKind::kAxes : PlaneKind::kStartEnd;
}

void add_plane(Picture& picture) {
  if (picture.dim() < 2) return;
  if (picture.dim() == 2) {
    picture.plane = identity_plane();
    return;
  }
  const auto paths = representative_paths(picture.runs);
  picture.plane = plane_of_paths(picture.dim(), paths, {.kind = plane_kind(picture.scene.view.plane)});
  picture.paths_window = window_of_paths(picture.plane, paths);
}

std::vector<render::PathVertex> path_on_plane(const Picture& picture, const Trajectory& trajectory) {
  const auto dim = static_cast<std::size_t>(picture.dim());
  std::vector<render::PathVertex> path(trajectory.rows());
  for (std::size_t row = 0; row < path.size(); ++row) {
    const double* x = &trajectory.x[row * dim];
    double a = x[0], b = dim > 1 ? x[1] : trajectory.loss[row] - picture.base;
    if (dim > 2) {
      const PlanePoint at = project(picture.plane, {x, dim});
      a = at.a, b = at.b;
    }
    path[row] = {static_cast<float>(a), static_cast<float>(b), static_cast<float>(trajectory.loss[row] - picture.base)};
  }
  return path;
}

void add_paths(Picture& picture, const PictureOptions& options) {
  parallel_for(static_cast<int>(picture.runs.size()), options.workers, options.stop, [&](int item, int) {
    RunPicture& run = picture.runs[static_cast<std::size_t>(item)];
    const auto& trajectories = run.results.trajectories;
    for (std::size_t k = 0; k < std::min(trajectories.size(), kMostPaths); ++k)
      run.paths.push_back(path_on_plane(picture, trajectories[k]));
    if (run.curves.representative >= 0)
      run.median_path = path_on_plane(picture, trajectories[static_cast<std::size_t>(run.curves.representative)]);
    run.steps.assign(run.curves.step.begin(), run.curves.step.end());
  });
}

void add_edges(Picture& picture) {
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    RunPicture& run = picture.runs[i];
    if (!run.stability) continue;
    for (const double step_size : run.curves.step_size.median) run.edge.push_back(run.stability->lasting.at(step_size));
  }
}

/// f over the window of a one-dimensional landscape.
void add_graph(FieldPicture& picture, const FieldKey& key, const Landscape& landscape) {
  const int count = std::max(key.width, 2);
  Tile x(round_up_to_pack(count), 1);
  for (Eigen::Index i = 0; i < x.rows(); ++i)
    x(i, 0) = key.low[0] + (key.high[0] - key.low[0]) * std::min(1.0, static_cast<double>(i) / (count - 1));
  Lanes f(x.rows());
  landscape.value(x, f);
  const double base = landscape.surroundings().least_value.value_or(0.0);
  for (Eigen::Index i = 0; i < count; ++i) {
    picture.curve_x.push_back(x(i, 0));
    picture.curve_y.push_back(f(i) - base);
  }
  picture.field.complete = true;
}

Vector vector_of(const std::vector<double>& x) {
  return Eigen::Map<const Vector>(x.data(), static_cast<Eigen::Index>(x.size()));
}

LevelScale level_scale(const std::string& name) {
  return name == "linear" ? LevelScale::kLinear : name == "log" ? LevelScale::kLogarithmic : LevelScale::kAuto;
}

constexpr int kArrowColumns = 24;

}  // namespace

std::vector<std::string> shown_labels(const Scene& scene) {
  auto labels = row_labels(scene);
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (scene.runs[i].name.empty()) std::ranges::replace(labels[i], '_', ' ');
  return labels;
}

LandscapeCost cost_of(const Landscape& landscape) {
  const Tile x = tile_of(landscape.surroundings().start);
  Tile g(x.rows(), x.cols());
  Lanes s(x.rows());
  const auto milliseconds = [](const auto& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return 1e3 * Seconds(std::chrono::steady_clock::now() - begun).count();
  };
  // What is done for the first time takes longer.
  landscape.gradient(x, g);
  const double once = milliseconds([&] { landscape.sharpness(x, s); });
  // All lanes of the tile are the same point, which is one sharpness but kPack gradients.
  return {.gradient = milliseconds([&] { landscape.gradient(x, g); }) / kPack,
          .sharpness = std::min(once, milliseconds([&] { landscape.sharpness(x, s); }))};
}

int rows_of(const Scene& scene) {
  const int stride = std::max(scene.every, (scene.steps + kMostRows - 1) / kMostRows);
  return scene.steps / stride + 1;
}

std::shared_ptr<Picture> make_picture(const Scene& scene, const PictureOptions& options) {
  const auto begun = std::chrono::steady_clock::now();
  auto picture = std::make_shared<Picture>();
  picture->scene = scene;
  picture->seeds_wanted = scene.seeds;
  auto specs = run_specs(scene);
  for (auto& spec : specs) spec.seeds = std::min(spec.seeds, options.most_seeds);
  picture->runs.resize(specs.size());
  const auto labels = shown_labels(scene);
  Workshop own, &workshop = options.workshop ? *options.workshop : own;
  auto recording = recording_of(scene);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const PreparedRun run = workshop.prepare(specs[i], "runs[" + std::to_string(i) + "]");
    picture->landscape = run.landscape;
    picture->base = run.landscape->surroundings().least_value.value_or(0.0);
    picture->runs[i].label = labels[i];
    picture->runs[i].adaptive = has_preconditioner(run);
    picture->runs[i].stability = run.optimizer->stability();
    recording.preconditioned_sharpness |= picture->runs[i].adaptive;
  }
  recording.stride = picture->stride = bounded_stride(specs, recording, &workshop);
  recording.sharpness = options.sharpness_rows > 0;
  recording.preconditioned_sharpness &= recording.sharpness;
  if (recording.sharpness)
    recording.sharpness_every =
        (scene.steps / recording.stride + options.sharpness_rows) / options.sharpness_rows;  // rounded up
  add_plans(*picture, specs, workshop);
  Results results =
      simulate(specs, recording,
               {.workers = options.workers, .stop = options.stop, .progress = options.progress, .workshop = &workshop});
  if (options.stop.stop_requested()) return nullptr;
  for (std::size_t i = 0; i < specs.size(); ++i) picture->runs[i].results = std::move(results[i]);
  add_curves(*picture, options);
  add_plane(*picture);
  add_paths(*picture, options);
  add_edges(*picture);
  add_events(*picture);
  explain_losses(*picture);
  thin_sharpness(*picture, recording);
  if (options.stop.stop_requested()) return nullptr;
  picture->coarse = picture->seeds() < scene.seeds && picture->seeds() < 1024;
  picture->milliseconds = 1e3 * Seconds(std::chrono::steady_clock::now() - begun).count();
  return picture;
}

std::shared_ptr<FieldPicture> make_field_picture(const FieldKey& key, const Landscape& landscape, double milliseconds,
                                                 int workers, const std::stop_token& stop) {
  auto picture = std::make_shared<FieldPicture>();
  picture->key = key;
  if (landscape.dim() == 1) {
    add_graph(*picture, key, landscape);
    return picture;
  }
  const Plane plane{vector_of(key.origin), vector_of(key.u), vector_of(key.v)};
  const FieldWindow window = sized({key.low, key.high}, key.width, key.height, landscape, milliseconds, key.sharpness);
  picture->field = make_field(landscape, plane, window, {.sharpness = key.sharpness, .workers = workers, .stop = stop});
  if (!picture->field.complete) return nullptr;
  picture->levels = choose_levels(picture->field, level_scale(key.levels));
  if (key.arrows) {
    const int rows = std::max(2, kArrowColumns * key.height / std::max(1, key.width));
    picture->arrows = gradient_arrows(landscape, plane, {key.low, key.high, kArrowColumns, std::min(rows, 60)});
  }
  return picture;
}

int row_of_step(const std::vector<int>& steps, int step) {
  const auto after = std::ranges::upper_bound(steps, step);
  return after == steps.begin() ? 0 : static_cast<int>(after - steps.begin()) - 1;
}

}  // namespace steplab
