#include "core/base/math.h"
#include "core/catalog.h"
#include "core/landscapes/formula.h"

#include "paths.h"
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

using namespace steplab;
using nlohmann::json;

namespace {

json read_data(const std::string& name) {
  std::ifstream file(std::string(STEPLAB_SOURCE_DIR) + "/tests/data/" + name);
  REQUIRE(file);
  return json::parse(file);
}

std::shared_ptr<const Optimizer> optimizer(const std::string& id, const std::map<std::string, Value>& params = {}) {
  return make_choice(optimizers(), {id, params}, "test");
}

struct Rosenbrock {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return square(1.0 - x) + 100.0 * square(y - x * x);
  }
};
struct Quadratic20 {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.5 * (x * x + 20.0 * (y * y));
  }
};
struct Quadratic20Turned {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const double c = std::sqrt(3.0) / 2, s = 0.5;
    const auto a = c * x + s * y;
    const auto b = c * y - s * x;
    return 0.5 * (a * a + 20.0 * (b * b));
  }
};
struct Himmelblau {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return square(x * x + y - 11.0) + square(x + y * y - 7.0);
  }
};
struct UvModel {
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    return 0.5 * square(x * y - 1.0);
  }
};

template <class F>
std::shared_ptr<const Landscape> landscape_of(F formula) {
  return std::make_shared<FormulaLandscape<F>>(formula, Surroundings{});
}

std::shared_ptr<const Landscape> landscape_named(const std::string& name) {
  if (name == "rosenbrock") return landscape_of(Rosenbrock{});
  if (name == "quadratic20") return landscape_of(Quadratic20{});
  if (name == "quadratic20_rot30") return landscape_of(Quadratic20Turned{});
  REQUIRE(name == "himmelblau");
  return landscape_of(Himmelblau{});
}

/// The reference's class and parameters as a choice of ours; nothing for the rate rules.
std::optional<Choice> choice_of(const json& run) {
  static const std::map<std::string, std::string> ids = {
      {"SGD", "sgd"},         {"Adam", "adam"},       {"AdamW", "adamw"},
      {"RMSprop", "rmsprop"}, {"Adagrad", "adagrad"}, {"Adadelta", "adadelta"},
      {"Adamax", "adamax"},   {"NAdam", "nadam"},     {"RAdam", "radam"}};
  const std::string cls = run["cls"];
  const json& params = run["params"];
  Choice choice;
  if (cls.starts_with("wnadam")) {
    choice = {"wn_adam", {{"b0", params["b0"].get<double>()}, {"beta1", params["beta1"].get<double>()}}};
    if (cls == "wnadam_coord") choice.params["mode"] = "coordinate";
    return choice;
  }
  if (!ids.contains(cls)) return std::nullopt;
  choice.id = ids.at(cls);
  if (params.contains("momentum") && cls == "SGD")
    choice.id = params.value("nesterov", false) ? "nesterov" : "heavy_ball";
  if (params.value("amsgrad", false)) choice.id = "amsgrad";
  for (const auto& [name, value] : params.items()) {
    if (name == "betas") {
      choice.params["beta1"] = value[0].get<double>();
      choice.params["beta2"] = value[1].get<double>();
    } else if (name != "nesterov" && name != "amsgrad") {
      choice.params[name] = value.is_boolean()  ? Value(double(value.get<bool>()))
                            : value.is_string() ? Value(value.get<std::string>())
                                                : Value(value.get<double>());
    }
  }
  return choice;
}

bool close(double a, double b) { return std::abs(a - b) <= std::max(1e-12, 1e-9 * std::abs(b)); }

Lanes lanes_of(double value, Eigen::Index lanes = kPack) { return Lanes::Constant(lanes, value); }

/// Updates of one run with a constant step size.
struct Run {
  std::shared_ptr<const Optimizer> rule;
  Tile x;
  Lanes step_size;
  Memory memory;
  int t = 0;

  Run(std::shared_ptr<const Optimizer> made, const Vector& start, double eta)
      : rule(std::move(made)),
        x(tile_of(start)),
        step_size(lanes_of(eta)),
        memory(rule->start(kPack, static_cast<int>(start.size()))) {}
  UpdateContext context() const { return {.step = t, .step_size = &step_size}; }
  void update(const Vector& g) {
    rule->step(x, memory, tile_of(g), context());
    ++t;
  }
  void update(const Landscape& landscape) { update(gradient_at(landscape, point())); }
  Vector point() const { return x.row(0).matrix(); }
  Vector preconditioner(const Vector& g) const {
    Tile p(x.rows(), x.cols());
    REQUIRE(rule->preconditioner(memory, x, tile_of(g), context(), p));
    return p.row(0).matrix();
  }
};

