// What happened to one replicate, in a few plain events.
#pragma once

#include "core/landscapes/landscape.h"
#include "core/run/run.h"

#include <string>
#include <vector>

namespace steplab {

/// e is f − least value (f itself if that is not known; then rises are looked for only if all losses are positive).
/// The pre-conditioned sharpness, where recorded, takes the place of the sharpness.
enum class EventKind {
  kDiverged,  ///< amount: the last loss
  /// A loss spike after which the sharpness is lower (Lewkowycz et al. 2020, arXiv:2003.02218; Kalra & Barkeshli 2024,
  /// arXiv:2406.09405, section 3). e rises to kRise times its level or more (the level is the least e since the last
  /// rise, but not less than kFloorShare of the initial e), with step size × sharpness above the edge somewhere from
  /// the last row at the level to the peak; then e comes back to the level, and the sharpness there is below kLower
  /// times what it was at that last row. step: of the peak. amount: peak over level. to: 1 if the level is the floor.
  kCatapult,
  kLossRose,  ///< a rise as above without the rest; of a run that diverges the last one does not count
  /// From this step to the end, the last tenth of the run at least, as near to a global minimum as reached() demands.
  /// to: which (−1: a set)
  kReached,
  kEndedThere,   ///< as kReached, but for less than the last tenth: it may be there by chance
  kLeftBasin,    ///< clearly nearer to another known minimum than to the one before. from, to: which
  kCrossedEdge,  ///< step size × sharpness crossed the edge. to: 1 upwards, 0 downwards. amount: the product
};

struct Event {
  EventKind kind = EventKind::kDiverged;
  int step = 0;
  double amount = 0;
  int from = -1, to = -1;  ///< numbers of minima in surroundings().minima
  friend bool operator==(const Event&, const Event&) = default;
};

inline constexpr double kRise = 4;
inline constexpr double kFloorShare = 0.01;
inline constexpr double kLower = 0.95;
inline constexpr double kClearlyNearer = 0.75;  ///< of the distance to the former minimum
inline constexpr std::size_t kMostOfAKind = 3;

struct EventOptions {
  double reach = 0.1;  ///< RunSpec::reach
  /// The optimizer is stable on a quadratic while step size × sharpness is below this: 2 for gradient descent, 2 + 2β
  /// for heavy ball, (2 + 2β₁)/(1 − β₁) for Adam (Cohen et al. 2021, arXiv:2103.00065; 2022, arXiv:2207.14484).
  double edge = 2;
};

/// Events of one replicate by step, at most kMostOfAKind of each kind (the highest rises, the first of the others).
/// What follows within 2 % of the steps (at least 10) upon another of the same kind is one with it: of rises the higher
/// one stays, moves are joined, and of a flutter about the edge the first crossing stays (and the last if it ends on
/// the side where it began).
std::vector<Event> events_of(const Trajectory& trajectory, const Outcome& outcome, const Landscape& landscape,
                             const EventOptions& options = {});

/// "step 312: loss rose 40×, catapult"; over the floor "rose to 3× its start". Minima are counted from 1.
std::string to_text(const Event& event);

}  // namespace steplab
