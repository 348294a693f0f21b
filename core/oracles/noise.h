// Noise that does not look at x: which distribution, and a window of draws for a tile.
#pragma once

#include "core/base/random.h"
#include "core/base/tile.h"

#include <string_view>
#include <vector>

namespace steplab {

enum class NoiseKind { kGaussian, kSign, kUniform, kStudentT };
/// The kind that noise_spec() names.
NoiseKind noise_kind(std::string_view name);

/// Gaussian: variance σ². Sign: ±σ with probability ½. Uniform: in [−σ, σ]. Student-t: σ times a draw of ν degrees of
/// freedom.
struct Noise {
  NoiseKind kind = NoiseKind::kGaussian;
  double sigma = 1;
  double nu = 0;
};

/// A cache of the draws of successive updates: draw number update·width + column of every lane's key.
class NoiseWindow {
 public:
  /// width: numbers per lane and update.
  NoiseWindow(const Noise& noise, int width, const std::vector<RandomKey>& keys);
  /// [count][width][lanes], of updates first …; valid until the next call.
  const double* draws(int first, int count);
  Eigen::Index lanes() const { return static_cast<Eigen::Index>(keys_.size()) * kPack; }

 private:
  void fill(std::int64_t begin, std::int64_t end);

  Noise noise_;
  int width_;
  std::vector<PackKeys> keys_;
  int period_;  // updates after which draws fill whole blocks
  int length_;  // updates filled at once
  std::int64_t begin_ = 0, end_ = 0;
  std::vector<Pack> window_;  // packs for their alignment
};

/// g ← g + noise, in the order of operations of Landscape::descend, so that both paths give the same bits.
void add_noise(Tile& g, const double* noise);

}  // namespace steplab
