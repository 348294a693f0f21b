#include "core/oracles/noise.h"

#include "core/base/math.h"

#include <algorithm>
#include <cassert>
#include <numbers>
#include <numeric>

namespace steplab {
namespace {

/// Uniform in (0, 1): (word + ½) / 2³².
Pack uniform_open(PackWord word) { return (__builtin_convertvector(word, Pack) + 0.5) * 0x1p-32; }

void sign_block(const Noise& noise, const PackKeys& keys, std::uint64_t block, Pack out[4]) {
  const PackWords words = random_words(keys, Stream::kNoise, block);
  for (int k = 0; k < 4; ++k) out[k] = select((words.word[k] >> 31) != 0, splat(noise.sigma), splat(-noise.sigma));
}

void uniform_block(const Noise& noise, const PackKeys& keys, std::uint64_t block, Pack out[4]) {
  const PackWords words = random_words(keys, Stream::kNoise, block);
  for (int k = 0; k < 4; ++k) out[k] = noise.sigma * (2.0 * uniform_open(words.word[k]) - 1.0);
}

/// √(ν (U^{−2/ν} − 1)) cos 2πV: Bailey 1994 ("Polar generation of random variates with the t-distribution"), eq. for R²
/// and the cosine of its angle; without rejection, so each draw has its own two words. Cut off by U ≥ 2⁻³³.
void student_t_block(const Noise& noise, const PackKeys& keys, std::uint64_t block, Pack out[4]) {
  for (std::uint64_t half = 0; half < 2; ++half) {
    const PackWords words = random_words(keys, Stream::kNoise, 2 * block + half);
    for (std::size_t k = 0; k < 2; ++k) {
      const Pack power = exp((-2.0 / noise.nu) * log(uniform_open(words.word[2 * k])));
      const Pack radius = sqrt(noise.nu * (power - 1.0));
      out[2 * half + k] = noise.sigma * radius * cos((2 * std::numbers::pi) * uniform_open(words.word[2 * k + 1]));
    }
  }
}

// Draws of `count` blocks from `first` on: number 4·first + i of every lane at out[i · stride + lane].
using Fill = void (*)(const Noise&, const PackKeys&, std::uint64_t first, int count, double* out, Eigen::Index stride);

void gaussian_fill(const Noise& noise, const PackKeys& keys, std::uint64_t first, int count, double* out,
                   Eigen::Index stride) {
  normal_blocks(keys, first, count, noise.sigma, out, stride);
}

template <void (*Block)(const Noise&, const PackKeys&, std::uint64_t, Pack[4])>
void fill_by_block(const Noise& noise, const PackKeys& keys, std::uint64_t first, int count, double* out,
                   Eigen::Index stride) {
  for (int b = 0; b < count; ++b) {
    Pack four[4];
    Block(noise, keys, first + static_cast<std::uint64_t>(b), four);
    for (int k = 0; k < 4; ++k) store(out + (4 * b + k) * stride, four[k]);
  }
}

Fill fill_of(NoiseKind kind) {
  switch (kind) {
    case NoiseKind::kGaussian:
      return gaussian_fill;
    case NoiseKind::kSign:
      return fill_by_block<sign_block>;
    case NoiseKind::kUniform:
      return fill_by_block<uniform_block>;
    case NoiseKind::kStudentT:
      return fill_by_block<student_t_block>;
  }
  assert(false);
  return nullptr;
}

constexpr int kUpdates = 16;              // filled at once where they are small
constexpr std::int64_t kNumbers = 16384;  // 128 kB: a window that stays in the second-level cache

}  // namespace

NoiseKind noise_kind(std::string_view name) {
  if (name == "sign") return NoiseKind::kSign;
  if (name == "uniform") return NoiseKind::kUniform;
  assert(name == "gaussian");
  return NoiseKind::kGaussian;
}

NoiseWindow::NoiseWindow(const Noise& noise, int width, const std::vector<RandomKey>& keys)
    : noise_(noise), width_(width), period_(4 / std::gcd(width, 4)) {
  assert(!keys.empty() && keys.size() % kPack == 0);
  for (std::size_t i = 0; i < keys.size(); i += kPack) keys_.push_back(pack_keys(&keys[i]));
  const std::int64_t fitting = kNumbers / (width * lanes()) / period_ * period_;
  length_ = static_cast<int>(std::clamp<std::int64_t>(fitting, period_, kUpdates));
}

const double* NoiseWindow::draws(int first, int count) {
  const std::int64_t last = std::int64_t{first} + count;
  if (first < begin_ || last > end_) {
    const int unit = count < length_ ? length_ : period_;
    const std::int64_t begin = first - first % unit;
    fill(begin, std::max(begin + length_, (last + period_ - 1) / period_ * period_));
  }
  return reinterpret_cast<const double*>(window_.data()) + (first - begin_) * width_ * lanes();
}

void NoiseWindow::fill(std::int64_t begin, std::int64_t end) {
  const std::size_t packs = keys_.size();
  window_.resize(static_cast<std::size_t>((end - begin) * width_) * packs);
  const auto first_block = static_cast<std::uint64_t>(begin) * static_cast<std::uint64_t>(width_) / 4;
  const auto blocks = static_cast<int>((end - begin) * width_ / 4);
  const Fill fill_blocks = fill_of(noise_.kind);
  for (std::size_t p = 0; p < packs; ++p)
    fill_blocks(noise_, keys_[p], first_block, blocks, reinterpret_cast<double*>(&window_[p]), lanes());
  begin_ = begin;
  end_ = end;
}

void add_noise(Tile& g, const double* noise) { g += Eigen::Map<const Tile>(noise, g.rows(), g.cols()); }

}  // namespace steplab