double preconditioned_sharpness(const Run& run, const Landscape& landscape) {
  const Vector p = run.preconditioner(gradient_at(landscape, run.point()));
  const Matrix h = landscape.hessian(run.point());
  return largest_eigenvalue(h(0, 0) / p[0], h(0, 1) / std::sqrt(p[0] * p[1]), h(1, 1) / p[1]);
}

}  // namespace

TEST_CASE("every optimizer walks the 50 steps that PyTorch 2 walks (1.13 where they agree, else the definition)") {
  int compared = 0;
  const json data = read_data("optimizers.json");
  for (const json& run : data["runs"]) {
    const auto choice = choice_of(run);
    if (!choice) continue;
    CAPTURE(run["id"].get<std::string>());
    const auto landscape = landscape_named(run["function"]);
    const double eta = run.contains("lr") ? run["lr"].get<double>() : run["params"].value("lr", 1.0);
    Run ours(make_choice(optimizers(), *choice, "test"), Vector{{run["init"][0], run["init"][1]}}, eta);
    for (std::size_t t = 0; t < run["x"].size(); ++t) {
      CAPTURE(t);
      CHECK(close(ours.x(0, 0), run["x"][t]));
      CHECK(close(ours.x(0, 1), run["y"][t]));
      CHECK(close(value_at(*landscape, ours.point()), run["f"][t]));
      if (t + 1 == run["x"].size()) break;
      ours.update(*landscape);
      if (run.contains("b") && run["b"][t].is_array()) {
        CHECK(close(ours.memory.slots[1](0, 0), run["b"][t][0]));
        CHECK(close(ours.memory.slots[1](0, 1), run["b"][t][1]));
      } else if (run.contains("b")) {
        CHECK(close(ours.memory.slots[1](0, 0), run["b"][t]));
      }
    }
    ++compared;
  }
  CHECK(compared == 56);  // 68 runs, 12 of them of WNGrad and AdaGrad-Norm
}

TEST_CASE("NAdam's first update is Dozat's: his momentum product has no factor twice") {
  // Quadratic ½(x² + y²) from (1, 1), η = 0.1, β₁ = 0.9, ψ = 0.004: g = v̂ = 1 and m = 0.1, so
  // x₁ = 1 − η [(1 − μ₁)/(1 − μ₁) + μ₂ 0.1/(1 − μ₁μ₂)].
  Run run(optimizer("nadam"), Vector{{1.0, 1.0}}, 0.1);
  run.update(run.point());
  CHECK(std::abs(run.x(0, 0) - 0.894354823) < 5e-10);
  CHECK(run.x(0, 1) == run.x(0, 0));
}

TEST_CASE("where the gradient has always been 0 an optimizer without ε keeps still, and elsewhere it walks on") {
  for (const auto& entry : optimizers()) {
    CAPTURE(entry.id);
    Choice choice{entry.id};
    const bool has_eps = std::ranges::any_of(entry.params, [](const ParamSpec& spec) { return spec.name == "eps"; });
    if (has_eps) choice.params["eps"] = 0.0;
    std::vector<Choice> forms = {choice};
    for (const ParamSpec& spec : entry.params) {
      const bool harmless = spec.kind == ParamKind::kSwitch;
      for (const std::string& word : spec.choices) forms.push_back(choice), forms.back().params[spec.name] = word;
      if (harmless) forms.push_back(choice), forms.back().params[spec.name] = 1.0;
    }
    for (const Choice& form : forms) {
      CAPTURE(to_text(form));
      Run run(make_choice(optimizers(), form, "test"), Vector{{1.0, 0.0}}, 0.01);
      for (int t = 0; t < 200; ++t) {
        run.update(run.point());
        REQUIRE(std::isfinite(run.x(0, 0)));
        REQUIRE(run.x(0, 1) == 0);
      }
      // Adadelta without ε never begins: its first step is √0/√v.
      if (entry.id != "adadelta") CHECK(run.x(0, 0) < 1);
    }
  }
}

