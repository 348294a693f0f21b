// The hot loops of linear models f(w) = mean of ℓ(x_i·w, y_i): products of samples and lanes, blocked for registers.
// Every lane's operations come in one order whatever the number of lanes: a lane is never mixed with another, and the
// width P only says how many packs share a broadcast sample.
#pragma once

#include "core/base/pack.h"

#include <Eigen/Core>

#include <algorithm>
#include <cassert>
#include <limits>

namespace steplab::linear {

/// Lanes [first, first + P packs) of a tile: coordinate j of pack p is at `at(j, p)`.
template <class T>
struct LaneBlock {
  T* data;
  Eigen::Index stride;  ///< lanes of the whole tile
  T* at(int j, int p) const { return data + j * stride + p * kPack; }
};

/// The larger of `extent` and |x|; NaN once either is.
inline Pack reach(Pack extent, Pack x) {
  const Pack size = abs(x);
  return select(size <= std::numeric_limits<double>::infinity(), max(size, extent), x);
}

/// The same for finite x only, in as few instructions as there are; what it gives for NaN does not matter.
inline Pack reach_of_finite(Pack extent, Pack x) {
#if defined(__AVX512DQ__)
  // Maximum of magnitudes (operation 3) with the sign cleared (2 << 2).
  return reinterpret_cast<Pack>(
      _mm512_range_pd(reinterpret_cast<__m512d>(extent), reinterpret_cast<__m512d>(x), 0b1011));
#else
  return max(abs(x), extent);
#endif
}

/// *p in every lane. Without the intrinsic g++ 12 loads first and shuffles then, on a port the sums need.
inline Pack broadcast(const double* p) {
#if defined(__AVX512F__)
  return reinterpret_cast<Pack>(_mm512_broadcastsd_pd(_mm_load_sd(p)));
#else
  return Pack{*p, *p, *p, *p, *p, *p, *p, *p};
#endif
}

/// Asks the cache for a row of doubles before it is needed.
inline void prefetch(const double* row, int length) {
  for (int j = 0; j < length; j += 8) __builtin_prefetch(row + j);
}

/// z[p] = x·w of each lane. Even and odd coordinates have sums of their own: a single chain of additions would wait for
/// its own latency when there are few lanes.
template <int P>
void dot(LaneBlock<const double> w, const double* x, int dim, Pack* z) {
  Pack even[P] = {}, odd[P] = {};
  int j = 0;
  for (; j + 1 < dim; j += 2) {
    for (int p = 0; p < P; ++p) even[p] += load(w.at(j, p)) * x[j];
    for (int p = 0; p < P; ++p) odd[p] += load(w.at(j + 1, p)) * x[j + 1];
  }
  if (j < dim)
    for (int p = 0; p < P; ++p) even[p] += load(w.at(j, p)) * x[j];
  for (int p = 0; p < P; ++p) z[p] = even[p] + odd[p];
}

/// w ← w − c x, in the same sweep z ← next·w with the new w, summed as dot() sums it.
template <int P>
void update_and_dot(LaneBlock<double> w, const double* x, const Pack* c, const double* next, int dim, Pack* z) {
  // A copy: the compiler cannot know that storing w does not change c, and would load it again. So for the samples
  // below.
  Pack even[P] = {}, odd[P] = {}, factor[P];
  for (int p = 0; p < P; ++p) factor[p] = c[p];
  const auto step = [&](int j, Pack* sum) {
    const Pack along = broadcast(x + j), ahead = broadcast(next + j);
    for (int p = 0; p < P; ++p) {
      const Pack moved = load(w.at(j, p)) - factor[p] * along;
      store(w.at(j, p), moved);
      sum[p] += moved * ahead;
    }
  };
  int j = 0;
  for (; j + 1 < dim; j += 2) {
    step(j, even);
    step(j + 1, odd);
  }
  if (j < dim) step(j, even);
  for (int p = 0; p < P; ++p) z[p] = even[p] + odd[p];
}

/// w ← w − c x; extent[p] ← the largest |coordinate| of the new w. If kSticky, NaN once one is; else c tells of that.
template <int P, bool kSticky>
void update(LaneBlock<double> w, const double* x, const Pack* c, int dim, Pack* extent) {
  Pack far[P] = {}, factor[P];
  for (int p = 0; p < P; ++p) factor[p] = c[p];
  for (int j = 0; j < dim; ++j) {
    const Pack along = broadcast(x + j);
    for (int p = 0; p < P; ++p) {
      const Pack moved = load(w.at(j, p)) - factor[p] * along;
      store(w.at(j, p), moved);
      far[p] = kSticky ? reach(far[p], moved) : reach_of_finite(far[p], moved);
    }
  }
  for (int p = 0; p < P; ++p) extent[p] = far[p];
}

/// Copies P packs of `dim` coordinates.
template <int P>
void copy(LaneBlock<const double> from, LaneBlock<double> to, int dim) {
  for (int j = 0; j < dim; ++j)
    for (int p = 0; p < P; ++p) store(to.at(j, p), load(from.at(j, p)));
}

/// z[s][p] = rows[s]·w for S samples at once.
template <int P, int S>
void products(LaneBlock<const double> w, const double* const* rows, int dim, Pack* z) {
  const double* x[S];
  for (int s = 0; s < S; ++s) x[s] = rows[s];
  Pack sum[S][P] = {};
  for (int j = 0; j < dim; ++j) {
    Pack v[P];
    for (int p = 0; p < P; ++p) v[p] = load(w.at(j, p));
    for (int s = 0; s < S; ++s)
      for (int p = 0; p < P; ++p) sum[s][p] += v[p] * x[s][j];
  }
  for (int s = 0; s < S; ++s)
    for (int p = 0; p < P; ++p) z[s * P + p] = sum[s][p];
}

template <int P>
void all_products(LaneBlock<const double> w, const double* const* rows, int count, int dim, Pack* z) {
  int s = 0;
  for (; s + 4 <= count; s += 4) products<P, 4>(w, rows + s, dim, z + s * P);
  for (; s < count; ++s) products<P, 1>(w, rows + s, dim, z + s * P);
}

/// g[j…j+J−1] of each lane ← (itself if `add`, else 0) + Σ_s c[s] rows[s][j], samples in order.
template <int P, int J>
void combine(LaneBlock<double> g, const double* const* rows, const Pack* c, int count, int j, bool add) {
  Pack sum[J][P] = {};
  if (add)
    for (int i = 0; i < J; ++i)
      for (int p = 0; p < P; ++p) sum[i][p] = load(g.at(j + i, p));
  for (int s = 0; s < count; ++s) {
    const double* x = rows[s] + j;
    for (int i = 0; i < J; ++i)
      for (int p = 0; p < P; ++p) sum[i][p] += c[s * P + p] * x[i];
  }
  for (int i = 0; i < J; ++i)
    for (int p = 0; p < P; ++p) store(g.at(j + i, p), sum[i][p]);
}

template <int P>
void combine_all(LaneBlock<double> g, const double* const* rows, const Pack* c, int count, int dim, bool add) {
  int j = 0;
  for (; j + 4 <= dim; j += 4) combine<P, 4>(g, rows, c, count, j, add);
  for (; j < dim; ++j) combine<P, 1>(g, rows, c, count, j, add);
}

/// Calls kernel.template operator()<P>(first lane) over all lanes, at most five packs at a time: 4 × 5 sums fill the
/// registers, and 5 packs of 100 coordinates fill a 32 kB cache.
template <class Kernel>
void for_lane_blocks(Eigen::Index lanes, const Kernel& kernel) {
  constexpr Eigen::Index kWidest = 5;
  assert(lanes % kPack == 0);
  const Eigen::Index packs = lanes / kPack;
  const Eigen::Index blocks = (packs + kWidest - 1) / kWidest;
  for (Eigen::Index b = 0, done = 0; b < blocks; ++b) {
    const Eigen::Index width = (packs - done) / (blocks - b);
    const Eigen::Index first = done * kPack;
    switch (width) {
      case 1:
        kernel.template operator()<1>(first);
        break;
      case 2:
        kernel.template operator()<2>(first);
        break;
      case 3:
        kernel.template operator()<3>(first);
        break;
      case 4:
        kernel.template operator()<4>(first);
        break;
      default:
        kernel.template operator()<5>(first);
        break;
    }
    done += width;
  }
}

}  // namespace steplab::linear
