#include "core/analysis/curve_bands.h"

#include "core/base/pack.h"
#include "core/base/parallel.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kRows = kPack;           // rows sorted side by side
constexpr std::size_t kItemValues = 128 << 8;  // values in one item of work, about

// One source, taken apart.
struct Replicates {
  std::vector<const Trajectory*> paths{};  // without cancelled ones
  std::vector<std::size_t> rows{};         // of each that lie on the common rows
  int dim = 0;
  double base = 0;  // subtracted from the loss
  std::vector<Vector> minima{};
};

// Which column, and where its quantiles go.
struct Column {
  CurveColumn name;
  const std::vector<double> Trajectory::*values;  // null for the distance
  Band Curves::*band;
};
constexpr Column kColumns[] = {
    {kLossColumn, &Trajectory::loss, &Curves::loss},
    {kStepSizeColumn, &Trajectory::step_size, &Curves::step_size},
    {kGradNormColumn, &Trajectory::grad_norm, &Curves::grad_norm},
    {kSharpnessColumn, &Trajectory::sharpness, &Curves::sharpness},
    {kPreconditionedColumn, &Trajectory::preconditioned_sharpness, &Curves::preconditioned_sharpness},
    {kDistanceColumn, nullptr, &Curves::distance},
};

struct Item {
  const Replicates* replicates;
  const Column* column;
  Curves* curves;
  std::size_t begin, end;  // rows
};

void compare_exchange(double* a, double* b) {
  const Pack x = load(a), y = load(b);
  store(a, min(x, y));
  store(b, max(x, y));
}

void exchange(Pack& a, Pack& b) {
  const Pack least = min(a, b);
  b = max(a, b);
  a = least;
}

// Sorts rows 0…7 in registers.
void sort_eight(double* data) {
  Pack v[8];
  for (int i = 0; i < 8; ++i) v[i] = load(data + i * kPack);
  for (int i : {0, 2, 4, 6}) exchange(v[i], v[i + 1]);
  for (int i : {0, 1, 4, 5}) exchange(v[i], v[i + 2]);
  for (int i : {1, 5}) exchange(v[i], v[i + 1]);
  for (int i : {0, 1, 2, 3}) exchange(v[i], v[i + 4]);
  for (int i : {2, 3}) exchange(v[i], v[i + 2]);
  for (int i : {1, 3, 5}) exchange(v[i], v[i + 1]);
  for (int i = 0; i < 8; ++i) store(data + i * kPack, v[i]);
}

// The passes of Batcher's sort that merge sorted blocks of `width` rows, for width = from, 2·from, … below `to`
// (powers of two).
void merge_passes(double* data, int count, int from, int to) {
  for (int width = from; width < std::min(count, to); width *= 2)
    for (int apart = width; apart >= 1; apart /= 2)
      for (int first = apart & (width - 1); first + apart < count; first += 2 * apart) {
        // Comparisons stay within a block of 2·width: whole ranges fall inside or outside of it.
        if (apart < width && ((first + apart) & (2 * width - 1)) == 0) continue;
        const int pairs = std::min(apart, count - first - apart);
        for (int i = 0; i < pairs; ++i)
          compare_exchange(data + (first + i) * kPack, data + (first + i + apart) * kPack);
      }
}

// Every eight rows by themselves.
void sort_eights(double* data, int count) {
  int begin = 0;
  for (; begin + 8 <= count; begin += 8) sort_eight(data + begin * kPack);
  merge_passes(data + begin * kPack, count - begin, 1, 8);
}

// x and y of eight points that lie one behind the other.
void load_points(const double* x, Pack& first, Pack& second) {
  const Pack a = load(x), b = load(x + kPack);
  first = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
  second = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
}

Pack distances_in_plane(const std::vector<Vector>& minima, const double* x) {
  Pack first, second, least = splat(kInfinity);
  load_points(x, first, second);
  for (const Vector& m : minima)
    least = min((first - m[0]) * (first - m[0]) + (second - m[1]) * (second - m[1]), least);
  return sqrt(least);
}

double distance_at(const std::vector<Vector>& minima, const double* x) {
  double least = kInfinity;
  for (const Vector& m : minima) {
    double square = 0;
    for (Eigen::Index j = 0; j < m.size(); ++j) square += (x[j] - m[j]) * (x[j] - m[j]);
    least = min(square, least);
  }
  return std::sqrt(least);
}

// Values of one column, eight rows at a time.
class Reader {
 public:
  explicit Reader(const Item& item)
      : replicates_(*item.replicates),
        values_(item.column->values),
        base_(item.column->name == kLossColumn ? replicates_.base : 0) {}

