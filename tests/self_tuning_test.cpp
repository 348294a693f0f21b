// The Self-tuning lab's numbers: step counts and bounds of docs/notes/wngrad.md, A.2, A.4, A.5 and A.6, and the
// engine's bits.
#include "core/analysis/self_tuning.h"

#include "core/analysis/self_tuning_rates.h"
#include "core/analysis/until_flat.h"
#include "core/analysis/wngrad_bounds.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

using namespace steplab;

namespace {

bool within(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::abs(expected);
}

const SelfTuningCurve& curve_of(const SelfTuningResults& results, const std::string& method) {
  return *std::ranges::find(results.curves, method, &SelfTuningCurve::method);
}
const SelfTuningRun& run_of(const SelfTuningRuns& runs, const std::string& method) {
  return *std::ranges::find(runs.runs, method, &SelfTuningRun::method);
}

bool same(const FlatOutcome& a, const FlatOutcome& b) {
  return a.status == b.status && a.steps == b.steps && a.loss == b.loss && a.squared_gradient == b.squared_gradient &&
         a.b == b.b;
}

/// One row of docs/notes/wngrad.md, A.6: updates and final b over L; 0 updates: diverged.
struct Row {
  double L;
  int steps;
  double b_over_L;
};
void check_rows(const SelfTuningResults& results, const std::string& method, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(method);
    CAPTURE(row.L);
    const auto& cells = curve_of(results, method).cells;
    const auto cell = std::ranges::find(cells, row.L, &SelfTuningCell::L);
    REQUIRE(cell != cells.end());
    if (row.steps == 0) {
      CHECK(cell->outcome.status == FlatStatus::kDiverged);
      continue;
    }
    CHECK(cell->outcome.status == FlatStatus::kReached);
    CHECK(std::abs(cell->outcome.steps - row.steps) <= 1);
    CHECK(within(cell->outcome.b / row.L, row.b_over_L, 0.01));
  }
}

SelfTuningSpec spec_of(const std::vector<SelfTuningMethod>& methods) {
  SelfTuningSpec spec;
  spec.methods = methods;
  return spec;
}

/// A spec that the engine runs as the lab does.
RunSpec engine_spec(const SelfTuningSpec& spec, const SelfTuningMethod& method, double rate0) {
  RunSpec run = spec.problem;
  run.rate = method.rate;
  run.optimizer = method.optimizer;
  const bool divided = divisor_of(method) != Divisor::kNone;
  run.step_size = divided ? 1 : rate0;
  if (divisor_of(method) == Divisor::kRule) run.rate.params["b0"] = 1 / rate0;
  if (divisor_of(method) == Divisor::kOptimizer) run.optimizer.params["b0"] = 1 / rate0;
  return run;
}

}  // namespace

TEST_CASE("updates and b/L on the quadratic are those of docs/notes/wngrad.md, A.6, divergence included") {
  SelfTuningSpec spec;
  spec.problem.steps = 2000000;
  spec.methods = {{.rate = {"constant"}}, {.rate = {"wngrad_b"}}, {.rate = {"adagrad_norm"}}};
  spec.Ls = {1e-2, 1, 10, 1e2, 1e4};
  const auto results = against_smoothness(spec, {.workers = 2});
  CHECK(results.complete);
  check_rows(results, "sgd", {{1e-2, 273, 100}, {1, 44, 1}, {10, 0, 0}, {1e2, 0, 0}, {1e4, 0, 0}});
  check_rows(results, "wngrad_b",
             {{1e-2, 274, 100.5}, {1, 100, 2.23}, {10, 734, 10.7}, {1e2, 9349, 101.6}, {1e4, 1395436, 1.0e4 * 1.01}});
  check_rows(results, "adagrad_norm",
             {{1e-2, 273, 100.3}, {1, 66, 1.47}, {10, 68, 1.03}, {1e2, 90, 1.03}, {1e4, 135, 1.03}});

  spec.methods = {{.rate = {"wngrad_a"}}};
  spec.problem.steps = 20000;
  const auto form_a = against_smoothness(spec);
  check_rows(form_a, "wngrad_a", {{1e-2, 274, 100.5}, {1, 46, 1.043}, {10, 9678, 851}});
  for (const auto& cell : form_a.curves[0].cells)
    if (cell.L > 10) CHECK(cell.outcome.status == FlatStatus::kCap);
  CHECK(within(form_a.curves[0].cells[3].outcome.b / 1e2, 9.9e5, 0.02));
}

