// How far from the optimum projected SGD can end under a schedule: a bound that can be evaluated for every schedule.
// Setting: f convex on a convex set of diameter D; E[g_t | past] a subgradient; E‖g_t‖² ≤ G²; x ← Π(x − η_t g_t).
// The bounds are our own, with a full proof in the notes on annealing and large steps (A3): replacements for the
// theorem of Attia & Koren 2025, whose exact constants we have not seen. The simple form equals theorem 10 of Defazio
// et al. 2023 (arXiv 2310.07831) by partial fractions.
#pragma once

#include <span>
#include <vector>

namespace steplab {

enum class BoundForm {
  kTight,   ///< last iterate; D·G/√T exactly for linear decay, the best constant there is
  kSimple,  ///< last iterate, as published; about twice as large for annealed schedules
  kAverage,  ///< not the last iterate: the average of all with weights η_t (textbook); R = ½(ρ + 1/ρ) for any schedule
};

struct BoundProblem {
  double diameter = 1;                                     ///< D > 0
  double gradient_norm = 1;                                ///< G > 0, root of the mean square
  double cap() const { return diameter * gradient_norm; }  ///< f − f* is never above G·D
};

/// What the tuned bound is compared with: which starts k count when η* is sought.
enum class BoundBase {
  kWholeRun,    ///< k = 0 only, as the table in our notes has it; R(1) may then be below 1 (1/√t: 0.97)
  kBestSuffix,  ///< the least over all k
};

struct BoundValue {
  double value = 0;  ///< not clipped at G·D
  /// The update (0 … T−1) at which the analysis starts anew: an over-large annealed run behaves as if it began here.
  int suffix = 0;
};

/// The bound of one schedule as a function of its base step size η: O(T) once, O(T) for each η.
class LastIterateBound {
 public:
  /// factors: h(t, T) ≥ 0 of updates t = 0 … T−1. "Last" is the point at which the last update asks for its gradient.
  /// Updates of factor 0 at the end do not move and are left out; if all are 0 the bound is infinite.
  explicit LastIterateBound(std::span<const double> factors, BoundForm form = BoundForm::kTight,
                            const BoundProblem& problem = {});

  /// η > 0: the least over all starts k of D²/(2 η A_k) + η (G²/2) B_k.
  BoundValue at(double step_size) const;
  struct Tuned {
    double step_size = 0, value = 0;  ///< η* and the bound there over the starts that count; not numbers if all h are 0
    int suffix = 0;
  };
  /// Exact: D·G·√(B_k/A_k) at η = D/(G √(A_k B_k)), least over the starts that count.
  Tuned tuned(BoundBase base = BoundBase::kWholeRun) const;

 private:
  BoundProblem problem_;
  std::vector<double> length_;  // A_k: S_k or P_k² of the factors alone
  std::vector<double> noise_;   // B_k
};

/// ½(ρ + 1/ρ): what a fixed step size costs by the averaged bound. For "fixed" in plots, where the last iterate's bound
/// hides part of the linear growth (its logarithm shrinks as ρ grows).
double fixed_step_robustness(double rho);

}  // namespace steplab
