// What happened to one replicate, in a few plain events.
#pragma once

#include "core/landscapes/landscape.h"
#include "core/run/run.h"

#include <string>
#include <vector>

namespace steplab {

/// e is f − least value (f itself if that is not known and all losses are positive).
enum class EventKind {
  kDiverged,
  /// A loss spike after which the sharpness is lower (Lewkowycz et al. 2020, arXiv:2003.02218; Kalra & Barkeshli 2024,
  /// arXiv:2406.09405, section 3): e rises to kRise times what it was or more, with step size × sharpness above kEdge
  /// between the low point and the peak; then e comes back to what it was, and the sharpness there is below kLower
  /// times that at the low point. The pre-conditioned sharpness, where recorded, takes the place of the sharpness.
  /// amount: peak over low point.
  kCatapult,
  kLossRose,   ///< a rise as above without the rest. amount: peak over low point
  kReached,    ///< from this step to the end as near to a global minimum as reached() demands. to: which (−1: a set)
  kLeftBasin,  ///< clearly nearer to another known minimum than to the one before. from, to: which
  kCrossedEdge,  ///< step size × sharpness crossed kEdge. to: 1 upwards, 0 downwards. amount: the product
};

struct Event {
  EventKind kind = EventKind::kDiverged;
  int step = 0;
  double amount = 0;
  int from = -1, to = -1;  ///< numbers of minima in surroundings().minima
  friend bool operator==(const Event&, const Event&) = default;
};

inline constexpr double kRise = 4;
/// The low point counts as no lower than this share of the initial e: what is below it is the noise floor.
inline constexpr double kFloorShare = 0.01;
inline constexpr double kEdge = 2;  ///< gradient descent on a quadratic is stable while η λ < 2
inline constexpr double kLower = 0.95;
inline constexpr double kClearlyNearer = 0.75;  ///< of the distance to the former minimum
inline constexpr std::size_t kMostEvents = 12;

/// Events of one replicate by step; at most kMostEvents (edges go first when there are more, then basins, then rises).
/// Changes of the same kind that follow each other within 2 % of the steps (at least 10) are one.
std::vector<Event> events_of(const Trajectory& trajectory, const Outcome& outcome, const Landscape& landscape,
                             double reach);

/// "step 312: loss rose 40×, catapult".
std::string to_text(const Event& event);

}  // namespace steplab