TEST_CASE("from 1/L a fixed step, and from the automatic b₀ WNGrad, take the updates of that table whatever L is") {
  SelfTuningSpec spec = spec_of({{.rate = {"constant"}}});
  spec.rate_times_L = true;
  spec.Ls = {1e-2, 1, 10, 1e2, 1e4};
  check_rows(against_smoothness(spec), "sgd", {{1e-2, 1, 1}, {1, 44, 1}, {10, 66, 1}, {1e2, 88, 1}, {1e4, 132, 1}});
  spec.methods = {{.rate = {"wngrad_a"}}};
  spec.automatic = true;
  check_rows(against_smoothness(spec), "wngrad_a",
             {{1e-2, 1, 0.99}, {1, 45, 1.03}, {10, 68, 1.03}, {1e2, 90, 1.03}, {1e4, 136, 1.03}});
}

TEST_CASE("runs that stop have the bits of the engine's, whatever their company and the workers") {
  SelfTuningSpec spec;
  spec.problem = {.landscape = {"rosenbrock"}, .steps = 300, .seed = 7};
  spec.L = 0;
  spec.flat = 0;
  spec.rates = {.from = 1e-6, .to = 1e2, .count = 17};
  for (const char* oracle : {"exact", "gaussian"}) {
    spec.problem.oracle = {oracle};
    const auto results = against_rate(spec, {.workers = 1});
    const auto two = against_rate(spec, {.workers = 2});
    int diverged = 0;
    for (std::size_t m = 0; m < spec.methods.size(); ++m)
      for (std::size_t i = 0; i < results.curves[m].cells.size(); ++i) {
        const SelfTuningCell& cell = results.curves[m].cells[i];
        CAPTURE(oracle);
        CAPTURE(results.curves[m].method);
        CAPTURE(cell.rate0);
        CHECK(same(cell.outcome, two.curves[m].cells[i].outcome));
        const RunSpec run = engine_spec(spec, spec.methods[m], cell.rate0);
        const auto engine = simulate({&run, 1})[0].outcomes[0];
        CHECK((cell.outcome.status == FlatStatus::kDiverged) == (engine.status == RunStatus::kDiverged));
        CHECK(cell.outcome.steps == engine.steps);
        CHECK(cell.outcome.loss == engine.loss);
        diverged += cell.diverged;
      }
    CHECK(diverged > 20);
  }
}

TEST_CASE("a run stops where the engine's exact gradient first has ‖g‖² ≤ the target") {
  SelfTuningSpec spec;
  spec.flat = 1e-4;
  const auto results = against_rate(spec);
  for (const auto& method : spec.methods) {
    const auto& cell = curve_of(results, method_id(method)).cells[32];
    CHECK(cell.rate0 == 1);
    const RunSpec run = engine_spec(spec, method, cell.rate0);
    const auto record = simulate({&run, 1}, {.trajectory = true, .sharpness = false})[0].trajectories[0];
    std::size_t first = 0;
    while (record.grad_norm[first] * record.grad_norm[first] > spec.flat) ++first;
    CAPTURE(method_id(method));
    CHECK(cell.outcome.steps == static_cast<int>(first));
    CHECK(cell.outcome.loss == record.loss[first]);
  }
}

