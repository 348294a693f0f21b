// What every curve is worth under the cursor; and what is captured for export.
#include "app/widgets/plot_context.h"
#include "app/widgets/plot_format.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

struct Row {
  std::string label, value, band;
  ImU32 colour;
  double distance;  // from the curve to the mouse, pixels
  double x;         // of the sample
};

// The sample nearest to x; size() when there is none. A stair holds the value of the step that x lies in.
std::size_t sample_at(const Series& series, double x) {
  const std::size_t count = series.size();
  if (count == 0) return 0;
  const std::size_t after = series.x.lower_bound(x, count);
  if (after == 0) return 0;
  if (series.kind == Kind::kStairs) return after < count && series.x[after] == x ? after : after - 1;
  if (after == count) return count - 1;
  return x - series.x[after - 1] <= series.x[after] - x ? after - 1 : after;
}

Row& row_of(std::vector<Row>& rows, const Series& series) {
  const std::string label = shown_part(series.name);
  for (Row& row : rows)
    if (row.label == label) return row;
  rows.push_back({label, "", "", series.style.colour, HUGE_VAL, 0});
  return rows.back();
}

std::vector<Row> rows_at(const Context& c, double x) {
  std::vector<Row> rows;
  for (const Series& series : c.series) {
    const std::size_t i = sample_at(series, x);
    if (series.hidden || !series.rising || i >= series.size() || shown_part(series.name).empty()) continue;
    Row& row = row_of(rows, series);
    row.x = series.x[i];
    if (series.kind == Kind::kBand) {
      row.band = readout(series.y[i]) + " – " + readout(series.high[i]);
    } else {
      row.value = readout(series.y[i]);
      const double distance = std::abs(c.y.pixel(series.y[i]) - ImGui::GetIO().MousePos.y);
      if (!std::isnan(distance)) row.distance = distance;
    }
  }
  return rows;
}

float widest(const std::vector<Row>& rows, std::string Row::*column) {
  float width = 0;
  for (const Row& row : rows) width = std::max(width, ImGui::CalcTextSize((row.*column).c_str()).x);
  return width;
}

std::vector<Row>::const_iterator nearest_of(const std::vector<Row>& rows) {
  return std::min_element(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.distance < b.distance; });
}

void draw_rows(const Context& c, const std::vector<Row>& rows) {
  const auto nearest = nearest_of(rows);
  // Measured in the bold font: whichever row is bold then fits.
  float label = 0, value = 0;
  {
    const FontScope font(c.theme.bold);
    label = widest(rows, &Row::label) + c.px(16);
    value = widest(rows, &Row::value);
  }
  const float left = ImGui::GetCursorPosX();
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    const FontScope font(row == nearest && row->distance < HUGE_VAL ? c.theme.bold : c.theme.body);
    ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(row->colour), "%s", row->label.c_str());
    ImGui::SameLine(left + label + value - ImGui::CalcTextSize(row->value.c_str()).x);
    ImGui::TextUnformatted(row->value.c_str());
    if (row->band.empty()) continue;
    const FontScope small(c.theme.small);
    ImGui::SameLine(left + label + value + c.px(12));
    ImGui::TextColored(c.theme.dim, "%s", row->band.c_str());
  }
}

std::string cell_text(const Context& c, ImVec2 mouse) {
  std::string text;
  for (const HeatMap& map : c.heat_maps) {
    const Transform column(map.x, c.x.scale(), 0, map.cols), row(map.y, c.y.scale(), 0, map.rows);
    const double i = std::floor(column.pixel(c.x.value(mouse.x))), j = std::floor(row.pixel(c.y.value(mouse.y)));
    if (!(i >= 0 && i < map.cols && j >= 0 && j < map.rows)) continue;
    const std::size_t at =
        static_cast<std::size_t>(j) * static_cast<std::size_t>(map.cols) + static_cast<std::size_t>(i);
    if (at < map.values.size()) text = readout(map.values[at]);
  }
  return text;
}

std::vector<double> copy(std::span<const double> values, std::size_t count) {
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)};
}

// A series that has no label on the screen still has a name in a file.
std::string exported_name(const std::string& name) {
  return name.starts_with("##") ? name.substr(2) : shown_part(name);
}

Capture::Series captured(const Series& series) {
  const std::size_t count = series.size();
  Capture::Series result{exported_name(series.name), {}, {}, {}, {}};
  for (std::size_t i = 0; i < count; ++i) result.x.push_back(series.x[i]);
  if (series.kind == Kind::kBand) {
    result.low = copy(series.y, count);
    result.high = copy(series.high, count);
  } else {
    result.y = copy(series.y, count);
  }
  return result;
}

}  // namespace

void draw_readout(Context& c) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!c.outcome.hovered || c.outcome.active || !c.has_data || !c.frame.holds(mouse)) return;
  const double x = c.x.value(mouse.x);
  const std::vector<Row> rows = rows_at(c, x);
  const std::string cell = cell_text(c, mouse);
  if (rows.empty() && cell.empty()) return;
  ImGui::BeginTooltip();  // ImGui keeps it beside the pointer and inside the window
  const std::string name = c.x_setup.label.empty() ? "x" : c.x_setup.label;
  ImGui::TextColored(c.theme.dim, "%s %s", name.c_str(), readout(rows.empty() ? x : nearest_of(rows)->x).c_str());
  if (!cell.empty()) ImGui::TextUnformatted(cell.c_str());
  draw_rows(c, rows);
  ImGui::EndTooltip();
}

void capture(const Context& c) {
  Capture& result = *c.options.capture;
  result = {c.options.title, c.x_setup.label, c.y_setup.label, {}};
  for (const Series& series : c.series)
    if (!series.hidden) result.add(captured(series));
}

}  // namespace steplab::plot
