// Reduce on plateau, the search for the critical step size, and the persistent catapult warmup.
#include "core/base/math.h"
#include "core/catalog.h"
#include "core/landscapes/formula.h"
#include "core/run/run.h"
#include "core/schedules/critical_step.h"

#include "fake_observation.h"
#include "paths.h"
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

namespace steplab {
namespace {

template <unsigned P>
struct TiedChain {  // ((ab)^P − y)²/(2P); P = 1 is the uv model
  double y;
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    const auto ab = a * b;
    if constexpr (P == 1) {
      const auto r = ab - y;
      return 0.5 * (r * r);
    } else {
      const auto r = ab * ab - y;
      return 0.25 * (r * r);
    }
  }
};
struct ExpValley {  // e^y x²/2 + k (y − y*)²/2
  double k, valley;
  template <class X, class Y>
  auto operator()(const X& x, const Y& y) const {
    const auto d = y - valley;
    return 0.5 * (exp(y) * (x * x)) + (0.5 * k) * (d * d);
  }
};

nlohmann::json read(const std::string& name, const std::string& part) {
  std::ifstream file(STEPLAB_SOURCE_DIR "/tests/data/" + name);
  return nlohmann::json::parse(file)[part];
}

/// Losses that come from a list, all lanes alike.
class GivenLosses final : public Observation {
 public:
  explicit GivenLosses(double base_step) : base_(Lanes::Constant(kPack, base_step)) { base = &base_; }
  const Lanes& loss() override {
    REQUIRE(!forbidden);
    return now;
  }
  void trial(const Lanes&, Lanes& after) override { after = now; }
  void gradient_at(const Tile&, Tile&) override {}
  Lanes now = Lanes::Zero(kPack);
  bool forbidden = false;

 private:
  Lanes base_;
};

std::string plateau_choice(const nlohmann::json& p) {
  std::string text = "plateau(";
  for (const char* name : {"mode", "threshold_mode"})
    text += std::string(name) + "=" + p[name].get<std::string>() + ",";
  for (const char* name : {"factor", "patience", "threshold", "cooldown", "min_lr"})
    text += std::string(name) + "=" + to_text(p[name].get<double>()) + ",";
  return text + "eps=" + to_text(p["eps"].get<double>()) + ")";
}

// The network a reference entry speaks of, by parameters as a user would give them.
Choice network_choice(const std::string& init) {
  const auto entry = read("sharpness.json", "mlp_inits")[init];
  return {"mlp",
          {{"hidden", std::to_string(entry["m"].get<int>())},
           {"data", entry["data"].get<std::string>()},
           {"std_w", entry["std_W"].get<double>()},
           {"std_b", entry["std_b"].get<double>()},
           {"std_a", entry["std_a"].get<double>()},
           {"init_seed", entry["lcg_seed"].get<double>()}}};
}
double first_sharpness(const std::string& init) {
  return read("sharpness.json", "mlp_inits")[init]["lambda_max0"].get<double>();
}

Choice rule_choice(const std::string& text) { return parse_choice(text, "test"); }

/// The largest loss of a recorded run over its first.
double peak_of(const Trajectory& run) { return *std::ranges::max_element(run.loss) / run.loss.front(); }

struct Found {
  CriticalStep step;
  double loss;
};

/// One search by plain gradient descent from `start`.
Found search(const Landscape& landscape, const Vector& start, double delta) {
  const Tile x = tile_of(start);
  Tile g = x;
  Lanes loss = Lanes::Zero(kPack);
  landscape.gradient(x, g);
  landscape.value(x, loss);
  const auto trial = [&](const Lanes& eta, Lanes& after) {
    Tile moved = x;
    for (Eigen::Index j = 0; j < x.cols(); ++j) moved.col(j) -= eta * g.col(j);
    landscape.value(moved, after);
  };
  const Lanes no_end = Lanes::Constant(kPack, std::numeric_limits<double>::infinity());
  return {critical_step_size(trial, loss, no_end, LaneMask::Constant(kPack, true),
                             {.first_guess = 1e-4, .tolerance = delta}),
          loss[0]};
}

}  // namespace
}  // namespace steplab

