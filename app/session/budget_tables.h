// Tables of the Budget lab that were computed in this session, or kept beside a scene's file: NAME.json has its table
// in NAME.budget.json. A table says itself what it is of, and a cell is taken only where that is what is asked for: a
// file left over from another scene cannot give a wrong number.
#pragma once

#include "core/analysis/budget.h"

#include <memory>
#include <string>
#include <vector>

namespace steplab {

struct Session;
struct Scene;

/// Newest last.
using BudgetTables = std::vector<std::shared_ptr<const BudgetTable>>;

/// Of one problem, optimizer, T_max, grid, seeds: their cells are comparable, schedule by schedule, also where tables
/// choose η* in different ways.
bool same_setting(const BudgetSpec& a, const BudgetSpec& b);

/// In place of an older one of the same setting and table. The oldest go.
void remember(BudgetTables& tables, std::shared_ptr<const BudgetTable> table);
/// The newest that has cells of what the scene asks for; null: none, or the scene is not the Budget lab's.
std::shared_ptr<const BudgetTable> table_of_scene(const BudgetTables& tables, const Scene& scene);

std::string table_path(const std::string& scene_path);

/// Writes the scene, and its table beside it if there is one. True if there was. InputError naming the file.
bool save_with_table(const Session& session, const std::string& scene_path);
/// Takes up the table beside a scene's file, if there is one. A file that is none becomes a note.
void take_table_beside(Session& session, const std::string& scene_path);

}  // namespace steplab
