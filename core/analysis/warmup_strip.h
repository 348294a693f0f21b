// The sharpness of one run beside the threshold that its step size sets, and what warm-up meets on the way
// (Kalra & Barkeshli 2024, arXiv 2406.09405, sections 3 and 4).
#pragma once

#include "core/analysis/events.h"
#include "core/base/parameters.h"
#include "core/run/run.h"

#include <optional>
#include <vector>

namespace steplab {

/// c for the very first update, where averages are not yet filled (docs/notes/warmup.md, 1 and 2): 2/(1 − β₁)
/// for Adam and its kin, 20 for β₁ = 0.9; 2 for heavy ball (its first update is a plain step), 2/(1 + β) for Nesterov;
/// else stability_factor(). InputError for an optimizer that does not exist.
std::optional<double> first_step_factor(const Choice& optimizer);

/// What the rising step size meets. The paper describes the three (section 4) but gives no rule to tell them apart: the
/// rule of warmup_regimes() is ours.
enum class WarmupRegime {
  kHeadOn,   ///< C1: the sharpness rises by itself while its threshold falls
  kRearEnd,  ///< C2: it falls by itself, and the threshold catches up with it
  kLazy      ///< C3: it keeps still; only the rising step size lowers it
};
/// "C1", "C2", "C3".
const char* name_of(WarmupRegime regime);
/// "C1: the sharpness rises by itself, head-on", …
const char* words_of(WarmupRegime regime);

struct RegimeSpan {
  WarmupRegime regime = WarmupRegime::kLazy;
  std::size_t first = 0, last = 0;  ///< rows, both included; the next span begins at `last`
  double natural_change = 0;        ///< ln of the factor by which the sharpness moved by itself
  int contacts = 0;                 ///< how often the sharpness came above its threshold
  friend bool operator==(const RegimeSpan&, const RegimeSpan&) = default;
};

/// Moves of the sharpness by less than this share do not count as rising or falling.
inline constexpr double kNaturalMove = 0.1;

/// One run's strip. Both curves have one entry for each row of the trajectory; not a number where unknown.
struct WarmupStrip {
  bool preconditioned = false;      ///< which sharpness it is
  std::vector<double> sharpness{};  ///< that of the trajectory: the pre-conditioned one where recorded
  std::vector<double> threshold{};  ///< c/η_t, first_step_factor()/η_0 in row 0; empty if the optimizer has no c
  std::vector<Event> events{};      ///< events_of() with this edge
  std::vector<RegimeSpan> regimes{};
};

/// `trajectory` with sharpness (pre-conditioned for an adaptive optimizer, which else gets no threshold).
WarmupStrip warmup_strip(const Trajectory& trajectory, const Outcome& outcome, const Landscape& landscape,
                         const Choice& optimizer, double reach = 0.1);

/// The regimes of the rows from the start to where the step size ends its climb; none if it does not climb. Ours: a
/// step is natural if the sharpness is below its threshold before and after it, and no catapult is under way (since the
/// last contact the loss has come back to where it was). Moves of ln sharpness over natural steps, added up, make the
/// natural sharpness: as if instability had not touched it. It is cut where it turns round by more than kNaturalMove;
/// it is lazy where it moves by less for a tenth of the climb or longer, and slowly beside the moves before or after.
/// What is held at the threshold (on average above kAtEdge of it) stays in the regime that brought it there: after a
/// rise that is the persistent catapult cycle of C1.
std::vector<RegimeSpan> warmup_regimes(const Trajectory& trajectory, const std::vector<double>& sharpness,
                                       const std::vector<double>& threshold);
inline constexpr double kAtEdge = 0.8;

}  // namespace steplab
