// Every run of tests/data/sharpness.json as a user would ask for it: a RunSpec, and the columns of its record.
#include "core/catalog.h"
#include "core/run/run.h"

#include "paths.h"
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <optional>
#include <string>

using namespace steplab;
using nlohmann::json;

namespace {

const json& reference() {
  static const json data = json::parse(std::ifstream(STEPLAB_SOURCE_DIR "/tests/data/sharpness.json"));
  return data;
}

Choice network(const std::string& init) {
  const json& entry = reference()["mlp_inits"][init];
  return {"mlp",
          {{"hidden", std::to_string(entry["m"].get<int>())},
           {"data", entry["data"].get<std::string>()},
           {"std_w", entry["std_W"].get<double>()},
           {"std_b", entry["std_b"].get<double>()},
           {"std_a", entry["std_a"].get<double>()},
           {"init_seed", entry["lcg_seed"].get<double>()}}};
}

// A network is asked for with its 65 numbers spelt out, too.
void set_model(RunSpec& spec, const json& model, const json& w0) {
  if (model["type"] == "mlp") {
    spec.landscape = network(model["init"]);
    spec.start = reference()["mlp_inits"][model["init"].get<std::string>()]["w0"].get<std::vector<double>>();
    return;
  }
  spec.landscape = {model["type"]};
  for (const auto& [name, value] : model.items())
    if (name != "type") spec.landscape.params[name] = value.get<double>();
  spec.start = w0.get<std::vector<double>>();
}

std::string optimizer_of(const json& run) {
  if (run["optimizer"]["name"] == "gd") return "sgd";
  return run["optimizer"]["v0"] == "0" ? "adam" : "gi_adam";
}

// tolerance: a number, null (chaotic by then: no check) or "loss<1e-18".
void check_close(double got, const json& expected, const json& tolerance) {
  if (tolerance == "loss<1e-18") CHECK(got < 1e-18);
  if (tolerance.is_number())
    CHECK(std::abs(got - expected.get<double>()) <= tolerance.get<double>() * std::abs(expected.get<double>()));
}

void check_checkpoints(const json& run, const Trajectory& record) {
  for (const json& checkpoint : run["checkpoints"]) {
    const auto t = checkpoint["t"].get<std::size_t>();
    CAPTURE(t);
    check_close(record.loss[t], checkpoint["loss"], checkpoint["rel_tol_loss"]);
    check_close(record.sharpness[t], checkpoint["lambda_max"], checkpoint["rel_tol_lambda"]);
    if (checkpoint.contains("pre_lambda_max"))
      check_close(record.preconditioned_sharpness[t], checkpoint["pre_lambda_max"], checkpoint["rel_tol_pre_lambda"]);
    if (t < record.rows() - 1) CHECK(record.step_size[t] == checkpoint["eta_next"].get<double>());
  }
}

// What does not hang on chaos: where the largest values are, when 2/η is crossed, means over the end.
void check_summary(const json& run, const Trajectory& record) {
  const json& summary = run["summary"];
  const double eta = run["schedule"]["eta"];
  const auto highest = std::ranges::max_element(record.loss), sharpest = std::ranges::max_element(record.sharpness);
  CHECK(record.loss.front() == doctest::Approx(summary["L0"].get<double>()).epsilon(1e-12));
  CHECK(highest - record.loss.begin() == summary["t_L_max"].get<int>());
  CHECK(*highest == doctest::Approx(summary["L_max"].get<double>()).epsilon(1e-7));
  if (run["optimizer"]["name"] == "gd")
    CHECK(*sharpest == doctest::Approx(summary["lambda_max_over_run"].get<double>()).epsilon(1e-7));
  const auto crossed = std::ranges::find_if(record.sharpness, [&](double s) { return s > 2 / eta; });
  const json& expected = summary["first_t_lambda_gt_2_over_eta"];
  CHECK((expected.is_null() ? crossed == record.sharpness.end()
                            : crossed - record.sharpness.begin() == expected.get<int>()));
  const double sensitivity = summary["rel_sens_lambda_end_per_1e-12"];
  if (sensitivity < 1e-9)
    CHECK(record.sharpness.back() ==
          doctest::Approx(summary["lambda_end"].get<double>()).epsilon(std::max(1e-9, 200 * sensitivity)));
}

double mean_of_last(const std::vector<double>& values, std::ptrdiff_t count) {
  return std::accumulate(values.end() - count, values.end(), 0.0) / static_cast<double>(count);
}

}  // namespace

TEST_CASE(
    "every reference run gives its losses, sharpness, pre-conditioned sharpness and step sizes to the tolerances") {
  int compared = 0;
  for (const json& run : reference()["cases"]) {
    CAPTURE(run["id"].get<std::string>());
    RunSpec spec{
        .optimizer = {optimizer_of(run)}, .step_size = run["schedule"]["eta"], .steps = run["steps"].get<int>()};
    set_model(spec, run["model"], run["w0"]);
    const bool adaptive = spec.optimizer.id != "sgd";
    const auto record =
        simulate({&spec, 1}, {.trajectory = true, .preconditioned_sharpness = adaptive})[0].trajectories[0];
    REQUIRE(record.rows() == run["steps"].get<std::size_t>() + 1);
    check_checkpoints(run, record);
    check_summary(run, record);
    ++compared;
  }
  CHECK(compared == 17);
}

