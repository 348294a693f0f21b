#include "core/scene/budget_json.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace steplab {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 2;  // 1 had the errors of a grid of multiples of 3 alone: such a table is refused

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
  return {
      {"problem", static_cast<int>(spec.problem)},
      {"optimizer", static_cast<int>(spec.optimizer)},
      {"T_max", spec.T_max},
      {"budgets", spec.budgets},
      {"schedules", std::move(schedules)},
      {"rates",
       {{"anchor", spec.rates.anchor}, {"from", spec.rates.from}, {"to", spec.rates.to}, {"ratio", spec.rates.ratio}}},
      {"tuning", static_cast<int>(spec.tuning)},
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
                  .rates = {.anchor = rates.at("anchor"),
                            .from = rates.at("from"),
                            .to = rates.at("to"),
                            .ratio = rates.at("ratio")},
                  .tuning = static_cast<BudgetTuning>(word(json, "tuning", 1, source)),
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

/// [step size, part, errors of the seeds …]: one entry for each that was tried.
Json tried_to_json(const BudgetCell& cell) {
  Json all = Json::array();
  for (const auto& tried : cell.tried) all.push_back({tried.step_size, tried.part, list_to_json(tried.errors)});
  return all;
}

BudgetCell cell_from_json(const Json& json, const BudgetTable& table, const std::string& place) {
  const std::size_t seeds = table.exact ? 1 : static_cast<std::size_t>(table.spec.seeds);
  BudgetCell cell{.done = true};
  bool own = false;
  for (const Json& from : json) {
    TriedStepSize tried{.step_size = from.at(0), .part = from.at(1), .errors = list_from_json(from.at(2))};
    own |= tried.part == 0;
    if (tried.errors.size() != seeds)
      throw InputError(
          place, "has errors of other seeds than spec; allowed: " + std::to_string(seeds) + " for each step size");
    cell.tried.push_back(std::move(tried));
  }
  if (!own) throw InputError(place, "has no step size of the grid; allowed: at least one");
  return cell;
}

void put_cells(const Json& json, BudgetTable& table, std::string_view source) {
  if (json.size() != table.cells.size())
    throw InputError(std::string(source) + ": cells",
                     "'" + std::to_string(json.size()) + "' of them; allowed: " + std::to_string(table.cells.size()));
  for (std::size_t i = 0; i < table.cells.size(); ++i)
    if (!json[i].is_null())
      table.cells[i] = cell_from_json(json[i], table, std::string(source) + ": cells[" + std::to_string(i) + "]");
}

}  // namespace

std::string to_json(const BudgetTable& table) {
  Json cells = Json::array();
  for (const auto& cell : table.cells) cells.push_back(cell.done ? tried_to_json(cell) : Json(nullptr));
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