  /// Rows row … row+7 of a replicate; infinity where it has none or something not finite, and never −0.
  Pack read(std::size_t replicate, std::size_t row) const {
    const Trajectory& path = *replicates_.paths[replicate];
    const std::size_t rows = replicates_.rows[replicate];
    if (row + kRows <= rows)
      return finite_or_infinite(values_ ? load((path.*values_).data() + row) - base_ : distances(path, row));
    Pack pack = splat(kInfinity);
    for (std::size_t k = 0; row + k < rows; ++k)
      pack[k] = values_ ? (path.*values_)[row + k] - base_ : distance(path, row + k);
    return finite_or_infinite(pack);
  }

 private:
  // v·0 is not a number unless v is finite, and min takes its second operand then.
  static Pack finite_or_infinite(Pack v) { return min(v + v * 0.0, splat(kInfinity)) + 0.0; }

  double distance(const Trajectory& path, std::size_t row) const {
    return distance_at(replicates_.minima, path.x.data() + row * static_cast<std::size_t>(replicates_.dim));
  }
  Pack distances(const Trajectory& path, std::size_t row) const {
    if (replicates_.dim == 2) return distances_in_plane(replicates_.minima, path.x.data() + 2 * row);
    Pack pack;
    for (std::size_t k = 0; k < kRows; ++k) pack[k] = distance(path, row + k);
    return pack;
  }

  const Replicates& replicates_;
  const std::vector<double> Trajectory::*values_;
  double base_;
};

struct Target {
  double p;
  double* out;  // by row
};

// Type 7 for eight rows at once; the same arithmetic as quantile().
Pack quantile_of_sorted(const double* sorted, std::size_t count, double p) {
  if (count == 0) return splat(kNan);
  const double position = p * static_cast<double>(count - 1);
  const auto below = static_cast<std::size_t>(position);
  const double share = position - static_cast<double>(below);
  const Pack low = load(sorted + below * kRows);
  if (share == 0) return low;
  const Pack high = load(sorted + (below + 1) * kRows);
  return select(high == splat(kInfinity), splat(kInfinity), low + share * (high - low));
}

// Over the finite values of one sorted lane only.
double quantile_of_present(const double* sorted, std::size_t count, std::size_t lane, double p) {
  while (count > 0 && sorted[(count - 1) * kRows + lane] == kInfinity) --count;
  return quantile_of_sorted(sorted, count, p)[lane];
}

std::vector<Target> targets_of(const Item& item, const CurveOptions& options) {
  Band& band = item.curves->*item.column->band;
  std::vector<Target> targets = {
      {0.5, band.median.data()}, {options.low, band.low.data()}, {options.high, band.high.data()}};
  for (std::size_t k = 0; k < options.others.size(); ++k) targets.push_back({options.others[k], band.others[k].data()});
  return targets;
}

// Rows row … row+7 of all replicates into `scratch`, sorted; true if some value is infinite.
bool sort_rows(const Reader& reader, std::size_t row, std::size_t count, double* scratch) {
  Pack least = splat(kInfinity), most = splat(-kInfinity);
  for (std::size_t i = 0; i < count; ++i) {
    const Pack values = reader.read(i, row);
    least = min(values, least);
    most = max(values, most);
    store(scratch + i * kRows, values);
  }
  // Replicates that all do the same (no noise, or one schedule) need no sorting.
  if (any(least < most)) sort_lanes(scratch, static_cast<int>(count));
  return any(most == splat(kInfinity));
}

void compute(const Item& item, const CurveOptions& options) {
  const std::size_t count = item.replicates->paths.size();
  const Reader reader(item);
  const auto targets = targets_of(item, options);
  Lanes scratch(static_cast<Eigen::Index>(count * kRows));  // aligned for packs
  for (std::size_t row = item.begin; row < item.end; row += kRows) {
    const std::size_t rows = std::min(kRows, item.end - row);
    const bool infinite = sort_rows(reader, row, count, scratch.data());
    const bool present_only = infinite && item.column->name == kStepSizeColumn;
    for (const Target& target : targets) {
      const Pack all = quantile_of_sorted(scratch.data(), count, target.p);
      for (std::size_t k = 0; k < rows; ++k)
        target.out[row + k] = present_only ? quantile_of_present(scratch.data(), count, k, target.p) : all[k];
    }
  }
}

// The replicate whose rows are everyone's: all others have a part of them, and perhaps a last row between two.
const Trajectory& longest(const SpecResults& results, const std::vector<std::size_t>& counted) {
  const auto key = [&](std::size_t i) {
    const Trajectory& path = results.trajectories[i];
    return std::tuple(results.outcomes[i].status == RunStatus::kFinished, path.rows(),
                      path.step.empty() ? -1 : path.step.back());
  };
  return results.trajectories[*std::ranges::max_element(counted, {}, key)];
}

