// Which known minimum a point rests at, and which runs need not go on because they provably stay there.
#pragma once

#include "core/base/pack.h"
#include "core/landscapes/landscape.h"

#include <cstdint>
#include <vector>

namespace steplab {

/// The radius of a ball around the minimum that gradient descent with steps up to `step_size` provably does not leave
/// and in which it comes nearer with every step; at most `largest`. 0 if none could be proved.
double contraction_radius(const Landscape& landscape, const Minimum& minimum, double step_size, double largest);

/// Where a run rests at its end.
struct Rest {
  std::int8_t minimum = -1;  ///< number in surroundings().minima, or −1: nowhere
  bool global = false;
  /// At a minimum that the last step size cannot hold (ηλ > 2), only because the gradient is 0 to the last bit.
  bool by_last_bit = false;
};

/// What is noted of lanes while they run. Sized by RestingPlaces::begin().
struct Visits {
  Lanes nearest{};       ///< number of the minimum that the lane is now within reach of, or −1
  Lanes since{};         ///< the update since which it has been so
  Lanes first_global{};  ///< the first update at which it was within reach of a global minimum, or −1
};

/// Of every lane: the nearest minimum within reach (its number, or −1) and the squared distance to the nearest at all.
struct NearestMinimum {
  Lanes minimum, squared_distance;
  explicit NearestMinimum(Eigen::Index lanes) : minimum(lanes), squared_distance(lanes) {}
};

/// The known minima of one landscape as places to rest. Points of one or two dimensions.
class RestingPlaces {
 public:
  RestingPlaces() = default;
  /// `last_step`: the last step size of plain gradient descent, which cannot rest where the sharpness is above
  /// 2/last_step; 0 if there is no such rule. `steady_step`: runs are exact gradient descent with steps up to this;
  /// negative if they are not. The landscape must outlive this.
  RestingPlaces(const Landscape& landscape, double reach, double last_step, double steady_step);

  /// The nearest minimum within reach, if the step size holds it or the point sits on it.
  Rest rest(const Vector& x) const;
  /// The last step size can hold a run at this minimum, so that rest() need not look at its gradient.
  bool holds(int minimum) const { return last_step_ * places_[static_cast<std::size_t>(minimum)].sharpness <= 2; }
  Visits begin(Eigen::Index lanes) const;
  /// Notes where the lanes are after `t` updates; t rises from call to call.
  void visit(const Tile& x, int t, Visits& visits) const;
  /// Coarser than visit(): where the lanes are now, and from that of `count` updates before when (after how many
  /// updates, interpolated as if the distance shrank geometrically) they came within reach.
  void find_nearest(const Tile& x, NearestMinimum& nearest) const;
  void note_entries(const NearestMinimum& before, const NearestMinimum& now, int t, int count, Lanes& entered) const;
  /// True if every lane is where it provably stays and rests, or has diverged (`worst`: largest coordinate met).
  bool all_settled(const Tile& x, const Lanes& worst) const;
  /// Of the known minima; 1 if there are none.
  double largest_sharpness() const;

 private:
  struct Place {
    double x[2];
    double settled_squared;  // of the ball that is proved to hold a run
    double sharpness;
    bool global;
  };
  struct PackNearest {
    Pack minimum, squared_distance;
  };
  template <int kDim>
  PackNearest nearest_of(const Tile& x, Eigen::Index lane) const;

  const Landscape* landscape_ = nullptr;
  double reach_ = 0, last_step_ = 0;
  std::vector<Place> places_;
  bool settles_ = false;
};

/// InputError at `place` unless the landscape has one or two dimensions and isolated minima that are known (at most
/// 127).
void check_resting(const Landscape& landscape, std::string_view place);

}  // namespace steplab
