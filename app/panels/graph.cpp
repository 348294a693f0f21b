#include "app/panels/map_view.h"
#include "app/widgets/page_plot.h"
#include "core/landscapes/landscape.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr std::size_t kStepsDrawn = 200, kPointsDrawn = 60;

/// Rows of a path up to the present step as plot data: x and f − f*.
struct Shown {
  std::vector<double> x, f;
};

Shown shown_part(const Picture& picture, const std::vector<render::PathVertex>& path, int step) {
  Shown shown;
  const auto rows = step >= picture.scene.steps
                        ? path.size()
                        : std::min(path.size(), static_cast<std::size_t>(step / picture.stride + 1));
  for (std::size_t row = 0; row < rows; ++row) {
    shown.x.push_back(path[row].x);
    shown.f.push_back(path[row].excess);
  }
  return shown;
}

void draw_run(Ui& ui, plot::Plot& plot, const Picture& picture, std::size_t index) {
  const RunPicture& run = picture.runs[index];
  const RunLook look = run_look(ui.theme, colour_of(looks_of(ui.session), index));
  Shown shown = shown_part(picture, run.median_path, ui.session.step());
  if (shown.x.empty()) return;
  const float strength = is_outdated(ui.session) ? 0.3f : 1;
  // All of a long path lies on the graph anyway: its steps are drawn for the last part only.
  const auto x = plot.keep(std::move(shown.x)), f = plot.keep(std::move(shown.f));
  const auto steps = std::min(x.size(), kStepsDrawn), points = std::min(x.size(), kPointsDrawn);
  plot.line("##path" + run.label, plot::Xs(x.last(steps)), f.last(steps),
            {.colour = packed(look.colour, 0.45f * strength), .width = 1.25f, .dash = look.dash});
  plot.scatter("##points" + run.label, plot::Xs(x.last(points)), f.last(points),
               {.colour = packed(look.colour, strength)}, plot::Marker::kCircle, 2.5f);
  plot.scatter(run.label, plot::Xs(x.last(1)), f.last(1), {.colour = packed(look.colour, strength)},
               plot::Marker::kCircle, 6);
}

}  // namespace

void draw_graph(Ui& ui, const Picture& picture, const FieldPicture* field, ImVec2 size) {
  Session& session = ui.session;
  plot::Plot plot("graph", session.plots["graph:" + picture.scene.landscape.id], plot_options(ui, "f(x) − f*", size));
  const auto& known = picture.landscape->surroundings();
  plot.setup_axis(plot::Axis::kX, {.label = "x", .low = known.view_low(0), .high = known.view_high(0)});
  plot::AxisSetup y;
  if (field && !field->curve_y.empty()) {
    double most = 0;
    for (std::size_t i = 0; i < field->curve_y.size(); ++i) {
      const bool in_view = field->curve_x[i] >= known.view_low(0) && field->curve_x[i] <= known.view_high(0);
      if (in_view && std::isfinite(field->curve_y[i])) most = std::max(most, field->curve_y[i]);
    }
    y.low = std::min(0.0, -0.04 * most);
    y.high = 1.04 * most;
  }
  plot.setup_axis(plot::Axis::kY, y);
  const bool own = picture.scene.landscape.id == session.draft.landscape.id;
  double start = session.draft.start.size() == 1 ? session.draft.start[0] : known.start(0);
  if (own && plot.drag_line("start", plot::Axis::kX, &start,
                            {.colour = packed(ui.theme.ink), .width = 1.5f, .dash = {{4, 3, 4, 3}}}, "start (drag)"))
    session.draft.start = {start};
  if (field && !field->curve_x.empty())
    plot.line("##f", plot::Xs(field->curve_x), field->curve_y, {.colour = packed(ui.theme.dim), .width = 2});
  for (std::size_t i = 0; i < picture.runs.size(); ++i)
    if (is_pictured(session, i)) draw_run(ui, plot, picture, i);
  end_plot(ui, plot, "map");
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  draw_outdated_note(ui, {(low.x + high.x) / 2, low.y + ui.px(44)});
}

}  // namespace steplab
