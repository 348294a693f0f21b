#include "tests/claims.h"

#include "core/scene/lesson.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace steplab::testing {

std::string notes_of(const std::string& scene) { return find_scene(scene).notes; }

std::string texts_of_lesson(const std::string& lesson) {
  std::string texts;
  for (const Lesson& each : shipped_lessons())
    for (const LessonStep& step : each.steps)
      if (each.id == lesson) texts += step.text + "\n" + step.source + "\n";
  REQUIRE(!texts.empty());
  return texts;
}

void check_says(const std::string& text, const std::string& words) {
  CHECK_MESSAGE(text.find(words) != std::string::npos, "'" << words << "' is not in: " << text);
}

void check_told(const std::string& text, const std::string& number, double value) {
  check_says(text, number);
  const auto point = number.find('.');
  const double last_digit =
      point == std::string::npos ? 1 : std::pow(10.0, -static_cast<double>(number.size() - point - 1));
  CHECK_MESSAGE(std::abs(value - std::stod(number)) <= 0.5000001 * last_digit,
                number << " is said, " << value << " is");
}

Results played(const Scene& scene) {
  return simulate(run_specs(scene), {.trajectory = true, .preconditioned_sharpness = scene.preconditioned_sharpness});
}
Results played(const std::string& scene) { return played(find_scene(scene)); }

std::size_t peak_row(const Trajectory& path) {
  return static_cast<std::size_t>(std::ranges::max_element(path.loss) - path.loss.begin());
}
double peak_over_start(const Trajectory& path) { return path.loss[peak_row(path)] / path.loss[0]; }

const std::string& CsvTable::text(std::size_t row, const std::string& name) const {
  const auto column = std::ranges::find(names, name);
  REQUIRE(column != names.end());
  return rows.at(row).at(static_cast<std::size_t>(column - names.begin()));
}

std::vector<std::size_t> CsvTable::where(const std::vector<std::pair<std::string, std::string>>& columns) const {
  std::vector<std::size_t> found;
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (std::ranges::all_of(columns, [&](const auto& column) { return text(row, column.first) == column.second; }))
      found.push_back(row);
  return found;
}

CsvTable csv_table(Args args) {
  args.insert(args.end(), {"--csv", "-"});
  CsvTable table;
  for (const auto& line : lines_of(good_output(args))) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
    if (table.names.empty())
      table.names = fields;
    else
      table.rows.push_back(fields);
  }
  return table;
}

}  // namespace steplab::testing