using namespace steplab;

TEST_CASE("plateau reduces the step size when and by how much torch's ReduceLROnPlateau does") {
  int compared = 0;
  for (const auto& reference : read("schedules.json", "cases")) {
    if (reference["cls"] != "ReduceLROnPlateau") continue;
    CAPTURE(reference["id"].get<std::string>());
    const auto rule = make_rule(plateau_choice(reference["params"]));
    Memory memory = rule->start(kPack, 1);
    GivenLosses seen(reference["base_lr"].get<double>());
    Lanes rate = Lanes::Zero(kPack);
    for (std::size_t t = 0; t < reference["lr"].size(); ++t) {
      // Metric k is the loss after update k, so it is there at update k + 1; before the first update none is.
      seen.step = static_cast<int>(t);
      seen.forbidden = t == 0;
      if (t > 0) seen.now.setConstant(reference["metrics"][t - 1].get<double>());
      rule->rates(memory, seen, rate);
      CAPTURE(t);
      CHECK(std::abs(rate[0] - reference["lr"][t].get<double>()) <= 1e-12);
      CHECK(memory.slots[0](0, 0) == rate[0]);
    }
    ++compared;
  }
  CHECK(compared == 7);
}

TEST_CASE("plateau that looks every third step is plateau on every third loss") {
  const auto sparse = make_rule("plateau(factor=0.5,patience=1,every=3)"),
             dense = make_rule("plateau(factor=0.5,patience=1)");
  Memory sparse_memory = sparse->start(kPack, 1), dense_memory = dense->start(kPack, 1);
  GivenLosses seen(1.0);
  Lanes sparse_rate = Lanes::Zero(kPack), dense_rate = sparse_rate;
  for (int look = 0; look <= 12; ++look) {
    seen.now.setConstant(look < 4 ? 1.0 / (look + 1) : 1.0);
    seen.step = look;
    dense->rates(dense_memory, seen, dense_rate);
    for (seen.step = 3 * look; seen.step < 3 * look + 3; ++seen.step) sparse->rates(sparse_memory, seen, sparse_rate);
    CHECK(sparse_rate[0] == dense_rate[0]);
  }
  CHECK(dense_rate[0] < 0.1);
}

TEST_CASE("the critical step size, its interval and its forward passes are those of the reference searches") {
  const FormulaLandscape<TiedChain<1>> uv({1.0}, {}), uv_zero({0.0}, {});
  const FormulaLandscape<TiedChain<2>> chain({1.0}, {});
  const FormulaLandscape<ExpValley> valley({1.0, std::log(20.0) + 0.2}, {});
  int compared = 0;
  for (const auto& reference : read("sharpness.json", "eta_c_search")) {
    const std::string model = reference["model"];
    std::shared_ptr<const Landscape> network;
    if (model.starts_with("mlp ")) network = make_choice(landscapes(), network_choice(model.substr(4)), "test");
    const Landscape& landscape = network                   ? *network
                                 : model == "tied p=1 y=1" ? static_cast<const Landscape&>(uv)
                                 : model == "tied p=1 y=0" ? static_cast<const Landscape&>(uv_zero)
                                 : model == "tied p=2 y=1" ? static_cast<const Landscape&>(chain)
                                                           : static_cast<const Landscape&>(valley);
    CAPTURE(model);
    REQUIRE(reference["eta0"] == 1e-4);
    const Vector start = network ? network->surroundings().start
                                 : Vector{{reference["w0"][0].get<double>(), reference["w0"][1].get<double>()}};
    const Found found = search(landscape, start, reference["delta"].get<double>());
    CHECK(sharpness_at(landscape, start) == doctest::Approx(reference["lambda_max"].get<double>()).epsilon(1e-11));
    CHECK(found.loss == doctest::Approx(reference["L0"].get<double>()).epsilon(1e-12));
    CHECK(found.step.step_size[0] == doctest::Approx(reference["eta_c"].get<double>()).epsilon(1e-12));
    CHECK(found.step.low[0] == doctest::Approx(reference["exp_interval"][0].get<double>()).epsilon(1e-12));
    CHECK(found.step.high[0] == doctest::Approx(reference["exp_interval"][1].get<double>()).epsilon(1e-12));
    CHECK(found.step.passes[0] == reference["forward_passes_incl_L0"].get<int>());
    ++compared;
  }
  CHECK(compared == 14);
}

