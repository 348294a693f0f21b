#include "core/analysis/field.h"

#include "core/base/pack.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr float kNotComputed = std::numeric_limits<float>::quiet_NaN();
constexpr int kTileNumbers = 4096;  // of a tile, so that it stays in the first-level cache

std::size_t index(int i) { return static_cast<std::size_t>(i); }

double centre(const FieldWindow& window, std::size_t axis, int cell) {
  const int count = axis == 0 ? window.width : window.height;
  return window.low[axis] + (window.high[axis] - window.low[axis]) * ((cell + 0.5) / count);
}

struct Extent {
  double least = kInfinity, most = -kInfinity;
};

// Rows are cut into equal strips of whole packs.
int strip_lanes(int width, int dim) {
  const int widest = std::max(kPack, kTileNumbers / (dim + 1) / kPack * kPack);
  const int strips = (width + widest - 1) / widest;
  return round_up_to_pack((width + strips - 1) / strips);
}

// Points of the cells first … first + lanes − 1 of row j. Spare lanes repeat the last cell.
void put_points(const Plane& plane, const FieldWindow& window, int j, int first, Lanes& a, Tile& x) {
  for (Eigen::Index lane = 0; lane < a.size(); ++lane)
    a[lane] = centre(window, 0, std::min(first + static_cast<int>(lane), window.width - 1));
  const double b = centre(window, 1, j);
  for (Eigen::Index k = 0; k < x.cols(); ++k) x.col(k) = (plane.origin[k] + b * plane.v[k]) + a * plane.u[k];
}

// Numbers as floats, less `base`.
void put_floats(const Lanes& numbers, double base, std::span<float> out) {
  constexpr std::size_t kStep = kPack;
  std::size_t i = 0;
  for (; i + kStep <= out.size(); i += kStep) {
    const auto floats = __builtin_convertvector(load(numbers.data() + i) - base, HalfFloatPack);
    std::memcpy(out.data() + i, &floats, sizeof floats);
  }
  for (; i < out.size(); ++i) out[i] = static_cast<float>(numbers[static_cast<Eigen::Index>(i)] - base);
}

// Of the finite entries. The quick loop has no branch and is right unless some entry is infinite.
Extent extent_of(std::span<const float> values) {
  constexpr std::size_t kStep = 16;
  FloatPack least = FloatPack{} + std::numeric_limits<float>::infinity(), most = -least;
  std::size_t i = 0;
  for (; i + kStep <= values.size(); i += kStep) {
    FloatPack v;
    std::memcpy(&v, values.data() + i, sizeof v);
    least = select(v < least, v, least);
    most = select(v > most, v, most);
  }
  Extent extent;
  const auto take = [&](double v) {
    if (!std::isfinite(v)) return;
    extent = {std::min(extent.least, v), std::max(extent.most, v)};
  };
  bool finite = true;
  for (std::size_t k = 0; k < kStep && i > 0; ++k) {
    finite = finite && std::isfinite(least[k]) && std::isfinite(most[k]);
    take(double{least[k]});
    take(double{most[k]});
  }
  for (std::size_t k = finite ? i : 0; k < values.size(); ++k) take(double{values[k]});
  return extent;
}

Extent merged(std::span<const Extent> extents) {
  Extent all;
  for (const Extent& e : extents) all = {std::min(all.least, e.least), std::max(all.most, e.most)};
  return all;
}

struct Job {
  const Landscape& landscape;
  const Plane& plane;
  const FieldOptions& options;
  std::vector<double>* raw;  // where f goes while the base is not known
  Field& field;
  std::vector<Extent> extents;  // of each row
};

void compute_row(Job& job, int j) {
  const FieldWindow& window = job.field.window;
  const int dim = job.landscape.dim(), lanes = strip_lanes(window.width, dim);
  Lanes a(lanes), numbers(lanes);
  Tile x(lanes, dim);
  const std::size_t row = index(j) * index(window.width);
  for (int first = 0; first < window.width; first += lanes) {
    const std::size_t at = row + index(first), count = index(std::min(lanes, window.width - first));
    put_points(job.plane, window, j, first, a, x);
    job.landscape.value(x, numbers);
    if (job.raw)
      std::copy_n(numbers.data(), count, job.raw->data() + at);
    else
      put_floats(numbers, job.field.base, {job.field.value.data() + at, count});
    if (!job.options.sharpness) continue;
    job.landscape.sharpness(x, numbers);
    put_floats(numbers, 0, {job.field.sharpness.data() + at, count});
  }
  job.extents[index(j)] = extent_of({job.field.value.data() + row, index(window.width)});
}

