#include "core/analysis/line_map.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace steplab {
namespace {

double slope(const Landscape& landscape, double x) { return gradient_at(landscape, Vector{{x}})[0]; }

/// `count` points from low to high as a tile (padded with the last), and f′ there.
struct Line {
  Tile x, slope;
};
Line line_of(const Landscape& landscape, double low, double high, int count) {
  Line line{Tile(round_up_to_pack(count), 1), Tile(round_up_to_pack(count), 1)};
  for (int i = 0; i < line.x.rows(); ++i)
    line.x(i, 0) = i >= count - 1 ? high : low + (high - low) * (i / (count - 1.0));
  landscape.gradient(line.x, line.slope);
  return line;
}

/// Two neighbouring numbers between which f′ changes sign, or where it is 0.
double zero_between(const Landscape& landscape, double low, double high) {
  const bool rises = slope(landscape, high) > 0;
  while (true) {
    const double middle = low + 0.5 * (high - low);
    if (middle <= low || middle >= high) break;
    const double at_middle = slope(landscape, middle);
    if (at_middle == 0) return middle;
    ((at_middle > 0) == rises ? high : low) = middle;
  }
  return std::abs(slope(landscape, low)) < std::abs(slope(landscape, high)) ? low : high;
}

/// At a zero |f′| is no more than what rounding of x makes of it; at a kink it is the height of the jump.
bool is_zero(const Landscape& landscape, double x, double curvature) {
  return std::abs(slope(landscape, x)) <= 1e-9 * (1 + std::abs(curvature)) * (1 + std::abs(x));
}

void add_point(const Landscape& landscape, double step_size, double x, std::vector<FixedPoint>& points) {
  const double curvature = landscape.hessian(Vector{{x}})(0, 0), multiplier = 1 - step_size * curvature;
  if (is_zero(landscape, x, curvature)) points.push_back({x, curvature, multiplier, std::abs(multiplier) < 1});
}

double step_size_of(const BifurcationSpec& spec, int i) {
  const double share = spec.count > 1 ? i / (spec.count - 1.0) : 0;
  if (spec.logarithmic) return spec.from * std::pow(spec.to / spec.from, share);
  return spec.from + (spec.to - spec.from) * share;
}

/// Lanes of one step size: starts, padded with the last.
BifurcationColumn column_of(const Landscape& landscape, const BifurcationSpec& spec, double step_size) {
  const int width = round_up_to_pack(spec.starts);
  Tile x(width, 1);
  for (int i = 0; i < width; ++i)
    x(i, 0) = spec.low + (spec.high - spec.low) * ((std::min(i, spec.starts - 1) + 0.5) / spec.starts);
  const std::vector<double> eta(static_cast<std::size_t>(width), step_size);
  Lanes extent(width), worst = Lanes::Zero(width);
  Tile kept(width, spec.keep);
  for (int t = 0; t < spec.transient + spec.keep; ++t) {
    landscape.descend(x, eta.data(), {}, 1, extent);
    worst = (extent <= worst).select(worst, extent);
    if (t >= spec.transient) kept.col(t - spec.transient) = x.col(0);
  }
  BifurcationColumn column{.step_size = step_size};
  for (int i = 0; i < spec.starts; ++i) {
    if (worst[i] <= kDivergenceLimit)
      column.x.insert(column.x.end(), kept.row(i).begin(), kept.row(i).end());
    else
      column.diverged += 1.0 / spec.starts;
  }
  return column;
}

}  // namespace

std::vector<double> iteration_map(const Landscape& landscape, double step_size, double low, double high, int count) {
  const Line line = line_of(landscape, low, high, count);
  const Tile next = line.x - step_size * line.slope;
  return {next.data(), next.data() + count};
}

std::vector<double> iterates(const Landscape& landscape, double step_size, double start, int steps) {
  std::vector<double> x = {start};
  for (int t = 0; t < steps; ++t) {
    const double next = x.back() - step_size * slope(landscape, x.back());
    if (!(std::abs(next) <= kDivergenceLimit)) break;
    x.push_back(next);
  }
  return x;
}

std::vector<FixedPoint> fixed_points(const Landscape& landscape, double step_size, double low, double high, int cells) {
  std::vector<FixedPoint> points;
  const Line line = line_of(landscape, low, high, cells + 1);
  for (int i = 0; i < cells; ++i) {
    const double left = line.slope(i, 0), right = line.slope(i + 1, 0);
    if (left * right < 0)
      add_point(landscape, step_size, zero_between(landscape, line.x(i, 0), line.x(i + 1, 0)), points);
    if (left == 0 || (i + 1 == cells && right == 0))
      add_point(landscape, step_size, line.x(left == 0 ? i : i + 1, 0), points);
  }
  const double cell = (high - low) / cells;
  for (const auto& minimum : landscape.surroundings().minima) {
    const double x = minimum.x[0];
    std::erase_if(points, [&](const FixedPoint& p) { return std::abs(p.x - x) <= cell && p.curvature > 0; });
    if (low <= x && x <= high) add_point(landscape, step_size, x, points);
  }
  std::ranges::sort(points, {}, &FixedPoint::x);
  return points;
}

BifurcationSpec coarse(const BifurcationSpec& spec) {
  BifurcationSpec fewer = spec;
  fewer.count = std::min(spec.count, 160);
  fewer.starts = std::min(spec.starts, 16);
  fewer.transient = std::min(spec.transient, 400);
  return fewer;
}

void check(const BifurcationSpec& spec, std::string_view place) {
  const auto refuse = [&](const std::string& field, const std::string& value, const std::string& allowed) {
    throw InputError((place.empty() ? "" : std::string(place) + ".") + field,
                     "'" + value + "' is not allowed; allowed: " + allowed);
  };
  const auto whole = [&](const std::string& field, int value, int least, int most) {
    if (value < least || value > most)
      refuse(field, std::to_string(value), std::to_string(least) + " to " + std::to_string(most));
  };
  const auto landscape = make_choice(landscapes(), spec.landscape, std::string(place) + ".landscape");
  if (landscape->dim() != 1) refuse("landscape", spec.landscape.id, "landscapes of one dimension");
  if (!(std::abs(spec.low) <= kDivergenceLimit && std::abs(spec.high) <= kDivergenceLimit && spec.low < spec.high))
    refuse("starts", to_text(spec.low) + " … " + to_text(spec.high), "finite, low < high");
  if (!(std::isfinite(spec.to) && spec.from >= 0 && spec.from < spec.to && (!spec.logarithmic || spec.from > 0)))
    refuse("step_sizes", to_text(spec.from) + " … " + to_text(spec.to), "0 ≤ from < to (logarithmic: 0 < from)");
  whole("starts", spec.starts, 1, 100000);
  whole("count", spec.count, 1, 100000);
  whole("transient", spec.transient, 0, 100'000'000);
  whole("keep", spec.keep, 1, 10000);
}

BifurcationDiagram bifurcation(const BifurcationSpec& spec, const SimulateOptions& options) {
  check(spec, "bifurcation");
  const auto landscape = make_choice(landscapes(), spec.landscape, "bifurcation.landscape");
  BifurcationDiagram diagram;
  diagram.columns.resize(static_cast<std::size_t>(spec.count));
  if (options.progress) options.progress->total += spec.count;
  parallel_for(spec.count, options.workers, options.stop, [&](int i, int) {
    diagram.columns[static_cast<std::size_t>(i)] = column_of(*landscape, spec, step_size_of(spec, i));
    if (options.progress) ++options.progress->done;
  });
  diagram.complete = !options.stop.stop_requested();
  return diagram;
}

}  // namespace steplab
