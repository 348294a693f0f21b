// WNGrad and AdaGrad-Norm: identities, proved bounds, step counts of a deterministic quadratic.
#include "core/landscapes/formula.h"

#include "fake_observation.h"
#include "paths.h"
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <vector>

namespace steplab {
namespace {

struct Bowl {  // ½ (L x² + L/κ y²)
  double L, kappa;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.5 * L * (x * x + (1 / kappa) * (y * y));
  }
};
struct RosenbrockFormula {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto a = 1.0 - x;
    const auto b = y - x * x;
    return a * a + 100.0 * (b * b);
  }
};
// One-dimensional problems whose gradient is 1-, ¼-, 1- and 2-Lipschitz.
struct PseudoHuber {
  template <class X>
  auto operator()(const X& x) const {
    return sqrt(1.0 + x * x) - 1.0;
  }
};
struct Softplus {
  template <class X>
  auto operator()(const X& x) const {
    return log(1.0 + exp(-x));
  }
};
struct OneMinusCosine {
  template <class X>
  auto operator()(const X& x) const {
    return 1.0 - cos(x);
  }
};
struct Saturating {
  template <class X>
  auto operator()(const X& x) const {
    return x * x / (1.0 + x * x);
  }
};

template <class F>
FormulaLandscape<F> landscape_of(F formula) {
  return FormulaLandscape<F>(formula, Surroundings{});
}

Tile plane_start(double x, double y) { return tile_of(Vector{{x, y}}); }

bool within(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

/// Updates until ‖∇f‖² ≤ 1e-6, or -1 if `cap` are not enough.
int steps_to_flat(const Landscape& landscape, const RateRule& rule, int cap) {
  SgdRun run(landscape, rule, plane_start(1, 1), Lanes::Ones(kPack));
  while (run.step < cap) {
    if (run.squared_gradient(0) <= 1e-6) return run.step;
    run.update();
  }
  return -1;
}

}  // namespace
}  // namespace steplab

using namespace steplab;

TEST_CASE("WNGrad and AdaGrad-Norm follow the reference trajectories, scale included") {
  std::ifstream file(STEPLAB_SOURCE_DIR "/tests/data/optimizers.json");
  const auto data = nlohmann::json::parse(file);
  const auto rosenbrock = landscape_of(RosenbrockFormula{});
  const auto bowl = landscape_of(Bowl{20, 20});  // ½ (20 x² + y²): the reference has x and y swapped
  const std::map<std::string, std::string> rules = {
      {"wngrad_A", "wngrad_a"}, {"wngrad_B", "wngrad_b"}, {"adagradnorm", "adagrad_norm"}};
  int compared = 0;
  for (const auto& reference : data["runs"]) {
    const std::string cls = reference["cls"];
    const auto id = rules.find(cls.substr(0, cls.rfind('_')));
    if (id == rules.end()) continue;
    const std::string function = reference["function"];
    const bool swapped = function == "quadratic20";
    REQUIRE((swapped || function == "rosenbrock"));
    const Landscape& landscape =
        swapped ? static_cast<const Landscape&>(bowl) : static_cast<const Landscape&>(rosenbrock);
    CAPTURE(reference["id"].get<std::string>());
    const auto& params = reference["params"];
    const double b0 = params.contains("b1") ? params["b1"] : params["b0"];
    const auto rule = make_rule(id->second + "(b0=" + to_text(b0) + ")");
    double start[2] = {reference["init"][0], reference["init"][1]};
    if (swapped) std::swap(start[0], start[1]);
    SgdRun run(landscape, *rule, plane_start(start[0], start[1]), Lanes::Ones(kPack));
    for (std::size_t t = 0; t < 50; ++t) {
      run.update();
      CAPTURE(t);
      const double expected[2] = {reference["x"][t + 1], reference["y"][t + 1]};
      for (int j = 0; j < 2; ++j)
        CHECK(std::abs(run.point()(0, swapped ? 1 - j : j) - expected[j]) <= 1e-12 + 1e-9 * std::abs(expected[j]));
      CHECK(within(run.slot(0)(0, 0), reference["b"][t].get<double>(), 1e-9));
    }
    ++compared;
  }
  CHECK(compared == 12);
}

