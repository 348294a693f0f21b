#include "core/optimizers/projection.h"

namespace steplab {
namespace {

class None final : public Projection {
 public:
  bool acts_on(const Landscape&) const override { return false; }
  void project(const Landscape&, Tile&) const override {}
};

class Domain final : public Projection {
 public:
  bool acts_on(const Landscape& landscape) const override { return landscape.surroundings().domain_low.size() > 0; }
  void project(const Landscape& landscape, Tile& x) const override {
    const auto& s = landscape.surroundings();
    for (Eigen::Index j = 0; j < x.cols(); ++j) x.col(j) = x.col(j).max(s.domain_low[j]).min(s.domain_high[j]);
  }
};

class Box final : public Projection {
 public:
  Box(double low, double high) : low_(low), high_(high) {}
  bool acts_on(const Landscape&) const override { return true; }
  void project(const Landscape&, Tile& x) const override { x = x.max(low_).min(high_); }

 private:
  double low_, high_;
};

class Ball final : public Projection {
 public:
  explicit Ball(double radius) : radius_(radius) {}
  bool acts_on(const Landscape&) const override { return true; }
  void project(const Landscape&, Tile& x) const override {
    Lanes square = Lanes::Zero(x.rows());
    for (Eigen::Index j = 0; j < x.cols(); ++j) square += x.col(j) * x.col(j);
    const Lanes factor = (square > radius_ * radius_).select(radius_ / square.sqrt(), 1.0);
    for (Eigen::Index j = 0; j < x.cols(); ++j) x.col(j) *= factor;
  }

 private:
  double radius_;
};

}  // namespace

std::vector<ProjectionEntry> all_projections() {
  return {
      {.id = "domain",
       .name = "The landscape's domain",
       .summary = "the box on which the landscape is defined; nothing where it has none",
       .source = "",
       .params = {},
       .make = [](const Params&) { return std::make_shared<Domain>(); }},
      {.id = "none",
       .name = "No projection",
       .summary = "iterates may go anywhere",
       .source = "",
       .params = {},
       .make = [](const Params&) { return std::make_shared<None>(); }},
      {.id = "box",
       .name = "Box",
       .summary = "every coordinate is clipped to [low, high]",
       .source = "projected SGD",
       .params =
           {{.name = "low", .initial = -10.0, .min = -1e9, .max = 1e9, .meaning = "least value of every coordinate"},
            {.name = "high", .initial = 10.0, .min = -1e9, .max = 1e9, .meaning = "largest value of every coordinate"}},
       .make =
           [](const Params& p) {
             if (p.real("low") > p.real("high"))
               throw InputError("projection.box.low",
                                "'" + to_text(p.real("low")) + "' is above high; allowed: low ≤ high");
             return std::make_shared<Box>(p.real("low"), p.real("high"));
           }},
      {.id = "ball",
       .name = "Ball",
       .summary = "x is pulled back to ‖x‖ ≤ radius",
       .source = "projected SGD",
       .params = {{.name = "radius",
                   .initial = 10.0,
                   .min = 0,
                   .max = 1e9,
                   .min_open = true,
                   .logarithmic = true,
                   .meaning = "radius around the origin"}},
       .make = [](const Params& p) { return std::make_shared<Ball>(p.real("radius")); }},
  };
}

}  // namespace steplab
