// A rate rule's view of plain SGD with exact gradients on a landscape, as small as tests need it.
#pragma once

#include "core/landscapes/landscape.h"
#include "core/schedules/rate_rule.h"
#include "core/schedules/schedule.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string_view>

namespace steplab {

inline std::shared_ptr<const RateRule> make_rule(std::string_view text) {
  return make_choice(all_rate_rules(), parse_choice(text, "test"), "rule");
}

/// Runs plain SGD under a rule: every lane has its own start and base step size.
class SgdRun final : public Observation {
 public:
  SgdRun(const Landscape& landscape, const RateRule& rule, Tile start, Lanes base_step)
      : landscape_(landscape), rule_(rule), point_(std::move(start)), base_(std::move(base_step)) {
    const auto lanes = static_cast<int>(point_.rows());
    memory_ = rule.start(lanes, landscape.dim());
    gradient_ = Tile::Zero(point_.rows(), point_.cols());
    loss_ = rate_ = Lanes::Zero(lanes);
    x = &point_;
    gradient = &gradient_;
    base = &base_;
    landscape_.gradient(point_, gradient_);
  }

  void update() {
    rule_.rates(memory_, *this, rate_);
    for (Eigen::Index j = 0; j < point_.cols(); ++j) point_.col(j) -= rate_ * gradient_.col(j);
    landscape_.gradient(point_, gradient_);
    ++step;
  }

  const Lanes& loss() override {
    landscape_.value(point_, loss_);
    return loss_;
  }
  void trial(const Lanes& step_size, Lanes& after) override {
    Tile moved = point_;
    for (Eigen::Index j = 0; j < moved.cols(); ++j) moved.col(j) -= step_size * gradient_.col(j);
    landscape_.value(moved, after);
    for (double& f : after)
      if (!std::isfinite(f)) f = std::numeric_limits<double>::infinity();
  }
  void gradient_at(const Tile& at, Tile& g) override { landscape_.gradient(at, g); }

  const Tile& point() const { return point_; }
  const Lanes& rate() const { return rate_; }
  const Tile& slot(std::size_t i) const { return memory_.slots[i]; }
  double squared_gradient(Eigen::Index lane) const {
    double sum = 0;
    for (Eigen::Index j = 0; j < gradient_.cols(); ++j) sum += gradient_(lane, j) * gradient_(lane, j);
    return sum;
  }

 private:
  const Landscape& landscape_;
  const RateRule& rule_;
  Tile point_;
  Lanes base_;
  Tile gradient_;
  Lanes loss_, rate_;
  Memory memory_;
};

}  // namespace steplab