TEST_CASE("the initial rate is η/b₀: η = 2ᵏ with b₀ = 1 gives the bits of η = 1 with b₀ = 2⁻ᵏ") {
  for (const char* id : {"wngrad_a", "wngrad_b"})
    for (const double rate0 : {1.0 / 1024, 1.0 / 8, 0.5, 2.0, 64.0}) {
      SelfTuningSpec spec = spec_of({{.rate = {id}}});
      spec.problem.steps = 400;
      spec.rate0 = rate0;
      spec.flat = 0;
      const SelfTuningRun run = self_tuning_runs(spec).runs[0];
      RunSpec with_eta = spec.problem;
      with_eta.rate = {id};
      with_eta.step_size = rate0;
      const auto record = simulate({&with_eta, 1}, {.trajectory = true, .sharpness = false})[0].trajectories[0];
      CAPTURE(id);
      CAPTURE(rate0);
      REQUIRE(record.rows() == run.rows());
      for (std::size_t t = 0; t < run.rows(); ++t) {
        REQUIRE(run.x[2 * t] == record.x[2 * t]);
        REQUIRE(run.x[2 * t + 1] == record.x[2 * t + 1]);
        if (t + 1 < run.rows()) REQUIRE(1 / run.b[t] == record.step_size[t]);
      }
    }
}

TEST_CASE("form B from b₀ has the states of form A from b₀ + ‖g₀‖²/b₀, and both the same bound") {
  SelfTuningSpec spec = spec_of({{.rate = {"wngrad_b"}}});
  spec.problem.steps = 300;
  spec.rate0 = 1 / 0.7;
  const SelfTuningRun b = self_tuning_runs(spec).runs[0];
  spec.methods = {{.rate = {"wngrad_a"}}};
  spec.rate0 = 1 / b.first.first_b;
  const SelfTuningRun a = self_tuning_runs(spec).runs[0];
  REQUIRE(a.rows() == b.rows());
  for (std::size_t t = 0; t < a.rows(); ++t) REQUIRE(within(a.b[t], b.b[t], 1e-15));
  CHECK(within(a.b_bound, b.b_bound, 1e-15));
}

TEST_CASE("against the initial rate a fixed step falls off a cliff at 2/L, and AdaGrad-Norm stays flat") {
  const auto results = against_rate(SelfTuningSpec{}, {.workers = 2});
  CHECK(results.curves.size() == 8);
  for (const auto& cell : curve_of(results, "sgd").cells) {
    CAPTURE(cell.rate0);
    CHECK(cell.diverged == (cell.rate0 > 2 ? 1 : 0));
  }
  for (const char* method : {"wngrad_a", "wngrad_b", "adagrad_norm", "wn_adam"})
    for (const auto& cell : curve_of(results, method).cells) CHECK(cell.diverged == 0);
  for (const auto& cell : curve_of(results, "adagrad_norm").cells)
    if (cell.rate0 > 1) CHECK(cell.outcome.steps <= 66);
}

TEST_CASE("runs keep b, the least gradient and their bounds; no bound is ever exceeded") {
  for (const double multiple : {1.0, 3.0, 10.0, 0.3, 0.01})
    for (const auto& [landscape, start] : std::vector<std::pair<Choice, std::vector<double>>>{
             {{"quadratic", {{"kappa", 0.1}}}, {1, 1}},
             {{"quadratic", {{"kappa", 0.001}}}, {1, 1}},
             {{"pseudo_huber"}, {5}},
             {{"least_squares", {{"n", 50.0}, {"d", 5.0}, {"spectrum", "gaussian"}}}, {}}}) {
      SelfTuningSpec spec = spec_of({{.rate = {"wngrad_a"}}, {.rate = {"wngrad_b"}}, {.rate = {"adagrad_norm"}}});
      spec.problem.landscape = landscape;
      spec.problem.start = start;
      spec.problem.steps = 3000;
      spec.rate_times_L = true;
      spec.rate0 = 1 / multiple;
      spec.flat = 0;
      for (const auto& run : self_tuning_runs(spec).runs) {
        CAPTURE(to_text(landscape));
        CAPTURE(run.method);
        CAPTURE(multiple);
        CHECK(run.step.back() == 3000);
        const bool proved = run.first.b0 >= run.L || run.method != "adagrad_norm";
        CHECK(std::isnan(run.b_bound) == !proved);
        int compared = 0;
        for (const BatchRate& rate : batch_rates(run)) {
          compared += !std::isnan(rate.ratio);
          CHECK_FALSE(rate.ratio > 1);
          CHECK_FALSE(rate.b_ratio > 1);
        }
        if (run.first.b0 >= run.L) CHECK(compared == static_cast<int>(run.rows()));
        CHECK(std::ranges::is_sorted(run.b));
      }
    }
}

