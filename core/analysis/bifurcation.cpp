#include "core/analysis/bifurcation.h"

#include "core/base/parallel.h"
#include "core/run/prepare.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr double kSqrt5 = 2.23606797749978969;

/// Input and label of a uv model in the plane.
struct Plane {
  double x = 1, y = 1;
};

std::optional<Plane> plane_of(const Choice& landscape) {
  const auto& entry = find_entry(landscapes(), landscape.id, "landscape");
  if (landscape.id != "uv" && landscape.id != "tied_chain") return std::nullopt;
  const Params params = resolve(entry.params, landscape.params, "landscape." + landscape.id);
  const bool uv = landscape.id == "uv";
  if (params.integer(uv ? "n" : "p") != 1 || params.real("y") == 0) return std::nullopt;
  return Plane{uv ? params.real("x") : 1, params.real("y")};
}

std::vector<double> start_of(const UvBifurcationSpec& spec, const Plane& plane) {
  if (!spec.start.empty()) return spec.start;
  const double u = 0.8 * std::sqrt(std::abs(plane.y) / plane.x);
  return {u, plane.y > 0 ? u : -u};
}

double step_size_of(const UvBifurcationSpec& spec, int i) {
  if (i == 0) return spec.from;
  return i + 1 == spec.count ? spec.to : spec.from + (spec.to - spec.from) * i / (spec.count - 1);
}

/// The least period of the kept outputs, up to a third of them.
int period_of(const std::vector<double>& outputs) {
  constexpr double kSame = 1e-9;
  const auto size = static_cast<std::ptrdiff_t>(outputs.size());
  for (std::ptrdiff_t period = 1; period <= size / 3; ++period) {
    const auto same = [&](double a, double b) { return std::abs(a - b) <= kSame * std::max(1.0, std::abs(a)); };
    if (std::equal(outputs.begin(), outputs.end() - period, outputs.begin() + period, same))
      return static_cast<int>(period);
  }
  return 0;
}

/// Neighbouring step sizes side by side.
class BifurcationTile {
 public:
  BifurcationTile(const UvBifurcationSpec& spec, const Plane& plane, const Landscape& landscape,
                  std::span<EndStates> ends)
      : spec_(spec),
        plane_(plane),
        landscape_(landscape),
        ends_(ends),
        width_(round_up_to_pack(static_cast<int>(ends.size()))),
        x_(width_, 2),
        step_sizes_(static_cast<std::size_t>(kPiece * width_)) {
    const auto start = start_of(spec, plane);
    x_.col(0) = start[0];
    x_.col(1) = start[1];
    for (Eigen::Index i = 0; i < kPiece * width_; ++i)
      step_sizes_[static_cast<std::size_t>(i)] =
          ends[std::min(static_cast<std::size_t>(i % width_), ends.size() - 1)].step_size;
  }

  void run(const SimulateOptions& options) {
    for (int left = spec_.burn_in; left > 0; left -= kPiece) {
      if (options.stop.stop_requested()) return;
      advance(std::min(left, kPiece));
      if (options.progress) options.progress->done += std::min(left, kPiece);
    }
    for (int k = 0; k < spec_.keep; ++k) {
      if (options.stop.stop_requested()) return;
      advance(1);
      for (std::size_t i = 0; i < ends_.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        if (!ends_[i].diverged) ends_[i].outputs.push_back(plane_.x * (x_(row, 0) * x_(row, 1)));
      }
    }
    for (EndStates& end : ends_) describe(end);
  }

 private:
  static constexpr int kPiece = 16;

  void advance(int count) {
    Lanes extent(width_);
    landscape_.descend(x_, step_sizes_.data(), {}, count, extent);
    for (std::size_t i = 0; i < ends_.size(); ++i)
      if (!(extent[static_cast<Eigen::Index>(i)] <= kDivergenceLimit)) ends_[i].diverged = true;
  }

