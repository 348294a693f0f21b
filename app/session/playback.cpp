#include "app/session/playback.h"

#include <algorithm>
#include <cmath>

namespace steplab {

void advance(Playback& playback, int steps, double seconds) {
  if (!playback.playing) return;
  playback.step += seconds * playback.speed * steps / kSecondsAtOne;
  if (playback.step < steps) return;
  playback.step = playback.loop ? std::fmod(playback.step, steps) : steps;
  playback.playing = playback.loop;
  playback.at_end = !playback.loop;
}

void play(Playback& playback, int steps) {
  if (playback.step >= steps) playback.step = 0;
  playback.playing = true;
  playback.at_end = false;
}

void seek(Playback& playback, int steps, double t) {
  playback.step = std::clamp(std::floor(t), 0.0, static_cast<double>(steps));
  playback.playing = false;
  playback.at_end = playback.step >= steps;
}

void fit(Playback& playback, int steps) {
  if (playback.at_end || playback.step > steps) playback.step = steps;
}

void change_speed(Playback& playback, int notches) {
  playback.speed = std::clamp(std::ldexp(playback.speed, notches), kLeastSpeed, kMostSpeed);
}

}  // namespace steplab
