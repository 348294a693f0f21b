#include "core/base/random.h"

#include "core/base/math.h"

namespace steplab {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;

// 64-bit products of the low halves of each lane: one instruction where the compiler would emit a full 64 × 64 product.
inline PackWord wide_product(PackWord a, std::uint32_t multiplier) {
#if defined(__AVX512F__)
  return reinterpret_cast<PackWord>(
      _mm512_mul_epu32(reinterpret_cast<__m512i>(a), _mm512_set1_epi64(static_cast<long long>(multiplier))));
#elif defined(__AVX2__)
  const __m256i m = _mm256_set1_epi64x(static_cast<long long>(multiplier));
  __m256i half[2];
  std::memcpy(half, &a, sizeof a);
  for (auto& h : half) h = _mm256_mul_epu32(h, m);
  std::memcpy(&a, half, sizeof a);
  return a;
#elif defined(__SSE2__)
  const __m128i m = _mm_set1_epi64x(static_cast<long long>(multiplier));
  __m128i quarter[4];
  std::memcpy(quarter, &a, sizeof a);
  for (auto& q : quarter) q = _mm_mul_epu32(q, m);
  std::memcpy(&a, quarter, sizeof a);
  return a;
#else
  return (a & 0xffffffffu) * multiplier;
#endif
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = static_cast<std::uint64_t>(c[0]) * kMultiplier0;
    const std::uint64_t p1 = static_cast<std::uint64_t>(c[2]) * kMultiplier1;
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
    k = {k[0] + kWeyl0, k[1] + kWeyl1};
  }
  return c;
}

