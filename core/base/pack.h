// SIMD packs: compiler vector types, so one source serves SSE2, AVX2 and AVX-512 with the same bits.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace steplab {

/// Lanes in a pack. Fixed for every processor, so that padding (and with it every result) does not depend on it.
inline constexpr int kPack = 8;

using Pack [[gnu::vector_size(64)]] = double;
/// What comparing two packs gives: −1 true, 0 false. Integers of 64 bits: long for g++, long long for clang++.
using PackMask = decltype(Pack{} < Pack{});
using PackWord [[gnu::vector_size(64)]] = std::uint64_t;
using FloatPack [[gnu::vector_size(64)]] = float;  // 16 floats
using FloatPackInt [[gnu::vector_size(64)]] = std::int32_t;
using FloatPackWord [[gnu::vector_size(64)]] = std::uint32_t;
using HalfFloatPack [[gnu::vector_size(32)]] = float;  // 8 floats, one for each lane of a Pack
using HalfPackWord [[gnu::vector_size(32)]] = std::uint32_t;

inline constexpr int round_up_to_pack(int lanes) { return (lanes + kPack - 1) / kPack * kPack; }

inline Pack load(const double* p) {
  Pack a;
  std::memcpy(&a, p, sizeof a);
  return a;
}
inline void store(double* p, Pack a) { std::memcpy(p, &a, sizeof a); }
inline Pack splat(double c) { return Pack{} + c; }

/// mask ? a : b, lane by lane. The scalar forms let one formula serve double and Pack.
/// (Without AVX-512, g++ 12 takes ?: of such wide vectors apart lane by lane: bit operations are ten times faster.)
template <class Mask, class Values>
Values select_bits(Mask mask, Values a, Values b) {
#if defined(__AVX512F__)
  return mask ? a : b;
#else
  return std::bit_cast<Values>((mask & std::bit_cast<Mask>(a)) | (~mask & std::bit_cast<Mask>(b)));
#endif
}
inline Pack select(PackMask mask, Pack a, Pack b) { return select_bits(mask, a, b); }
inline FloatPack select(FloatPackInt mask, FloatPack a, FloatPack b) { return select_bits(mask, a, b); }
inline double select(bool mask, double a, double b) { return mask ? a : b; }

/// What is not a number is the only value that differs from itself.
inline PackMask is_nan(Pack a) {
  const Pack itself = a;
  return a != itself;
}
inline bool is_nan(double a) { return std::isnan(a); }

inline bool any(PackMask mask) {
#if defined(__AVX512F__)
  return _mm512_test_epi64_mask(reinterpret_cast<__m512i>(mask), reinterpret_cast<__m512i>(mask)) != 0;
#else
  std::int64_t bits = 0;
  for (int i = 0; i < kPack; ++i) bits |= mask[i];
  return bits != 0;
#endif
}
inline bool any(bool mask) { return mask; }

// Without AVX-512 a pack is several registers. g++ 12 splits arithmetic over them, but takes comparisons apart lane by
// lane; so what compares in a hot loop goes register by register here.
#if defined(__AVX__) && !defined(__AVX512F__)
inline Pack by_registers(Pack a, Pack b, __m256d (*operation)(__m256d, __m256d)) {
  __m256d x[2], y[2];
  std::memcpy(x, &a, sizeof a);
  std::memcpy(y, &b, sizeof b);
  for (int i = 0; i < 2; ++i) x[i] = operation(x[i], y[i]);
  std::memcpy(&a, x, sizeof a);
  return a;
}
#elif defined(__SSE2__) && !defined(__AVX512F__)
inline Pack by_registers(Pack a, Pack b, __m128d (*operation)(__m128d, __m128d)) {
  __m128d x[4], y[4];
  std::memcpy(x, &a, sizeof a);
  std::memcpy(y, &b, sizeof b);
  for (int i = 0; i < 4; ++i) x[i] = operation(x[i], y[i]);
  std::memcpy(&a, x, sizeof a);
  return a;
}
#endif

inline Pack abs(Pack a) {
  PackMask bits;
  std::memcpy(&bits, &a, sizeof a);
  bits &= PackMask{} + INT64_MAX;
  std::memcpy(&a, &bits, sizeof a);
  return a;
}
inline double abs(double a) { return std::fabs(a); }

inline Pack sqrt(Pack a) {
#if defined(__AVX512F__)
  return reinterpret_cast<Pack>(_mm512_sqrt_pd(reinterpret_cast<__m512d>(a)));
#else
  for (int i = 0; i < kPack; ++i) a[i] = __builtin_sqrt(a[i]);
  return a;
#endif
}
inline double sqrt(double a) { return __builtin_sqrt(a); }

inline FloatPack sqrt(FloatPack a) {
#if defined(__AVX512F__)
  return reinterpret_cast<FloatPack>(_mm512_sqrt_ps(reinterpret_cast<__m512>(a)));
#else
  for (int i = 0; i < 16; ++i) a[i] = __builtin_sqrtf(a[i]);
  return a;
#endif
}

/// a > b ? a : b, so b if either is not a number. Compilers do not always see that this is one instruction.
inline Pack max(Pack a, Pack b) {
#if defined(__AVX512F__)
  return reinterpret_cast<Pack>(_mm512_max_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b)));
#elif defined(__AVX__)
  return by_registers(a, b, [](__m256d x, __m256d y) { return _mm256_max_pd(x, y); });
#elif defined(__SSE2__)
  return by_registers(a, b, [](__m128d x, __m128d y) { return _mm_max_pd(x, y); });
#else
  return select(a > b, a, b);
#endif
}
inline double max(double a, double b) { return a > b ? a : b; }
inline Pack max(Pack a, double b) { return max(a, splat(b)); }
/// a < b ? a : b, so b if either is not a number.
inline Pack min(Pack a, Pack b) {
#if defined(__AVX512F__)
  return reinterpret_cast<Pack>(_mm512_min_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b)));
#elif defined(__AVX__)
  return by_registers(a, b, [](__m256d x, __m256d y) { return _mm256_min_pd(x, y); });
#elif defined(__SSE2__)
  return by_registers(a, b, [](__m128d x, __m128d y) { return _mm_min_pd(x, y); });
#else
  return select(a < b, a, b);
#endif
}
inline Pack min(Pack a, double b) { return min(a, splat(b)); }
inline double min(double a, double b) { return a < b ? a : b; }

}  // namespace steplab