// The least finite value becomes the base.
void subtract_least(const std::vector<double>& raw, Field& field) {
  double least = kInfinity;
  for (const double f : raw)
    if (std::isfinite(f)) least = std::min(least, f);
  field.base = std::isfinite(least) ? least : 0;
  for (std::size_t i = 0; i < raw.size(); ++i) field.value[i] = static_cast<float>(raw[i] - field.base);
}

}  // namespace

Field make_field(const Landscape& landscape, const Plane& plane, const FieldWindow& window,
                 const FieldOptions& options) {
  const std::size_t cells = index(window.width) * index(window.height);
  Field field{.window = window, .value = std::vector<float>(cells, kNotComputed)};
  if (options.sharpness) field.sharpness.assign(cells, kNotComputed);
  const auto& least_value = landscape.surroundings().least_value;
  field.base_known = least_value.has_value();
  field.base = least_value.value_or(0);
  std::vector<double> raw(field.base_known ? 0 : cells, std::numeric_limits<double>::quiet_NaN());
  Job job{
      landscape, plane, options, field.base_known ? nullptr : &raw, field, std::vector<Extent>(index(window.height))};
  parallel_for(window.height, options.workers, options.stop, [&](int j, int) { compute_row(job, j); });
  Extent extent = merged(job.extents);
  if (!field.base_known) {
    subtract_least(raw, field);
    extent = extent_of(field.value);
  }
  field.least = extent.least;
  field.most = extent.most;
  field.complete = !options.stop.stop_requested();
  return field;
}

FieldWindow sized(const PlaneWindow& window, int most_width, int most_height, const Landscape& landscape,
                  double milliseconds, bool with_sharpness) {
  // Measured on one core of an AVX-512 machine: logistic loss 0.9 million a millisecond, networks 4, formulas 13.
  constexpr double kWorkPerMillisecond = 1e6;
  const double dim = landscape.dim();
  // The Hessian costs about a gradient for each column, its largest eigenvalue about dim³.
  const double eigenvalue = with_sharpness ? dim * landscape.work() + dim * dim * dim : 0;
  const double affordable = milliseconds * kWorkPerMillisecond / (landscape.work() + eigenvalue);
  const double longer = std::max(most_width, most_height);
  const double scale =
      std::clamp(std::sqrt(affordable / (double{1} * most_width * most_height)), std::min(1.0, 16 / longer), 1.0);
  const auto cells = [&](int most) { return std::max(1, static_cast<int>(std::floor(scale * most + 1e-9))); };
  return {window.low, window.high, cells(most_width), cells(most_height)};
}

std::vector<Arrow> gradient_arrows(const Landscape& landscape, const Plane& plane, const FieldWindow& window) {
  std::vector<Arrow> arrows;
  arrows.reserve(index(window.width) * index(window.height));
  const int lanes = strip_lanes(window.width, landscape.dim());
  Lanes a(lanes);
  Tile x(lanes, landscape.dim()), g(lanes, landscape.dim());
  for (int j = 0; j < window.height; ++j)
    for (int first = 0; first < window.width; first += lanes) {
      put_points(plane, window, j, first, a, x);
      landscape.gradient(x, g);
      for (int lane = 0; lane < std::min(lanes, window.width - first); ++lane) {
        const double du = g.row(lane).matrix().dot(plane.u.transpose()),
                     dv = g.row(lane).matrix().dot(plane.v.transpose()), norm = std::hypot(du, dv);
        Arrow arrow{.position = {a[lane], centre(window, 1, j)}, .norm = norm};
        if (norm > 0 && std::isfinite(norm)) arrow.direction = {-du / norm, -dv / norm};
        arrows.push_back(arrow);
      }
    }
  return arrows;
}

}  // namespace steplab
