// Counter-based random numbers: a draw is a pure function of (seed, replicate, index), so a run can be recomputed
// from the middle, scrubbed, split over tiles and threads, and still meet the same noise.
// Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox4x32-10).
#pragma once

#include "core/base/pack.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace steplab {

/// Philox4x32-10 of one counter under one key. Checked against the vectors published with Random123.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// Who draws: runs that share a key share their noise (common random numbers).
struct RandomKey {
  std::uint64_t seed = 1;
  std::uint32_t replicate = 0;
  friend bool operator==(const RandomKey&, const RandomKey&) = default;
};

/// What the draws are for, so that one key serves several independent streams.
enum class Stream : std::uint32_t { kNoise = 0, kBatch = 1, kLabel = 2, kData = 3, kStart = 4 };

/// The keys of eight lanes, spread over packs.
struct PackKeys {
  PackWord seed_low, seed_high, replicate;
};
PackKeys pack_keys(const RandomKey* keys /* [kPack] */);

/// Four words per lane (in the low half of each 64-bit lane) for block `index` of a stream, eight lanes at once.
struct PackWords {
  PackWord word[4];
};
PackWords random_words(const PackKeys& keys, Stream stream, std::uint64_t index);
/// The same for one key.
std::array<std::uint32_t, 4> random_words(const RandomKey& key, Stream stream, std::uint64_t index);

/// Uniform in (0, 1): (word + ½) / 2³².
inline double uniform_open(std::uint32_t word) { return (word + 0.5) * 0x1p-32; }
/// Uniform integer in [0, n), by the high part of a 32 × 32 bit product (Lemire 2019); n < 2³². Its bias is below
/// n/2³².
inline std::uint32_t uniform_below(std::uint32_t word, std::uint32_t n) {
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(word) * n) >> 32);
}

/// Four standard normal draws per lane for block `index`: out[slot][lane], slot 0…3. Box-Muller on 32-bit uniforms,
/// evaluated in single precision (error below 2e-6 (1 + |draw|) but near 0; |draw| < 6.8) and given as doubles.
void normal_block(const PackKeys& keys, std::uint64_t index, Pack out[4]);
/// The draws of `count` consecutive blocks, times `scale`: draw number 4·first_block + i of every lane goes to
/// out[i · stride + lane]. Much faster than block by block.
void normal_blocks(const PackKeys& keys, std::uint64_t first_block, int count, double scale, double* out,
                   std::ptrdiff_t stride);
/// The same draws one at a time: draw number `n` of a key is slot n mod 4 of block n / 4.
double normal(const RandomKey& key, std::uint64_t n);

}  // namespace steplab