TEST_CASE("the way up from b₁ < L raises the loss by no more than the bound says") {
  for (const double b1 : {0.01, 0.1, 0.5}) {
    SelfTuningSpec spec = spec_of({{.rate = {"wngrad_a"}}});
    spec.problem.steps = 2000;
    spec.rate0 = 1 / b1;
    spec.flat = 0;
    const SelfTuningRun run = self_tuning_runs(spec).runs[0];
    const WNGradBound bound = wngrad_bound(run.L, run.D, b1, run.squared_gradient[0]);
    const auto crossed = std::ranges::find_if(run.b, [&](double b) { return b >= run.L; });
    REQUIRE(crossed != run.b.end());
    const auto J = static_cast<std::size_t>(crossed - run.b.begin());
    CAPTURE(b1);
    CHECK(run.loss[J] - run.loss[0] <= bound.rise);
  }
}

TEST_CASE("under unit noise b_T/√T comes to √2 = 1.414, and gap·√T falls and stays below its bound") {
  SelfTuningSpec spec = default_stochastic_spec();
  const auto results = stochastic_rates(spec, {.workers = 2});
  REQUIRE(results.methods.size() == 1);
  const StochasticRates& rates = results.methods[0];
  CHECK(rates.seeds == 200);
  CHECK(rates.diverged == 0);
  CHECK(rates.rows.back().T == 10000);
  CHECK(std::abs(rates.rows.back().b_over_sqrt - 1.416) <= 0.01);
  CHECK(within(rates.limit, std::sqrt(2), 1e-15));
  CHECK(within(rates.rows.back().predicted, rates.rows.back().b_over_sqrt, 0.005));
  CHECK(within(rates.eta0, 1 / 1.416, 0.01));
  std::map<int, double> scaled;
  for (const auto& row : rates.rows) {
    scaled[row.T] = row.scaled_gap;
    CHECK(row.scaled_gap <= row.scaled_bound);
    CHECK(row.b <= row.b_bound);
  }
  // Notes, other noise: 5.1, 0.23, 0.013.
  CHECK(within(scaled[100], 5.1, 0.2));
  CHECK(scaled[1000] < 0.1 * scaled[100]);
  CHECK(scaled[10000] < 0.2 * scaled[1000]);
  spec.problem.steps = 1000;
  const auto one = stochastic_rates(spec, {.workers = 1}), two = stochastic_rates(spec, {.workers = 2});
  CHECK(one.methods[0].rows.back().gap == two.methods[0].rows.back().gap);
}

TEST_CASE("a first step that overshoots is told, with the reason; one that does not is not") {
  SelfTuningSpec spec;
  spec.L = 0;
  spec.problem.landscape = {"rosenbrock"};
  spec.problem.start = {-1.2, 1};
  spec.problem.steps = 10;
  const auto small = self_tuning_runs(spec);  // ‖g₀‖ = 232.9, b₀ = 1
  CHECK(within(run_of(small, "wngrad_b").first.gradient_norm, 232.868, 1e-5));
  CHECK(within(run_of(small, "wngrad_b").first.first_b, 1 + 232.868 * 232.868, 1e-5));
  for (const char* method : {"sgd", "wngrad_a", "wngrad_b", "wn_adam"}) {
    CAPTURE(method);
    CHECK(run_of(small, method).first.overshoots);
    CHECK(run_of(small, method).first.reason.size() > 40);
  }
  CHECK_FALSE(run_of(small, "adagrad_norm").first.overshoots);
  CHECK(run_of(small, "wngrad_a").loss.back() > 1e10);  // docs/notes/wngrad.md, A.6: it jumps to 2e11
  spec.rate0 = 1.0 / 100;
  for (const auto& run : self_tuning_runs(spec).runs) CHECK_FALSE(run.first.overshoots);
}