TEST_CASE("Adam without ε from (1, 0) is at 0.507963657 after five updates of η = 0.1") {
  Run run(optimizer("adam", {{"eps", 0.0}}), Vector{{1.0, 0.0}}, 0.1);
  for (int t = 0; t < 5; ++t) run.update(run.point());
  CHECK(std::abs(run.x(0, 0) - 0.507963657) < 5e-10);
  CHECK(run.x(0, 1) == 0);
}

TEST_CASE("what is not a number in a gradient is never taken for a 0/0") {
  for (const auto& entry : optimizers()) {
    CAPTURE(entry.id);
    Run run(optimizer(entry.id), Vector{{1.0, 1.0}}, 0.01);
    run.update(Vector{{std::numeric_limits<double>::quiet_NaN(), 1.0}});
    CHECK(std::isnan(run.x(0, 0)));
  }
}

TEST_CASE("centred RMSprop stays a number under a constant gradient, where v − ḡ² rounds below 0") {
  for (const double slope : {0.1, 0.3, 7.0}) {
    Run run(optimizer("rmsprop", {{"centered", 1.0}}), Vector{{1.0}}, 0.0);
    for (int t = 0; t < 10000; ++t) {
      run.update(Vector{{slope}});
      REQUIRE_FALSE(std::isnan(run.memory.slots[1](0, 0)));
    }
  }
}

TEST_CASE("Adam's pre-conditioned sharpness at the start is the published one, and GI-Adam's is √(1 − β₂) of it") {
  const auto landscape = landscape_of(UvModel{});  // relu-uv is the same function where w > 0
  const json data = read_data("adam_uv.json");
  REQUIRE(data["adam_init"].size() == 2);
  for (const json& model : data["adam_init"]) {
    const Vector w{{model["w0"][0], model["w0"][1]}};
    const double adam = preconditioned_sharpness(Run(optimizer("adam"), w, 0.1), *landscape);
    const double gi_adam = preconditioned_sharpness(Run(optimizer("gi_adam"), w, 0.1), *landscape);
    CHECK(close(adam, model["pre_lambda0_adam"]));
    CHECK(close(gi_adam, model["pre_lambda0_giadam"]));
    CHECK(close(gi_adam / adam, model["ratio"]));
    CHECK(std::abs(gi_adam / adam - std::sqrt(0.001)) < 1e-7);
  }
}

TEST_CASE("Adam and GI-Adam on the uv model pass the reference's checkpoints of loss and pre-conditioned sharpness") {
  const auto landscape = landscape_of(UvModel{});
  int compared = 0;
  const json data = read_data("adam_uv.json");
  for (const json& reference : data["cases"]) {
    CAPTURE(reference["id"].get<std::string>());
    Run run(optimizer(reference["optimizer"]["v0"] == "0" ? "adam" : "gi_adam"),
            Vector{{reference["w0"][0], reference["w0"][1]}}, reference["schedule"]["eta"]);
    for (const json& checkpoint : reference["checkpoints"]) {
      while (run.t < checkpoint["t"]) run.update(*landscape);
      CAPTURE(run.t);
      const auto agrees = [&](double ours, const char* value, const char* tolerance) {
        if (!checkpoint.contains(value) || !checkpoint[value].is_number() || !checkpoint[tolerance].is_number())
          return true;
        ++compared;
        return std::abs(ours - checkpoint[value].get<double>()) <=
               checkpoint[tolerance].get<double>() * std::abs(checkpoint[value].get<double>());
      };
      CHECK(agrees(value_at(*landscape, run.point()), "loss", "rel_tol_loss"));
      CHECK(agrees(preconditioned_sharpness(run, *landscape), "pre_lambda_max", "rel_tol_pre_lambda"));
    }
  }
  CHECK(compared > 40);
}

TEST_CASE("GI-Adam under a constant gradient takes steps η√(1 − β₂^t), where Adam takes steps η") {
  Run adam(optimizer("adam"), Vector{{0.0}}, 0.1), gi_adam(optimizer("gi_adam"), Vector{{0.0}}, 0.1);
  for (int t = 1; t <= 3000; ++t) {
    const double adam_before = adam.x(0, 0), before = gi_adam.x(0, 0);
    adam.update(Vector{{-5.0}});
    gi_adam.update(Vector{{-5.0}});
    const double factor = (gi_adam.x(0, 0) - before) / 0.1;
    CHECK(std::abs((adam.x(0, 0) - adam_before) / 0.1 - 1) < 1e-7);
    CHECK(std::abs(factor - std::sqrt(1 - std::pow(0.999, t))) < 1e-7);
    // The numbers that the paper notes tabulate, to their four decimals.
    for (const auto& [when, tabulated] :
         std::map<int, double>{{1, .0316}, {10, .0998}, {100, .3086}, {1000, .7952}, {3000, .9748}})
      if (t == when) CHECK(std::abs(factor - tabulated) < 6e-5);
  }
}