TEST_CASE("on a parabola the critical step size is 2/λ from above, within the tolerance of the loss") {
  // f = λx²/2: f(x − η λ x) = f (1 − ηλ)², so the loss rises by δ at η = (1 + √(1 + δ))/λ.
  const double lambda = 7.3;
  const auto trial = [&](const Lanes& eta, Lanes& after) { after = (1 - eta * lambda).square(); };
  for (const double delta : {0.3, 0.01, 1e-6}) {
    const auto found = critical_step_size(trial, Lanes::Ones(kPack), Lanes::Constant(kPack, 1e9),
                                          LaneMask::Constant(kPack, true), {.first_guess = 1e-4, .tolerance = delta});
    CHECK(found.step_size[0] * lambda >= 2 * (1 - 1e-12));
    CHECK(found.step_size[0] * lambda <= (1 + std::sqrt(1 + delta)) * (1 + 1e-12));
  }
}

TEST_CASE(
    "the search keeps a first guess that raises the loss, stops at the largest step size, and leaves unwanted lanes "
    "alone") {
  const auto trial = [](const Lanes& eta, Lanes& after) { after = (1 - eta).square(); };  // critical at 2
  const Lanes loss = Lanes::Ones(kPack);
  LaneMask wanted = LaneMask::Constant(kPack, true);
  wanted[3] = false;
  const auto high = critical_step_size(trial, loss, Lanes::Constant(kPack, 1e9), wanted, {.first_guess = 5});
  CHECK(high.step_size[0] == 5);
  CHECK(high.passes[0] == 2);
  CHECK(high.step_size[3] == 0);
  CHECK(high.passes[3] == 0);
  const auto capped = critical_step_size(trial, loss, Lanes::Constant(kPack, 0.75), wanted, {.first_guess = 0.5});
  CHECK(capped.step_size[0] == 0.75);
  // Largest 1.2 where 2 is critical, but 0.4 → 0.8 → 1.6 overshoots it on the way: 1.2 itself is what comes back.
  const auto overshot = critical_step_size(trial, loss, Lanes::Constant(kPack, 1.2), wanted, {.first_guess = 0.4});
  CHECK(overshot.step_size[0] == 1.2);
}

TEST_CASE("the search ends where no step size changes the loss, where it is zero, negative or no number") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double here : {0.0, -3.0, nan, 1.0}) {
    const auto flat = [here](const Lanes&, Lanes& after) { after.setConstant(here); };
    const auto falling = [here](const Lanes& eta, Lanes& after) { after = here - eta; };
    for (const double largest : {1e-5, 1.0, std::numeric_limits<double>::infinity()}) {
      const Lanes loss = Lanes::Constant(kPack, here), most = Lanes::Constant(kPack, largest);
      const LaneMask all = LaneMask::Constant(kPack, true);
      CHECK(critical_step_size(flat, loss, most, all).step_size[0] == 1e-4);
      const double found = critical_step_size(falling, loss, most, all, {.tolerance = 0}).step_size[0];
      CHECK((std::isnan(here) ? found == 1e-4 : found == largest));
    }
  }
}