TEST_CASE("logistic regression and a tiny network: WNGrad never diverges, and the automatic b₀ is at most L") {
  SelfTuningSpec spec = spec_of({{.rate = {"constant"}}, {.rate = {"wngrad_a"}}, {.rate = {"wngrad_b"}}});
  spec.problem.landscape = {"logistic", {{"n", 200.0}, {"d", 5.0}, {"ridge", 0.0025}}};
  spec.problem.start.clear();
  spec.problem.steps = 2000;
  spec.Ls = {1e-2, 1, 1e2};
  const auto logistic = against_smoothness(spec, {.workers = 2});
  for (const char* method : {"wngrad_a", "wngrad_b"})
    for (const auto& cell : curve_of(logistic, method).cells) CHECK(cell.diverged == 0);
  CHECK(curve_of(logistic, "wngrad_b").cells[1].reached == 1);
  CHECK(curve_of(logistic, "sgd").cells[2].reached == 0);
  spec.automatic = true;
  const auto automatic = against_smoothness(spec, {.workers = 2});
  for (const auto& cell : curve_of(automatic, "wngrad_a").cells) {
    CHECK(cell.reached == 1);
    CHECK(1 / cell.rate0 <= cell.L * (1 + 1e-9));
    CHECK(1 / cell.rate0 > 0.3 * cell.L);
  }
  spec.automatic = false;
  spec.problem.landscape = {"mlp"};
  spec.problem.steps = 200;
  spec.L = 0;
  spec.flat = 0;
  spec.rates.count = 9;
  const auto network = against_rate(spec, {.workers = 2});
  for (const auto& cell : curve_of(network, "wngrad_b").cells) {
    CHECK(cell.diverged == 0);
    CHECK(std::isfinite(cell.outcome.loss));
  }
}

TEST_CASE("several seeds: a cell is its median run and counts who arrived and who diverged") {
  SelfTuningSpec spec = spec_of({{.rate = {"constant"}}});
  spec.problem.oracle = {"gaussian", {{"sigma", 1e-4}}};
  spec.problem.seeds = 5;
  spec.rates = {.from = 0.1, .to = 10, .count = 3};
  const auto results = against_rate(spec);
  const auto& cells = results.curves[0].cells;
  CHECK(cells[1].runs == 5);
  CHECK(cells[1].reached == 5);
  CHECK(cells[2].diverged == 5);
  CHECK(std::abs(cells[1].outcome.steps - 44) <= 2);
}

TEST_CASE("a stop request ends all figures early, and the coarse spec is smaller but valid") {
  std::stop_source source;
  source.request_stop();
  const SelfTuningOptions stopped{.stop = source.get_token()};
  CHECK_FALSE(against_rate({}, stopped).complete);
  CHECK_FALSE(against_smoothness({}, stopped).complete);
  CHECK_FALSE(self_tuning_runs({}, stopped).complete);
  CHECK_FALSE(stochastic_rates(default_stochastic_spec(), stopped).complete);
  CHECK(coarse({}).rates.count == 17);
  CHECK_NOTHROW(check(coarse({}), "spec"));
}

TEST_CASE("what the lab cannot do is refused with its field") {
  const auto refused = [](const SelfTuningSpec& spec, const std::string& text) {
    CAPTURE(text);
    try {
      check(spec, "lab");
      FAIL("not refused");
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find(text) == 0);
    }
  };
  SelfTuningSpec spec;
  CHECK_NOTHROW(check(spec, "lab"));
  spec.methods.clear();
  refused(spec, "lab: runs");
  spec = spec_of({{.rate = {"plateau"}}});
  refused(spec, "lab.runs[0].rule");
  spec = spec_of({{.rate = {"wngrad_b", {{"b0", 3.0}}}}});
  refused(spec, "lab.runs[0].rule.b0");
  spec = spec_of({{.rate = {"wngrad_b"}, .optimizer = {"wn_adam"}}});
  refused(spec, "lab.runs[0].optimizer");
  spec = spec_of({{.rate = {"onecycle"}}});
  refused(spec, "lab.runs[0].");
  spec = {};
  spec.rate0 = 0;
  refused(spec, "lab: rate0");
  spec = {};
  spec.Ls = {1, -1};
  refused(spec, "lab: Ls");
  spec = {};
  spec.flat = NAN;
  refused(spec, "lab: flat");
  spec = {};
  spec.rates.to = 1e-9;
  refused(spec, "lab: rates.to");
}
