// What the scenes and lessons of the labs Large steps, Self-tuning and Tuning claim.
#include "core/catalog.h"
#include "tests/claims.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

namespace steplab::testing {
namespace {

// ---- large steps ----

TEST_CASE("claims: flat_global and sharp_global: where the four runs end, and from 0.34 on the sharp well throws out") {
  check_told(notes_of("flat_global"), "0.125", 2 * 0.25 * 0.25);
  check_says(notes_of("flat_global"), "from about 0.34 on");
  for (const std::string scene : {"flat_global", "sharp_global"}) {
    CAPTURE(scene);
    const Results results = simulate(run_specs(find_scene(scene)), {});
    for (const std::size_t run : {0, 1}) CHECK(results[run].final_x[0] == doctest::Approx(-2));
    CHECK(results[2].final_x[0] < -1.5);  // η = 0.2 cycles about the sharp well
    CHECK(std::hypot(results[2].final_x[0] + 2, results[2].final_x[1]) > 0.1);
    CHECK(results[3].final_x[0] == doctest::Approx(2));
  }
  const CsvTable ends = csv_table({"lab", "large-steps", "flat_global", "--figure", "sweep", "--step-size",
                                   "0.12,0.13,0.33,0.345", "--grid", "48"});
  CHECK(ends.number(0, "trapped") > 0.2);
  CHECK(ends.number(1, "trapped") == 0);
  CHECK(ends.number(1, "wandering") > 0.2);
  CHECK(ends.number(2, "wandering") > 0.2);
  CHECK(ends.number(3, "reached_global") > 0.99);
}

TEST_CASE("claims: large_steps and large_steps_line: wells hold the small step alone; 2/κ = 0.167") {
  const Results results = simulate(run_specs(find_scene("large_steps")), {});
  const auto ring = make_choice(landscapes(), {"ring_of_wells"}, "test")->surroundings().minima;
  check_says(notes_of("large_steps"), "Eight sharp wells");
  CHECK(ring.size() == 9);
  const auto nearest = [&](std::size_t run) {
    double least = 1e9;
    for (const auto& minimum : ring)
      least = std::min(least, (Vector{{results[run].final_x[0], results[run].final_x[1]}} - minimum.x).norm());
    return least;
  };
  CHECK(nearest(0) < 1e-3);
  CHECK(std::hypot(results[0].final_x[0], results[0].final_x[1]) > 1.5);
  CHECK(std::hypot(results[1].final_x[0], results[1].final_x[1]) < 1e-3);
  check_told(notes_of("large_steps_line"), "0.167", 2.0 / 12);
}

TEST_CASE("claims: which_well_will_it_choose: curvatures, factors, and the share that finds the sharp global minimum") {
  const std::string lesson = texts_of_lesson("which_well_will_it_choose");
  check_says(lesson, "1 − 0.5·16 = −7");
  check_told(lesson, "0.78", 1 - 0.5 / 2.25);
  check_told(lesson, "0.44", 1 / 2.25);
  check_says(lesson, "27 %");
  const CsvTable ends = csv_table({"lab", "large-steps", "sharp_global", "--figure", "sweep", "--step-size",
                                   "0.01,0.03,0.1,0.13,0.3,1,3", "--grid", "64"});
  for (std::size_t row = 0; row < ends.rows.size(); ++row) {
    const double reached = ends.number(row, "reached_global");
    if (ends.number(row, "eta") < 0.125)
      CHECK(reached == doctest::Approx(0.27).epsilon(0.03));
    else
      CHECK(reached == 0);
  }
}

TEST_CASE("claims: large_steps_phase: 95 % after five large steps, 99 % after 20 small ones, none after 40") {
  for (const std::string said :
       {"five large steps", "95 %", "twenty bring all", "after 20 small steps 99 %", "after 40 none"})
    check_says(notes_of("large_steps_phase"), said);
  const CsvTable table =
      csv_table({"lab", "large-steps", "large_steps_phase", "--figure", "phase", "--lengths", "5,20,40"});
  const auto reached = [&](const std::string& arm) {
    return table.number(table.where({{"arm", arm}}).at(0), "reached_global");
  };
  CHECK(reached("large 5") == doctest::Approx(0.95).epsilon(0.005));
  CHECK(reached("large 20") == 1);
  CHECK(reached("small 20") == doctest::Approx(0.99).epsilon(0.005));
  CHECK(reached("small 40") == 0);
}

TEST_CASE("claims: large_steps_same_noise: 83 % or more of the large steps leave, none of the ten small ones") {
  check_says(notes_of("large_steps_same_noise"), "83 %");
  const CsvTable table =
      csv_table({"lab", "large-steps", "large_steps_same_noise", "--figure", "control", "--grid", "500"});
  for (const std::size_t row : table.where({{"arm", "L"}})) CHECK(table.number(row, "reached_global") > 0.82);
  for (const std::size_t row : table.where({{"arm", "R"}})) CHECK(table.number(row, "reached_global") == 0);
}

TEST_CASE("claims: large_steps_noise: fixed noise brings at most 3 % home, annealed noise 90 % and more") {
  const std::string notes = notes_of("large_steps_noise");
  for (const std::string said : {"never brings more than 3 %", "90 % and more"}) check_says(notes, said);
  const CsvTable table = csv_table({"lab", "large-steps", "large_steps_noise", "--figure", "noise", "--grid", "20",
                                    "--step-size", "0.01,0.03,0.1", "--sigma", "0,2,4,6,8,16,25,100"});
  std::map<std::string, double> most_annealed;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const double reached = table.number(row, "reached_global");
    if (table.text(row, "arm") == "fixed")
      CHECK(reached < 0.03 + 0.02);  // the smaller grid's error
    else
      most_annealed[table.text(row, "eta")] = std::max(most_annealed[table.text(row, "eta")], reached);
  }
  CHECK(most_annealed.size() == 3);
  for (const auto& [eta, most] : most_annealed) CHECK_MESSAGE(most > 0.88, eta);
}

// ---- self-tuning ----

/// Rows of a method with this status, above a rate.
std::size_t cells(const CsvTable& table, const std::string& method, const std::string& status, double above = 0) {
  const auto rows = table.where({{"method", method}, {"status", status}});
  return static_cast<std::size_t>(
      std::ranges::count_if(rows, [&](std::size_t row) { return table.number(row, "rate0") > above; }));
}

TEST_CASE("claims: self_tuning and can_you_break_it: who diverges, and after how many updates WNGrad arrives") {
  const std::string notes = notes_of("self_tuning"), lesson = texts_of_lesson("can_you_break_it");
  const CsvTable table = csv_table({"lab", "self-tuning", "self_tuning"});
  CHECK(table.where({{"method", "wngrad_b"}}).size() == 65);
  check_says(notes, "none of the 65 rates");
  for (const std::string method : {"wngrad_a", "wngrad_b"}) CHECK(cells(table, method, "diverged") == 0);
  for (const std::string method : {"sgd", "inverse_sqrt", "nesterov"}) CHECK(cells(table, method, "diverged") > 0);
  CHECK(cells(table, "sgd", "diverged") == cells(table, "sgd", "diverged", 0.2));  // the cliff at 2/L
  const auto adam = table.where({{"method", "adam"}, {"rate0", "1"}});
  REQUIRE(adam.size() == 1);
  CHECK(table.number(adam[0], "steps") == 1);  // "its first step lands in the minimum"
  const auto at_L10 = [](const std::string& rate) {
    return csv_table({"lab", "self-tuning", "self_tuning", "--figure", "lipschitz", "--lipschitz", "10", "--steps",
                      "10000", "--rate0", rate});
  };
  const auto steps_of = [](const CsvTable& one, const std::string& method) {
    return one.number(one.where({{"method", method}}).at(0), "steps");
  };
  check_says(lesson, "about 150 updates");
  CHECK(steps_of(at_L10("0.1"), "wngrad_b") == doctest::Approx(150).epsilon(0.05));
  check_told(lesson, "505", 101 / 0.2);
  const CsvTable automatic = at_L10("auto");
  CHECK(automatic.where({{"status", "reached"}}).size() == 8);  // "every method now arrives"
  for (const std::string method : {"wngrad_a", "wngrad_b", "adagrad_norm", "wn_adam"})
    CHECK(steps_of(automatic, method) < 400);
  CHECK(steps_of(at_L10("5"), "adagrad_norm") < 80);
}

TEST_CASE("claims: self_tuning_logistic: of 38 rates above 2/L 26 diverge, WNGrad B arrives from 27 of 65") {
  const std::string notes = notes_of("self_tuning_logistic");
  for (const std::string said :
       {"Of the 38", "26 make", "with 10 of them", "with 2 it", "27 of them", "every one from 7.5 on"})
    check_says(notes, said);
  const CsvTable table = csv_table({"lab", "self-tuning", "self_tuning_logistic"});
  CHECK(cells(table, "sgd", "diverged", 0.2) == 26);
  CHECK(cells(table, "sgd", "diverged", 7.4) == 26);
  CHECK(cells(table, "sgd", "cap", 0.2) == 10);
  CHECK(cells(table, "sgd", "reached", 0.2) == 2);
  CHECK(cells(table, "wngrad_a", "diverged") + cells(table, "wngrad_b", "diverged") == 0);
  CHECK(cells(table, "wngrad_b", "reached") == 27);
}

TEST_CASE("claims: self_tuning_network: WNGrad diverges from none of 65 rates, the fixed step from 34") {
  check_says(notes_of("self_tuning_network"), "from none of the 65 initial rates. The fixed step does from 34 of them");
  const CsvTable table = csv_table({"lab", "self-tuning", "self_tuning_network"});
  CHECK(cells(table, "wngrad_a", "diverged") + cells(table, "wngrad_b", "diverged") == 0);
  CHECK(cells(table, "sgd", "diverged") == 34);
}

TEST_CASE("claims: self_tuning_regression: the cliff at L = 2, AdaGrad-Norm's 27 to 59 updates, WNGrad's 4762") {
  const std::string notes = notes_of("self_tuning_regression");
  check_says(notes, "27 to 59 updates up to L = 10⁴");
  const CsvTable table = csv_table({"lab", "self-tuning", "self_tuning_regression", "--figure", "lipschitz"});
  double least = 1e9, most = 0, wngrad = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const double L = table.number(row, "L"), steps = table.number(row, "steps");
    if (table.text(row, "method") == "sgd") CHECK((table.text(row, "status") == "diverged") == (L > 2));
    if (table.text(row, "method") == "adagrad_norm" && L > 1) {
      least = std::min(least, steps);
      most = std::max(most, steps);
    }
    if (table.text(row, "method") == "wngrad_b" && std::abs(L - 100) < 1e-6) wngrad = steps;
  }
  CHECK(least == 27);
  CHECK(most == 59);
  check_told(notes, "4762", wngrad);
}

