#include "core/analysis/resting.h"

#include "core/base/math.h"
#include "core/base/pack.h"
#include "core/run/run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace steplab {
namespace {

double distance_to_others(const Landscape& landscape, const Minimum& minimum) {
  double apart = std::numeric_limits<double>::infinity();
  for (const auto& other : landscape.surroundings().minima)
    if (&other != &minimum) apart = std::min(apart, (other.x - minimum.x).norm());
  return apart;
}

template <int kDim>
Pack squared_distance(const double* centre, const Tile& x, Eigen::Index lane) {
  Pack sum = load(&x(lane, 0)) - centre[0];
  sum *= sum;
  if constexpr (kDim == 2) {
    const Pack dy = load(&x(lane, 1)) - centre[1];
    sum += dy * dy;
  }
  return sum;
}

}  // namespace

double contraction_radius(const Landscape& landscape, const Minimum& minimum, double step_size, double largest) {
  constexpr int kHalvings = 10;
  double radius = largest;
  for (int i = 0; i < kHalvings; ++i, radius /= 2)
    if (landscape.contracts(minimum.x, radius, step_size)) return radius;
  return 0;
}

RestingPlaces::RestingPlaces(const Landscape& landscape, double reach, double last_step, double steady_step)
    : landscape_(&landscape), reach_(reach), last_step_(last_step) {
  for (const auto& minimum : landscape.surroundings().minima) {
    const double largest = std::min(reach, distance_to_others(landscape, minimum) / 2);
    const double radius = steady_step >= 0 ? contraction_radius(landscape, minimum, steady_step, largest) : 0;
    settles_ = settles_ || radius > 0;
    places_.push_back({{minimum.x[0], landscape.dim() > 1 ? minimum.x[1] : 0},
                       radius * radius,
                       sharpness_at(landscape, minimum.x),
                       minimum.global});
  }
}

Rest RestingPlaces::rest(const Vector& x) const {
  Rest rest;
  double least = reach_ * reach_;
  for (std::size_t m = 0; m < places_.size(); ++m) {
    double distance = 0;
    for (Eigen::Index j = 0; j < x.size(); ++j) distance += (x[j] - places_[m].x[j]) * (x[j] - places_[m].x[j]);
    if (!(distance < least)) continue;
    least = distance;
    rest = {.minimum = static_cast<std::int8_t>(m), .global = places_[m].global};
  }
  if (rest.minimum < 0 || holds(rest.minimum)) return rest;
  if (!gradient_at(*landscape_, x).isZero(0)) return {};
  rest.by_last_bit = true;
  return rest;
}

Visits RestingPlaces::begin(Eigen::Index lanes) const {
  return {
      .nearest = Lanes::Constant(lanes, -1), .since = Lanes::Zero(lanes), .first_global = Lanes::Constant(lanes, -1)};
}

template <int kDim>
RestingPlaces::PackNearest RestingPlaces::nearest_of(const Tile& x, Eigen::Index lane) const {
  PackNearest nearest{splat(-1), splat(std::numeric_limits<double>::infinity())};
  for (std::size_t m = 0; m < places_.size(); ++m) {
    const Pack distance = squared_distance<kDim>(places_[m].x, x, lane);
    const PackMask nearer = distance < nearest.squared_distance;
    nearest.squared_distance = select(nearer, distance, nearest.squared_distance);
    nearest.minimum = select(nearer, splat(static_cast<double>(m)), nearest.minimum);
  }
  nearest.minimum = select(nearest.squared_distance < reach_ * reach_, nearest.minimum, splat(-1));
  return nearest;
}

void RestingPlaces::find_nearest(const Tile& x, NearestMinimum& nearest) const {
  for (Eigen::Index lane = 0; lane < x.rows(); lane += kPack) {
    const PackNearest found = x.cols() == 1 ? nearest_of<1>(x, lane) : nearest_of<2>(x, lane);
    store(&nearest.minimum[lane], found.minimum);
    store(&nearest.squared_distance[lane], found.squared_distance);
  }
}

void RestingPlaces::note_entries(const NearestMinimum& before, const NearestMinimum& now, int t, int count,
                                 Lanes& entered) const {
  const double goal = reach_ * reach_;
  for (Eigen::Index pack = 0; pack < entered.size(); pack += kPack) {
    const Pack here = load(&now.minimum[pack]);
    const PackMask enters = (here != load(&before.minimum[pack])) & (here >= 0.0);
    if (!any(enters)) continue;
    const Pack from = load(&before.squared_distance[pack]), to = load(&now.squared_distance[pack]);
    const Pack share = steplab::log(from / goal) / steplab::log(from / to);
    const PackMask known = (from > goal) & (to > 0.0) & (share >= 0.0) & (share <= 1.0);
    const Pack at = static_cast<double>(t) + static_cast<double>(count) * select(known, share, splat(1));
    store(&entered[pack], select(enters, at, load(&entered[pack])));
  }
}

void RestingPlaces::visit(const Tile& x, int t, Visits& visits) const {
  const Pack now = splat(t);
  for (Eigen::Index lane = 0; lane < x.rows(); lane += kPack) {
    const Pack nearest = (x.cols() == 1 ? nearest_of<1>(x, lane) : nearest_of<2>(x, lane)).minimum;
    const Pack before = load(&visits.nearest[lane]), first = load(&visits.first_global[lane]);
    PackMask global{};
    for (std::size_t m = 0; m < places_.size(); ++m)
      if (places_[m].global) global = global | (nearest == static_cast<double>(m));
    store(&visits.since[lane], select(nearest == before, load(&visits.since[lane]), now));
    store(&visits.first_global[lane], select(global & (first < 0.0), now, first));
    store(&visits.nearest[lane], nearest);
  }
}

bool RestingPlaces::all_settled(const Tile& x, const Lanes& worst) const {
  if (!settles_) return false;
  for (Eigen::Index lane = 0; lane < x.rows(); lane += kPack) {
    PackMask settled = ~(load(&worst[lane]) <= kDivergenceLimit);
    for (const auto& place : places_)
      settled = settled | ((x.cols() == 1 ? squared_distance<1>(place.x, x, lane)
                                          : squared_distance<2>(place.x, x, lane)) < place.settled_squared);
    if (any(~settled)) return false;
  }
  return true;
}

double RestingPlaces::largest_sharpness() const {
  double largest = 0;
  for (const auto& place : places_) largest = std::max(largest, place.sharpness);
  return largest > 0 ? largest : 1;
}

void check_resting(const Landscape& landscape, std::string_view place) {
  const auto refuse = [&](const std::string& why) {
    throw InputError(place, why + "; allowed: one or two dimensions and 1 to 127 known minima");
  };
  const auto& around = landscape.surroundings();
  if (landscape.dim() > 2) refuse("has " + std::to_string(landscape.dim()) + " dimensions");
  if (around.minima_form_a_set) refuse("its minima form a set");
  if (around.minima.empty()) refuse("has no known minimum");
  if (around.minima.size() > 127) refuse("has more than 127 known minima");
}

}  // namespace steplab
