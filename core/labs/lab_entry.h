// The labs as the catalog knows them: one page of the window each, with the settings it has beyond those of a scene.
#pragma once

#include "core/base/parameters.h"

#include <vector>

namespace steplab {

/// Nothing is made of a lab; its entry is what counts: id, name, question (summary), source, settings (params).
struct LabKind {};
using LabEntry = Entry<LabKind>;

/// In the order of the tabs. Their settings are kept in Scene::lab, a Choice of the family "lab".
const std::vector<LabEntry>& lab_entries();

// The members, by file.
LabEntry tuning_lab_entry();
LabEntry self_tuning_lab_entry();
LabEntry budget_lab_entry();  // not in the list until it has a page
LabEntry large_steps_lab_entry();
LabEntry warmup_lab_entry();  // not in the list until it has a page

}  // namespace steplab
