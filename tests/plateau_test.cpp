// Reduce on plateau: what counts as progress, on losses of either sign.
#include "core/catalog.h"
#include "core/run/run.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

namespace steplab {
namespace {

/// The updates from which on the step size is lower than before.
std::vector<int> cuts(const RunSpec& spec) {
  const auto results = simulate(std::span(&spec, 1), {.trajectory = true, .sharpness = false});
  const auto& step_size = results[0].trajectories[0].step_size;
  std::vector<int> at;
  for (int t = 1; t < spec.steps; ++t)
    if (step_size[static_cast<std::size_t>(t)] < step_size[static_cast<std::size_t>(t - 1)]) at.push_back(t);
  return at;
}

Choice plateau(int patience, const std::string& mode = "min") {
  return {"plateau", {{"patience", static_cast<double>(patience)}, {"mode", mode}, {"factor", 0.5}}};
}

/// The rule by itself on a list of metrics: the cuts it makes. Metric k is what look k = 1, 2, … sees.
std::vector<int> cuts_on(const Choice& choice, const std::vector<double>& metrics) {
  struct Fed final : Observation {
    Lanes now = Lanes::Zero(kPack);
    const Lanes& loss() override { return now; }
    void gradient_at(const Tile&, Tile&) override {}
    void trial(const Lanes&, Lanes&) override {}
  } fed;
  const auto rule = make_choice(rate_rules(), choice, "test");
  Memory memory = rule->start(kPack, 1);
  const Lanes base = Lanes::Ones(kPack);
  Lanes rate(kPack);
  fed.base = &base;
  std::vector<int> at;
  double before = 1;
  for (int t = 0; t <= static_cast<int>(metrics.size()); ++t) {
    fed.step = t;
    if (t > 0) fed.now.setConstant(metrics[static_cast<std::size_t>(t - 1)]);
    rule->rates(memory, fed, rate);
    if (rate[0] < before) at.push_back(t);
    before = rate[0];
  }
  return at;
}

TEST_CASE("at the minimum of six-hump camel, where the loss is negative, plateau with patience 2 cuts at 4, 7 and 10") {
  RunSpec spec{.landscape = {"six_hump_camel"}, .rate = plateau(2), .step_size = 0.01, .steps = 12};
  const auto landscape = make_choice(landscapes(), spec.landscape, "test");
  const Vector& minimum = landscape->surroundings().minima.front().x;
  spec.start = {minimum[0], minimum[1]};
  CHECK(cuts(spec) == std::vector<int>{4, 7, 10});
}

TEST_CASE("a loss that stands still is a plateau whatever its sign, and in both modes") {
  for (const char* mode : {"min", "max"})
    for (const double loss : {-1e6, -1.0, -1e-12, 0.0, 1e-12, 1.0, 1e6}) {
      CAPTURE(mode);
      CAPTURE(loss);
      CHECK(cuts_on(plateau(2, mode), std::vector<double>(11, loss)) == std::vector<int>{4, 7, 10});
    }
}

TEST_CASE("progress by twice the margin is progress, by half the margin is none, at every sign of the loss") {
  for (const double sign : {-1.0, 1.0})
    for (const double begin : {-8.0, 8.0}) {
      CAPTURE(sign);
      CAPTURE(begin);
      const auto walk = [&](double share) {  // each loss better than the one before by this share of its size
        std::vector<double> losses{begin};
        while (losses.size() < 12) losses.push_back(losses.back() + sign * share * std::abs(losses.back()));
        return losses;
      };
      const std::string mode = sign < 0 ? "min" : "max";
      CHECK(cuts_on(plateau(0, mode), walk(2e-4)).empty());
      // Half of it is progress only together with the next: every other look fails.
      CHECK(cuts_on(plateau(0, mode), walk(0.6e-4)).size() == 6);
    }
}

TEST_CASE("a loss that passes 0 on its way down makes progress all the time") {
  std::vector<double> losses;
  for (int k = 0; k < 30; ++k) losses.push_back(1 - 0.1 * k);
  CHECK(cuts_on(plateau(0), losses).empty());
  for (double& loss : losses) loss = -loss;
  CHECK(cuts_on(plateau(0, "max"), losses).empty());
}

TEST_CASE("whatever the threshold, the first loss counts as progress and a loss that stands still does not") {
  for (const double threshold : {0.0, 0.5, 1.0, 3.0}) {
    Choice choice = plateau(1);
    choice.params["threshold"] = threshold;
    CAPTURE(threshold);
    CHECK(cuts_on(choice, std::vector<double>(7, -1)) == std::vector<int>{3, 5, 7});
    CHECK(cuts_on(choice, std::vector<double>(7, 0)) == std::vector<int>{3, 5, 7});
    CHECK(cuts_on(choice, std::vector<double>(7, 1)) == std::vector<int>{3, 5, 7});
  }
}

TEST_CASE("plateau decides as an independent evaluation of its rule, on random losses of both signs") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> step(-1, 1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> losses;
    double loss = 3 * step(random);
    for (int k = 0; k < 40; ++k) losses.push_back(loss += 0.3 * step(random));
    const bool lower = trial % 2 == 0, relative = trial % 4 < 2;
    const double threshold = 0.05;
    Choice choice = plateau(trial % 5, lower ? "min" : "max");
    choice.params["threshold"] = threshold;
    choice.params["threshold_mode"] = std::string(relative ? "rel" : "abs");
    std::vector<int> expected;
    double best = losses[0], rate = 1;
    int bad = 0;
    for (int t = 2; t <= 40; ++t) {
      const double now = losses[static_cast<std::size_t>(t - 1)], gain = lower ? best - now : now - best;
      const bool better = gain > threshold * (relative ? std::abs(best) : 1);
      if (better) best = now;
      bad = better ? 0 : bad + 1;
      if (bad <= trial % 5) continue;
      bad = 0;
      if (rate * 0.5 > 1e-8) expected.push_back(t);  // eps: smaller reductions are not made
      rate *= 0.5;
    }
    CAPTURE(trial);
    CHECK(cuts_on(choice, losses) == expected);
  }
}

}  // namespace
}  // namespace steplab
