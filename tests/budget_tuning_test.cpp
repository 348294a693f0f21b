// How a budget table's step sizes are tuned, and which ranks depend on it. The exact losses are computed here once
// more.
#include "core/analysis/budget.h"
#include "core/analysis/log_minimum.h"
#include "core/scene/budget_json.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace steplab {
namespace {

constexpr double kPi = 3.14159265358979323846;

/// The seven schedules in the order of budget_schedules(), from the paper's section on profiles.
double factor(std::size_t schedule, double u) {
  const double all[] = {1,
                        std::exp(-3 * u),
                        0.1 + 0.9 * (u < 0.5 ? 2 * u : 2 - 2 * u),
                        1 - u,
                        u < 0.5    ? 1
                        : u < 0.75 ? 0.1
                                   : 0.01,
                        (1 + std::cos(kPi * u)) / 2,
                        (1 - u) / (1 - u / 2)};
  return all[schedule];
}
double momentum(std::size_t schedule, double u) {
  return schedule != 2 ? 0.9 : u < 0.5 ? 0.95 - 0.2 * u : 0.85 + 0.2 * (u - 0.5);
}

/// E f after T updates, by the recursion of second moments (X, C, M of a direction).
double loss_by_hand(const CurvedNoise& problem, std::size_t schedule, int T, double step_size) {
  double loss = 0;
  for (const double l : problem.curvatures) {
    double X = 1, C = 0, M = 0;
    for (int t = 0; t < T; ++t) {
      const double u = static_cast<double>(t) / T, e = step_size * factor(schedule, u), b = momentum(schedule, u);
      M = b * b * M + l * l * X + 2 * b * l * C + problem.sigma * problem.sigma * l;
      const double Q = b * C + l * X;
      X += e * e * M - 2 * e * Q;
      C = Q - e * M;
    }
    loss += l * X / 2;
  }
  return loss < 1e60 ? loss : std::numeric_limits<double>::infinity();
}

/// The least loss over 0.02·ratio^(k + shift) between 0.02·3^−4 and 0.02·3^4 (shift 0; a shifted grid one place less).
double least_on_grid(std::size_t schedule, int T, double ratio, double shift = 0) {
  const int most = static_cast<int>(std::floor(4 * std::log(3.0) / std::log(ratio) + 1e-9));
  double least = std::numeric_limits<double>::infinity();
  for (int k = -most; k + shift <= most; ++k)
    least = std::min(least, loss_by_hand({}, schedule, T, 0.02 * std::pow(ratio, k + shift)));
  return least;
}

std::vector<double> ranks_of(const std::vector<double>& losses) {
  std::vector<double> ranks;
  for (const double loss : losses)
    ranks.push_back(1 + static_cast<double>(std::ranges::count_if(losses, [&](double other) { return other < loss; })));
  return ranks;
}

std::vector<double> grid_ranks(int T, double ratio, double shift = 0) {
  std::vector<double> losses;
  for (std::size_t s = 0; s < 7; ++s) losses.push_back(least_on_grid(s, T, ratio, shift));
  return ranks_of(losses);
}

BudgetSpec exact_spec() { return default_budget_spec(BudgetProblem::kNoisyQuadratic, BudgetOptimizer::kSgdm); }

std::vector<double> column(const BudgetTable& table, std::size_t budget) {
  std::vector<double> ranks;
  for (std::size_t s = 0; s < table.spec.schedules.size(); ++s) ranks.push_back(table.cell(budget, s).rank);
  return ranks;
}

TEST_CASE("On exact problems no step size of a dense scan has less error than the one that the table found") {
  for (const CurvedNoise& problem : {CurvedNoise{}, CurvedNoise{.curvatures = {3, 0.2}, .sigma = 0.3}}) {
    BudgetSpec spec = exact_spec();
    spec.quadratic = problem;
    const auto table = budget_table(spec);
    REQUIRE(table.exact);
    for (std::size_t b = 0; b < spec.budgets.size(); ++b)
      for (std::size_t s = 0; s < spec.schedules.size(); ++s) {
        CAPTURE(spec.budgets[b]);
        CAPTURE(spec.schedules[s].label);
        const BudgetCell& cell = table.cell(b, s);
        CHECK_FALSE(cell.at_edge);
        CHECK(cell.error == doctest::Approx(loss_by_hand(problem, s, cell.steps, cell.eta_star)).epsilon(1e-12));
        double dense = std::numeric_limits<double>::infinity();
        constexpr int kPerFactor = 150;  // step sizes for a factor of 3
        for (int i = -4 * kPerFactor; i <= 4 * kPerFactor; ++i)
          dense = std::min(dense, loss_by_hand(problem, s, cell.steps, 0.02 * std::pow(3, i / 150.0)));
        CHECK(cell.error <= dense * (1 + 1e-12));
        CHECK(dense <= cell.error * 1.01);
      }
  }
}

TEST_CASE("At 5 % the constant step size is fourth on multiples of 3 and first on multiples of 1.44 and continuously") {
  BudgetSpec spec = exact_spec();
  spec.budgets = {5};
  const auto finest = budget_table(spec);
  CHECK(column(finest, 0) == std::vector<double>{1, 5, 3, 4, 7, 6, 2});
  std::vector<double> dense;
  for (std::size_t s = 0; s < 7; ++s) dense.push_back(least_on_grid(s, 50, 1.002));
  CHECK(column(finest, 0) == ranks_of(dense));
  spec.tuning = BudgetTuning::kGrid;
  CHECK(column(budget_table(spec), 0) == std::vector<double>{4, 1, 3, 5, 6, 7, 2});
  CHECK(column(budget_table(spec), 0) == grid_ranks(50, 3));
  spec.rates.ratio = 1.44;
  CHECK(column(budget_table(spec), 0) == std::vector<double>{1, 3, 5, 2, 7, 6, 4});
  CHECK(column(budget_table(spec), 0) == grid_ranks(50, 1.44));
}

TEST_CASE("A rank's range is what it is on the grid of ratio 3 moved by any sixteenth of it, and continuously") {
  BudgetSpec spec = exact_spec();
  spec.budgets = {5, 25, 100};
  for (const auto tuning : {BudgetTuning::kFinest, BudgetTuning::kGrid}) {
    spec.tuning = tuning;
    const auto table = budget_table(spec);
    for (std::size_t b = 0; b < spec.budgets.size(); ++b) {
      auto finest = spec;
      finest.tuning = BudgetTuning::kFinest;
      std::vector<double> least = column(budget_table(finest, {}, table), b), most = least;
      for (int part = 0; part < kExactParts; ++part) {
        const auto ranks = grid_ranks(table.cell(b, 0).steps, 3, part / static_cast<double>(kExactParts));
        for (std::size_t s = 0; s < 7; ++s) {
          least[s] = std::min(least[s], ranks[s]);
          most[s] = std::max(most[s], ranks[s]);
        }
      }
      for (std::size_t s = 0; s < 7; ++s) {
        CHECK(table.cell(b, s).least_rank == least[s]);
        CHECK(table.cell(b, s).largest_rank == most[s]);
        CHECK(table.cell(b, s).depends_on_grid() == (least[s] < most[s]));
        if (spec.budgets[b] == 5) CHECK(table.cell(b, s).depends_on_grid());
        if (spec.budgets[b] == 100) CHECK_FALSE(table.cell(b, s).depends_on_grid());
      }
    }
  }
}

TEST_CASE("By hand: what halfway step sizes change is marked, on the grid alone and with them") {
  BudgetTable table;
  table.spec.problem = BudgetProblem::kLogistic;
  table.spec.budgets = {100};
  table.spec.schedules = {{.label = "a"}, {.label = "b"}, {.label = "c"}};
  const auto cell = [](double own, double halfway) {
    return BudgetCell{.done = true,
                      .tried = {{.step_size = 1, .errors = {own}}, {.step_size = 1.7, .part = 1, .errors = {halfway}}}};
  };
  table.cells = {cell(1.0, 0.5), cell(0.8, 0.9), cell(5, 4)};
  settle(table);
  CHECK(column(table, 0) == std::vector<double>{1, 2, 3});
  CHECK(table.cells[0].eta_star == 1.7);
  table.spec.tuning = BudgetTuning::kGrid;
  settle(table);
  CHECK(column(table, 0) == std::vector<double>{2, 1, 3});
  CHECK(table.cells[0].eta_star == 1);
  for (const std::size_t s : {0, 1}) {
    CHECK(table.cells[s].least_rank == 1);
    CHECK(table.cells[s].largest_rank == 2);
    CHECK(table.cells[s].depends_on_grid());
  }
  CHECK_FALSE(table.cells[2].depends_on_grid());
  table.spec.step_size = 1;  // not tuned: no grid that a rank could depend on
  settle(table);
  for (const auto& each : table.cells) CHECK_FALSE(each.depends_on_grid());
}

TEST_CASE(
    "Sampled cells are tried on the grid and halfway beside its best; the paper's protocol takes the grid's best") {
  BudgetSpec spec = default_budget_spec(BudgetProblem::kLogistic, BudgetOptimizer::kSgdm);
  spec.T_max = 40;
  spec.budgets = {100};
  spec.schedules = {{.label = "linear", .rate = {"linear"}}, {.label = "rex", .rate = {"rex"}}};
  spec.tuning = BudgetTuning::kGrid;
  const auto grid = budget_table(spec);
  spec.tuning = BudgetTuning::kFinest;
  const auto finest = budget_table(spec);
  for (std::size_t s = 0; s < 2; ++s) {
    const BudgetCell &a = grid.cell(0, s), &b = finest.cell(0, s);
    CHECK(a.tried == b.tried);
    CHECK(a.tried.size() == spec.rates.values().size() + 2);
    const auto own = std::ranges::count(a.tried, 0, &TriedStepSize::part);
    CHECK(own == static_cast<std::ptrdiff_t>(spec.rates.values().size()));
    for (const auto& tried : a.tried) {
      if (tried.part == 1) CHECK(std::abs(std::log(tried.step_size / a.eta_star)) == doctest::Approx(std::log(3) / 2));
      CHECK(b.error <= tried.mean());
      if (tried.part == 0) CHECK(a.error <= tried.mean());
    }
  }
}

TEST_CASE("An exact table looks beyond its grid where the best lies at an end, and finds what a wide grid finds") {
  BudgetSpec spec = exact_spec();
  spec.budgets = {100};  // short runs have further minima at large step sizes
  const auto wide = budget_table(spec);
  for (const auto& [from, to] : {std::pair{3, 4}, {-8, -7}}) {
    spec.rates.from = from;
    spec.rates.to = to;
    const auto narrow = budget_table(spec);
    for (std::size_t i = 0; i < wide.cells.size(); ++i) {
      CHECK(narrow.cells[i].error == doctest::Approx(wide.cells[i].error).epsilon(1e-12));
      CHECK_FALSE(narrow.cells[i].at_edge);
    }
  }
}

TEST_CASE("A rate rule among the schedules is sampled, and the others with it, where they alone would be exact") {
  BudgetSpec spec = exact_spec();
  spec.budgets = {5};
  spec.seeds = 2;
  spec.schedules[2].rate = {"plateau"};
  const auto table = budget_table(spec);
  CHECK_FALSE(table.exact);
  CHECK(table.complete);
  for (std::size_t s = 0; s < spec.schedules.size(); ++s) CHECK(table.cell(0, s).errors.size() == 2);
}

TEST_CASE("A narrowed minimum is where calculus has it, and the lower of two is taken") {
  const auto scan = [](auto f) {
    std::vector<double> places, values;
    for (int i = 0; i <= 40; ++i) {
      places.push_back(0.01 * std::pow(10, i / 10.0));
      values.push_back(f(places.back()));
    }
    return minimum_near(places, values, 2, [&](std::span<const double> at) {
      std::vector<double> all;
      for (const double x : at) all.push_back(f(x));
      return all;
    });
  };
  const LogMinimum one = scan([](double x) { return 3 * x + 2 / x; });
  CHECK(one.x == doctest::Approx(std::sqrt(2.0 / 3)).epsilon(1e-7));
  CHECK(one.value == doctest::Approx(2 * std::sqrt(6.0)).epsilon(1e-14));
  // (v² − 1)² + 2 + v/10 in v = ln x: the lower well is where 4v(v² − 1) + 1/10 = 0, near −1.0123.
  const LogMinimum two = scan([](double x) {
    const double v = std::log(x);
    return (v * v - 1) * (v * v - 1) + 2 + v / 10;
  });
  const double v = std::log(two.x);
  CHECK(v < 0);
  CHECK(std::abs(4 * v * (v * v - 1) + 0.1) < 1e-6);
}

}  // namespace
}  // namespace steplab
