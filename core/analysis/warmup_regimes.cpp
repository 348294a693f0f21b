#include "core/analysis/warmup_strip.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace steplab {
namespace {

using Regime = WarmupRegime;

/// The rows of the climb whose sharpness is known.
struct Climb {
  std::vector<std::size_t> row{};
  std::vector<double> log_sharpness{};
  std::vector<double> load{};  ///< sharpness over threshold
  std::vector<double> loss{};
  std::size_t size() const { return row.size(); }
};

/// The first row at which the step size is as large as it gets; 0 if it does not climb.
std::size_t end_of_climb(const std::vector<double>& step_size) {
  double largest = 0;
  for (const double eta : step_size) largest = std::max(largest, std::isnan(eta) ? 0 : eta);
  constexpr double kRounding = 1e-12;
  for (std::size_t row = 0; row < step_size.size(); ++row)
    if (step_size[row] >= largest * (1 - kRounding)) return row;
  return 0;
}

Climb climb_of(const Trajectory& path, const std::vector<double>& sharpness, const std::vector<double>& threshold) {
  Climb climb;
  const std::size_t end = end_of_climb(path.step_size);
  if (end == 0 || sharpness.size() != path.rows() || threshold.size() != path.rows()) return climb;
  // Where curvature is negative or next to nothing its logarithm says nothing.
  constexpr double kLeastShare = 1e-3;
  double sharpest = 0;
  for (std::size_t row = 0; row <= end; ++row)
    if (std::isfinite(sharpness[row])) sharpest = std::max(sharpest, sharpness[row]);
  if (!(sharpest > 0)) return climb;
  for (std::size_t row = 0; row <= end; ++row) {
    if (!std::isfinite(sharpness[row]) || std::isnan(threshold[row])) continue;
    climb.row.push_back(row);
    climb.log_sharpness.push_back(std::log(std::max(sharpness[row], kLeastShare * sharpest)));
    // Where weight decay alone is too strong for the step size nothing is stable.
    climb.load.push_back(threshold[row] > 0 ? sharpness[row] / threshold[row]
                                            : std::numeric_limits<double>::infinity());
    climb.loss.push_back(path.loss[row]);
  }
  return climb;
}

/// The sharpness as if instability had not touched it, in logarithms, and where contacts are.
struct Natural {
  std::vector<double> height{};
  std::vector<bool> contact{};
};

Natural natural_of(const Climb& climb) {
  constexpr std::size_t kBefore = 4;  // rows whose largest loss is what the run has to come back to: noise
  Natural natural;
  bool forced = false;
  double level = 0, height = 0;
  for (std::size_t k = 0; k < climb.size(); ++k) {
    const bool was_forced = forced, above = climb.load[k] > 1;
    if (!forced && above) {
      const auto from = climb.loss.begin() + static_cast<std::ptrdiff_t>(k < kBefore ? 0 : k - kBefore);
      level = *std::max_element(from, climb.loss.begin() + static_cast<std::ptrdiff_t>(k) + 1);
      forced = true;
    } else if (forced && !above && climb.loss[k] <= level) {
      forced = false;
    }
    natural.contact.push_back(forced && !was_forced);
    if (k > 0 && !was_forced && !forced) height += climb.log_sharpness[k] - climb.log_sharpness[k - 1];
    natural.height.push_back(height);
  }
  return natural;
}

/// Where a curve turns round by more than `least`: its first point, the turning points, its last point.
std::vector<std::size_t> turning_points(std::span<const double> height, double least) {
  std::vector<std::size_t> points = {0};
  std::size_t low = 0, high = 0;
  int direction = 0;  // of the leg under way, once it is known
  for (std::size_t k = 1; k < height.size(); ++k) {
    if (height[k] > height[high]) high = k;
    if (height[k] < height[low]) low = k;
    if (direction <= 0 && height[k] > height[low] + least) {
      if (direction < 0) points.push_back(low);
      direction = 1;
      high = k;
    } else if (direction >= 0 && height[k] < height[high] - least) {
      if (direction > 0) points.push_back(high);
      direction = -1;
      low = k;
    }
  }
  if (points.back() + 1 < height.size()) points.push_back(height.size() - 1);
  return points;
}

/// Takes out what noise does: turns there and back within a twentieth of the climb, the smallest first. The first leg
/// stays, however short it is.
void drop_flutter(std::span<const double> height, std::vector<std::size_t>& points) {
  const std::size_t brief = height.size() / 20;
  while (points.size() > 3) {
    std::size_t least = 0;
    const auto move = [&](std::size_t i) { return std::abs(height[points[i + 1]] - height[points[i]]); };
    for (std::size_t i = 1; i + 1 < points.size(); ++i)
      if (points[i + 1] - points[i] < brief && (least == 0 || move(i) < move(least))) least = i;
    if (least == 0) return;
    const auto first = points.begin() + static_cast<std::ptrdiff_t>(least);
    const bool last_leg = least + 2 == points.size();
    points.erase(first, first + (last_leg ? 1 : 2));
  }
}

/// A span over points of the climb.
struct Leg {
  Regime regime;
  std::size_t first, last;
};

class Legs {
 public:
  Legs(const Climb& climb, std::span<const double> height) : climb_(climb), height_(height) {
    auto points = turning_points(height, kNaturalMove);
    drop_flutter(height, points);
    for (std::size_t i = 0; i + 1 < points.size(); ++i) add_leg(points[i], points[i + 1]);
  }
  const std::vector<Leg>& all() const { return legs_; }

