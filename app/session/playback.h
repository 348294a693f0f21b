// Where the timeline stands.
#pragma once

namespace steplab {

struct Playback {
  double step = 0;  ///< updates done in what is shown; whole steps are shown, fractions only carry over
  bool playing = false;
  bool loop = false;
  double speed = 1;    ///< 1: the whole run in kSecondsAtOne
  bool at_end = true;  ///< stays at the end when T changes
};

inline constexpr double kSecondsAtOne = 10;
inline constexpr double kLeastSpeed = 1.0 / 64, kMostSpeed = 64;

/// Moves on by `seconds`; stops at T, or begins again if it loops.
void advance(Playback& playback, int steps, double seconds);
/// Starts from the beginning if it stands at the end.
void play(Playback& playback, int steps);
/// Pauses at step t, kept within [0, T].
void seek(Playback& playback, int steps, double t);
/// Keeps the place within a run of another length; the end stays the end.
void fit(Playback& playback, int steps);
/// Twice as fast for +1, half for −1.
void change_speed(Playback& playback, int notches);

}  // namespace steplab