TEST_CASE("form B from b0 is form A from b0 + |g|²/b0, to the last bit") {
  const auto rosenbrock = landscape_of(RosenbrockFormula{});
  const double b0 = 30;
  const Tile start = plane_start(-1.2, 1);
  const auto b = make_rule("wngrad_b(b0=30)");
  SgdRun form_b(rosenbrock, *b, start, Lanes::Ones(kPack));
  const double b1 = b0 + form_b.squared_gradient(0) / b0;
  const auto a = make_rule("wngrad_a(b0=" + to_text(b1) + ")");
  SgdRun form_a(rosenbrock, *a, start, Lanes::Ones(kPack));
  for (int t = 0; t < 500; ++t) {
    form_a.update();
    form_b.update();
    REQUIRE(form_a.rate()[0] == form_b.rate()[0]);
    for (int j = 0; j < 2; ++j) REQUIRE(form_a.point()(0, j) == form_b.point()(0, j));
  }
}

TEST_CASE("the global rate and the initial scale of WNGrad are one parameter: only their ratio acts") {
  const auto rosenbrock = landscape_of(RosenbrockFormula{});
  for (const std::string form : {"wngrad_a", "wngrad_b"}) {
    const auto scaled = make_rule(form + "(b0=32)"), plain = make_rule(form + "(b0=128)");
    // η = ¼ and b₀ = 32 against η = 1 and b₀ = 32/η.
    SgdRun first(rosenbrock, *scaled, plane_start(-1.2, 1), Lanes::Constant(kPack, 0.25));
    SgdRun second(rosenbrock, *plain, plane_start(-1.2, 1), Lanes::Ones(kPack));
    for (int t = 0; t < 200; ++t) {
      first.update();
      second.update();
      REQUIRE(within(first.rate()[0], second.rate()[0], 1e-15));
      REQUIRE(within(first.point()(0, 0), second.point()(0, 0), 1e-15));
    }
  }
}

TEST_CASE("under unit noise WNGrad's b² approaches twice the sum of squared gradients, and AdaGrad-Norm's the sum") {
  // docs/notes/wngrad.md, A.3: with |g| ≪ b, b² grows by 2|g|² + |g|⁴/b². Gradients ±1: the sum is T.
  class UnitGradients final : public Observation {
   public:
    UnitGradients() { gradient = &ones, base = &unit; }
    const Lanes& loss() override { return unit; }
    void trial(const Lanes&, Lanes& after) override { after = unit; }
    void gradient_at(const Tile&, Tile& g) override { g = ones; }
    Tile ones = Tile::Ones(kPack, 1);
    Lanes unit = Lanes::Ones(kPack);
  } seen;
  const int T = 100000;
  for (const char* id : {"wngrad_a", "wngrad_b", "adagrad_norm"}) {
    CAPTURE(id);
    const double accumulated = id == std::string("adagrad_norm") ? T : 2.0 * T;
    const auto rule = make_rule(id);
    Memory memory = rule->start(kPack, 1);
    Lanes rate = Lanes::Zero(kPack);
    for (seen.step = 0; seen.step < T; ++seen.step) rule->rates(memory, seen, rate);
    const double b = memory.slots[0](0, 0);
    CHECK(b * b / accumulated > 0.9999);
    CHECK(b * b / accumulated < 1.0002);
  }
}

TEST_CASE("the scale and the least gradient of WNGrad stay below their proved bounds when b1 >= L") {
  // docs/notes/wngrad.md, A.4 (1): b_j ≤ b₁ + 8D and min ‖g_j‖² ≤ 2D(b₁ + 8D)/T, D = f(x₁) − f*.
  const auto bowl10 = landscape_of(Bowl{10, 10}), bowl1000 = landscape_of(Bowl{1, 1000});
  const auto huber = landscape_of(PseudoHuber{});
  const auto softplus = landscape_of(Softplus{});
  const auto cosine = landscape_of(OneMinusCosine{});
  const auto saturating = landscape_of(Saturating{});
  struct Problem {
    const Landscape* landscape;
    Vector start;
    double L;  // f* = 0 for all
  };
  const Problem problems[] = {{&bowl10, Vector{{1.0, 1.0}}, 10}, {&bowl1000, Vector{{1.0, 1.0}}, 1},
                              {&huber, Vector{{5.0}}, 1},        {&softplus, Vector{{-3.0}}, 0.25},
                              {&cosine, Vector{{3.0}}, 1},       {&saturating, Vector{{2.0}}, 2}};
  for (const auto& problem : problems) {
    for (const double factor : {1.0, 3.0, 10.0}) {
      const double b1 = factor * problem.L;
      const double bound = b1 + 8 * value_at(*problem.landscape, problem.start);
      const double excess = value_at(*problem.landscape, problem.start);
      CAPTURE(problem.L);
      CAPTURE(b1);
      const auto rule = make_rule("wngrad_a(b0=" + to_text(b1) + ")");
      SgdRun run(*problem.landscape, *rule, tile_of(problem.start), Lanes::Ones(kPack));
      double least = run.squared_gradient(0);
      const int T = 20000;
      for (int t = 1; t <= T; ++t) {
        REQUIRE(least * t <= 2 * excess * bound);
        run.update();
        least = std::min(least, run.squared_gradient(0));
      }
      CHECK(run.slot(0)(0, 0) <= bound);
      CHECK(run.slot(0)(0, 0) >= b1);
    }
  }
}

