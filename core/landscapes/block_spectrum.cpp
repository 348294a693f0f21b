#include "core/landscapes/block_spectrum.h"

#include "core/landscapes/synthetic_data.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kTolerance = 3e-11;
constexpr int kMostTrials = 120;  // halving alone needs about forty
constexpr int kDualSteps = 8;

// Row i of a lower triangle kept row by row.
constexpr std::size_t triangle_row(int i) { return static_cast<std::size_t>(i) * static_cast<std::size_t>(i + 1) / 2; }

/// One lane's hunt for the shift: `low` is no upper bound, `high` is one.
class Hunt {
 public:
  void begin(double high, double blocks) {
    high_ = high;
    blocks_ = blocks;
  }
  bool done() const { return done_; }
  double answer() const { return done_ ? answer_ : high_; }

  // Near the eigenvalue the Rayleigh quotient is off by residual²/gap: a guess of the gap makes the steps cubic.
  double shift() const {
    const double open = kTolerance * scale();
    double step = std::min(residual_, caution_ * residual_ * residual_ / scale());
    if (fails_ == 1) step = residual_;
    const double wanted = rayleigh_ + std::max(step, open);
    return fails_ > 1 || !(wanted > low_) || !(wanted < high_) ? 0.5 * (low_ + high_) : wanted;
  }

  void judge(double shift, bool bounds) {
    if (bounds) {
      high_ = std::min(high_, shift);
      fails_ = 0;
    } else {
      low_ = std::max(low_, shift);
      caution_ *= 8;
      fails_ += 1;
    }
    close();
  }
  /// Of the vector that the last bound gave.
  void see(double rayleigh, double residual) {
    low_ = std::max(low_, rayleigh);
    rayleigh_ = rayleigh;
    residual_ = residual;
    close();
  }
  void end(double answer) {
    answer_ = answer;
    done_ = true;
  }

 private:
  void close() {
    const double open = kTolerance * scale();
    if (!(high_ - low_ > open)) end(high_ - rayleigh_ > 2 * open ? high_ : rayleigh_);
  }
  double scale() const { return std::abs(rayleigh_) + blocks_; }

  double low_ = -std::numeric_limits<double>::infinity(), high_ = 0, blocks_ = 0;
  double rayleigh_ = 0, residual_ = 0, caution_ = 10, answer_ = 0;
  int fails_ = 0;
  bool done_ = false;
};

}  // namespace

BlockSpectrum::BlockSpectrum(std::vector<int> sizes, int columns) : columns_(columns) {
  std::size_t triangle = 0;
  int largest = 0;
  for (const int size : sizes) {
    places_.push_back({rows_, size, triangle});
    rows_ += size;
    triangle += triangle_row(size);
    largest = std::max(largest, size);
  }
  const auto n = static_cast<std::size_t>(columns), rows = static_cast<std::size_t>(rows_);
  triangles_.resize(triangle);
  factors_.resize(triangle);
  jacobian_.resize(rows * n);
  rest_.resize(triangle_row(columns));
  forward_.resize(static_cast<std::size_t>(largest) * n);
  scaled_.resize(forward_.size());
  vector_.resize(rows);
  before_.resize(rows);
  after_.resize(rows);
  pivoted_.resize(static_cast<std::size_t>(largest));
  dual_.resize(n);
  const Vector direction = random_direction(std::max(rows_, columns), 1.0, 0);
  first_.assign(direction.begin(), direction.end());
}

// ‖B‖∞ ≥ ‖B‖.
Pack BlockSpectrum::norm_of_blocks() const {
  Pack most{};
  for (const Place& place : places_) {
    const Pack* b = triangles_.data() + place.triangle;
    for (int i = 0; i < place.size; ++i) {
      Pack sum{};
      for (int j = 0; j < place.size; ++j)
        sum += abs(b[triangle_row(std::max(i, j)) + static_cast<std::size_t>(std::min(i, j))]);
      most = max(sum, most);
    }
  }
  return most;
}

Pack BlockSpectrum::squares_of_jacobian() const {
  Pack sum{};
  for (const Pack& j : jacobian_) sum += j * j;
  return sum;
}

// L D Lᵀ of shift − B and of I − Jᵀ (shift − B)⁻¹ J. True where all pivots are positive.
PackMask BlockSpectrum::factor(Pack shift) {
  PackMask positive = shift == shift;
  std::ranges::fill(rest_, Pack{});
  for (int i = 0; i < columns_; ++i) rest_[triangle_row(i) + static_cast<std::size_t>(i)] = splat(1);
  for (const Place& place : places_) factor_block(place, shift, positive);
  factor_rest(positive);
  return positive;
}