TEST_CASE("Adam on the rings ends at the adaptive edge of stability, 38 over the step size; GI-Adam is later there") {
  for (const json& run : reference()["cases"]) {
    if (run["model"]["type"] != "mlp" || run["optimizer"]["name"] == "gd") continue;
    const std::string id = optimizer_of(run);
    RunSpec spec{.optimizer = {id}, .step_size = run["schedule"]["eta"], .steps = 3000};
    set_model(spec, run["model"], run["w0"]);
    const auto record =
        simulate({&spec, 1}, {.trajectory = true, .sharpness = false, .preconditioned_sharpness = true})[0]
            .trajectories[0];
    const double mean = spec.step_size * mean_of_last(record.preconditioned_sharpness, 1000);
    CHECK(mean == doctest::Approx(run["summary"]["eta_pre_lambda_mean_last1000"].get<double>()).epsilon(0.01));
    if (id == "adam") CHECK(std::abs(mean - 38) < 1.5);  // the margin of docs/notes/warmup.md, 10.5
  }
}

TEST_CASE("at the start Adam's and GI-Adam's pre-conditioned sharpness and critical step size are the reference's") {
  int compared = 0;
  for (const json& entry : reference()["adam_init"]) {
    const std::string model = entry["model"];
    CAPTURE(model);
    const json type = model.starts_with("mlp")       ? json{{"type", "mlp"}, {"init", model.substr(4)}}
                      : model.starts_with("relu_uv") ? json{{"type", "relu_uv"}, {"y", 1.0}}
                                                     : json{{"type", "tied_chain"}, {"p", 1}, {"y", 1.0}};
    double sharpness[2] = {};
    for (const std::string id : {"adam", "gi_adam"}) {
      constexpr double kTarget = 64;
      RunSpec spec{.rate = {"critical_warmup", {{"delta", 0.01}}}, .optimizer = {id}, .step_size = kTarget, .steps = 1};
      set_model(spec, type, entry["w0"]);
      const auto results =
          simulate({&spec, 1}, {.trajectory = true, .preconditioned_sharpness = true, .snapshots = {1}})[0];
      const std::string name = id == "adam" ? "adam" : "giadam";
      const double found = results.trajectories[0].preconditioned_sharpness[0];
      sharpness[id == "adam" ? 0 : 1] = found;
      CHECK(found == doctest::Approx(entry["pre_lambda0_" + name].get<double>()).epsilon(1e-9));
      const json& critical = entry["eta_c_" + name + "_delta0.01"];
      const double eta_c = results.snapshots[0][0].rule_memory[1][0];
      // No step raises the loss of the ReLU unit: the search ends at its target.
      CHECK(eta_c == doctest::Approx(critical.is_null() ? kTarget : critical.get<double>()).epsilon(1e-12));
      const std::string bound = id == "adam" ? "first_step_bound_adam_2/(eta(1-b1))" : "first_step_bound_giadam";
      CHECK(20 / found == doctest::Approx(entry[bound].get<double>()).epsilon(1e-9));
    }
    CHECK(sharpness[1] / sharpness[0] == doctest::Approx(entry["ratio"].get<double>()).epsilon(1e-9));
    CHECK(38 / sharpness[0] ==
          doctest::Approx(entry["late_threshold_eta_38_over_pre_lambda0"].get<double>()).epsilon(1e-9));
    ++compared;
  }
  CHECK(compared == 4);
}

TEST_CASE("a run's sharpness columns have the same bits alone, in company, and at any stride") {
  RunSpec spec{.landscape = {"mlp", {{"data", std::string("xor")}}},
               .optimizer = {"adam"},
               .oracle = {"gaussian", {{"sigma", 0.01}}},
               .step_size = 0.01,
               .steps = 37,
               .seeds = 11};
  const Recording full{.trajectory = true, .preconditioned_sharpness = true};
  Recording sparse = full;
  sparse.stride = 5;
  const auto many = simulate({&spec, 1}, full)[0], few = simulate({&spec, 1}, sparse)[0];
  spec.seeds = 3;
  const auto alone = simulate({&spec, 1}, full)[0];
  for (std::size_t seed = 0; seed < 11; ++seed) {
    const Trajectory& dense = many.trajectories[seed];
    REQUIRE(dense.sharpness.size() == 38);
    REQUIRE(std::ranges::none_of(dense.sharpness, [](double s) { return std::isnan(s); }));
    if (seed < 3) {
      CHECK(dense.sharpness == alone.trajectories[seed].sharpness);
      CHECK(dense.preconditioned_sharpness == alone.trajectories[seed].preconditioned_sharpness);
    }
    const Trajectory& thin = few.trajectories[seed];
    for (std::size_t row = 0; row < thin.rows(); ++row) {
      CHECK(thin.sharpness[row] == dense.sharpness[static_cast<std::size_t>(thin.step[row])]);
      CHECK(thin.preconditioned_sharpness[row] ==
            dense.preconditioned_sharpness[static_cast<std::size_t>(thin.step[row])]);
    }
  }
}
