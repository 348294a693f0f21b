// The landscape's window on the screen, shared by map and surface.
#pragma once

#include "app/panels/views.h"
#include "app/session/session.h"
#include "app/widgets/ui.h"

#include <array>
#include <vector>

namespace steplab {

/// What part of the landscape a view of this size shows: the scene's window, or the landscape's own, widened so that
/// both axes have the same scale where the landscape's own view is not too oblong for it, and stretched to hold the
/// start unless the person chose the window.
PlaneWindow shown_window(const Session& session, ImVec2 size);

/// Where the runs of the scene under edit begin, on the picture's plane.
std::array<double, 2> start_of(const Session& session, const Picture& picture);

/// The field that fits a view of this size.
FieldKey wanted_field(const Session& session, ImVec2 size);

/// What runs look like on map and surface; holds what the spans of a frame point to.
struct Drawn {
  std::vector<render::Path> paths;
  std::vector<render::Cloud> clouds;
  std::vector<std::vector<render::PathVertex>> cloud_points;
  std::vector<render::PathVertex> minima;
};
Drawn drawn_runs(const Ui& ui, const Picture& picture);

/// Fills in what map and surface have in common.
void set_scenery(const Ui& ui, const Picture& picture, const FieldPicture& field, const Drawn& drawn, ImVec2 size,
                 render::Scenery& scenery);

/// 2/η_t (or the optimizer's own multiple) of the selected run at the step shown; none if it has none, or one for the
/// pre-conditioned sharpness only.
std::optional<double> edge_now(const Session& session, const Picture& picture);

/// Point (x, y) of the map and the pixel of a view at `corner` of this size.
ImVec2 pixel_of(const PlaneWindow& window, ImVec2 corner, ImVec2 size, double x, double y);
std::array<double, 2> point_of(const PlaneWindow& window, ImVec2 corner, ImVec2 size, ImVec2 pixel);

/// Words in a small box that is readable over any picture. `pivot` as in ImGui: (0, 1) hangs the box up and right of
/// `at`.
void text_box(Ui& ui, ImVec2 at, ImVec2 pivot, const std::vector<std::pair<std::string, ImVec4>>& lines);

/// That the picture is not of the scene under edit, in a box that hangs from `at`, if it is so.
void draw_outdated_note(Ui& ui, ImVec2 at);

void draw_map(Ui& ui, const Picture& picture, const FieldPicture* field, ImVec2 size);
void draw_surface(Ui& ui, const Picture& picture, const FieldPicture* field, ImVec2 size);
void draw_graph(Ui& ui, const Picture& picture, const FieldPicture* field, ImVec2 size);

}  // namespace steplab
