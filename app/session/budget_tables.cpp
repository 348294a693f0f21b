#include "app/session/budget_tables.h"

#include "app/session/session.h"
#include "core/scene/budget_json.h"
#include "core/scene/budget_scene.h"
#include "core/scene/file.h"
#include "core/scene/scene_json.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace steplab {
namespace {

bool is_sampling(const BudgetSpec& spec) { return !spec.schedules.empty() && !spec.schedules.front().group.empty(); }

bool has_cells(const BudgetTable& table) { return std::ranges::any_of(table.cells, &BudgetCell::done); }

bool shares_schedules(const BudgetSpec& a, const BudgetSpec& b) {
  return std::ranges::any_of(a.schedules, [&](const BudgetSchedule& schedule) {
    return std::ranges::find(b.schedules, schedule.rate, &BudgetSchedule::rate) != b.schedules.end();
  });
}

}  // namespace

bool same_setting(const BudgetSpec& a, const BudgetSpec& b) {
  return a.problem == b.problem && a.optimizer == b.optimizer && a.T_max == b.T_max && a.rates == b.rates &&
         a.step_size == b.step_size && a.seeds == b.seeds && a.seed == b.seed && a.quadratic == b.quadratic &&
         is_sampling(a) == is_sampling(b) && is_exact(a) == is_exact(b);
}

void remember(BudgetTables& tables, std::shared_ptr<const BudgetTable> table) {
  constexpr std::size_t kMost = 32;
  if (!tables.empty() && tables.back() == table) return;
  std::erase_if(tables, [&](const auto& older) { return same_setting(older->spec, table->spec); });
  tables.push_back(std::move(table));
  if (tables.size() > kMost) tables.erase(tables.begin());
}

std::shared_ptr<const BudgetTable> table_of_scene(const BudgetTables& tables, const Scene& scene) try {
  if (scene.lab.id != "budget") return nullptr;
  const BudgetSpec spec = budget_spec(scene);
  for (auto table = tables.rbegin(); table != tables.rend(); ++table)
    if (has_cells(**table) && same_setting((*table)->spec, spec) && shares_schedules((*table)->spec, spec))
      return *table;
  return nullptr;
} catch (const InputError&) {
  return nullptr;
}

std::string table_path(const std::string& scene_path) {
  std::filesystem::path path(scene_path);
  return path.replace_extension(".budget.json").string();
}

bool save_with_table(const Session& session, const std::string& scene_path) {
  const Scene scene = scene_to_save(session);
  save_scene(scene, scene_path);
  const auto table = table_of_scene(session.tables, scene);
  if (!table) return false;
  FileWriter file(table_path(scene_path));
  file.write(to_json(*table));
  file.commit();
  return true;
}

void take_table_beside(Session& session, const std::string& scene_path) {
  const std::string path = table_path(scene_path);
  std::error_code ignored;
  if (session.draft.lab.id != "budget" || !std::filesystem::exists(path, ignored)) return;
  try {
    const auto table = budget_table_from_json(read_file(path, kLargestSceneFile), path);
    remember(session.tables, std::make_shared<const BudgetTable>(table));
  } catch (const InputError& error) {
    tell(session, error.what(), true);
  }
}

}  // namespace steplab