void BlockSpectrum::factor_block(const Place& place, Pack shift, PackMask& positive) {
  const Pack* b = triangles_.data() + place.triangle;
  Pack* factors = factors_.data() + place.triangle;
  const int n = columns_;
  for (int i = 0; i < place.size; ++i) {
    Pack* li = factors + triangle_row(i);
    const Pack* bi = b + triangle_row(i);
    Pack* yi = forward_.data() + i * n;
    std::copy_n(jacobian_.data() + (place.first + i) * n, n, yi);
    Pack pivot = shift - bi[i];
    for (int j = 0; j < i; ++j) {
      const Pack* lj = factors + triangle_row(j);
      Pack sum = -bi[j];  // l_ij d_j
      for (int k = 0; k < j; ++k) sum -= pivoted_[static_cast<std::size_t>(k)] * lj[k];
      pivoted_[static_cast<std::size_t>(j)] = sum;
      li[j] = sum * lj[j];
      pivot -= sum * li[j];
      for (int c = 0; c < n; ++c) yi[c] -= li[j] * forward_[static_cast<std::size_t>(j * n + c)];
    }
    positive &= pivot > 0.0;
    li[i] = 1.0 / pivot;
    for (int c = 0; c < n; ++c) scaled_[static_cast<std::size_t>(i * n + c)] = yi[c] * li[i];
  }
  int i = 0;
  for (; i + 4 <= place.size; i += 4) subtract_outer<4>(forward_.data() + i * n, scaled_.data() + i * n);
  for (; i < place.size; ++i) subtract_outer<1>(forward_.data() + i * n, scaled_.data() + i * n);
}

// rest −= Yᵀ Z for so many rows.
template <int Rows>
void BlockSpectrum::subtract_outer(const Pack* y, const Pack* z) {
  for (int i = 0; i < columns_; ++i) {
    Pack zi[Rows];
    for (int r = 0; r < Rows; ++r) zi[r] = z[r * columns_ + i];
    Pack* rest = rest_.data() + triangle_row(i);
    for (int j = 0; j <= i; ++j) {
      Pack sum = rest[j];
      for (int r = 0; r < Rows; ++r) sum -= zi[r] * y[r * columns_ + j];
      rest[j] = sum;
    }
  }
}

void BlockSpectrum::factor_rest(PackMask& positive) {
  for (int i = 0; i < columns_; ++i) {
    Pack* li = rest_.data() + triangle_row(i);
    Pack pivot = li[i];
    for (int j = 0; j < i; ++j) {
      const Pack* lj = rest_.data() + triangle_row(j);
      Pack sum = li[j];
      for (int k = 0; k < j; ++k) sum -= dual_[static_cast<std::size_t>(k)] * lj[k];
      dual_[static_cast<std::size_t>(j)] = sum;
      li[j] = sum * lj[j];
      pivot -= sum * li[j];
    }
    positive &= pivot > 0.0;
    li[i] = 1.0 / pivot;
  }
}

namespace {

// v ← (L D Lᵀ)⁻¹ v for the factors of one matrix.
void solve_triangles(const Pack* factors, int size, Pack* v) {
  for (int i = 1; i < size; ++i)
    for (int j = 0; j < i; ++j) v[i] -= factors[triangle_row(i) + static_cast<std::size_t>(j)] * v[j];
  for (int i = 0; i < size; ++i) v[i] *= factors[triangle_row(i) + static_cast<std::size_t>(i)];
  for (int i = size - 1; i > 0; --i)
    for (int j = 0; j < i; ++j) v[j] -= factors[triangle_row(i) + static_cast<std::size_t>(j)] * v[i];
}

Pack norm(const std::vector<Pack>& v) {
  Pack sum{};
  for (const Pack& a : v) sum += a * a;
  return sqrt(sum);
}
void scale(std::vector<Pack>& v, Pack factor) {
  for (Pack& a : v) a *= factor;
}

}  // namespace

void BlockSpectrum::solve_blocks(Pack* v) const {
  for (const Place& place : places_) solve_triangles(factors_.data() + place.triangle, place.size, v + place.first);
}
void BlockSpectrum::solve_rest(Pack* u) const { solve_triangles(rest_.data(), columns_, u); }