TEST_CASE("steps to a flat gradient on the quadratic are those of docs/notes/wngrad.md, A.6") {
  // docs/notes/wngrad.md, A.6: ½ (L x² + L/10 y²) from (1, 1), b fixed at 1, to ‖g‖² ≤ 1e-6. Allowed: ±1. Entries above
  // 2e6 are left out.
  const std::map<std::string, std::map<double, int>> measured = {
      {"wngrad_a(b0=1)", {{1e-2, 274}, {1, 46}, {10, 9678}}},
      {"wngrad_b(b0=1)", {{1e-2, 274}, {1, 100}, {10, 734}, {1e2, 9349}, {1e4, 1395436}}},
      {"adagrad_norm(b0=1)", {{1e-2, 273}, {1, 66}, {10, 68}, {1e2, 90}, {1e4, 135}}},
      {"wngrad_a(b0=0)", {{1e-2, 1}, {1, 45}, {10, 68}, {1e2, 90}, {1e4, 136}}},
  };
  for (const auto& row : measured) {
    const std::string& text = row.first;
    const auto rule = make_rule(text);
    for (const auto& count : row.second) {
      const double L = count.first;
      const int expected = count.second;
      CAPTURE(text);
      CAPTURE(L);
      const auto bowl = landscape_of(Bowl{L, 10});
      const int steps = steps_to_flat(bowl, *rule, 2000000);
      CHECK(steps >= expected - 1);
      CHECK(steps <= expected + 1);
    }
  }
}

TEST_CASE("the automatic scale of WNGrad lies between half of L and L, whatever L is, and is 1 on a plain") {
  const auto a = make_rule("wngrad_a(b0=0)");
  for (const double L : {1e-2, 1.0, 1e4}) {
    const auto bowl = landscape_of(Bowl{L, 10});
    SgdRun run(bowl, *a, plane_start(1, 1), Lanes::Ones(kPack));
    run.update();
    CHECK(run.slot(0)(0, 0) <= L * (1 + 1e-9));
    CHECK(run.slot(0)(0, 0) > 0.5 * L);
  }
  const auto plain = landscape_of(Bowl{0, 10});
  SgdRun run(plain, *a, plane_start(1, 1), Lanes::Ones(kPack));
  run.update();
  CHECK(run.slot(0)(0, 0) == 1);
}

TEST_CASE("the growth exponent p = 2 adds |g|/b instead of |g|²/b") {
  const auto bowl = landscape_of(Bowl{1, 1});
  const auto rule = make_rule("wngrad_b(b0=2,p=2)");
  SgdRun run(bowl, *rule, plane_start(3, 4), Lanes::Ones(kPack));  // ‖g‖ = 5
  run.update();
  CHECK(within(run.slot(0)(0, 0), 2 + 5.0 / 2, 1e-15));
}

TEST_CASE("a lane of a rate rule gives the same bits alone and among other lanes") {
  const auto rosenbrock = landscape_of(RosenbrockFormula{});
  for (const std::string text :
       {"wngrad_a(b0=100)", "wngrad_a(b0=0)", "wngrad_b", "adagrad_norm", "plateau(patience=1)", "persistent_catapult",
        "critical_warmup(warmup=20,after=cosine)"}) {
    CAPTURE(text);
    const auto rule = make_rule(text);
    Tile all(24, 2);
    for (int i = 0; i < 24; ++i) all.row(i) << -1.2 + 0.1 * i, 1 - 0.05 * i;
    SgdRun crowd(rosenbrock, *rule, all, Lanes::Constant(24, 1e-3));
    SgdRun alone(rosenbrock, *rule, plane_start(all(17, 0), all(17, 1)), Lanes::Constant(kPack, 1e-3));
    for (int t = 0; t < 60; ++t) {
      crowd.update();
      alone.update();
      REQUIRE(crowd.rate()[17] == alone.rate()[0]);
      REQUIRE(crowd.point()(17, 0) == alone.point()(0, 0));
    }
  }
}
