#include "core/run/sweep.h"

#include "core/run/fields.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::string> values(const std::string& axis, const std::string& field = "rho") {
  return axis_values(parse_axis(axis, "test"), run_field(field));
}

std::string refusal(auto action) {
  try {
    action();
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

RunSpec noisy_spec() {
  return {.landscape = {"quadratic"}, .oracle = {"gaussian"}, .step_size = 0.05, .steps = 40, .seed = 7, .seeds = 5};
}

std::vector<CellSummary> all_cells(const std::vector<RunSpec>& specs, const std::vector<SweepAxis>& axes,
                                   int workers = 1) {
  std::vector<CellSummary> cells;
  CHECK(sweep(specs, axes, {.workers = workers}, "test", [&](const CellSummary& cell) { cells.push_back(cell); }));
  return cells;
}

TEST_CASE("An axis is a range, evenly spaced or in the logarithm, or a list") {
  CHECK(values("rho=0:1:5") == std::vector<std::string>{"0", "0.25", "0.5", "0.75", "1"});
  CHECK(values("rho=0.001:10:5:log") == std::vector<std::string>{"0.001", "0.01", "0.1", "1", "10"});
  CHECK(values("rho=3,1,2") == std::vector<std::string>{"3", "1", "2"});
  CHECK(values("rho=2:2:1") == std::vector<std::string>{"2"});
  CHECK(values("steps=10:1000:3:log", "steps") == std::vector<std::string>{"10", "100", "1000"});
  CHECK(values("steps=1:2:5", "steps") == std::vector<std::string>{"1", "2"});  // whole numbers only, each once
  CHECK(parse_axis("schedule=wsd(decay=0.1,shape=linear),rex", "test").values ==
        std::vector<std::string>{"wsd(decay=0.1,shape=linear)", "rex"});
}

TEST_CASE("An axis and its text are the same thing") {
  for (const char* text : {"rho=0.1:10:9:log", "step_size=0.25:1:4", "oracle.sigma=0,0.5,1", "optimizer=sgd,adam"})
    CHECK(to_text(parse_axis(text, "test")) == text);
}

TEST_CASE("Axes that are none are refused with the forms that are allowed") {
  for (const char* bad :
       {"", "rho", "=1,2", "rho=", "rho=1,,2", "rho=1:2", "rho=1:2:0", "rho=1:2:2.5", "rho=1:2:3:lin", "rho=0:1:3:log",
        "rho=-1:1:3:log", "rho=1:2:1", "rho=a:b:3", "rho=1:2:3:log:4", "rho=1:nan:3", "rho=1:2:99999999999"}) {
    CAPTURE(bad);
    CHECK(refusal([&] { parse_axis(bad, "--over"); }).starts_with("--over: "));
  }
}

TEST_CASE("Quantiles are those of Hyndman and Fan's type 7") {
  // By hand: position p(n - 1), linear in between. {1, 2, 4, 8}: median at 1.5, q10 at 0.3, q90 at 2.7.
  const std::vector<double> four = {1, 2, 4, 8};
  CHECK(quantile(four, 0.5) == 3);
  CHECK(quantile(four, 0.1) == doctest::Approx(1.3).epsilon(1e-15));
  CHECK(quantile(four, 0.9) == doctest::Approx(6.8).epsilon(1e-15));
  CHECK(quantile(four, 0) == 1);
  CHECK(quantile(four, 1) == 8);
  CHECK(quantile(std::vector<double>{5}, 0.9) == 5);
}

TEST_CASE("A diverged run counts as an infinite loss") {
  const auto finished = [](double loss) {
    return Outcome{.status = RunStatus::kFinished, .loss = loss, .reached = loss < 2};
  };
  const std::vector<Outcome> outcomes = {
      finished(4), {.status = RunStatus::kDiverged, .loss = 1e200}, finished(1), finished(2), finished(8)};
  const CellSummary summary = summarise(outcomes);
  CHECK(summary.seeds == 5);
  CHECK(summary.diverged == 1);
  CHECK(summary.reached == 0.2);
  CHECK(summary.mean == kInfinity);
  CHECK(summary.median == 4);
  CHECK(summary.q10 == doctest::Approx(1.4).epsilon(1e-15));
  CHECK(summary.q90 == kInfinity);
  CHECK(quantile(std::vector<double>{1, kInfinity, kInfinity}, 0.75) == kInfinity);  // not infinity minus infinity
  CHECK(quantile(std::vector<double>{1, 3, kInfinity}, 0.5) == 3);
}

TEST_CASE("A cell of a sweep is what its runs give when simulated alone") {
  const std::vector<RunSpec> specs = {noisy_spec(), [] {
                                        RunSpec spec = noisy_spec();
                                        spec.rate = {"linear"};
                                        return spec;
                                      }()};
  const auto cells = all_cells(specs, {parse_axis("rho=0.5,1", "test"), parse_axis("oracle.sigma=0:2:3", "test")});
  REQUIRE(cells.size() == 12);
  std::size_t i = 0;
  for (const char* rho : {"0.5", "1"})
    for (const char* sigma : {"0", "1", "2"})
      for (std::size_t row = 0; row < 2; ++row, ++i) {
        RunSpec spec = specs[row];
        set_field_text(spec, "rho", rho, "test");
        set_field_text(spec, "oracle.sigma", sigma, "test");
        const CellSummary alone = summarise(simulate({&spec, 1})[0].outcomes);
        CHECK(cells[i].values == std::vector<std::string>{rho, sigma});
        CHECK(cells[i].row == row);
        CHECK(cells[i].mean == alone.mean);
        CHECK(cells[i].q10 == alone.q10);
      }
}

TEST_CASE("A sweep of many batches gives the same bits on any number of workers") {
  RunSpec spec = noisy_spec();
  spec.seeds = 3000;  // two cells to a batch
  spec.steps = 5;
  const std::vector<SweepAxis> axes = {parse_axis("rho=0.5:1:5", "test")};
  const auto one = all_cells({spec}, axes, 1), three = all_cells({spec}, axes, 3);
  REQUIRE(one.size() == 5);
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].mean == three[i].mean);
    CHECK(one[i].median == three[i].median);
    CHECK(one[i].values == three[i].values);
  }
}