// Counter = (index low, index high, replicate, stream), key = seed.
std::array<std::uint32_t, 4> random_words(const RandomKey& key, Stream stream, std::uint64_t index) {
  return philox4x32({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), key.replicate,
                     static_cast<std::uint32_t>(stream)},
                    {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

PackKeys pack_keys(const RandomKey* keys) {
  PackKeys packed;
  for (int lane = 0; lane < kPack; ++lane) {
    packed.seed_low[lane] = keys[lane].seed & 0xffffffff;
    packed.seed_high[lane] = keys[lane].seed >> 32;
    packed.replicate[lane] = keys[lane].replicate;
  }
  return packed;
}

namespace {

// N consecutive blocks side by side: one alone would wait for the latency of its ten rounds.
template <int N>
inline void words_of_blocks(const PackKeys& keys, Stream stream, std::uint64_t index, PackWords (&words)[N]) {
  constexpr std::uint64_t kLow = 0xffffffff;
  PackWord c0[N], c1[N], c2[N], c3[N];
  for (int n = 0; n < N; ++n) {
    const std::uint64_t i = index + static_cast<std::uint64_t>(n);
    c0[n] = PackWord{} + (i & kLow);
    c1[n] = PackWord{} + (i >> 32);
    c2[n] = keys.replicate;
    c3[n] = PackWord{} + static_cast<std::uint32_t>(stream);
  }
  PackWord k0 = keys.seed_low, k1 = keys.seed_high;
  for (int round = 0; round < 10; ++round) {
    for (int n = 0; n < N; ++n) {
      // The high halves of c0 … c3 may hold rubbish: products read low halves only, and the end masks it away.
      const PackWord p0 = wide_product(c0[n], kMultiplier0);
      const PackWord p1 = wide_product(c2[n], kMultiplier1);
      c0[n] = (p1 >> 32) ^ c1[n] ^ k0;
      c2[n] = (p0 >> 32) ^ c3[n] ^ k1;
      c1[n] = p1;
      c3[n] = p0;
    }
    k0 = k0 + kWeyl0;
    k1 = k1 + kWeyl1;
  }
  for (int n = 0; n < N; ++n) words[n] = {{c0[n] & kLow, c1[n] & kLow, c2[n] & kLow, c3[n] & kLow}};
}

}  // namespace

PackWords random_words(const PackKeys& keys, Stream stream, std::uint64_t index) {
  PackWords words[1];
  words_of_blocks(keys, stream, index, words);
  return words[0];
}

namespace {

constexpr FloatPack splat(float c) { return FloatPack{} + c; }

// Natural logarithm of positive normal floats: mantissa in [√½, √2), polynomial after Cephes (Moshier).
FloatPack log_float(FloatPack x) {
  FloatPackInt bits = std::bit_cast<FloatPackInt>(x);
  const FloatPackInt shifted = bits - 0x3f3504f3;
  const FloatPackInt exponent = shifted >> 23;
  const FloatPack m = std::bit_cast<FloatPack>(bits - (exponent << 23)) - 1.0f;
  const FloatPack k = __builtin_convertvector(exponent, FloatPack);
  const FloatPack z = m * m;
  FloatPack p = splat(7.0376836292e-2f);
  for (const float c : {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
                        2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f})
    p = p * m + c;
  return ((p * m * z + k * -2.12194440e-4f) - 0.5f * z) + m + k * 0.693359375f;
}

// sin and cos of 2π u, where u = word / 2³² (+ ½ ulp): the quadrant is in the top bits, the rest is an angle in ±π/4.
void sincos_turn(FloatPackInt word, FloatPack& sine, FloatPack& cosine) {
  const auto turn = std::bit_cast<FloatPackWord>(word);  // unsigned, because the sums wrap as they should
  const FloatPackInt quadrant = std::bit_cast<FloatPackInt>(turn + 0x20000000u) >> 30;  // nearest quarter turn
  const FloatPackInt rest =
      std::bit_cast<FloatPackInt>(turn - (std::bit_cast<FloatPackWord>(quadrant) << 30));  // in [−2²⁹, 2²⁹)
  const FloatPack a = __builtin_convertvector(rest, FloatPack) * 1.46291807926716e-9f;     // 2π / 2³²
  const FloatPack z = a * a;
  const FloatPack s = a + a * z * ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f);
  const FloatPack c =
      1.0f - 0.5f * z + z * z * ((2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f);
  const FloatPackInt odd = -(quadrant & 1);  // all bits or none
  const FloatPack sine_part = select(odd, c, s), cosine_part = select(odd, s, c);
  sine = std::bit_cast<FloatPack>(std::bit_cast<FloatPackInt>(sine_part) ^ ((quadrant & 2) << 30));
  cosine = std::bit_cast<FloatPack>(std::bit_cast<FloatPackInt>(cosine_part) ^ (((quadrant + 1) & 2) << 30));
}

// The words of two packs side by side: a's lanes, then b's.
FloatPackWord side_by_side(PackWord a, PackWord b) {
  return __builtin_shufflevector(__builtin_convertvector(a, HalfPackWord), __builtin_convertvector(b, HalfPackWord), 0,
                                 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
Pack first_half(FloatPack x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7), Pack);
}
Pack second_half(FloatPack x) {
  return __builtin_convertvector(__builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15), Pack);
}

// Box-Muller of the words of one block.
inline void normals_of(const PackWords& w, Pack out[4]) {
  // u = (word + ½) / 2³² in (0, 1], rounded to a float.
  const FloatPackWord radius_word = side_by_side(w.word[0], w.word[2]);
  const FloatPack u = (__builtin_convertvector(radius_word, FloatPack) + 0.5f) * 0x1p-32f;
  const FloatPack radius = sqrt(-2.0f * log_float(u));
  FloatPack sine, cosine;
  sincos_turn(std::bit_cast<FloatPackInt>(side_by_side(w.word[1], w.word[3])), sine, cosine);
  const FloatPack first = radius * cosine, second = radius * sine;
  out[0] = first_half(first);
  out[1] = first_half(second);
  out[2] = second_half(first);
  out[3] = second_half(second);
}

template <int N>
inline void store_normals(const PackKeys& keys, std::uint64_t block, double scale, double* out, std::ptrdiff_t stride) {
  PackWords words[N];
  words_of_blocks(keys, Stream::kNoise, block, words);
  for (int n = 0; n < N; ++n) {
    Pack draws[4];
    normals_of(words[n], draws);
    for (int slot = 0; slot < 4; ++slot) store(out + (4 * n + slot) * stride, draws[slot] * scale);
  }
}

}  // namespace

void normal_blocks(const PackKeys& keys, std::uint64_t first_block, int count, double scale, double* out,
                   std::ptrdiff_t stride) {
  // With sixteen registers the blocks would only push each other out into memory.
#if defined(__AVX512F__)
  constexpr int kSideBySide = 4;
#else
  constexpr int kSideBySide = 1;
#endif
  int b = 0;
  for (; b + kSideBySide <= count; b += kSideBySide)
    store_normals<kSideBySide>(keys, first_block + static_cast<std::uint64_t>(b), scale, out + 4 * b * stride, stride);
  for (; b < count; ++b)
    store_normals<1>(keys, first_block + static_cast<std::uint64_t>(b), scale, out + 4 * b * stride, stride);
}

void normal_block(const PackKeys& keys, std::uint64_t index, Pack out[4]) {
  normals_of(random_words(keys, Stream::kNoise, index), out);
}

double normal(const RandomKey& key, std::uint64_t n) {
  RandomKey keys[kPack];
  for (auto& k : keys) k = key;
  Pack block[4];
  normal_block(pack_keys(keys), n / 4, block);
  return block[n % 4][0];
}

}  // namespace steplab
