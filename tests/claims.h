// What the shipped texts claim, held against what comes out: a number stands in the text, and the measured one rounds
// to it, so that neither can change alone.
#pragma once

#include "core/run/run.h"
#include "core/scene/shipped.h"
#include "tests/process.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace steplab::testing {

/// The notes of a shipped scene.
std::string notes_of(const std::string& scene);
/// All texts and sources of a shipped lesson.
std::string texts_of_lesson(const std::string& lesson);

/// The text holds this number ("0.45"), and the value rounds to it.
void check_told(const std::string& text, const std::string& number, double value);
/// The text holds these words.
void check_says(const std::string& text, const std::string& words);

/// The runs of a shipped scene with all that can be recorded.
Results played(const Scene& scene);
Results played(const std::string& scene);
/// Of a replicate.
double peak_over_start(const Trajectory& path);
std::size_t peak_row(const Trajectory& path);

/// What a command prints as CSV.
struct CsvTable {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
  const std::string& text(std::size_t row, const std::string& name) const;
  double number(std::size_t row, const std::string& name) const { return std::stod(text(row, name)); }
  /// Rows whose columns have these texts.
  std::vector<std::size_t> where(const std::vector<std::pair<std::string, std::string>>& columns) const;
};
CsvTable csv_table(Args args);

}  // namespace steplab::testing
