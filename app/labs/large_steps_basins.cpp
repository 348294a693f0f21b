#include "app/labs/large_steps_basins.h"

#include "core/analysis/many_starts.h"
#include "core/catalog.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace steplab {
namespace {

constexpr double kHarmless = 60;  // milliseconds
constexpr std::array kCells = {64 * 64, 128 * 128};

using Clock = std::chrono::steady_clock;
double since(Clock::time_point begun) { return 1e3 * std::chrono::duration<double>(Clock::now() - begun).count(); }

CellColour mixed(CellColour a, CellColour b, double share) {
  CellColour result = 0;
  for (const int shift : {0, 8, 16, 24}) {
    const double from = (a >> shift) & 255u, to = (b >> shift) & 255u;
    result |= static_cast<CellColour>(std::lround(from + share * (to - from))) << shift;
  }
  return result;
}

/// Slow starts are paler: by the logarithm of the steps, because most need few.
CellColour shade(const BasinColours& colours, std::int8_t basin, double steps, int most) {
  if (basin == BasinMap::kNowhere) return colours.wandering;
  if (basin == BasinMap::kDiverged) return colours.diverged;
  constexpr double kPalest = 0.72;
  const double slow = std::log1p(std::max(steps, 0.0)) / std::log1p(static_cast<double>(most));
  return mixed(colours.minima[static_cast<std::size_t>(basin)], colours.ground, kPalest * std::min(slow, 1.0));
}

/// The line as a map of one row.
BasinMap line_map(const BasinWish& wish, const BasinWindow& window, const SimulateOptions& options) {
  const ManyRuns many{.run = wish.run};
  const StartBox box{{window.low[0]}, {window.high[0]}, window.width};
  const auto ends = run_from_all({&many, 1}, box.points(), options).front();
  BasinMap map{.width = window.width, .height = 1, .basin = {}, .steps = {}};
  for (const StartEnd& end : ends) {
    map.basin.push_back(end.fate == Fate::kDiverged ? BasinMap::kDiverged : end.minimum);
    map.steps.push_back(static_cast<float>(end.since));
  }
  map.complete = !options.stop.stop_requested();
  return map;
}

std::shared_ptr<BasinPicture> picture_of(const BasinWish& wish, const BasinMap& map) {
  auto picture = std::make_shared<BasinPicture>();
  picture->low = wish.low;
  picture->high = wish.high;
  picture->width = map.width;
  picture->height = map.height;
  picture->cells.resize(map.basin.size());
  for (std::size_t i = 0; i < map.basin.size(); ++i)
    picture->cells[i] = shade(wish.colours, map.basin[i], static_cast<double>(map.steps[i]), wish.run.steps);
  for (std::size_t k = 0; k < wish.colours.minima.size(); ++k)
    picture->shares.push_back(map.share(static_cast<std::int8_t>(k)));
  picture->wandering = map.share(BasinMap::kNowhere);
  picture->diverged = map.share(BasinMap::kDiverged);
  return picture;
}

BasinWindow window_of(const BasinWish& wish, int most_cells) {
  const BasinWindow window{wish.low, wish.high, wish.width, wish.height};
  return wish.height > 1 ? coarse(window, most_cells) : window;
}

}  // namespace

void paint_basins(const BasinWish& wish, Study<BasinPicture>& study) {
  const auto before = study.shown();
  std::uint64_t version = before ? before->version : 0;
  double first = before ? before->first_milliseconds : kHarmless;
  int cells_before = 0, pictures = 0;
  for (const int most : {kCells[0], kCells[1], wish.width * wish.height}) {
    const BasinWindow window = window_of(wish, most);
    const int cells = window.width * window.height;
    if (cells <= cells_before) continue;
    SimulateOptions options{.workers = study.workers, .stop = study.stop, .workshop = study.workshop};
    if (cells_before == 0 && first < kHarmless) options.stop = {};
    const auto begun = Clock::now();
    const BasinMap map = wish.height > 1 ? basin_map(wish.run, window, options) : line_map(wish, window, options);
    if (!map.complete) return;
    const auto picture = picture_of(wish, map);
    picture->milliseconds = since(begun);
    if (cells_before == 0) first = picture->milliseconds;
    picture->first_milliseconds = first;
    picture->version = ++version;
    picture->pictures = ++pictures;
    cells_before = cells;
    study.show(picture);
  }
}

