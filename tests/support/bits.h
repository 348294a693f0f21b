// Comparing doubles bit by bit: NaN equals NaN, −0 differs from 0.
#pragma once

#include "core/run/run.h"

#include <bit>
#include <cstdint>
#include <vector>

namespace steplab::testing {

inline bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same_bits(a[i], b[i])) return false;
  return true;
}

inline bool same_bits(const Outcome& a, const Outcome& b) {
  return a.status == b.status && a.steps == b.steps && same_bits(a.loss, b.loss) && same_bits(a.distance, b.distance) &&
         a.reached == b.reached;
}

inline bool same_bits(const Trajectory& a, const Trajectory& b) {
  return a.step == b.step && same_bits(a.x, b.x) && same_bits(a.loss, b.loss) && same_bits(a.step_size, b.step_size) &&
         same_bits(a.grad_norm, b.grad_norm) && same_bits(a.sharpness, b.sharpness) &&
         same_bits(a.preconditioned_sharpness, b.preconditioned_sharpness);
}

inline bool same_bits(const SpecResults& a, const SpecResults& b) {
  if (a.outcomes.size() != b.outcomes.size() || a.trajectories.size() != b.trajectories.size()) return false;
  for (std::size_t i = 0; i < a.outcomes.size(); ++i)
    if (!same_bits(a.outcomes[i], b.outcomes[i])) return false;
  for (std::size_t i = 0; i < a.trajectories.size(); ++i)
    if (!same_bits(a.trajectories[i], b.trajectories[i])) return false;
  return same_bits(a.final_x, b.final_x);
}

inline bool same_bits(const Results& a, const Results& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same_bits(a[i], b[i])) return false;
  return true;
}

}  // namespace steplab::testing
