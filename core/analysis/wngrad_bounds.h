// What is proved about WNGrad and AdaGrad-Norm with exact gradients of an L-smooth f, D = f(x₁) − min f. All derived in
// docs/notes/wngrad.md, A.4; the constants of the first agree with what is remembered of Wu, Ward & Bottou 2018.
#pragma once

namespace steplab {

/// Of form A from b₁ (form B from b₀ is form A from b₁ = b₀ + ‖g₁‖²/b₀).
struct WNGradBound {
  double b = 0;  ///< no b_j is larger
  /// b₁ ≥ L: min_{j ≤ T} ‖g_j‖² ≤ gradient/T for every T. Not a number for b₁ < L, where no such constant is proved.
  double gradient = 0;
  double rise = 0;  ///< b₁ < L: f(x_J) − f(x₁) is at most this when some b_J ≥ L for the first time; else 0
};
/// All of L, b₁ > 0; D, first_squared_gradient = ‖g₁‖² ≥ 0.
WNGradBound wngrad_bound(double L, double D, double b1, double first_squared_gradient);

/// Updates within which ‖g_j‖² ≤ eps or b_j ≥ L for some j.
double wngrad_crossing_steps(double L, double b1, double eps);
/// Gradients within which some ‖g_j‖² ≤ eps, from any b₁.
double wngrad_steps_to(double L, double D, double b1, double first_squared_gradient, double eps);

/// Convex f and b₁ ≥ L: gradient norms do not grow, so no b_j is larger than this.
double wngrad_convex_b(double D, double b1);

/// AdaGrad-Norm with b₀ ≥ ηL: no b_j above `b`, and min_{j ≤ N} ‖g_j‖² ≤ gradient/N.
struct AdaGradNormBound {
  double b = 0, gradient = 0;
};
AdaGradNormBound adagrad_norm_bound(double D, double b0, double eta);

/// Form B on convex f with noisy gradients ‖G_j‖ ≤ G and ‖x_j − x*‖ ≤ radius: the mean of the first T query points has
/// E f(x̄) − min f at most this (docs/notes/wngrad.md, A.5; the paper's constants are not known to us).
double wngrad_stochastic_gap(double G, double radius, double b0, double T);
/// b_T is at most this.
double wngrad_stochastic_b(double G, double b0, double T);

}  // namespace steplab
