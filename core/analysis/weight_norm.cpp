#include "core/analysis/weight_norm.h"

#include <cmath>

namespace steplab {
namespace {

using Plane = Eigen::Vector2d;

struct Objective {
  Eigen::Matrix2d H;
  Plane c;
  double value(const Plane& w) const { return 0.5 * w.dot(H * w) + c.dot(w); }
  Plane gradient(const Plane& w) const { return H * w + c; }
  /// P g(w), P = I − wwᵀ.
  Plane tangential(const Plane& w) const {
    const Plane g = gradient(w);
    return g - w.dot(g) * w;
  }
};

void add_row(WeightNormTwin& twin, const Objective& f, const Plane& v, const Plane& w, double b) {
  twin.v1.push_back(v[0]);
  twin.v2.push_back(v[1]);
  twin.squared_norm.push_back(v.squaredNorm());
  twin.b.push_back(b);
  twin.w1.push_back(w[0]);
  twin.w2.push_back(w[1]);
  twin.tangential.push_back(f.tangential(w).norm());
  twin.loss.push_back(f.value(w));
}

}  // namespace

WeightNormTwin weight_norm_twin(const WeightNormSpec& spec) {
  const Objective f{Eigen::Matrix2d{{spec.h11, spec.h12}, {spec.h12, spec.h22}}, Plane(spec.c1, spec.c2)};
  Plane v(spec.v1, spec.v2);
  Plane w = v / v.norm();
  double b = v.squaredNorm();
  WeightNormTwin twin;
  add_row(twin, f, v, w, b);
  for (int t = 0; t < spec.steps; ++t) {
    v -= f.tangential(v / v.norm()) / v.norm();
    const Plane along = f.tangential(w);
    w -= along / b;
    w /= w.norm();
    b += along.squaredNorm() / b;
    add_row(twin, f, v, w, b);
  }
  return twin;
}

}  // namespace steplab
