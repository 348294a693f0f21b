// The Budget lab's numbers, against docs/notes/budget.md, B.5, closed forms and hand computations.
#include "core/analysis/budget.h"

#include "core/scene/budget_json.h"
#include "core/scene/budget_scene.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

namespace steplab {
namespace {

BudgetSpec test_vector(int T) {
  BudgetSpec spec = default_budget_spec(BudgetProblem::kNoisyQuadratic, BudgetOptimizer::kSgdm);
  for (const auto& schedule : unranked_budget_schedules()) spec.schedules.push_back(schedule);
  spec.step_size = 0.02;
  spec.T_max = T;
  spec.budgets = {100};
  return spec;
}

/// A table of so many seeds' errors at one budget, as if it had been computed.
BudgetTable table_of(const std::vector<std::vector<double>>& errors) {
  BudgetTable table;
  table.spec.problem = BudgetProblem::kLogistic;
  table.spec.budgets = {100};
  table.spec.step_size = 1;
  table.spec.schedules.clear();
  for (const auto& of_one : errors) {
    table.spec.schedules.push_back({.label = std::to_string(table.spec.schedules.size())});
    table.cells.push_back({.done = true, .tried = {{.step_size = 1, .errors = of_one}}});
  }
  settle(table);
  return table;
}

std::vector<double> ranks_of(const BudgetTable& table) {
  std::vector<double> ranks;
  for (const auto& cell : table.cells) ranks.push_back(cell.rank);
  return ranks;
}

BudgetSpec small_logistic() {
  BudgetSpec spec = default_budget_spec(BudgetProblem::kLogistic, BudgetOptimizer::kSgdm);
  spec.T_max = 40;
  spec.budgets = {10, 100};
  spec.rates = {.anchor = 0.02, .from = 0, .to = 2};
  return spec;
}

void check_same_numbers(const BudgetTable& a, const BudgetTable& b) {
  REQUIRE(a.cells.size() == b.cells.size());
  for (std::size_t i = 0; i < a.cells.size(); ++i) {
    CHECK(a.cells[i].tried == b.cells[i].tried);
    CHECK(a.cells[i].errors == b.cells[i].errors);
    CHECK(a.cells[i].rank == b.cells[i].rank);
    CHECK(a.cells[i].q90 == b.cells[i].q90);
  }
}

TEST_CASE("The noisy quadratic has the exact losses of docs/notes/budget.md, B.5, for T = 100 and 1000") {
  const std::map<int, std::vector<double>> notes = {{100,
                                                     {.053872905, .011883712, .024633720, .016957661, .030043272,
                                                      .017965153, .020562337, .032127882, .023235877, .033121585}},
                                                    {1000,
                                                     {.050843500, .004500500, .013161266, .004349550, .003187550,
                                                      .003433122, .005520038, .011093336, .005620412, .007987704}}};
  for (const auto& [T, losses] : notes) {
    const auto table = budget_table(test_vector(T));
    REQUIRE(table.complete);
    REQUIRE(table.exact);
    REQUIRE(table.cells.size() == losses.size());
    for (std::size_t i = 0; i < losses.size(); ++i) {
      CAPTURE(table.spec.schedules[i].label);
      CHECK(std::abs(table.cells[i].error - losses[i]) < 1e-8);
    }
  }
}

TEST_CASE("Without momentum the moments settle at ½ Σ λη/(2 − ηλ): 0.056056056 for η = 0.2") {
  const std::vector<double> rates(10000, 0.2), momenta(10000, 0.0);
  CHECK(std::abs(expected_loss({}, rates, momenta) - .056056056) < 1e-8);
  double closed = 0;
  for (const double curvature : {1.0, 0.01}) closed += 0.5 * 0.2 * curvature / (2 - 0.2 * curvature);
  CHECK(std::abs(expected_loss({}, rates, momenta) - closed) < 1e-12);
}

TEST_CASE("One update by hand: E x² = (1 − ηλ)² + η²σ²λ; what overflows is infinite") {
  const CurvedNoise problem{.curvatures = {2}, .sigma = 3};
  const std::vector<double> one = {0.1}, none = {0.0};
  CHECK(expected_loss(problem, one, none) == doctest::Approx(0.5 * 2 * (0.8 * 0.8 + 0.01 * 9 * 2)));
  const std::vector<double> huge(400, 1e6), momenta(400, 0.9);
  CHECK(std::isinf(expected_loss(problem, huge, momenta)));
}

TEST_CASE("The engine's least squares with label noise has the moments' loss, within five standard errors") {
  BudgetSpec spec = test_vector(50);
  for (const std::size_t schedule : {std::size_t{2}, std::size_t{6}}) {  // one_cycle with its momentum, rex
    RunSpec run = budget_run(spec, schedule, 100, 0.02, 0);
    run.seeds = 4000;
    double sum = 0, squares = 0;
    for (const auto& outcome : simulate({&run, 1}).front().outcomes) {
      sum += outcome.loss;
      squares += outcome.loss * outcome.loss;
    }
    const double mean = sum / run.seeds, error = std::sqrt((squares / run.seeds - mean * mean) / run.seeds);
    CHECK(std::abs(mean - budget_table(spec).cell(0, schedule).error) < 5 * error);
  }
}

TEST_CASE("step drops where u = ½ and ¾ also where T has no such whole steps") {
  for (const int T : {1, 2, 3, 5, 7, 250, 999}) {
    CAPTURE(T);
    std::vector<double> rates, momenta(static_cast<std::size_t>(T), 0.9);
    for (int t = 0; t < T; ++t) rates.push_back(0.02 * (2 * t < T ? 1 : 4 * t < 3 * T ? 0.1 : 0.01));
    CHECK(budget_table(test_vector(T)).cell(0, 4).error ==
          doctest::Approx(expected_loss({}, rates, momenta)).epsilon(1e-13));
  }
}

TEST_CASE("Tuned over multiples of 3 every schedule beats none at 10, 25 and 100 % but step at 10 %, which is last") {
  BudgetSpec spec = default_budget_spec(BudgetProblem::kNoisyQuadratic, BudgetOptimizer::kSgdm);
  spec.tuning = BudgetTuning::kGrid;
  const auto table = budget_table(spec);
  REQUIRE(table.complete);
  CHECK(table.cell(2, 4).rank == 7);
  for (const std::size_t s : {1, 3, 4, 5, 6}) {
    if (s != 4) CHECK(table.cell(2, s).error < table.cell(2, 0).error);
    CHECK(table.cell(3, s).error < table.cell(3, 0).error);
    CHECK(table.cell(5, s).error < table.cell(5, 0).error);
  }
  CHECK(table.cell(5, 4).rank == 1);  // and first with the full budget
  for (const auto& cell : table.cells) CHECK_FALSE(cell.at_edge);
}

TEST_CASE("With one update all schedules that start at 1 are the same run and share their rank") {
  BudgetSpec spec = default_budget_spec(BudgetProblem::kNoisyQuadratic, BudgetOptimizer::kSgdm);
  spec.T_max = 1;
  spec.budgets = {100};
  spec.step_size = 0.02;
  // One update lowers the loss by about its step size: one_cycle, which starts at 0.1, is last.
  CHECK(ranks_of(budget_table(spec)) == std::vector<double>{3.5, 3.5, 7, 3.5, 3.5, 3.5, 3.5});
}

TEST_CASE("Ties count half a place, by the standard error of the seeds' differences; ranks always sum to n(n + 1)/2") {
  // The first two differ by 0.1 ± 0.2 a seed: mean 0.1, standard error 0.2/√3 = 0.115. The third is clearly worse.
  const auto table = table_of({{1, 2, 3, 4}, {1.3, 1.9, 3.3, 3.9}, {2, 3, 4, 5}, {INFINITY, 1, 1, 1}});
  CHECK(ranks_of(table) == std::vector<double>{1.5, 1.5, 3, 4});
  CHECK(table.cells[0].place == 1);
  CHECK(table.cells[1].place == 2);
  auto strict = table;
  strict.spec.tie = 0.5;
  settle(strict);
  CHECK(ranks_of(strict) == std::vector<double>{1, 2, 3, 4});
  CHECK(ranks_of(table_of({{INFINITY, 1}, {2, 2}, {INFINITY, INFINITY}})) == std::vector<double>{2.5, 1, 2.5});
}

TEST_CASE("A budget is rounded to whole updates and has at least one") {
  BudgetSpec spec;
  spec.T_max = 3000;
  CHECK(budget_steps(spec, 1) == 30);
  CHECK(budget_steps(spec, 100) == 3000);
  spec.T_max = 10;
  CHECK(budget_steps(spec, 1) == 1);
  CHECK(budget_steps(spec, 25) == 3);
}

TEST_CASE("A table does not depend on the workers, and a stopped one goes on where it was, also through its file") {
  const BudgetSpec spec = small_logistic();
  const auto whole = budget_table(spec, {.workers = 1});
  REQUIRE(whole.complete);
  check_same_numbers(whole, budget_table(spec, {.workers = 3}));
  std::stop_source stop;
  int cells = 0;
  const auto part = budget_table(spec, {.stop = stop.get_token(), .on_cell = [&](const BudgetTable&) {
                                          if (++cells == 9) stop.request_stop();
                                        }});
  CHECK_FALSE(part.complete);
  CHECK(std::isnan(part.cell(1, 0).rank));
  CHECK(part.cell(0, 0).rank == whole.cell(0, 0).rank);
  const auto read = budget_table_from_json(to_json(part), "file");
  CHECK(read.spec == spec);
  int rest = 0;
  check_same_numbers(whole, budget_table(spec, {.on_cell = [&](const BudgetTable&) { ++rest; }}, read));
  // Nine calls were seven cells of the first budget, that budget halfway beside its best, and a cell of the second.
  CHECK(rest == 14 - 8 + 1);
}

TEST_CASE("Cells are taken over where schedule, budget, problem and grid are the same, and only there") {
  BudgetSpec spec = small_logistic();
  const auto before = budget_table(spec);
  const auto computed = [&](const BudgetSpec& changed) {
    int cells = 0;
    budget_table(changed, {.on_cell = [&](const BudgetTable&) { ++cells; }}, before);
    return cells;
  };
  CHECK(computed(spec) == 0);
  BudgetSpec changed = spec;
  changed.budgets = {10, 50, 100};
  changed.tie = 2;
  CHECK(computed(changed) == 7 + 1);  // cells, then all of the budget halfway beside their best
  changed = spec;
  changed.tuning = BudgetTuning::kGrid;  // chooses among the same
  CHECK(computed(changed) == 0);
  changed.rates.ratio = 2;
  CHECK(computed(changed) == 14 + 2);
  changed = spec;
  changed.seed = 2;
  CHECK(computed(changed) == 14 + 2);
}

TEST_CASE("Files that are no budget table are refused in one line") {
  const std::string good = to_json(budget_table(test_vector(1)));
  CHECK_NOTHROW(budget_table_from_json(good, "f"));
  for (std::string bad :
       {std::string(), std::string("[]"), std::string("{\"version\":2}"), good.substr(0, good.size() / 2)})
    CHECK_THROWS_AS(budget_table_from_json(bad, "f"), InputError);
}

TEST_CASE(
    "The spirals network under Adam, eight seeds, 5 and 10 %: of multiples of 3 REX beats linear; tried halfway beside "
    "the best as well, the two are tied") {
  BudgetSpec spec = default_budget_spec(BudgetProblem::kNetwork, BudgetOptimizer::kAdam);
  spec.budgets = {5, 10};
  spec.schedules = {{.label = "linear", .rate = {"linear"}}, {.label = "rex", .rate = {"rex"}}};
  spec.rates = {.anchor = 0.02, .from = 0, .to = 1};  // η* of all four cells and one beside it
  auto table = budget_table(spec, {.workers = 2});
  for (const std::size_t budget : {0, 1}) CHECK(tied_cells(table.cell(budget, 0), table.cell(budget, 1), 1));
  table.spec.tuning = BudgetTuning::kGrid;
  settle(table);
  for (const std::size_t budget : {0, 1}) {
    CHECK(table.cell(budget, 1).error < table.cell(budget, 0).error);
    CHECK_FALSE(tied_cells(table.cell(budget, 0), table.cell(budget, 1), 1));
  }
}

TEST_CASE(
    "The spirals network with eight seeds: over 5, 10 and 25 % REX has a mean rank of at most 3 of 7, SGDM and Adam") {
  for (const auto optimizer : {BudgetOptimizer::kSgdm, BudgetOptimizer::kAdam}) {
    BudgetSpec spec = default_budget_spec(BudgetProblem::kNetwork, optimizer);
    spec.budgets = {5, 10, 25};  // all six take five times as long
    auto table = budget_table(spec, {.workers = 2});
    REQUIRE(table.spec.seeds == 8);
    CHECK(tied_cells(table.cell(0, 3), table.cell(0, 6), 1));  // linear and REX at 5 %: the lesson says so
    table.spec.tuning = BudgetTuning::kGrid;
    settle(table);
    CHECK(mean_ranks(table)[6] <= 3);
  }
}

TEST_CASE("The sampling table ranks three profiles at each of seven sampling rates") {
  const auto table = budget_table(sampling_spec(BudgetProblem::kNoisyQuadratic, BudgetOptimizer::kSgdm));
  REQUIRE(table.cells.size() == 3 * 21);
  for (std::size_t first = 0; first < table.cells.size(); first += 3)
    CHECK(table.cells[first].rank + table.cells[first + 1].rank + table.cells[first + 2].rank == 6);
  CHECK(sampling_of(table.spec.schedules[0].rate) == "50-75");
  CHECK(sampling_of(table.spec.schedules[20].rate) == "every");
}

TEST_CASE("A scene becomes a spec and shows its problem: runs at their η* and the budget's T") {
  Scene scene;
  const BudgetSpec spec = default_budget_spec(BudgetProblem::kNoisyQuadratic, BudgetOptimizer::kSgdm);
  show_problem(scene, spec);
  CHECK_NOTHROW(check(scene, "scene"));
  scene.lab = {"budget"};
  CHECK(budget_spec(scene).schedules == spec.schedules);
  CHECK(budget_spec(scene).T_max == 1000);
  const auto table = budget_table(budget_spec(scene));
  const Scene at = scene_at(scene, table, 2);
  CHECK(at.steps == 100);
  CHECK(at.runs[6].step_size == table.cell(2, 6).eta_star);
}

TEST_CASE("Specs that make no sense are refused by field") {
  const auto refused = [](auto change) {
    BudgetSpec spec;
    change(spec);
    CHECK_THROWS_AS(check(spec, "budget"), InputError);
  };
  refused([](BudgetSpec& s) { s.budgets = {}; });
  refused([](BudgetSpec& s) { s.budgets = {5, 5}; });
  refused([](BudgetSpec& s) { s.budgets = {101}; });
  refused([](BudgetSpec& s) { s.schedules = {}; });
  refused([](BudgetSpec& s) { s.schedules.push_back(s.schedules[0]); });
  refused([](BudgetSpec& s) { s.schedules[0].rate = {"no_such"}; });
  refused([](BudgetSpec& s) { s.step_size = 0; });
  refused([](BudgetSpec& s) { s.rates.to = s.rates.from - 1; });
  refused([](BudgetSpec& s) { s.rates.ratio = 1; });
  refused([](BudgetSpec& s) { s.rates = {.anchor = 1, .from = 1, .to = 1, .ratio = 50}; });  // none in the range
  refused([](BudgetSpec& s) { s.quadratic.curvatures = {-1}; });
  refused([](BudgetSpec& s) { s.tie = -1; });
  refused([](BudgetSpec& s) { s.seeds = 0; });
}

}  // namespace
}  // namespace steplab