TEST_CASE("the persistent catapult carries uv from (5, 0.3) to a rate of 0.32 at step 456, as in the reference run") {
  const FormulaLandscape<TiedChain<1>> uv({1.0}, {});
  const auto rule = make_rule("persistent_catapult(delta=0.1,eta0=0.0001)");
  nlohmann::json reference;
  for (const auto& run : read("sharpness.json", "persistent_catapult"))
    if (run["model"] == "uv2d y=1 (5,0.3)") reference = run;
  REQUIRE(reference["eta_trgt"] == 0.32);
  SgdRun run(uv, *rule, tile_of(Vector{{5.0, 0.3}}), Lanes::Constant(kPack, 0.32));
  std::vector<std::pair<int, double>> rises;
  double rate = 0, peak = 0;
  int reached = -1;
  for (int t = 0; t < 2000; ++t) {
    const double loss = run.loss()[0];
    peak = std::max(peak, loss);
    run.update();
    if (run.rate()[0] != rate) rises.emplace_back(t, run.rate()[0]);
    CHECK(run.rate()[0] >= rate);
    rate = run.rate()[0];
    if (reached < 0 && rate == 0.32) reached = t;
  }
  const auto& updates = reference["first_updates"];
  for (std::size_t i = 0; i < updates.size(); ++i) {
    CHECK(rises[i].first == updates[i]["t"].get<int>());
    CHECK(rises[i].second == doctest::Approx(updates[i]["eta"].get<double>()).epsilon(1e-12));
  }
  CHECK(reached == reference["reached_at"].get<int>());
  CHECK(peak / 0.125 == doctest::Approx(reference["peak_over_L0"].get<double>()).epsilon(1e-9));
  CHECK(run.slot(1)(0, 1) == reference["extra_forward_passes"].get<int>());
  const Vector end = run.point().row(0).transpose();
  CHECK(sharpness_at(uv, end) == doctest::Approx(reference["lambda_end"].get<double>()).epsilon(1e-6));
}

TEST_CASE("the persistent catapult raises the networks' rate when, to what and by as many passes as in the reference") {
  int compared = 0;
  for (const auto& reference : read("sharpness.json", "persistent_catapult")) {
    const std::string model = reference["model"];
    if (!model.ends_with("big")) continue;
    CAPTURE(model);
    const double target = reference["c_trgt"].get<double>() / first_sharpness(model);
    CHECK(target == doctest::Approx(reference["eta_trgt"].get<double>()).epsilon(1e-12));
    const RunSpec spec{.landscape = network_choice(model),
                       .rate = rule_choice("persistent_catapult(delta=0.1,eta0=0.0001)"),
                       .step_size = target,
                       .steps = 2048};
    const auto results = simulate({&spec, 1}, {.trajectory = true, .sharpness_every = 1, .snapshots = {2048}})[0];
    const Trajectory& run = results.trajectories[0];
    std::size_t rises = 0;
    for (std::size_t t = 0; t < 2048; ++t) {
      if (t > 0 && run.step_size[t] == run.step_size[t - 1]) continue;
      REQUIRE(rises < reference["updates"].size());
      const auto& update = reference["updates"][rises++];
      CHECK(t == update["t"].get<std::size_t>());
      CHECK(run.step_size[t] == doctest::Approx(update["eta"].get<double>()).epsilon(1e-12));
      CHECK(run.loss[t] == doctest::Approx(update["loss"].get<double>()).epsilon(1e-9));
      CHECK(run.sharpness[t] == doctest::Approx(update["lambda"].get<double>()).epsilon(1e-9));
    }
    CHECK(rises == reference["updates"].size());
    CHECK(reference["updates"].back()["t"] == reference["reached_at"]);
    CHECK(peak_of(run) == doctest::Approx(reference["peak_over_L0"].get<double>()).epsilon(1e-9));
    CHECK(results.snapshots[0][0].rule_memory[1][1] == reference["extra_forward_passes"].get<int>());
    ++compared;
  }
  CHECK(compared == 2);
}

