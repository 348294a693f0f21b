// Aliases for the shapes that every layer shares.
#pragma once

#include <Eigen/Core>

namespace steplab {

/// lanes × dim, column-major: one coordinate of all lanes is contiguous, so a loop over lanes is SIMD.
/// The number of lanes is always a multiple of kPack (see pack.h); spare lanes repeat a real one.
using Tile = Eigen::ArrayXXd;
/// One number per lane.
using Lanes = Eigen::ArrayXd;
using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

}  // namespace steplab
