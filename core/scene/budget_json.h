// Budget tables <-> JSON text: what was computed can be saved beside a scene and gone on from.
#pragma once

#include "core/analysis/budget.h"

#include <string>
#include <string_view>

namespace steplab {

/// The spec and the cells that are done: their errors, from which the rest follows. Infinity is null.
std::string to_json(const BudgetTable& table);

/// The same table back, to the bit. InputError at "SOURCE: FIELD" for anything that is none.
BudgetTable budget_table_from_json(std::string_view text, std::string_view source);

}  // namespace steplab
