#include "core/landscapes/landscape.h"

#include "core/landscapes/formula.h"
#include "core/landscapes/lanczos.h"

#include <Eigen/Eigenvalues>

#include <cassert>
#include <cmath>
#include <limits>

namespace steplab {

namespace {

// Of S (H + ridge I) S, S diagonal.
double scaled_sharpness(const Landscape& landscape, const Vector& x, const Vector& scale, double ridge) {
  if (landscape.dim() > kDenseSpectrum)
    return lanczos_largest(landscape.dim(), [&](const Vector& v) -> Vector {
      const Vector scaled = scale.cwiseProduct(v);
      return scale.cwiseProduct(landscape.hessian_times(x, scaled) + ridge * scaled);
    });
  Matrix h = landscape.hessian(x);
  h.diagonal().array() += ridge;
  h = scale.asDiagonal() * h * scale.asDiagonal();
  if (!h.allFinite()) return std::numeric_limits<double>::infinity();
  return Eigen::SelfAdjointEigenSolver<Matrix>(h, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}

}  // namespace

void Landscape::sharpness(const Tile& x, Lanes& s) const {
  for (Eigen::Index lane = 0; lane < x.rows(); ++lane) {
    const Vector point = x.row(lane).matrix();
    if (lane > 0 && (x.row(lane) == x.row(lane - 1)).all()) {
      s[lane] = s[lane - 1];  // padding repeats lanes; an eigensolve is not worth repeating
      continue;
    }
    const Matrix h = hessian(point);
    if (!h.allFinite())
      s[lane] = std::numeric_limits<double>::infinity();
    else if (h.rows() == 1)
      s[lane] = h(0, 0);
    else if (h.rows() == 2)
      s[lane] = largest_eigenvalue(h(0, 0), h(0, 1), h(1, 1));
    else
      s[lane] = Eigen::SelfAdjointEigenSolver<Matrix>(h, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
  }
}

void Landscape::preconditioned_sharpness(const Tile& x, const Tile& preconditioner, double ridge, Lanes& s) const {
  for (Eigen::Index lane = 0; lane < x.rows(); ++lane) {
    if (lane > 0 && (x.row(lane) == x.row(lane - 1)).all() &&
        (preconditioner.row(lane) == preconditioner.row(lane - 1)).all()) {
      s[lane] = s[lane - 1];
      continue;
    }
    const Vector point = x.row(lane).matrix(), scale = preconditioner.row(lane).matrix().array().rsqrt();
    s[lane] = scaled_sharpness(*this, point, scale, ridge);
  }
}

void Landscape::descend(Tile& x, const double* step_size, const Draws& draws, int count, Lanes& extent) const {
  Tile g(x.rows(), x.cols());
  extent.setZero();
  for (int k = 0; k < count; ++k) {
    if (draws.batch)
      batch_gradient(x, std::span(draws.batch + k * draws.batch_size, static_cast<std::size_t>(draws.batch_size)), g);
    else
      gradient(x, g);
    if (draws.noise) g += Eigen::Map<const Tile>(draws.noise + k * x.size(), x.rows(), x.cols());
    const Eigen::Map<const Lanes> eta(step_size + k * x.rows(), x.rows());
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
      x.col(j) -= eta * g.col(j);
      extent = x.col(j).isNaN().select(x.col(j), extent.max(x.col(j).abs()));
    }
  }
}

void Landscape::batch_gradient(const Tile&, std::span<const int>, Tile&) const { assert(false && "not a finite sum"); }
void Landscape::label_gradient(const Tile&, std::span<const int>, const Tile&, Tile&) const {
  assert(false && "no labels");
}
Vector Landscape::hessian_times(const Vector& x, const Vector& v) const { return hessian(x) * v; }

Tile tile_of(const Vector& x, int lanes) { return x.transpose().array().replicate(round_up_to_pack(lanes), 1); }

double value_at(const Landscape& landscape, const Vector& x) {
  Lanes f(kPack);
  landscape.value(tile_of(x), f);
  return f[0];
}

Vector gradient_at(const Landscape& landscape, const Vector& x) {
  const Tile tile = tile_of(x);
  Tile g(tile.rows(), tile.cols());
  landscape.gradient(tile, g);
  return g.row(0).matrix();
}

double sharpness_at(const Landscape& landscape, const Vector& x) {
  Lanes s(kPack);
  landscape.sharpness(tile_of(x), s);
  return s[0];
}

}  // namespace steplab
