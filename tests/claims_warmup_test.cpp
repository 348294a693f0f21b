// What the scenes and the lesson of the Warmup lab claim.
#include "core/analysis/bifurcation.h"
#include "tests/claims.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace steplab::testing {
namespace {

/// The first row at which the sharpness is above 2/η_t.
std::size_t first_contact(const Trajectory& path) {
  std::size_t row = 0;
  while (row < path.rows() && !(path.step_size[row] * path.sharpness[row] > 2)) ++row;
  return row;
}

TEST_CASE("claims: target_at_once and its lesson: λ = 25.2, 2/η = 16.7, a catapult on hatched ground that ends flat") {
  const std::string notes = notes_of("target_at_once"), lesson = texts_of_lesson("start_at_the_target_or_climb");
  const Results results = played("target_at_once");
  const Trajectory& path = results[0].trajectories[0];
  check_told(notes, "25", path.sharpness[0]);
  check_told(lesson, "25.2", path.sharpness[0]);
  check_told(lesson, "0.125", path.loss[0]);
  check_told(notes, "16.7", 2 / path.step_size[0]);
  CHECK(path.sharpness.back() < 0.2 * 16.7);  // "far below"
  for (std::size_t row = 0; row < peak_row(path); ++row) CHECK(path.sharpness[row] > 2 / path.step_size[row]);
}

TEST_CASE("claims: warmup_large_start: λ = 40, the longer the warm-up the lower the peak, little after 32, flat ends") {
  const std::string notes = notes_of("warmup_large_start"), lesson = texts_of_lesson("start_at_the_target_or_climb");
  const Results results = played("warmup_large_start");
  std::vector<double> peaks;
  for (const auto& result : results) {
    const Trajectory& path = result.trajectories[0];
    check_told(notes, "40", path.sharpness[0]);
    peaks.push_back(peak_over_start(path));
    CHECK(peaks.back() > 1);  // "no climb avoids the catapult"
    CHECK(path.sharpness.back() < 2 / 0.2);
  }
  CHECK(std::ranges::is_sorted(peaks, std::greater()));
  CHECK(peaks[2] - peaks[3] < 0.05 * (peaks[0] - peaks[2]));
  check_says(notes, "four times the threshold");
  CHECK(0.2 * results[0].trajectories[0].sharpness[0] / 2 == doctest::Approx(4).epsilon(0.01));
}

TEST_CASE("claims: catapult_or_climb: two of three survive below 6.7, the longer climb's peak is lower") {
  const Results results = played("catapult_or_climb");
  CHECK(results[0].outcomes[0].status == RunStatus::kDiverged);
  for (std::size_t run : {1, 2}) CHECK(results[run].trajectories[0].sharpness.back() < 2 / 0.3);
  CHECK(peak_over_start(results[2].trajectories[0]) < 0.5 * peak_over_start(results[1].trajectories[0]));
  check_told(texts_of_lesson("start_at_the_target_or_climb"), "6.7", 2 / 0.3);
}

TEST_CASE("claims: eta_init_rings: 17 passes, the target at 184 instead of 255, peaks of 1.25 and 4.0") {
  const std::string notes = notes_of("eta_init_rings");
  const CsvTable search = csv_table({"lab", "warmup", "eta_init_rings", "--figure", "eta-init", "--summary"});
  check_says(notes, "Seventeen");
  const double passes = search.number(0, "passes");
  CHECK(passes == 17);
  const std::string lesson = texts_of_lesson("start_at_the_target_or_climb");
  check_says(lesson, "less than ten steps and saves more than sixty");
  CHECK(passes / 2 < 10);
  CHECK(search.number(0, "t_save") > 60);
  Scene scene = find_scene("eta_init_rings");
  SceneRun early = scene.runs[0];
  early.rate = {"critical_warmup", {{"warmup", 256.0}}};
  scene.runs.push_back(early);
  const Results results = played(scene);
  const auto arrives = [](const Trajectory& path) {
    return std::ranges::find_if(path.step_size, [](double size) { return size >= 0.2 - 1e-12; }) -
           path.step_size.begin();
  };
  const Trajectory &from_zero = results[0].trajectories[0], &from_critical = results[1].trajectories[0];
  check_told(notes, "184", static_cast<double>(arrives(from_critical)));
  check_told(notes, "255", static_cast<double>(arrives(from_zero)));
  check_told(notes, "1.25", peak_over_start(from_critical));
  check_told(notes, "4.0", peak_over_start(from_zero));
  check_says(notes, "eight times 1/λ");
  CHECK(0.2 * from_zero.sharpness[0] == doctest::Approx(8).epsilon(0.01));
}

TEST_CASE("claims: gi_adam_start: 31.6 times the sharpness, 86 times up, GI-Adam never above the start") {
  const std::string notes = notes_of("gi_adam_start");
  Scene scene = find_scene("gi_adam_start");
  scene.preconditioned_sharpness = true;
  const Results results = played(scene);
  const Trajectory &adam = results[0].trajectories[0], &gi = results[1].trajectories[0];
  check_told(notes, "31.6", adam.preconditioned_sharpness[0] / gi.preconditioned_sharpness[0]);
  check_told(notes, "86", peak_over_start(adam));
  CHECK(peak_over_start(gi) == 1);
}

TEST_CASE("claims: relu_dies: at once the loss stays at ½y² with gradient 0, climbing over 64 trains") {
  const Results results = played("relu_dies");
  const Trajectory& dead = results[0].trajectories[0];
  CHECK(dead.loss.back() == 0.5);
  CHECK(dead.grad_norm.back() == 0);
  CHECK(dead.x.back() < 0);
  CHECK(results[1].outcomes[0].loss < 1e-3);
}

TEST_CASE("claims: the three regimes: climbs head-on, falls, keeps still") {
  const std::string head_on = notes_of("sharpening_head_on");
  Scene scene = find_scene("sharpening_head_on");
  Results results = played(scene);
  const Trajectory climb = results[0].trajectories[0];
  check_told(head_on, "178", static_cast<double>(first_contact(climb)));
  scene.runs[0].rate = {"constant"};
  results = played(scene);
  check_told(head_on, "20", static_cast<double>(first_contact(results[0].trajectories[0])));
  CHECK(peak_over_start(results[0].trajectories[0]) < peak_over_start(climb));

  results = played("sharpness_falls");
  const Trajectory &brief = results[0].trajectories[0], &slow = results[1].trajectories[0];
  CHECK(first_contact(brief) == 1);
  CHECK(first_contact(slow) > 10);
  CHECK(peak_over_start(brief) > 2);
  CHECK(peak_over_start(slow) == 1);

  results = played("sharpness_keeps");
  const Trajectory& kept = results[0].trajectories[0];
  const std::size_t meets = first_contact(kept);
  for (std::size_t row = 0; row < meets; ++row)
    CHECK(kept.sharpness[row] == doctest::Approx(kept.sharpness[0]).epsilon(0.02));
  CHECK(kept.sharpness.back() < 2 / 0.3);
}

TEST_CASE("claims: warmup_small_start: both runs meet the edge and are thrown up, the climbing one later") {
  const Results results = played("warmup_small_start");
  const Trajectory &at_once = results[0].trajectories[0], &climbing = results[1].trajectories[0];
  CHECK(at_once.sharpness[0] < 2 / 0.6);
  CHECK(first_contact(climbing) > 10 * first_contact(at_once));
  CHECK(peak_over_start(at_once) > 4);
  CHECK(peak_over_start(climbing) > 4);
}

/// Whether cells of a heat map train.
std::map<std::pair<std::string, std::string>, bool> trained(const std::string& scene, const std::string& sizes,
                                                            const std::string& warmups, const Args& more = {}) {
  Args args = {"lab",    "warmup",           scene, "--figure", "heatmap", "--over", "step_size=" + sizes,
               "--over", "warmup=" + warmups};
  args.insert(args.end(), more.begin(), more.end());
  const CsvTable table = csv_table(args);
  std::map<std::pair<std::string, std::string>, bool> cells;
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    cells[{table.text(row, "step_size"), table.text(row, "warmup")}] = table.text(row, "status") == "trained";
  return cells;
}

TEST_CASE("claims: warmup_map_starts: 0.11 trains without warm-up, 0.9 over 128, and from the flat start always") {
  const std::string notes = notes_of("warmup_map_starts");
  for (const std::string said : {"0.11 without one", "about 0.9 over 128 updates", "trains up to about 0.9"})
    check_says(notes, said);
  auto cells = trained("warmup_map_starts", "0.113,0.16,0.905,1.28", "1,128");
  CHECK((cells[{"0.113", "1"}] && !cells[{"0.16", "1"}]));
  CHECK((cells[{"0.90500000000000003", "128"}] && !cells[{"1.28", "128"}]));
  cells = trained("warmup_map_starts", "0.905,1.28", "1,16,1024", {"--start", "0.3,0.2"});
  for (const std::string warmup : {"1", "16", "1024"})
    CHECK((cells[{"0.90500000000000003", warmup}] && !cells[{"1.28", warmup}]));
}

TEST_CASE("claims: warmup_map_adam: 0.25 without, 2.5 over 256, GI-Adam nearly everywhere, failures at ½y²") {
  const std::string notes = notes_of("warmup_map_adam");
  for (const std::string said : {"above 0.25", "raises that to 2.5"}) check_says(notes, said);
  auto cells = trained("warmup_map_adam", "0.25,0.32,2.5,3.2", "1,256", {"--over", "optimizer=adam"});
  CHECK((cells[{"0.25", "1"}] && !cells[{"0.32000000000000001", "1"}]));
  CHECK((cells[{"2.5", "256"}] && !cells[{"3.2000000000000002", "256"}]));
  const CsvTable gi =
      csv_table({"lab", "warmup", "warmup_map_adam", "--figure", "heatmap", "--over", "optimizer=gi_adam", "--over",
                 "step_size=0.05:3.2:19:log", "--over", "warmup=1,2,4,8,16,32,64,128,256"});
  CHECK(gi.where({{"status", "trained"}}).size() > 0.98 * static_cast<double>(gi.rows.size()));
  for (const std::size_t row : gi.where({{"status", "failed"}})) CHECK(gi.number(row, "final_loss") == 0.5);
}

TEST_CASE("claims: route_to_chaos: rest below 1, then 2, 4 from 1.236, 8 at 1.289 to 1.299, 16, chaos with windows") {
  const std::string notes = notes_of("route_to_chaos");
  for (const std::string said : {"four (from 1.236)", "eight (1.289 to 1.299)", "sixteen", "beyond 2 it diverges"})
    check_says(notes, said);
  const auto period_at = [](double eta) { return bifurcation({.from = eta, .to = eta, .count = 1}).ends.at(0).period; };
  const std::map<double, int> periods = {{0.95, 1},  {1.05, 2},  {1.23, 2},    {1.24, 4}, {1.287, 4}, {1.289, 8},
                                         {1.294, 8}, {1.299, 8}, {1.3005, 16}, {1.4, 0},  {1.7, 3},   {1.83, 2}};
  for (const auto& [eta, period] : periods) {
    CAPTURE(eta);
    CHECK(period_at(eta) == period);
  }
  CHECK(std::sqrt(5.0) - 1 == doctest::Approx(1.236).epsilon(1e-4));
  CHECK(bifurcation({.from = 2.01, .to = 2.01, .count = 1}).ends.at(0).diverged);
}

}  // namespace
}  // namespace steplab::testing
