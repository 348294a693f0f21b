#include "core/landscapes/synthetic_data.h"

#include "core/base/math.h"
#include "core/base/random.h"
#include "core/landscapes/dense_solve.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

namespace steplab {
namespace {

// Where the draws of a data seed go: sample i has replicate i and blocks 0, 1, …; the rest lies beyond.
constexpr std::uint64_t kDisturbanceBlock = std::uint64_t{1} << 40;
constexpr std::uint32_t kDirectionReplicate = 0xffffffff;

// Uniforms in (0, 1) from words in the low halves of a pack.
Pack uniforms(PackWord words) { return (__builtin_convertvector(words, Pack) + 0.5) * 0x1p-32; }

// Box-Muller in double precision: four normal draws a lane.
void normals(const PackKeys& keys, std::uint64_t block, Pack out[4]) {
  const PackWords w = random_words(keys, Stream::kData, block);
  for (int pair = 0; pair < 2; ++pair) {
    const Pack radius = steplab::sqrt(-2.0 * steplab::log(uniforms(w.word[2 * pair])));
    const Pack angle = (2 * std::numbers::pi) * uniforms(w.word[2 * pair + 1]);
    out[2 * pair] = radius * steplab::cos(angle);
    out[2 * pair + 1] = radius * steplab::sin(angle);
  }
}

// The keys of samples i … i+7.
PackKeys sample_keys(std::uint64_t seed, int i) {
  RandomKey keys[kPack];
  for (int lane = 0; lane < kPack; ++lane) keys[lane] = {seed, static_cast<std::uint32_t>(i + lane)};
  return pack_keys(keys);
}

double dot(const double* a, const Vector& b) {
  double sum = 0;
  for (Eigen::Index j = 0; j < b.size(); ++j) sum += a[j] * b[j];
  return sum;
}

// Turns the columns into orthogonal ones of mean square 1: X ← X L⁻ᵀ with L Lᵀ = XᵀX/n (Cholesky-QR). A second time is
// orthogonal to rounding even where the first had a large condition number to square (Yamamoto et al. 2015).
void whiten(Samples& s) {
  const std::vector<double> ones(static_cast<std::size_t>(s.count), 1.0 / s.count);
  Matrix lower = weighted_gram(s, ones);
  const bool definite = cholesky(lower);
  assert(definite && "fewer samples than coordinates");
  (void)definite;
  for (int i = 0; i < s.count; ++i) {
    double* x = s.row(i);
    for (int j = 0; j < s.dim; ++j) {
      const double xj = x[j] /= lower(j, j);
      for (int k = j + 1; k < s.dim; ++k) x[k] -= xj * lower(k, j);
    }
  }
}

}  // namespace

Samples normal_samples(int count, int dim, std::uint64_t seed) {
  const auto n = static_cast<std::size_t>(count);
  Samples s{count, dim, std::vector<double>(n * static_cast<std::size_t>(dim)), std::vector<double>(n)};
  for (int i = 0; i < count; i += kPack) {
    const PackKeys keys = sample_keys(seed, i);
    for (int j = 0; j < dim; j += 4) {
      Pack draw[4];
      normals(keys, static_cast<std::uint64_t>(j / 4), draw);
      for (int lane = 0; lane < kPack && i + lane < count; ++lane)
        for (int k = 0; k < 4 && j + k < dim; ++k) s.row(i + lane)[j + k] = draw[k][lane];
    }
  }
  return s;
}

Disturbances disturbances(int count, std::uint64_t seed) {
  const auto n = static_cast<std::size_t>(count);
  Disturbances d{std::vector<double>(n), std::vector<double>(n)};
  for (int i = 0; i < count; i += kPack) {
    const PackKeys keys = sample_keys(seed, i);
    Pack draw[4];
    normals(keys, kDisturbanceBlock, draw);
    const Pack u = uniforms(random_words(keys, Stream::kData, kDisturbanceBlock + 1).word[0]);
    for (int lane = 0; lane < kPack && i + lane < count; ++lane) {
      d.gaussian[static_cast<std::size_t>(i + lane)] = draw[0][lane];
      d.uniform[static_cast<std::size_t>(i + lane)] = u[lane];
    }
  }
  return d;
}

Vector random_direction(int dim, double length, std::uint64_t seed) {
  RandomKey keys[kPack];
  for (auto& key : keys) key = {seed, kDirectionReplicate};
  const PackKeys packed = pack_keys(keys);
  Vector v(dim);
  double square = 0;
  for (int j = 0; j < dim; ++j) {
    Pack draw[4];
    normals(packed, static_cast<std::uint64_t>(j / 4), draw);
    v[j] = draw[j % 4][0];
    square += v[j] * v[j];
  }
  const double factor = length / std::sqrt(square);
  for (int j = 0; j < dim; ++j) v[j] *= factor;
  return v;
}

Samples regression_samples(int count, const std::vector<double>& spectrum, double noise, std::uint64_t seed) {
  const int dim = static_cast<int>(spectrum.size());
  Samples s = normal_samples(count, dim, seed);
  whiten(s);
  whiten(s);
  const Vector truth = random_direction(dim, 2.0, seed);
  const std::vector<double> error = disturbances(count, seed).gaussian;
  std::vector<double> scale;
  scale.reserve(spectrum.size());
  for (const double eigenvalue : spectrum) scale.push_back(std::sqrt(eigenvalue));
  for (int i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    for (int j = 0; j < dim; ++j) s.row(i)[j] *= scale[static_cast<std::size_t>(j)];
    s.y[k] = dot(s.row(i), truth) + noise * error[k];
  }
  return s;
}

Samples gaussian_samples(int count, int dim, double noise, std::uint64_t seed) {
  Samples s = normal_samples(count, dim, seed);
  const Vector truth = random_direction(dim, 2.0, seed);
  const std::vector<double> error = disturbances(count, seed).gaussian;
  for (int i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    s.y[k] = dot(s.row(i), truth) + noise * error[k];
  }
  return s;
}

Samples classification_samples(int count, int dim, double a, double flip, std::uint64_t seed) {
  Samples s = normal_samples(count, dim, seed);
  const Vector truth = random_direction(dim, 2.0, seed);
  const std::vector<double> chance = disturbances(count, seed).uniform;
  std::vector<double> scale;
  scale.reserve(static_cast<std::size_t>(dim));
  for (int j = 0; j < dim; ++j) scale.push_back(steplab::exp(-0.5 * a * steplab::log(1.0 + j)));
  for (int i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    for (int j = 0; j < dim; ++j) s.row(i)[j] *= scale[static_cast<std::size_t>(j)];
    const double label = dot(s.row(i), truth) > 0 ? 1.0 : -1.0;
    s.y[k] = chance[k] < flip ? -label : label;
  }
  return s;
}

NetworkData xor_grid() {
  NetworkData data;
  for (const double a : {-1.5, -0.5, 0.5, 1.5})
    for (const double b : {-1.5, -0.5, 0.5, 1.5}) {
      data.x.insert(data.x.end(), {a, b});
      data.y.push_back(a * b > 0 ? 1.0 : -1.0);
    }
  return data;
}

NetworkData two_rings() {
  NetworkData data;
  for (int k = 0; k < 8; ++k)
    for (const double half : {0.0, 0.5}) {
      const double radius = half == 0 ? 0.5 : 1.5;
      const double angle = 2 * std::numbers::pi * (k + half) / 8;
      data.x.insert(data.x.end(), {radius * steplab::cos(angle), radius * steplab::sin(angle)});
      data.y.push_back(half == 0 ? -1.0 : 1.0);
    }
  return data;
}

NetworkData spirals(int points, int arms, double spread, std::uint64_t seed) {
  const std::vector<double> error = disturbances(points, seed).gaussian;
  const int length = (points + arms - 1) / arms;  // points of the longest arm
  NetworkData data;
  for (int i = 0; i < points; ++i) {
    const int arm = i % arms, place = i / arms;
    const double radius = static_cast<double>(place) / length;
    const double angle = 4.0 * arm + 4.0 * radius + spread * error[static_cast<std::size_t>(i)];
    data.x.insert(data.x.end(), {radius * steplab::sin(angle), radius * steplab::cos(angle)});
    data.y.push_back(arm);
  }
  return data;
}

NetworkData taught(int points, double noise, std::uint64_t seed) {
  constexpr int kInputs = 5, kUnits = 3;
  const std::vector<double> error = disturbances(points, seed).gaussian;
  Samples samples = normal_samples(points, kInputs, seed);
  NetworkData data{.inputs = kInputs, .x = std::move(samples.x), .y = {}};
  for (int i = 0; i < points; ++i) data.y.push_back(noise * error[static_cast<std::size_t>(i)]);
  for (int unit = 0; unit < kUnits; ++unit) {
    const Vector w = random_direction(kInputs, 1.0, seed + 7919u * static_cast<std::uint64_t>(unit + 1));
    const double sign = unit % 2 == 0 ? 1 : -1;
    for (int i = 0; i < points; ++i)
      data.y[static_cast<std::size_t>(i)] +=
          sign * std::max(0.0, dot(&data.x[static_cast<std::size_t>(i * kInputs)], w));
  }
  return data;
}

}  // namespace steplab