namespace {

/// Largest η at which the swings of x on ½x² do not grow, once the start is forgotten, by bisection.
double stability_threshold(const std::shared_ptr<const Optimizer>& rule, double start, double low, double high) {
  const auto stable = [&](double eta) {
    Run run(rule, Vector{{start}}, eta);
    const auto largest = [&](int updates) {
      double swing = 0;
      for (int t = 0; t < updates; ++t) {
        run.update(run.point());
        swing = std::max(swing, std::abs(run.x(0, 0)));
      }
      return swing;
    };
    largest(200);  // bias correction makes the first steps of Adam larger, by many decades here
    const double early = largest(1000);
    return early < 1e20 * start && largest(10000) <= early && std::isfinite(run.x(0, 0));
  };
  REQUIRE(stable(low));
  REQUIRE_FALSE(stable(high));
  while (high - low > 1e-5 * high) (stable(0.5 * (low + high)) ? low : high) = 0.5 * (low + high);
  return low;
}

}  // namespace

TEST_CASE("heavy ball on a quadratic is stable up to ηλ = 2 + 2β") {
  for (const double beta : {0.0, 0.5, 0.9})
    CHECK(stability_threshold(optimizer("heavy_ball", {{"momentum", beta}}), 1, 0.1, 10) ==
          doctest::Approx(2 + 2 * beta).epsilon(1e-3));
}

TEST_CASE(
    "momentum as a mean of gradients is stable up to ηλ/p = (2 + 2β₁)/(1 − β₁): damped heavy ball, and Adam where ε "
    "rules") {
  for (const double beta : {0.0, 0.5, 0.9}) {
    const double threshold = (2 + 2 * beta) / (1 - beta);
    CHECK(stability_threshold(optimizer("heavy_ball", {{"momentum", beta}, {"dampening", beta}}), 1, 0.1, 100) ==
          doctest::Approx(threshold).epsilon(1e-3));
    CHECK(stability_threshold(optimizer("adam", {{"beta1", beta}, {"eps", 1.0}}), 1e-30, 0.1, 100) ==
          doctest::Approx(threshold).epsilon(1e-3));
  }
}

TEST_CASE("the first steps of sign-SGD are those worked out by hand") {
  Run plain(optimizer("sign_sgd"), Vector{{1.0, -2.0, 0.5}}, 0.1);
  plain.update(Vector{{0.3, -4.0, 0.0}});
  CHECK(plain.point() == Vector{{1.0 - 0.1, -2.0 + 0.1, 0.5}});
  // m = (1 − ½)·0.3 = 0.15, then ½·0.15 − ½·0.2 = −0.025, then −0.0125 + ½·0.01 = −0.0075.
  Run signum(optimizer("sign_sgd", {{"momentum", 0.5}}), Vector{{1.0}}, 0.25);
  for (const auto& [g, after] : std::vector<std::pair<double, double>>{{0.3, 0.75}, {-0.2, 1.0}, {0.01, 1.25}}) {
    signum.update(Vector{{g}});
    CHECK(signum.x(0, 0) == after);
  }
}

TEST_CASE("the first steps of Lion are those worked out by hand") {
  Run lion(optimizer("lion", {{"weight_decay", 0.5}}), Vector{{1.0, -2.0, 0.5}}, 0.1);
  lion.update(Vector{{0.3, -4.0, 0.0}});  // signs 1, −1, 0; decay 0.5, −1, 0.25
  CHECK(lion.x(0, 0) == doctest::Approx(0.85).epsilon(1e-14));
  CHECK(lion.x(0, 1) == doctest::Approx(-1.8).epsilon(1e-14));
  CHECK(lion.x(0, 2) == doctest::Approx(0.475).epsilon(1e-14));
  // m = (0.003, −0.04, 0): 0.9·0.003 − 0.1·0.02 = 0.0007 > 0 although g < 0; 0.9·(−0.04) + 0.1·1 = 0.064 > 0.
  lion.update(Vector{{-0.02, 1.0, -1e-9}});
  CHECK(lion.x(0, 0) == doctest::Approx(0.85 - 0.1 * (1 + 0.425)).epsilon(1e-14));
  CHECK(lion.x(0, 1) == doctest::Approx(-1.8 - 0.1 * (1 - 0.9)).epsilon(1e-14));
  CHECK(lion.x(0, 2) == doctest::Approx(0.475 - 0.1 * (-1 + 0.2375)).epsilon(1e-14));
}

