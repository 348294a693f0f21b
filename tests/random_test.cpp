#include "core/base/random.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace steplab;

TEST_CASE("Philox4x32-10 gives the vectors published with Random123") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("eight lanes at once draw the words that each key draws alone") {
  RandomKey keys[kPack];
  for (unsigned lane = 0; lane < kPack; ++lane) keys[lane] = {0x123456789abcdefULL + lane * 0x100000001ULL, lane};
  for (const std::uint64_t index : {0ULL, 1ULL, 0xffffffffULL, 0x1ffffffffULL}) {
    const PackWords all = random_words(pack_keys(keys), Stream::kBatch, index);
    for (int lane = 0; lane < kPack; ++lane) {
      const auto alone = random_words(keys[lane], Stream::kBatch, index);
      for (int i = 0; i < 4; ++i) CHECK(all.word[i][lane] == alone[static_cast<std::size_t>(i)]);
    }
  }
}

TEST_CASE("a normal draw is Box-Muller of its words, to single precision") {
  const RandomKey key{7, 3};
  for (std::uint64_t block = 0; block < 20000; ++block) {
    const auto w = random_words(key, Stream::kNoise, block);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const double radius = std::sqrt(-2 * std::log(uniform_open(w[2 * pair])));
      const double angle = 2 * M_PI * w[2 * pair + 1] * 0x1p-32;
      if (radius < 0.05) continue;  // near 0 the rounding of the uniform to a float shows
      CHECK(std::abs(normal(key, 4 * block + 2 * pair) - radius * std::cos(angle)) < 2e-6 * (1 + radius));
      CHECK(std::abs(normal(key, 4 * block + 2 * pair + 1) - radius * std::sin(angle)) < 2e-6 * (1 + radius));
    }
  }
}

TEST_CASE("normal draws have the moments of a standard normal within five standard errors") {
  double sum[5] = {};
  const int n = 1 << 20;
  for (std::uint64_t i = 0; i < n; ++i) {
    const double g = normal({1, static_cast<std::uint32_t>(i >> 12)}, i & 4095);
    double power = 1;
    for (double& s : sum) {
      s += power;
      power *= g;
    }
  }
  // Variances of g, g², g³, g⁴ are 1, 2, 15, 96.
  CHECK(std::abs(sum[1] / n) < 5 * std::sqrt(1.0 / n));
  CHECK(std::abs(sum[2] / n - 1) < 5 * std::sqrt(2.0 / n));
  CHECK(std::abs(sum[3] / n) < 5 * std::sqrt(15.0 / n));
  CHECK(std::abs(sum[4] / n - 3) < 5 * std::sqrt(96.0 / n));
}