TEST_CASE("a warmup from the critical step reaches its target when, saves what and peaks as high as in the reference") {
  const auto entry = read("sharpness.json", "eta_init_equals_eta_c");
  std::vector<RunSpec> specs;
  for (const auto& run : entry["runs"]) {
    const std::string model = run["model"], length = to_text(run["T_wrm"].get<double>());
    RunSpec spec{.landscape = network_choice(model),
                 .rate = rule_choice("critical_warmup(warmup=" + length + ")"),
                 .step_size = run["c_trgt"].get<double>() / first_sharpness(model),
                 .steps = 2048};
    specs.push_back(spec);
    // Update number t = 1, 2, … of the reference's warmup from 0 has η t/W. It passes many small catapults, and most of
    // those runs forget their start: a relative 1e-12 in it moves their peak by up to a third.
    spec.rate = {"constant", {{"warmup", run["T_wrm"].get<double>()}}};
    specs.push_back(spec);
    spec.start = read("sharpness.json", "mlp_inits")[model]["w0"].get<std::vector<double>>();
    for (double& w : spec.start) w *= 1 + 1e-12;
    specs.push_back(spec);
  }
  const Results results = simulate(specs, {.trajectory = true, .sharpness = false, .snapshots = {1}});
  REQUIRE(entry["runs"].size() == 16);
  int tame = 0;
  for (std::size_t k = 0; k < 16; ++k) {
    const auto& run = entry["runs"][k];
    CAPTURE(run["model"].get<std::string>());
    CAPTURE(run["c_trgt"].get<double>());
    CAPTURE(run["T_wrm"].get<double>());
    const Trajectory& risen = results[3 * k].trajectories[0];
    const auto& memory = results[3 * k].snapshots[0][0].rule_memory[1];
    const double target = specs[3 * k].step_size, length = run["T_wrm"];
    CHECK(memory[0] == doctest::Approx(run["eta_c"].get<double>()).epsilon(1e-12));
    CHECK(memory[1] == run["fp"].get<int>());
    const double reach = run["T_reach"];
    CHECK(length * (1 - memory[0] / target) == doctest::Approx(reach).epsilon(1e-9));
    CHECK(length * memory[0] / target - memory[1] / 2 == doctest::Approx(run["T_save"].get<double>()).epsilon(1e-9));
    const auto before = static_cast<std::size_t>(std::floor(reach));  // row t has update number t + 1
    CHECK(risen.step_size[before - 1] < target);
    CHECK(risen.step_size[before] == target);
    CHECK(risen.step_size[0] == doctest::Approx(memory[0] + target / length).epsilon(1e-14));
    CHECK(peak_of(risen) == doctest::Approx(run["init_eta_c"]["peak_over_L0"].get<double>()).epsilon(1e-4));
    const double peak = peak_of(results[3 * k + 1].trajectories[0]);
    if (std::abs(peak_of(results[3 * k + 2].trajectories[0]) / peak - 1) > 1e-6) continue;
    CHECK(peak == doctest::Approx(run["init0"]["peak_over_L0"].get<double>()).epsilon(1e-4));
    ++tame;
  }
  CHECK(tame == 7);
}

TEST_CASE("a warmup whose target is below the critical step starts at the target, and its decay there") {
  // λ = 1: the loss rises from η = 2 on.
  const RunSpec spec{.landscape = {"quadratic", {{"kappa", 1.0}}},
                     .rate = rule_choice("critical_warmup(warmup=0.5,after=cosine,floor=0.1)"),
                     .start = {1.0, 0.0},
                     .step_size = 0.5,
                     .steps = 40};
  RunSpec plain = spec;
  plain.rate = rule_choice("cosine(floor=0.1)");
  const RunSpec both[] = {spec, plain};
  const Results results = simulate(both, {.trajectory = true});
  CHECK(results[0].final_x == results[1].final_x);
}