  void describe(EndStates& end) const {
    if (end.diverged) end.outputs.clear();
    end.period = end.diverged ? 0 : period_of(end.outputs);
    if (const auto orbit = period_two(end.step_size * plane_.x * std::abs(plane_.y)))
      end.closed_form = std::minmax({plane_.y * orbit->first, plane_.y * orbit->second});
  }

  const UvBifurcationSpec& spec_;
  const Plane& plane_;
  const Landscape& landscape_;
  std::span<EndStates> ends_;
  Eigen::Index width_;
  Tile x_;
  std::vector<double> step_sizes_;
};

void require(bool good, std::string_view place, const std::string& field, const std::string& value,
             const std::string& allowed) {
  if (!good)
    throw InputError((place.empty() ? "" : std::string(place) + ": ") + field,
                     "'" + value + "' is not allowed; allowed: " + allowed);
}

}  // namespace

std::optional<double> bifurcation_scale(const Choice& landscape) {
  const auto plane = plane_of(landscape);
  if (!plane) return std::nullopt;
  return plane->x * std::abs(plane->y);
}

UvBifurcationSpec coarse(const UvBifurcationSpec& spec) {
  UvBifurcationSpec fewer = spec;
  fewer.count = std::max(2, spec.count / 4);
  return fewer;
}

void check(const UvBifurcationSpec& spec, std::string_view place) {
  require(plane_of(spec.landscape).has_value(), place, "landscape", spec.landscape.id,
          "uv with n = 1 and y other than 0, or tied_chain with p = 1");
  require(spec.start.empty() || spec.start.size() == 2, place, "start", std::to_string(spec.start.size()) + " numbers",
          "2 numbers");
  require(std::isfinite(spec.from) && spec.from > 0, place, "from", to_text(spec.from), "a finite number > 0");
  require(std::isfinite(spec.to) && spec.to >= spec.from, place, "to", to_text(spec.to), "a finite number ≥ from");
  require(spec.count >= 1 && spec.count <= 1'000'000, place, "count", std::to_string(spec.count), "1 to 1000000");
  require(spec.burn_in >= 0, place, "burn_in", std::to_string(spec.burn_in), "0 updates or more");
  require(spec.keep >= 1 && spec.keep <= 1'000'000, place, "keep", std::to_string(spec.keep), "1 to 1000000");
}

Bifurcation bifurcation(const UvBifurcationSpec& spec, const SimulateOptions& options) {
  check(spec, "");
  const Plane plane = *plane_of(spec.landscape);
  const auto landscape = make_choice(landscapes(), spec.landscape, "landscape");
  const double scale = plane.x * std::abs(plane.y);
  Bifurcation found{.doubling = 1 / scale, .period4 = (kSqrt5 - 1) / scale, .divergence = 2 / scale};
  found.ends.resize(static_cast<std::size_t>(spec.count));
  for (int i = 0; i < spec.count; ++i) found.ends[static_cast<std::size_t>(i)].step_size = step_size_of(spec, i);
  constexpr std::size_t kWidest = 64;
  const std::span ends(found.ends);
  const auto tiles = static_cast<int>((ends.size() + kWidest - 1) / kWidest);
  if (options.progress) options.progress->total += static_cast<std::int64_t>(tiles) * spec.burn_in;
  parallel_for(tiles, options.workers, options.stop, [&](int i, int) {
    const std::size_t begin = static_cast<std::size_t>(i) * kWidest;
    BifurcationTile(spec, plane, *landscape, ends.subspan(begin, std::min(kWidest, ends.size() - begin))).run(options);
  });
  found.complete = !options.stop.stop_requested();
  return found;
}

std::optional<std::pair<double, double>> period_two(double s) {
  if (!(s > 1 && s < kSqrt5 - 1)) return std::nullopt;
  const double root = std::sqrt((s - 1) * (s + 3));
  return std::pair{(s + 1 - root) / (2 * s), (s + 1 + root) / (2 * s)};
}

}  // namespace steplab