namespace {

/// Opacity of the contour lines at a cell: its distance, in cells, to where the level coordinate is whole.
double line_at(const std::vector<double>& level, int width, int height, int i, int j) {
  const auto at = [&](int a, int b) {
    return level[static_cast<std::size_t>(std::clamp(b, 0, height - 1)) * static_cast<std::size_t>(width) +
                 static_cast<std::size_t>(std::clamp(a, 0, width - 1))];
  };
  const double c = at(i, j), slope = std::hypot((at(i + 1, j) - at(i - 1, j)) / 2, (at(i, j + 1) - at(i, j - 1)) / 2);
  if (!std::isfinite(c) || !std::isfinite(slope) || slope <= 0 || slope > 0.5 || std::round(c) < 0) return 0;
  return std::clamp(1.1 - std::abs(c - std::round(c)) / slope, 0.0, 1.0);
}

CellColour faded(CellColour colour, double share) {
  const double alpha = static_cast<double>(colour >> 24) * share;
  return (colour & 0xffffffu) | (static_cast<CellColour>(std::lround(alpha)) << 24);
}

}  // namespace

void paint_ground(const GroundWish& wish, Study<GroundPicture>& study) {
  const auto before = study.shown();
  const auto landscape = make_choice(landscapes(), wish.landscape, "landscape");
  auto ground = std::make_shared<GroundPicture>();
  ground->field = make_field(*landscape, identity_plane(), {wish.low, wish.high, wish.width, wish.height},
                             {.sharpness = true, .workers = study.workers, .stop = study.stop});
  if (!ground->field.complete) return;
  const LevelScale scale = wish.levels == "linear"        ? LevelScale::kLinear
                           : wish.levels == "logarithmic" ? LevelScale::kLogarithmic
                                                          : LevelScale::kAuto;
  ground->levels = choose_levels(ground->field, scale);
  std::vector<double> level(ground->field.value.size());
  for (std::size_t i = 0; i < level.size(); ++i)
    level[i] = level_coordinate(ground->levels, static_cast<double>(ground->field.value[i]));
  ground->cells.resize(level.size());
  for (int j = 0; j < wish.height && ground->levels.count > 0; ++j)
    for (int i = 0; i < wish.width; ++i)
      ground->cells[static_cast<std::size_t>(j) * static_cast<std::size_t>(wish.width) + static_cast<std::size_t>(i)] =
          faded(wish.line, line_at(level, wish.width, wish.height, i, j));
  ground->version = before ? before->version + 1 : 1;
  study.show(ground);
}

void paint_hatch(const HatchWish& wish, Study<HatchPicture>& study) {
  const auto before = study.shown();
  const FieldWindow& window = wish.ground->field.window;
  auto hatch = std::make_shared<HatchPicture>();
  hatch->low = window.low;
  hatch->high = window.high;
  hatch->width = window.width;
  hatch->height = window.height;
  hatch->cells.resize(wish.ground->field.sharpness.size());
  std::size_t above = 0;
  for (std::size_t k = 0; k < hatch->cells.size(); ++k) {
    if (!(static_cast<double>(wish.ground->field.sharpness[k]) > wish.threshold)) continue;
    ++above;
    const int i = static_cast<int>(k) % window.width, j = static_cast<int>(k) / window.width;
    if ((i + j) % wish.period < 2) hatch->cells[k] = wish.line;
  }
  hatch->share = static_cast<double>(above) / static_cast<double>(std::max<std::size_t>(1, hatch->cells.size()));
  hatch->version = before ? before->version + 1 : 1;
  study.show(hatch);
}

