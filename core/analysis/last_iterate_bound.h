// How far from the optimum projected SGD can end under a schedule: a bound that can be evaluated for every schedule.
// Setting: f convex on a convex set of diameter D; E[g_t | past] a subgradient; E‖g_t‖² ≤ G²; x ← Π(x − η_t g_t). The
// bound speaks of x_T, the point after all T updates.
// Technique (moving reference points) and, for constant and linear steps, the constants: Zamani & Glineur 2023 (arXiv
// 2307.11134). The extension to any schedule, noise and later starts is ours, as are all numbers of it: replacements
// for the theorem of Attia & Koren 2025, whose exact constants we have not seen. The simple form equals theorem 10 of
// Defazio et al. 2023 (arXiv 2310.07831) by partial fractions. Proofs: docs/notes/last-iterate-bound.md, A3.
#pragma once

#include <span>
#include <vector>

namespace steplab {

enum class BoundForm {
  kTight,   ///< last iterate; D·G/√(T + 1) exactly for h = 1 − t/T, the best that T updates can promise
  kSimple,  ///< last iterate, as published, with one more update as large as the last; about twice as large if annealed
  kAverage,  ///< not the last iterate: the average of all with weights η_t (textbook); R = ½(ρ + 1/ρ) for any schedule
};

struct BoundProblem {
  double diameter = 1;                                     ///< D > 0
  double gradient_norm = 1;                                ///< G > 0, root of the mean square
  double cap() const { return diameter * gradient_norm; }  ///< f − f* is never above G·D
};

struct BoundValue {
  double value = 0;  ///< at most D·G
  /// The update (0 … T−1) at which the analysis starts anew: an over-large annealed run behaves as if it began here. T:
  /// no update counts, the value is D·G, what every point of the set has.
  int suffix = 0;
};

/// The bound of one schedule as a function of its base step size η: O(T) once, O(T) for each η.
class LastIterateBound {
 public:
  /// factors: h(t, T) ≥ 0 of updates t = 0 … T−1. Updates of factor 0 at the end do not move and are left out.
  explicit LastIterateBound(std::span<const double> factors, BoundForm form = BoundForm::kTight,
                            const BoundProblem& problem = {});

  /// η > 0: the least over all starts k.
  BoundValue at(double step_size) const;
  struct Tuned {
    double step_size = 0, value = 0;  ///< η* and the bound there; not numbers if all factors are 0
    int suffix = 0;
  };
  /// The least of at() over all η, exact: D·G·√(B_k/A_k) at η = D/(G √(A_k B_k)), least over k.
  Tuned tuned() const;

 private:
  BoundForm form_;
  BoundProblem problem_;
  int steps_;
  std::vector<double> length_;  // A_k, of the factors alone
  std::vector<double> noise_;   // B_k
};

/// ½(ρ + 1/ρ): what a fixed step size costs by the averaged bound. For "fixed" in plots, where the last iterate's bound
/// hides part of the linear growth (its logarithm shrinks as ρ grows).
double fixed_step_robustness(double rho);

}  // namespace steplab
