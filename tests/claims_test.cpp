// What the words of entries, events and the scenes for free play claim.
#include "tests/claims.h"

#include "core/catalog.h"
#include "core/run/quantile_rule.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab::testing {
namespace {

// ---- entries ----

std::string meaning_of(const OptimizerEntry& entry, const std::string& parameter) {
  const auto spec = std::ranges::find(entry.params, parameter, &ParamSpec::name);
  return spec == entry.params.end() ? "" : spec->meaning;
}

template <class T>
std::string source_of(const std::vector<T>& family, const std::string& id) {
  return std::ranges::find(family, id, &T::id)->source;
}

TEST_CASE("claims: a parameter is said to average squared gradients only where the optimizer keeps such a mean") {
  // Whose divisor is another one: Lion and sign-SGD have none, Adamax keeps the largest |g|.
  for (const auto& entry : optimizers())
    for (const auto& spec : entry.params) {
      CAPTURE(entry.id);
      CAPTURE(spec.name);
      const bool squares = spec.meaning.find("mean of squared gradients") != std::string::npos;
      const bool keeps_squares = std::ranges::count(
          std::vector<std::string>{"rmsprop", "adam", "amsgrad", "adamw", "nadam", "radam", "gi_adam"}, entry.id);
      CHECK((!squares || keeps_squares));
    }
  const auto entry_of = [](const std::string& id) { return *std::ranges::find(optimizers(), id, &OptimizerEntry::id); };
  CHECK(meaning_of(entry_of("lion"), "beta2") == "decay of m, the mean of gradients");
  CHECK(meaning_of(entry_of("adamax"), "beta2") == "decay of the largest |g| so far");
  check_says(meaning_of(entry_of("sign_sgd"), "momentum"), "decay of the mean of gradients");
}

TEST_CASE("claims: our own devices are not called a paper's, and what is recalled is not called confirmed") {
  for (const std::string id : {"abs", "sharp_well", "ring_of_wells", "washboard", "two_wells", "exp_valley", "relu_uv"})
    CHECK_MESSAGE(source_of(landscapes(), id).starts_with("our own"), id);
  CHECK(source_of(oracles(), "uniform").starts_with("our own"));
  check_says(source_of(oracles(), "label_noise"), "is our own");
  for (const auto& source : {source_of(landscapes(), "quintic_dent"), source_of(oracles(), "repeated_batch")}) {
    CHECK(source.starts_with("recalled from"));
    check_says(source, "not confirmed");
  }
  for (const std::string id : {"wngrad_a", "wngrad_b"})
    CHECK(source_of(rate_rules(), id).find(", as ") != std::string::npos);
}

/// Least and largest curvature of a landscape of one or two dimensions.
std::pair<double, double> curvatures(const Choice& landscape, const Vector& x) {
  const Matrix hessian = make_choice(landscapes(), landscape, "test")->hessian(x);
  if (hessian.rows() == 1) return {hessian(0, 0), hessian(0, 0)};
  const double middle = 0.5 * (hessian(0, 0) + hessian(1, 1));
  const double spread = std::hypot(0.5 * (hessian(0, 0) - hessian(1, 1)), hessian(0, 1));
  return {middle - spread, middle + spread};
}

TEST_CASE("claims: an entry's numbers are those of its formula") {
  const auto summary = [](const std::string& id) {
    return std::ranges::find(landscapes(), id, &LandscapeEntry::id)->summary;
  };
  const auto condition = [](const std::string& id) {
    const auto [least, most] = curvatures({id}, Vector::Zero(2));
    return most / least;
  };
  check_told(summary("booth"), "9", condition("booth"));
  check_told(summary("matyas"), "25", condition("matyas"));
  const auto sharp = curvatures({"quintic_dent"}, Vector{{2.5}}), wide = curvatures({"quintic_dent"}, Vector{{0.0}});
  check_told(summary("quintic_dent"), "51", sharp.second / wide.second);
  CHECK(curvatures({"monkey_saddle"}, Vector::Zero(2)) == std::pair{0.0, 0.0});
  const auto minima = make_choice(landscapes(), {"two_wells"}, "test")->surroundings().minima;
  CHECK(curvatures({"two_wells"}, Vector{{-2.0, 0.0}}).second == doctest::Approx(16));
  CHECK(curvatures({"two_wells"}, Vector{{2.0, 0.0}}).second == doctest::Approx(1 / 2.25));
  CHECK(minima[0].value == -0.5);
  CHECK(minima[1].value == -1);
}

TEST_CASE("claims: the washboard's wells are less sharp on the way in") {
  const auto board = make_choice(landscapes(), {"washboard"}, "test");
  double last = 0;
  for (double x = 2; x <= 5; ++x) {
    const double curvature = board->hessian(Vector{{x}})(0, 0);
    CHECK(curvature > last);
    last = curvature;
  }
}

TEST_CASE("claims: help tells the type of quantiles wherever a column q10 is, and the rule is numpy's") {
  for (const Args& command : {Args{"sweep"}, Args{"lab", "tuning"}, Args{"lab", "budget"}}) {
    Args args = command;
    args.push_back("--help");
    check_says(good_output(args), std::string(kQuantileRule));
  }
  // numpy.quantile([1, 2, 4, 8], [0.1, 0.5, 0.9]) = 1.3, 3, 6.8
  const std::vector<double> values = {1, 2, 4, 8};
  CHECK(quantile(values, 0.1) == doctest::Approx(1.3));
  CHECK(quantile(values, 0.5) == 3);
  CHECK(quantile(values, 0.9) == doctest::Approx(6.8));
}

// ---- scenes ----

double least_R(const Results& results, std::size_t run) { return summarise(results[run].outcomes).median; }

TEST_CASE("claims: default: the constant step shakes at a loss many times that of the annealed ones") {
  const Results results = simulate(run_specs(find_scene("default")), {});
  for (std::size_t run = 1; run < 4; ++run) CHECK(least_R(results, 0) > 5 * least_R(results, run));
}

TEST_CASE("claims: adam_and_gi_adam: peaks, and the sizes of the first updates") {
  const std::string notes = notes_of("adam_and_gi_adam");
  const Results results = played("adam_and_gi_adam");
  const Trajectory &adam = results[0].trajectories[0], &gi = results[1].trajectories[0];
  check_told(notes, "4.8", peak_over_start(adam));
  CHECK(peak_over_start(gi) == 1);
  CHECK(std::abs(adam.x[2] - adam.x[0]) == doctest::Approx(0.32).epsilon(1e-6));
  check_told(notes, "0.0316", std::abs(gi.x[2] - gi.x[0]) / 0.32);
}

TEST_CASE("claims: catapult: 68 and 215 times up and down again, none at 0.05, no return at 0.17") {
  const std::string notes = notes_of("catapult");
  const Results results = played("catapult");
  const auto path = [&](std::size_t run) -> const Trajectory& { return results[run].trajectories[0]; };
  check_told(notes, "25", path(0).sharpness[0]);
  CHECK(peak_over_start(path(0)) == 1);
  check_told(notes, "68", peak_over_start(path(1)));
  check_told(notes, "215", peak_over_start(path(2)));
  CHECK(path(1).sharpness.back() < 2 / 0.1);
  CHECK(path(2).sharpness.back() < 2 / 0.12);
  CHECK(results[3].outcomes[0].status == RunStatus::kDiverged);
}

TEST_CASE("claims: edge_of_stability: overshoots 2/η, settles 0.4 to 1.1 % below it, hopping from side to side") {
  const std::string notes = notes_of("edge_of_stability");
  check_says(notes, "0.4 to 1.1 % below");
  const Results results = played("edge_of_stability");
  double least = 1, most = 0;
  for (std::size_t run = 0; run < 3; ++run) {
    const Trajectory& path = results[run].trajectories[0];
    const double edge = 2 / path.step_size[0];
    CHECK(*std::ranges::max_element(path.sharpness) > 2 * edge);
    for (std::size_t row = path.rows() - 10; row < path.rows(); ++row) {
      least = std::min(least, 1 - path.sharpness[row] / edge);
      most = std::max(most, 1 - path.sharpness[row] / edge);
      CHECK((path.x[2 * row] - path.x[2 * row - 2]) * (path.x[2 * row - 2] - path.x[2 * row - 4]) < 0);
    }
    CHECK(path.loss.back() < 0.1 * path.loss[path.rows() / 2]);
  }
  CHECK(100 * least == doctest::Approx(0.4).epsilon(0.1));
  CHECK(100 * most == doctest::Approx(1.1).epsilon(0.05));
}

TEST_CASE("claims: optimizers_race: where the four are after 1000 updates") {
  const std::string notes = notes_of("optimizers_race");
  const Results results = simulate(run_specs(find_scene("optimizers_race")), {});
  check_told(notes, "0.45", results[0].outcomes[0].loss);
  check_says(notes, "below 0.0001");
  CHECK(results[1].outcomes[0].loss < 1e-4);
  CHECK(results[2].outcomes[0].loss < 1e-4);
  check_told(notes, "0.0023", results[3].outcomes[0].loss);
}

TEST_CASE("claims: noisy_quadratic: the constant step stops at the level ¼ηΣσ²/(1 − ηλ/2), annealed ones go below") {
  const Results results = simulate(run_specs(find_scene("noisy_quadratic")), {});
  const double level = 0.5 * 0.05 * (1 / (2 - 0.05 * 1) + 1 / (2 - 0.05 * 10));  // of ½λx², λ = 1 and 10, σ = 1
  CHECK(summarise(results[0].outcomes).mean == doctest::Approx(level).epsilon(0.4));  // 50 seeds
  for (std::size_t run = 1; run < 4; ++run) CHECK(least_R(results, run) < 0.5 * least_R(results, 0));
}

TEST_CASE("claims: sharp_well: small steps end in the sharp well, from 0.174 on in the wide one") {
  const std::string notes = notes_of("sharp_well");
  const Results results = simulate(run_specs(find_scene("sharp_well")), {});
  for (std::size_t run = 0; run < 4; ++run) CHECK(results[run].outcomes[0].reached == (run >= 2));
  const CsvTable swept = csv_table({"sweep", "sharp_well"});
  double first = 0;
  for (std::size_t row = 0; row < swept.rows.size(); ++row) {
    const double eta = swept.number(row, "step_size"), reached = swept.number(row, "reached");
    CHECK(reached == (eta > 1.0 / 6));
    if (reached == 1 && first == 0) first = eta;
  }
  check_told(notes, "0.174", first);
  check_told(notes, "1.8", swept.number(swept.rows.size() - 1, "step_size"));
}

TEST_CASE("claims: step_size_ten_times_too_large: near the best, ten times it beyond the edge, soon below it again") {
  const Scene scene = find_scene("step_size_ten_times_too_large");
  check_told(scene.notes, "0.0046", scene.runs[0].step_size);
  check_told(scene.notes, "0.0435", 2.0 / 46);
  const double eta = 10 * scene.runs[0].step_size;
  CHECK(eta > 2.0 / 46);
  CHECK(eta < 1.1 * 2.0 / 46);
  const Results results = played(scene);
  for (const Outcome& outcome : results[0].outcomes) CHECK(outcome.status == RunStatus::kDiverged);
  for (std::size_t run = 1; run < 4; ++run) {
    const auto& sizes = results[run].trajectories[0].step_size;
    const auto below = std::ranges::find_if(sizes, [](double size) { return size < 2.0 / 46; }) - sizes.begin();
    CHECK(100.0 * static_cast<double>(below) / scene.steps == doctest::Approx(10).epsilon(0.52));  // 5 to 15 %
    CHECK(least_R(results, run) < 1e-3);
  }
  // Near the best: the tuned loss of each annealed schedule on a grid of 2 a doubling is at most a third lower.
  Scene fine = scene;
  fine.rho = 1;
  fine.seeds = 100;
  fine.runs.erase(fine.runs.begin());
  const auto mean = [&](double factor, std::size_t run) {
    for (auto& each : fine.runs) each.step_size = 0.0046 * factor;
    return summarise(simulate(run_specs(fine), {}, {.workers = 2})[run].outcomes).mean;
  };
  for (std::size_t run = 0; run < 3; ++run)
    CHECK(mean(1, run) < 1.34 * std::min({mean(0.5, run), mean(0.71, run), mean(1.41, run), mean(2, run)}));
}

TEST_CASE("claims: step_size_ten_times_too_small: the annealed ones get least far, the sweep has both sides") {
  const Scene scene = find_scene("step_size_ten_times_too_small");
  const Results results = simulate(run_specs(scene), {});
  CHECK(least_R(results, 0) > 1);
  for (std::size_t run = 1; run < 4; ++run) CHECK(least_R(results, run) > 2 * least_R(results, 0));
  REQUIRE(scene.sweep.size() == 1);
  CHECK(scene.sweep[0].from < 1);
  CHECK(scene.sweep[0].to > 1);
}

TEST_CASE("claims: warmup: diverges at once, then 626, 335 and 96 times up, and flat enough in the end") {
  const std::string notes = notes_of("warmup");
  const Results results = played("warmup");
  CHECK(results[0].outcomes[0].status == RunStatus::kDiverged);
  const std::vector<std::string> peaks = {"626", "335", "96"};
  for (std::size_t run = 1; run < 4; ++run) {
    check_told(notes, peaks[run - 1], peak_over_start(results[run].trajectories[0]));
    CHECK(results[run].trajectories[0].sharpness.back() < 2 / 0.16);
  }
  check_told(notes, "25", results[1].trajectories[0].sharpness[0]);
  check_told(notes, "12.5", 2 / 0.16);
}

TEST_CASE("claims: washboard: small steps pass two wells and stay in the third, large ones walk over all") {
  const std::string notes = notes_of("washboard");
  const Results results = simulate(run_specs(find_scene("washboard")), {});
  for (const std::size_t run : {0, 1})
    for (const double x : results[run].final_x) CHECK(std::abs(x - 3) < 0.3);
  check_says(notes, "23 of 25");
  CHECK(std::ranges::count(results[2].outcomes, true, &Outcome::reached) == 23);
  const auto board = make_choice(landscapes(), {"washboard"}, "test");
  for (const double x : {4.0, 5.0}) CHECK(board->hessian(Vector{{x}})(0, 0) > 2 / 0.02);
  CHECK(board->hessian(Vector{{3.0}})(0, 0) < 2 / 0.02);
}

TEST_CASE("claims: same_noise_other_step: all small-step runs stay in the sharp well, all large-step ones leave") {
  check_says(notes_of("same_noise_other_step"), "all 25 stay in the sharp well. All 25 runs");
  const Results results = played("same_noise_other_step");
  const double left_rim = 1.6288;  // e₀ of docs/notes/large-steps.md, F1b
  const auto left = [&](std::size_t run) {
    return std::ranges::count_if(results[run].trajectories,
                                 [&](const Trajectory& path) { return *std::ranges::min_element(path.x) < left_rim; });
  };
  CHECK(left(0) == 0);
  CHECK(left(1) == 25);
  CHECK(std::ranges::count_if(results[1].trajectories,
                              [&](const Trajectory& path) { return path.x.back() > left_rim; }) == 1);
}

TEST_CASE("claims: small_network: Adam's pre-conditioned sharpness goes from 1464 to 38/η = 1900") {
  const std::string notes = notes_of("small_network");
  const Results results = played("small_network");
  const auto& sharpness = results[2].trajectories[0].preconditioned_sharpness;
  check_told(notes, "65", static_cast<double>(results[2].dim));
  check_told(notes, "1464", sharpness[0]);
  check_told(notes, "1900", 38 / 0.02);
  double mean = 0;
  for (std::size_t row = sharpness.size() - 100; row < sharpness.size(); ++row) mean += sharpness[row] / 100;
  check_told(notes, "1841", mean);
  CHECK(*std::ranges::max_element(sharpness) > 1900);
}

TEST_CASE("claims: where_it_cannot_rest: every annealed run of the 64 ends in a well") {
  const Results results = simulate(run_specs(find_scene("where_it_cannot_rest")), {}, {.workers = 2});
  for (std::size_t run = 1; run < 4; ++run)
    CHECK(std::ranges::count(results[run].outcomes, true, &Outcome::reached) == 64);
}

TEST_CASE("claims: wngrad_b0: b jumps to ‖g‖²/b₀ where b₀ is too small, and 1 % takes 292 updates where it is not") {
  const std::string notes = notes_of("wngrad_b0");
  const Results results = played("wngrad_b0");
  const double b0[] = {0.1, 1, 10, 100};
  for (std::size_t run = 0; run < 4; ++run) {
    const Trajectory& path = results[run].trajectories[0];
    const double squares = path.grad_norm[0] * path.grad_norm[0];
    CHECK(1 / path.step_size[0] == doctest::Approx(b0[run] + squares / b0[run]));
    CHECK(1 / path.step_size[path.rows() - 2] < 1.15 * (b0[run] + squares / b0[run]));
    if (run < 3) CHECK(path.loss.back() > 0.05 * path.loss[0]);
  }
  const Trajectory& last = results[3].trajectories[0];
  check_told(notes, "200", 1 / last.step_size[0]);
  const auto there = std::ranges::find_if(last.loss, [&](double loss) { return loss <= 0.01 * last.loss[0]; });
  check_told(notes, "292", static_cast<double>(there - last.loss.begin()));
}

}  // namespace
}  // namespace steplab::testing