 private:
  double move(std::size_t from, std::size_t to) const { return std::abs(height_[to] - height_[from]); }

  void add_leg(std::size_t first, std::size_t last) {
    if (move(first, last) < kNaturalMove) return add(Regime::kLazy, first, last);
    const Regime moving = height_[last] > height_[first] ? Regime::kHeadOn : Regime::kRearEnd;
    std::size_t begin = first, end = last;
    while (begin < last && move(first, begin + 1) < kNaturalMove) ++begin;
    while (end > begin && move(last, end - 1) < kNaturalMove) --end;
    if (!is_flat(first, begin, begin, end)) begin = first;
    if (!is_flat(end, last, begin, end)) end = last;
    if (begin > first) add(Regime::kLazy, first, begin);
    add(moving, begin, end);
    if (end < last) add(Regime::kLazy, end, last);
  }

  /// An end of a leg that is long, and slow beside the part that moves.
  bool is_flat(std::size_t from, std::size_t to, std::size_t begin, std::size_t end) const {
    constexpr double kLong = 0.1, kSlow = 1.0 / 3;
    const double length = static_cast<double>(to - from), moving = static_cast<double>(end - begin);
    if (length < kLong * static_cast<double>(height_.size())) return false;
    return move(from, to) * moving < kSlow * move(begin, end) * length;
  }

  bool at_edge(std::size_t first, std::size_t last) const {
    double sum = 0;
    for (std::size_t k = first; k <= last; ++k) sum += climb_.load[k];
    return sum > kAtEdge * static_cast<double>(last - first + 1);
  }

  void add(Regime regime, std::size_t first, std::size_t last) {
    if (!legs_.empty() && at_edge(first, last)) regime = legs_.back().regime;
    if (!legs_.empty() && legs_.back().regime == regime)
      legs_.back().last = last;
    else
      legs_.push_back({regime, first, last});
  }

  const Climb& climb_;
  std::span<const double> height_;
  std::vector<Leg> legs_;
};

}  // namespace

std::vector<RegimeSpan> warmup_regimes(const Trajectory& trajectory, const std::vector<double>& sharpness,
                                       const std::vector<double>& threshold) {
  const Climb climb = climb_of(trajectory, sharpness, threshold);
  if (climb.size() < 2) return {};
  const Natural natural = natural_of(climb);
  std::vector<RegimeSpan> spans;
  const Legs legs(climb, natural.height);
  for (const Leg& leg : legs.all()) {
    const auto from = natural.contact.begin() + static_cast<std::ptrdiff_t>(spans.empty() ? leg.first : leg.first + 1);
    const auto to = natural.contact.begin() + static_cast<std::ptrdiff_t>(leg.last) + 1;
    spans.push_back({.regime = leg.regime,
                     .first = climb.row[leg.first],
                     .last = climb.row[leg.last],
                     .natural_change = natural.height[leg.last] - natural.height[leg.first],
                     .contacts = static_cast<int>(std::count(from, to, true))});
  }
  return spans;
}

}  // namespace steplab