void measure_shares(const LargeStepsSpec& spec, Study<ShareFigure>& study) {
  check(spec, "");
  const auto before = study.shown();
  double first = before ? before->coarse_milliseconds : kHarmless;
  Progress progress;
  for (const bool is_coarse : {true, false}) {
    auto figure = std::make_shared<ShareFigure>();
    figure->spec = is_coarse ? coarse(spec) : spec;
    figure->coarse = is_coarse;
    SimulateOptions options{.workers = study.workers, .stop = study.stop, .workshop = study.workshop};
    if (is_coarse && first < kHarmless) options.stop = {};
    if (!is_coarse) options.progress = &progress;
    const StudyTask::Watch watch(study, [&progress] {
      return progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 0.0;
    });
    const auto begun = Clock::now();
    figure->results = large_steps(figure->spec, options);
    if (!figure->results.complete) return;
    if (is_coarse) first = since(begun);
    figure->coarse_milliseconds = first;
    study.show(figure);
  }
}

void measure_arms(const NetworkArmsSpec& spec, Study<ArmsFigure>& study) {
  check(spec, "");
  Progress progress;
  for (const bool is_coarse : {true, false}) {
    auto figure = std::make_shared<ArmsFigure>();
    figure->spec = is_coarse ? coarse(spec) : spec;
    figure->coarse = is_coarse;
    SimulateOptions options{.workers = study.workers, .stop = study.stop, .workshop = study.workshop};
    if (!is_coarse) options.progress = &progress;
    const StudyTask::Watch watch(study, [&progress] {
      return progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 0.0;
    });
    figure->results = network_arms(figure->spec, options);
    if (!figure->results.complete) return;
    study.show(figure);
  }
}

namespace {

/// Ink by the logarithm of how many iterates fall into a cell: a cycle of two is as plain as a point of rest.
void paint_column(const BifurcationColumn& column, const EndsWish& wish, int i, int width,
                  std::vector<CellColour>& cells) {
  std::vector<int> count(static_cast<std::size_t>(wish.height));
  int most = 1;
  for (const double x : column.x) {
    const double row = std::floor((x - wish.low) / (wish.high - wish.low) * wish.height);
    if (row >= 0 && row < wish.height) most = std::max(most, ++count[static_cast<std::size_t>(row)]);
  }
  for (std::size_t row = 0; row < count.size(); ++row) {
    if (count[row] == 0) continue;
    const double ink = 0.3 + 0.7 * std::log1p(count[row]) / std::log1p(most);
    cells[row * static_cast<std::size_t>(width) + static_cast<std::size_t>(i)] = faded(wish.ink, ink);
  }
}

}  // namespace

void paint_ends(const EndsWish& wish, Study<EndsPicture>& study) {
  check(wish.spec, "");
  const auto before = study.shown();
  std::uint64_t version = before ? before->version : 0;
  for (const bool is_coarse : {true, false}) {
    auto picture = std::make_shared<EndsPicture>();
    picture->wish = wish;
    if (is_coarse) picture->wish.spec = coarse(wish.spec);
    picture->coarse = is_coarse;
    const auto diagram =
        bifurcation(picture->wish.spec, {.workers = study.workers, .stop = study.stop, .workshop = study.workshop});
    if (!diagram.complete) return;
    picture->width = static_cast<int>(diagram.columns.size());
    picture->cells.resize(static_cast<std::size_t>(picture->width) * static_cast<std::size_t>(wish.height));
    for (int i = 0; i < picture->width; ++i) {
      const BifurcationColumn& column = diagram.columns[static_cast<std::size_t>(i)];
      paint_column(column, wish, i, picture->width, picture->cells);
      picture->step_sizes.push_back(column.step_size);
      picture->diverged.push_back(column.diverged);
    }
    picture->version = ++version;
    study.show(picture);
  }
}

}  // namespace steplab
