#include "core/analysis/quadratic_moments.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace steplab {
namespace {

/// The variance of additive noise, or nothing for an oracle that is something else.
std::optional<double> noise_variance(const Choice& oracle) {
  if (oracle.id == "exact") return 0.0;
  if (oracle.id != "gaussian" && oracle.id != "sign" && oracle.id != "uniform") return std::nullopt;
  const auto& entry = find_entry(oracles(), oracle.id, "oracle");
  const double sigma = resolve(entry.params, oracle.params, "oracle").real("sigma");
  return sigma * sigma / (oracle.id == "uniform" ? 3 : 1);
}

}  // namespace

QuadraticMoments::QuadraticMoments(std::vector<double> curvatures, std::vector<double> start, double variance)
    : curvatures_(std::move(curvatures)), start_(std::move(start)), variance_(variance) {
  assert(curvatures_.size() == start_.size());
}

std::optional<QuadraticMoments> QuadraticMoments::of(const PreparedRun& run) {
  constexpr int kMostDimensions = 64;  // beyond, the seeds are cheaper
  const Landscape& f = *run.landscape;
  const auto variance = noise_variance(run.spec->oracle);
  const std::string& id = run.spec->landscape.id;
  if ((id != "quadratic" && id != "least_squares") || !variance || !run.optimizer->is_plain_sgd() || !run.schedule ||
      run.projection->acts_on(f) || f.dim() > kMostDimensions || f.surroundings().minima.empty())
    return std::nullopt;
  const Vector start = Eigen::Map<const Vector>(run.start.data(), f.dim());
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(f.hessian(start));
  const Vector along = solver.eigenvectors().transpose() * (start - f.surroundings().minima.front().x);
  return QuadraticMoments({solver.eigenvalues().begin(), solver.eigenvalues().end()}, {along.begin(), along.end()},
                          *variance);
}

double QuadraticMoments::expected_loss(std::span<const double> factors, double step_size,
                                       const std::stop_token& stop) const {
  constexpr std::size_t kPiece = 65536;  // updates between two looks at stop requests
  double loss = 0;
  for (std::size_t i = 0; i < curvatures_.size(); ++i) {
    double mean = start_[i], variance = 0;
    for (std::size_t begin = 0; begin < factors.size() && !stop.stop_requested(); begin += kPiece)
      for (const double factor : factors.subspan(begin, std::min(kPiece, factors.size() - begin))) {
        const double eta = step_size * factor, shrink = 1 - eta * curvatures_[i];
        mean *= shrink;
        variance = shrink * shrink * variance + eta * eta * variance_;
      }
    loss += 0.5 * curvatures_[i] * (mean * mean + variance);
  }
  return loss;
}

}  // namespace steplab
