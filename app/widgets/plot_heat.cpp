// Heat maps: runs of equal colour in a row become one rectangle, and no cell is smaller than a pixel.
#include "app/widgets/plot_context.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace steplab::plot {
namespace {

// A direction of the grid: cells in view and the pixels of their edges.
struct Edges {
  int first = 0, count = 0;
  double start = 0, step = 1;  // pixel of cell 0's lower edge, pixels per cell (signed)
  double edge(double cell) const { return start + cell * step; }
};

Edges edges_of(const Transform& transform, const Range& range, int cells, double low_pixel, double high_pixel) {
  const double a = transform.pixel(range.low), b = transform.pixel(range.high);
  Edges edges{0, 0, a, (b - a) / cells};
  if (!std::isfinite(a) || !std::isfinite(b) || edges.step == 0) return edges;
  const double from = (low_pixel - a) / edges.step, to = (high_pixel - a) / edges.step;
  edges.first = static_cast<int>(std::clamp(std::floor(std::min(from, to)), 0.0, static_cast<double>(cells)));
  edges.count =
      static_cast<int>(std::clamp(std::ceil(std::max(from, to)), 0.0, static_cast<double>(cells))) - edges.first;
  return edges;
}

// Cells thinner than a pixel are stepped over.
int stride_of(const Edges& edges) { return std::max(1, static_cast<int>(std::ceil(1 / std::abs(edges.step)))); }

void draw_row(Context& c, const HeatMap& map, int row, const Edges& columns, float top, float bottom) {
  const int stride = stride_of(columns), end = columns.first + columns.count;
  const auto colour_at = [&](int column) {
    return map.colour(map.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(map.cols) +
                                 static_cast<std::size_t>(column)]);
  };
  int begin = columns.first;
  ImU32 colour = begin < end ? colour_at(begin) : 0;
  for (int column = begin + stride;; column += stride) {
    const bool over = column >= end;
    const ImU32 next = over ? 0 : colour_at(column);
    if (!over && next == colour) continue;
    const auto a = static_cast<float>(columns.edge(begin)), b = static_cast<float>(columns.edge(std::min(column, end)));
    if (colour >> IM_COL32_A_SHIFT) c.list->AddRectFilled({std::min(a, b), top}, {std::max(a, b), bottom}, colour);
    if (over) return;
    begin = column;
    colour = next;
  }
}

void draw_map(Context& c, const HeatMap& map) {
  const bool whole = map.rows > 0 && map.cols > 0 && map.colour &&
                     map.values.size() >= static_cast<std::size_t>(map.rows) * static_cast<std::size_t>(map.cols);
  if (!whole) return;
  const Edges columns = edges_of(c.x, map.x, map.cols, c.frame.left, c.frame.right);
  const Edges rows = edges_of(c.y, map.y, map.rows, c.frame.bottom, c.frame.top);
  const int stride = stride_of(rows), end = rows.first + rows.count;
  for (int row = rows.first; row < end; row += stride) {
    const auto a = static_cast<float>(rows.edge(row)), b = static_cast<float>(rows.edge(std::min(row + stride, end)));
    draw_row(c, map, row, columns, std::min(a, b), std::max(a, b));
  }
}

void draw_image(Context& c, const Image& image) {
  if (image.texture == 0) return;
  const auto left = static_cast<float>(c.x.pixel(image.x.low)), right = static_cast<float>(c.x.pixel(image.x.high));
  const auto bottom = static_cast<float>(c.y.pixel(image.y.low)), top = static_cast<float>(c.y.pixel(image.y.high));
  c.list->AddImage(reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(image.texture)), {left, top},
                   {right, bottom}, {0, 1}, {1, 0});
}

}  // namespace

std::function<ImU32(double)> ramp(ImVec4 low, ImVec4 high, Range range, Scale scale) {
  return [low, high, share = Transform(range, scale, 0, 1)](double value) -> ImU32 {
    if (std::isnan(value)) return 0;
    const auto t = static_cast<float>(std::clamp(share.pixel(value), 0.0, 1.0));
    const auto mix = [t](float a, float b) { return a + t * (b - a); };
    return ImGui::ColorConvertFloat4ToU32(
        {mix(low.x, high.x), mix(low.y, high.y), mix(low.z, high.z), mix(low.w, high.w)});
  };
}

void draw_heat_maps(Context& c) {
  for (const Image& image : c.images) draw_image(c, image);
  for (const HeatMap& map : c.heat_maps) draw_map(c, map);
}

}  // namespace steplab::plot