void BlockSpectrum::down(const Pack* v, Pack* u) const {
  std::fill_n(u, columns_, Pack{});
  for (int i = 0; i < rows_; ++i)
    for (int c = 0; c < columns_; ++c) u[c] += jacobian_[static_cast<std::size_t>(i * columns_ + c)] * v[i];
}
void BlockSpectrum::add_up(const Pack* u, Pack* v) const {
  for (int i = 0; i < rows_; ++i) {
    Pack sum = v[i];
    for (int c = 0; c < columns_; ++c) sum += jacobian_[static_cast<std::size_t>(i * columns_ + c)] * u[c];
    v[i] = sum;
  }
}

// y = (shift − B − J Jᵀ)⁻¹ v = (shift − B)⁻¹ (v + J w), w = (I − Jᵀ (shift − B)⁻¹ J)⁻¹ Jᵀ (shift − B)⁻¹ v (Woodbury).
void BlockSpectrum::solve(const std::vector<Pack>& v, std::vector<Pack>& y) {
  y = v;
  solve_blocks(y.data());
  down(y.data(), dual_.data());
  solve_rest(dual_.data());
  y = v;
  add_up(dual_.data(), y.data());
  solve_blocks(y.data());
}

// Two steps of inverse iteration in these lanes. From y = (shift − A)⁻¹ v follows A y = shift y − v: no product with A
// is needed for y's Rayleigh quotient and residual.
void BlockSpectrum::improve(PackMask lanes, Pack shift, Pack& rayleigh, Pack& residual) {
  solve(vector_, before_);
  scale(before_, 1.0 / norm(before_));
  solve(before_, after_);
  Pack along{}, square{}, error{};
  for (std::size_t i = 0; i < after_.size(); ++i) {
    along += after_[i] * before_[i];
    square += after_[i] * after_[i];
  }
  const Pack below = along / square;  // shift − rayleigh
  for (std::size_t i = 0; i < after_.size(); ++i) {
    const Pack e = below * after_[i] - before_[i];
    error += e * e;
  }
  const Pack length = 1.0 / sqrt(square);
  for (std::size_t i = 0; i < after_.size(); ++i) vector_[i] = select(lanes, length * after_[i], vector_[i]);
  rayleigh = select(lanes, shift - below, rayleigh);
  residual = select(lanes, sqrt(error) * length, residual);
}

// With the factors at a shift that is an upper bound: inverse iteration on the small matrix, and one step up. The first
// vector has no symmetry that data could share; a little of it stays, for what J does not see.
void BlockSpectrum::start_vector() {
  constexpr double kStays = 1e-3;
  std::transform(first_.begin(), first_.begin() + columns_, dual_.begin(), splat);
  for (int k = 0; k < kDualSteps; ++k) {
    solve_rest(dual_.data());
    scale(dual_, 1.0 / norm(dual_));
  }
  std::ranges::fill(vector_, Pack{});
  add_up(dual_.data(), vector_.data());
  solve_blocks(vector_.data());
  const Pack length = norm(vector_);
  scale(vector_, select(length > 0.0, 1.0 / length, Pack{}));
  for (std::size_t i = 0; i < vector_.size(); ++i) vector_[i] += kStays * first_[i];
}

namespace {

template <class Body>
void for_each_open(Hunt (&hunts)[kPack], const Body& body) {
  for (int lane = 0; lane < kPack; ++lane)
    if (!hunts[lane].done()) body(hunts[lane], lane);
}

}  // namespace

Pack BlockSpectrum::largest() {
  const Pack blocks = norm_of_blocks();
  const Pack bound = (blocks + squares_of_jacobian()) * 1.0000001;
  Hunt hunts[kPack];
  for (int lane = 0; lane < kPack; ++lane) {
    hunts[lane].begin(bound[lane], blocks[lane]);
    if (!std::isfinite(bound[lane])) hunts[lane].end(std::numeric_limits<double>::infinity());
    if (bound[lane] == 0) hunts[lane].end(0);
  }
  PackMask bounds = factor(bound);
  start_vector();
  Pack rayleigh{}, residual{}, shift = bound;
  for (int trial = 0; trial < kMostTrials; ++trial) {
    improve(bounds, shift, rayleigh, residual);
    for_each_open(hunts, [&](Hunt& hunt, int lane) {
      if (bounds[lane]) hunt.see(rayleigh[lane], residual[lane]);
      shift[lane] = hunt.shift();
    });
    bounds = factor(shift);
    for_each_open(hunts, [&](Hunt& hunt, int lane) { hunt.judge(shift[lane], bounds[lane] != 0); });
    if (std::ranges::all_of(hunts, &Hunt::done)) break;
  }
  Pack answer;
  for (int lane = 0; lane < kPack; ++lane) answer[lane] = hunts[lane].answer();
  return answer;
}

}  // namespace steplab