std::size_t common_rows(const Trajectory& path, const std::vector<int>& steps) {
  const std::size_t rows = std::min(path.rows(), steps.size());
  return rows > 0 && path.step[rows - 1] != steps[rows - 1] ? rows - 1 : rows;
}

void count_outcomes(const SpecResults& results, const std::vector<std::size_t>& counted, Curves& curves) {
  std::vector<std::pair<double, std::size_t>> losses;
  for (const std::size_t i : counted) {
    const Outcome& outcome = results.outcomes[i];
    const bool lost = outcome.lost();
    curves.lost += lost;
    curves.reached += outcome.reached;
    losses.emplace_back(lost || std::isnan(outcome.loss) ? kInfinity : outcome.loss, i);
  }
  std::ranges::sort(losses);
  curves.seeds = static_cast<int>(counted.size());
  if (!losses.empty()) curves.representative = static_cast<int>(losses[(losses.size() - 1) / 2].second);
}

void count_alive(const Replicates& replicates, Curves& curves) {
  curves.alive.assign(curves.step.size(), 0);
  for (const std::size_t rows : replicates.rows)
    for (std::size_t row = 0; row < rows; ++row) ++curves.alive[row];
}

Replicates take_apart(const CurveSource& source, Curves& curves) {
  const SpecResults& results = *source.results;
  const Surroundings& known = source.landscape->surroundings();
  std::vector<std::size_t> counted;
  for (std::size_t i = 0; i < results.outcomes.size(); ++i)
    if (results.outcomes[i].status != RunStatus::kCancelled) counted.push_back(i);
  count_outcomes(results, counted, curves);
  Replicates replicates{.dim = results.dim, .base = known.least_value.value_or(0)};
  curves.loss_is_excess = known.least_value.has_value();
  if (!known.minima_form_a_set)
    for (const Minimum& minimum : known.minima) replicates.minima.push_back(minimum.x);
  if (counted.empty() || results.trajectories.empty()) return replicates;
  curves.step = longest(results, counted).step;
  for (const std::size_t i : counted) {
    replicates.paths.push_back(&results.trajectories[i]);
    replicates.rows.push_back(common_rows(results.trajectories[i], curves.step));
  }
  count_alive(replicates, curves);
  return replicates;
}

bool has_column(const Replicates& replicates, const Column& column, unsigned wanted) {
  if (!(wanted & column.name) || replicates.paths.empty()) return false;
  if (!column.values) return !replicates.minima.empty();
  return std::ranges::any_of(replicates.paths, [&](const Trajectory* path) { return !(path->*column.values).empty(); });
}

void make_room(Band& band, std::size_t rows, std::size_t others) {
  for (auto* curve : {&band.median, &band.low, &band.high}) curve->assign(rows, kNan);
  band.others.assign(others, std::vector<double>(rows, kNan));
}

// Pieces small enough for workers to finish together, ends on whole groups of rows.
void cut_into_items(const Replicates& replicates, const CurveOptions& options, Curves& curves,
                    std::vector<Item>& items) {
  const std::size_t rows = curves.step.size();
  for (const Column& column : kColumns) {
    if (!has_column(replicates, column, options.columns)) continue;
    make_room(curves.*column.band, rows, options.others.size());
    const std::size_t piece = std::max<std::size_t>(1, kItemValues / kRows / replicates.paths.size()) * kRows;
    for (std::size_t begin = 0; begin < rows; begin += piece)
      items.push_back({&replicates, &column, &curves, begin, std::min(rows, begin + piece)});
  }
}

}  // namespace

void sort_lanes(double* data, int count) {
  constexpr int kCached =
      512;  // rows that fit the first-level cache: sorted as far as goes before the next are touched
  for (int begin = 0; begin < count; begin += kCached) {
    const int rows = std::min(kCached, count - begin);
    sort_eights(data + begin * kPack, rows);
    merge_passes(data + begin * kPack, rows, 8, kCached);
  }
  merge_passes(data, count, kCached, count);
}

std::vector<Curves> curves_of(std::span<const CurveSource> sources, const CurveOptions& options) {
  std::vector<Curves> curves(sources.size());
  std::vector<Replicates> replicates;
  replicates.reserve(sources.size());
  std::vector<Item> items;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    replicates.push_back(take_apart(sources[i], curves[i]));
    cut_into_items(replicates[i], options, curves[i], items);
  }
  parallel_for(static_cast<int>(items.size()), options.workers, options.stop,
               [&](int i, int) { compute(items[static_cast<std::size_t>(i)], options); });
  return curves;
}

}  // namespace steplab