TEST_CASE("AMSGrad keeps dividing by its largest mean square after the gradient has fallen") {
  // g = 1, then 0: m = 0.1, 0.09; v = 0.001, 0.000999, largest 0.001; m̂ = 0.09/0.19, v̂ = 0.001/(1 − 0.999²).
  Run run(optimizer("amsgrad", {{"eps", 0.0}}), Vector{{0.0}}, 1);
  run.update(Vector{{1.0}});
  const double first = run.x(0, 0);
  run.update(Vector{{0.0}});
  CHECK(first == doctest::Approx(-1).epsilon(1e-12));
  CHECK(run.x(0, 0) - first == doctest::Approx(-0.09 / 0.19 / std::sqrt(0.001 / (1 - 0.998001))).epsilon(1e-12));
}

TEST_CASE("AdamW without decay is Adam, and with its AMSGrad switch is AMSGrad, bit by bit") {
  const auto landscape = landscape_of(Rosenbrock{});
  const Vector start{{-1.2, 1.0}};
  Run adam(optimizer("adam"), start, 0.1), amsgrad(optimizer("amsgrad"), start, 0.1);
  Run w(optimizer("adamw", {{"weight_decay", 0.0}}), start, 0.1),
      w_largest(optimizer("adamw", {{"weight_decay", 0.0}, {"amsgrad", 1.0}}), start, 0.1);
  for (int t = 0; t < 200; ++t) {
    for (Run* run : {&adam, &amsgrad, &w, &w_largest}) run->update(*landscape);
    REQUIRE(w.point() == adam.point());
    REQUIRE(w_largest.point() == amsgrad.point());
  }
  CHECK(adam.point() != amsgrad.point());
}

TEST_CASE("SGD is plain, and so open to the fused kernel, exactly while it has no weight decay") {
  CHECK(optimizer("sgd")->is_plain_sgd());
  CHECK_FALSE(optimizer("sgd", {{"weight_decay", 1e-9}})->is_plain_sgd());
  for (const auto& entry : optimizers())
    if (entry.id != "sgd") CHECK_FALSE(optimizer(entry.id)->is_plain_sgd());
}

namespace {

/// Every optimizer with its defaults, and the modes that the defaults leave out.
std::vector<Choice> every_optimizer() {
  std::vector<Choice> all;
  for (const auto& entry : optimizers()) all.push_back({entry.id, {}});
  all.push_back({"sgd", {{"weight_decay", 0.1}}});
  all.push_back({"heavy_ball", {{"dampening", 0.3}, {"weight_decay", 0.1}}});
  all.push_back({"rmsprop", {{"centered", 1.0}, {"momentum", 0.5}}});
  all.push_back({"adamw", {{"amsgrad", 1.0}}});
  all.push_back({"wn_adam", {{"mode", "coordinate"}}});
  all.push_back({"sign_sgd", {{"momentum", 0.9}}});
  return all;
}

/// Deterministic numbers in [−1, 1] without pattern.
double scrambled(int i) { return std::sin(12.9898 * i + 0.7 * i * i); }

}  // namespace

