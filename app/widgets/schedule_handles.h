// What can be dragged about a schedule: points of its curve that stand for its parameters. Pure: no ImGui.
// All numbers come from the schedule that the engine runs: a height is solved for, never computed by a second formula.
#pragma once

#include "core/base/parameters.h"

#include <string>
#include <vector>

namespace steplab {

enum class HandleKind {
  kPoint,     ///< moves in t and in the factor
  kHeight,    ///< moves in the factor only
  kVertical,  ///< moves in t only
};

struct ScheduleHandle {
  std::string id;  ///< stays the same while the handle is moved
  HandleKind kind = HandleKind::kPoint;
  double t = 0;  ///< in updates, a whole number in [0, T]
  /// On the curve there; a knot of a curve that is held by its sampling lies on the curve before sampling.
  double factor = 0;
  std::string value{};  ///< "p = 1.5"
  std::string help{};   ///< what it does
};

/// None for a rate rule or a choice that is not valid. T ≥ 1. Where handles overlap the first one should get the mouse.
std::vector<ScheduleHandle> handles_of(const Choice& schedule, int T);

/// Takes a handle to a new place, as near as its parameters can get: they stay allowed, steps stay steps, fractions
/// stay fractions, and what is at its default is not kept. False if nothing changed (unknown ids too).
bool move_handle(Choice& schedule, const std::string& id, double t, double factor, int T);

/// A further knot on or beside the curve of a knots schedule. False if there is one at this update already.
bool add_knot(Choice& schedule, double t, double factor, int T);
/// False if `id` is no knot, or one of the last two.
bool remove_knot(Choice& schedule, const std::string& id);

/// Knots that draw the same curve within about 1 % of its height, if a dozen can: to begin drawing from.
Choice as_knots(const Choice& schedule, int T);

}  // namespace steplab
