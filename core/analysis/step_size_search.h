// The search for every schedule's best step size. Internal to core/analysis.
//
// All step sizes are 10^(k/1024), all stages share their noise.
//
// 1: eight a decade from 10⁻⁷ to 10³ at few seeds (16), on where the best is at an end.
//
// 2: at few seeds sixteen, thirty-two, sixty-four a decade around every low point of the curve and wherever the loss is
// below 8, 4, 1.2 times the least (where the least value of f is not known: a quarter, a tenth, a hundredth of the way
// from the least to the loss at the smallest step size); on to 1024 around the eight lowest where it is steep there.
//
// 3: all seeds for every low point and every sixteenth of a decade that few seeds do not rule out (three standard
// errors of the paired difference from the best, or 5 %), until none is left: where few seeds are best another may
// diverge.
//
// 4: all seeds sixty-four a decade around every low point as good as the best within two standard errors or 3 %,
// downhill from the best, and on to 1024 where it is steep.
//
// 5: low points that are still as good within three standard errors meet four times as many seeds, which decide: the
// least of many noisy losses is a lucky one. Where runs diverge within four times the best, so do the best and step
// sizes down to half of it, as one run in many makes a mean infinite. From the best of them downhill as in 4.
#pragma once

#include "core/analysis/tuning_losses.h"

#include <map>
#include <optional>
#include <vector>

namespace steplab {

class StepSizeSearch {
 public:
  static constexpr int kFine = 1024;  ///< step sizes a decade
  static constexpr int kFewSeeds = 16, kFinalTimes = 4;
  static double decades(double exponent);  ///< 10^exponent

  /// seeds = 0: losses are exact.
  StepSizeSearch(LossSource& source, std::size_t rows, int seeds, LossStatistic statistic,
                 const TuningOptions& options);

  /// Without `refine` the first stage alone, at few seeds or fewer. False after a stop request.
  bool run(bool refine);
  TunedRow result(std::size_t row) const;
  /// Low points of the curve that were looked at closely, the best first.
  std::vector<double> candidates(std::size_t row) const;

 private:
  /// A loss, and the same of each of up to 16 groups of its seeds, for how sure a difference is.
  struct Sample {
    double loss = 0;
    std::vector<double> groups{};
  };
  using Curve = std::map<int, Sample>;  ///< by the index k of 10^(k/1024)
  struct Row {
    Curve few{}, all{};
    std::vector<int> candidates{};
    Curve final{};  ///< empty where only one was left
  };
  using Wanted = std::vector<std::vector<int>>;  ///< indices for each row

  Sample sample_of(const CellLoss& cell) const;
  bool add(const Wanted& wanted, int seeds, Curve Row::*curve);
  bool coarse();
  bool dense();
  bool race();
  bool fine();
  bool sharpen(int seeds, Curve Row::*curve);
  bool downhill(int seeds, Curve Row::*curve);
  bool finals();
  bool others_meet_them();

  /// Standard error of the difference of two losses.
  static double error_of(const Sample& a, const Sample& b);
  /// True unless a is above b by more than `errors` standard errors and by more than the share `margin` of b.
  bool as_good(const Sample& a, const Sample& b, double errors, double margin) const;
  static std::optional<int> best_of(const Curve& curve);
  static std::vector<int> low_points(const Curve& curve);
  static bool diverges_near(const Row& row, int best);
  static bool is_steep(const Curve& curve, int index);
  std::vector<int> unbeaten(const Row& row) const;
  double threshold(const Curve& few, double factor, double share) const;
  /// `others` are of the curve `decided`.
  void describe(const Row& row, int best, const Curve& decided, TunedRow& tuned) const;

  LossSource& source_;
  int seeds_, few_;
  LossStatistic statistic_;
  const TuningOptions& options_;
  std::vector<Row> rows_;
};

}  // namespace steplab