TEST_CASE("no lane looks at another: a step of a tile is, bit by bit, what each lane steps alone") {
  constexpr int kLanes = 3 * kPack, kDim = 3, kSteps = 7;
  for (const Choice& choice : every_optimizer())
    for (const bool cycled : {false, true}) {
      CAPTURE(choice.id);
      const auto rule = make_choice(optimizers(), choice, "test");
      Tile x(kLanes, kDim), start, g(kLanes, kDim), p(kLanes, kDim);
      Lanes step_size(kLanes), momentum(kLanes);
      for (int i = 0; i < kLanes; ++i) {
        step_size[i] = 0.01 * (i + 1);
        momentum[i] = 0.03 * (i + 1);
        for (int j = 0; j < kDim; ++j) x(i, j) = scrambled(i + 100 * j);
      }
      start = x;
      const auto gradient = [](const Tile& point, Tile& out) { out = 3 * point + point * point * point; };
      Memory memory = rule->start(kLanes, kDim);
      for (const Tile& slot : memory.slots) CHECK(slot.rows() == kLanes);
      bool has_preconditioner = false;
      for (int t = 0; t < kSteps; ++t) {
        gradient(x, g);
        const UpdateContext context{t, &step_size, cycled ? &momentum : nullptr};
        has_preconditioner = rule->preconditioner(memory, x, g, context, p);
        rule->step(x, memory, g, context);
      }
      for (int i = 0; i < kLanes; ++i) {
        Tile alone = tile_of(start.row(i).matrix()), alone_g(kPack, kDim), alone_p(kPack, kDim);
        const Lanes alone_rate = lanes_of(step_size[i]), alone_momentum = lanes_of(momentum[i]);
        Memory alone_memory = rule->start(kPack, kDim);
        for (int t = 0; t < kSteps; ++t) {
          gradient(alone, alone_g);
          const UpdateContext context{t, &alone_rate, cycled ? &alone_momentum : nullptr};
          rule->preconditioner(alone_memory, alone, alone_g, context, alone_p);
          rule->step(alone, alone_memory, alone_g, context);
        }
        for (int lane = 0; lane < kPack; ++lane) {
          CHECK((alone.row(lane) == x.row(i)).all());
          if (has_preconditioner) CHECK((alone_p.row(lane) == p.row(i)).all());
          for (std::size_t k = 0; k < memory.slots.size(); ++k)
            CHECK((alone_memory.slots[k].row(lane) == memory.slots[k].row(i)).all());
        }
      }
    }
}

TEST_CASE("a cycled momentum that stays constant gives the bits of an optimizer made with that momentum") {
  const auto landscape = landscape_of(Himmelblau{});
  int overridden = 0;
  for (Choice choice : every_optimizer()) {
    CAPTURE(choice.id);
    const auto& specs = find_entry(optimizers(), choice.id, "test").params;
    for (const auto& spec : specs) {
      if (spec.name != "momentum" && spec.name != "beta1") continue;
      const Lanes momentum = lanes_of(0.625), rate = lanes_of(0.001);
      const auto as_made = make_choice(optimizers(), choice, "test");
      choice.params[spec.name] = 0.625;
      Run fixed(make_choice(optimizers(), choice, "test"), Vector{{-0.5, -1.0}}, 0.001);
      Tile x = fixed.x, g(kPack, 2);
      Memory memory = as_made->start(kPack, 2);
      for (int t = 0; t < 40; ++t) {
        landscape->gradient(x, g);
        as_made->step(x, memory, g, {t, &rate, &momentum});
        fixed.update(*landscape);
        REQUIRE((x == fixed.x).all());
      }
      ++overridden;
    }
  }
  CHECK(overridden == 18);  // all but sgd (twice), adagrad, adadelta
}

TEST_CASE("without momentum the step is −η P⁻¹ g with the pre-conditioner P that the optimizer states") {
  const auto landscape = landscape_of(Himmelblau{});
  const Lanes momentum = lanes_of(0), rate = lanes_of(0.01);
  int with_preconditioner = 0;
  for (Choice choice : every_optimizer()) {
    CAPTURE(choice.id);
    if (choice.id == "adamw") choice.params["weight_decay"] = 0.0;
    const auto rule = make_choice(optimizers(), choice, "test");
    Tile x = tile_of(Vector{{-0.5, -1.0}}), g(kPack, 2), p(kPack, 2);
    Memory memory = rule->start(kPack, 2);
    for (int t = 0; t < 20; ++t) {
      landscape->gradient(x, g);
      const UpdateContext context{t, &rate, &momentum};
      if (!rule->preconditioner(memory, x, g, context, p)) break;
      if (t == 0) ++with_preconditioner;
      const Tile before = x;
      rule->step(x, memory, g, context);
      for (int j = 0; j < 2; ++j) {
        if (choice.id == "rmsprop" && p(0, j) < 1e-6) continue;  // centred: v − ḡ² rounds to 0 at first
        CHECK(x(0, j) - before(0, j) == doctest::Approx(-0.01 * g(0, j) / p(0, j)).epsilon(1e-9));
      }
    }
  }
  CHECK(with_preconditioner == 14);
}
