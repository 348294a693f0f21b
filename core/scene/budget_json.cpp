#include "core/scene/budget_json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace steplab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

Json list_to_json(const std::vector<double>& list) {
  Json json = Json::array();
  for (const double x : list) json.push_back(std::isfinite(x) ? Json(x) : Json(nullptr));
  return json;
}

std::vector<double> list_from_json(const Json& json) {
  std::vector<double> list;
  for (const Json& x : json) list.push_back(x.is_null() ? std::numeric_limits<double>::infinity() : x.get<double>());
  return list;
}

Json schedule_to_json(const BudgetSchedule& schedule) {
  return {{"label", schedule.label},
          {"rate", to_text(schedule.rate)},
          {"group", schedule.group},
          {"ranked", schedule.ranked}};
}

BudgetSchedule schedule_from_json(const Json& json, std::string_view source) {
  return {.label = json.at("label"),
          .rate = parse_choice(json.at("rate").get<std::string>(), std::string(source) + ": spec.schedules"),
          .group = json.at("group"),
          .ranked = json.at("ranked")};
}

Json spec_to_json(const BudgetSpec& spec) {
  Json schedules = Json::array();
  for (const auto& schedule : spec.schedules) schedules.push_back(schedule_to_json(schedule));
  return {{"problem", static_cast<int>(spec.problem)},
          {"optimizer", static_cast<int>(spec.optimizer)},
          {"T_max", spec.T_max},
          {"budgets", spec.budgets},
          {"schedules", std::move(schedules)},
          {"rates", {{"anchor", spec.rates.anchor}, {"from", spec.rates.from}, {"to", spec.rates.to}}},
          {"step_size", spec.step_size ? Json(*spec.step_size) : Json(nullptr)},
          {"seeds", spec.seeds},
          {"seed", spec.seed},
          {"curvatures", spec.quadratic.curvatures},
          {"sigma", spec.quadratic.sigma},
          {"tie", spec.tie}};
}

int word(const Json& json, const char* name, int most, std::string_view source) {
  const int value = json.at(name);
  if (value < 0 || value > most)
    throw InputError(std::string(source) + ": spec." + name,
                     "'" + std::to_string(value) + "' is not allowed; allowed: 0 to " + std::to_string(most));
  return value;
}

BudgetSpec spec_from_json(const Json& json, std::string_view source) {
  const Json& rates = json.at("rates");
  BudgetSpec spec{.problem = static_cast<BudgetProblem>(word(json, "problem", 2, source)),
                  .optimizer = static_cast<BudgetOptimizer>(word(json, "optimizer", 1, source)),
                  .T_max = json.at("T_max"),
                  .budgets = json.at("budgets"),
                  .schedules = {},
                  .rates = {.anchor = rates.at("anchor"), .from = rates.at("from"), .to = rates.at("to")},
                  .step_size = {},
                  .seeds = json.at("seeds"),
                  .seed = json.at("seed"),
                  .quadratic = {.curvatures = json.at("curvatures"), .sigma = json.at("sigma")},
                  .tie = json.at("tie")};
  if (const Json& fixed = json.at("step_size"); !fixed.is_null()) spec.step_size = fixed.get<double>();
  for (const Json& schedule : json.at("schedules")) spec.schedules.push_back(schedule_from_json(schedule, source));
  check(spec, std::string(source) + ": spec");
  return spec;
}

void put_cells(const Json& json, BudgetTable& table, std::string_view source) {
  const std::size_t step_sizes = table.spec.step_size ? 1 : table.spec.rates.values().size();
  const std::size_t seeds = table.exact ? 1 : static_cast<std::size_t>(table.spec.seeds);
  if (json.size() != table.cells.size())
    throw InputError(std::string(source) + ": cells",
                     "'" + std::to_string(json.size()) + "' of them; allowed: " + std::to_string(table.cells.size()));
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const Json& from = json[i];
    if (from.is_null()) continue;
    BudgetCell cell{.done = true};
    cell.errors = list_from_json(from.at("errors"));
    cell.grid_errors = list_from_json(from.at("grid"));
    if (cell.errors.size() != seeds || cell.grid_errors.size() != step_sizes)
      throw InputError(std::string(source) + ": cells[" + std::to_string(i) + "]",
                       "has errors of other seeds or step sizes than spec; allowed: " + std::to_string(seeds) +
                           " errors, " + std::to_string(step_sizes) + " of the grid");
    table.cells[i] = std::move(cell);
  }
}

}  // namespace

std::string to_json(const BudgetTable& table) {
  Json cells = Json::array();
  for (const auto& cell : table.cells)
    cells.push_back(cell.done ? Json{{"errors", list_to_json(cell.errors)}, {"grid", list_to_json(cell.grid_errors)}}
                              : Json(nullptr));
  const Json all = {{"version", kVersion}, {"spec", spec_to_json(table.spec)}, {"cells", std::move(cells)}};
  return all.dump(1) + "\n";
}

BudgetTable budget_table_from_json(std::string_view text, std::string_view source) {
  try {
    const Json json = Json::parse(text);
    if (json.at("version") != kVersion)
      throw InputError(std::string(source) + ": version", "'" + json.at("version").dump().substr(0, 80) +
                                                              "' is not allowed; allowed: " + std::to_string(kVersion));
    BudgetTable table;
    table.spec = spec_from_json(json.at("spec"), source);
    table.exact = is_exact(table.spec);
    table.cells.resize(table.spec.budgets.size() * table.spec.schedules.size());
    put_cells(json.at("cells"), table, source);
    settle(table);
    return table;
  } catch (const nlohmann::json::exception& error) {
    throw InputError(source, std::string("is no budget table (") + error.what() + "); allowed: what was saved as one");
  }
}

}  // namespace steplab