TEST_CASE("claims: self_tuning_cliff: at 2.2, a tenth above 2/L, the fixed step diverges and WNGrad arrives") {
  const CsvTable table = csv_table({"lab", "self-tuning", "self_tuning_cliff", "--figure", "lipschitz", "--lipschitz",
                                    "1", "--steps", "10000", "--rate0", "2.2"});
  CHECK(table.text(table.where({{"method", "sgd"}}).at(0), "status") == "diverged");
  CHECK(table.text(table.where({{"method", "wngrad_b"}}).at(0), "status") == "reached");
}

TEST_CASE("claims: self_tuning_noise: b/√T comes to √2 for WNGrad and to 1 for AdaGrad-Norm") {
  const CsvTable table = csv_table({"lab", "self-tuning", "self_tuning_noise", "--figure", "rates"});
  const auto last = [&](const std::string& method) {
    return table.number(table.where({{"method", method}}).back(), "b_final") / 100;  // √10000
  };
  CHECK(last("wngrad_b") == doctest::Approx(std::sqrt(2.0)).epsilon(0.02));
  CHECK(last("adagrad_norm") == doctest::Approx(1).epsilon(0.02));
}

// ---- tuning ----

TEST_CASE("claims: which_schedule_forgives: tuned, none is far behind; at ρ = 10 constant and 1/√t pay 8 to 9 times") {
  check_says(texts_of_lesson("which_schedule_forgives"), "about 8 to 9 times");
  const CsvTable table = csv_table({"lab", "tuning", "tuning", "--rhos", "0.1:10:3"});
  double least = 1e9, most = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    least = std::min(least, table.number(row, "loss_star"));
    most = std::max(most, table.number(row, "loss_star"));
    const double rho = table.number(row, "rho"), R = table.number(row, "R");
    const bool comes_to_zero = table.text(row, "schedule") != "constant" && table.text(row, "schedule") != "1/√t";
    if (rho > 9) CHECK((comes_to_zero ? R < 4 : R == doctest::Approx(8.5).epsilon(0.1)));
    if (rho < 0.2) CHECK(R > 50);  // "too small a step is forgiven by none"
  }
  CHECK(most < 2 * least);
}

TEST_CASE("claims: tuning_logistic: slopes near the law, where one is predicted") {
  check_says(notes_of("tuning_logistic"), "slopes within 0.2 of the law 1/(p+1)");
  const CsvTable table = csv_table({"lab", "tuning", "tuning_logistic", "--slopes"});
  int predicted = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (table.rows[row].size() < 3 || !std::isfinite(std::atof(table.rows[row][2].c_str()))) continue;
    const double law = std::atof(table.rows[row][2].c_str());
    if (law == 0) continue;  // none, with the reason in words
    ++predicted;
    CHECK(std::abs(table.number(row, "slope") - law) < 0.2);
  }
  CHECK(predicted >= 3);
}

}  // namespace
}  // namespace steplab::testing