TEST_CASE("An axis over ids comes before an axis over their parameters") {
  const auto cells =
      all_cells({noisy_spec()}, {parse_axis("oracle.sigma=0,1", "test"), parse_axis("oracle=gaussian,sign", "test")});
  REQUIRE(cells.size() == 4);
  CHECK(cells[0].mean == cells[1].mean);  // without noise its law does not matter
  CHECK(cells[2].mean != cells[3].mean);
}

TEST_CASE("After a stop request a sweep hands over what it has, and says that it is not all") {
  RunSpec spec = noisy_spec();
  spec.seeds = 8192;  // one cell to a batch
  std::stop_source stop;
  int cells = 0;
  const std::vector<SweepAxis> axes = {parse_axis("rho=0.1:1:10", "test")};
  CHECK_FALSE(sweep({&spec, 1}, axes, {.stop = stop.get_token()}, "test", [&](const CellSummary&) {
    if (++cells == 3) stop.request_stop();
  }));
  CHECK(cells == 3);
}

TEST_CASE("Bad axes are refused before anything is run") {
  const RunSpec spec = noisy_spec();
  const auto said = [&](const std::vector<std::string>& texts) {
    return refusal([&] {
      std::vector<SweepAxis> axes;
      for (const auto& text : texts) axes.push_back(parse_axis(text, "--over"));
      sweep({&spec, 1}, axes, {}, "--over", [](const CellSummary&) { FAIL("a cell was run"); });
    });
  };
  CHECK(said({"rhoo=1,2"}).find("--over: unknown name 'rhoo' (did you mean 'rho'?)") == 0);
  CHECK(said({"oracle.sigm=1,2"}).find("--over oracle: unknown parameter 'sigm' (did you mean 'sigma'?)") == 0);
  CHECK(said({"oracle.sigma=1,-2"}).find("--over oracle.sigma: '-2' is not allowed; allowed: ") == 0);
  CHECK(said({"rho=1,x"}).find("--over rho: 'x' is not allowed") == 0);
  CHECK(said({"rho=1,2", "rho=3,4"}).find("given twice") != std::string::npos);
  CHECK(said({"rho=1:2:10000", "step_size=1:2:10000"}).find("1e+08 cells are too many; allowed: at most 1e+07") !=
        std::string::npos);
}

TEST_CASE("set_field and its text set the same fields") {
  RunSpec by_text, by_value;
  for (const auto& [name, text, value] : std::initializer_list<std::tuple<const char*, const char*, Value>>{
           {"step_size", "0.5", 0.5},
           {"rho", "2", 2.0},
           {"steps", "30", 30.0},
           {"seed", "9", 9.0},
           {"seeds", "4", 4.0},
           {"reach", "0.3", 0.3},
           {"start", "1,-2.5", std::vector{1.0, -2.5}},
           {"landscape", "quadratic", std::string("quadratic")},
           {"landscape.kappa", "3", 3.0},
           {"oracle", "gaussian(sigma=2)", std::string("gaussian(sigma=2)")}}) {
    set_field_text(by_text, name, text, "test");
    set_field(by_value, name, value, "test");
  }
  CHECK(by_text == by_value);
  CHECK(by_text.landscape == Choice{"quadratic", {{"kappa", 3.0}}});
  CHECK(by_text.start == std::vector{1.0, -2.5});
  CHECK(by_text.steps == 30);
  CHECK(by_text.seed == 9);
}

TEST_CASE("A parameter set to its default is not kept, so equal choices compare equal") {
  RunSpec spec{.landscape = {"quadratic"}};
  set_field_text(spec, "landscape.kappa", "3", "test");
  set_field_text(spec, "landscape.kappa", "10", "test");
  CHECK(spec.landscape == Choice{"quadratic"});
}

TEST_CASE("set_field refuses unknown names and values that are not allowed, and changes nothing then") {
  RunSpec spec;
  for (const auto& field : std::initializer_list<std::pair<const char*, const char*>>{{"stepsize", "1"},
                                                                                      {"step_size", "-1"},
                                                                                      {"steps", "0"},
                                                                                      {"steps", "1.5"},
                                                                                      {"seeds", "1e99"},
                                                                                      {"seed", "-1"},
                                                                                      {"seed", "1.5"},
                                                                                      {"reach", "0"},
                                                                                      {"rho", "nan"},
                                                                                      {"rho", "inf"},
                                                                                      {"rho", ""},
                                                                                      {"start", "1,,2"},
                                                                                      {"landscape", "rosenbrok"},
                                                                                      {"landscape.q", "1"},
                                                                                      {"rule.b0", "1"},
                                                                                      {"lanscape.a", "1"},
                                                                                      {"", "1"},
                                                                                      {".", "1"},
                                                                                      {"landscape.", "1"},
                                                                                      {"optimizer", "adam(beta1"}}) {
    const char *name = field.first, *text = field.second;
    CAPTURE(name);
    CAPTURE(text);
    CHECK(refusal([&] { set_field_text(spec, name, text, "--set"); }).starts_with("--set"));
  }
  CHECK(spec == RunSpec{});
}

}  // namespace
}  // namespace steplab
