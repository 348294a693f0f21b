// The parts of the Large-steps page, by file.
#pragma once

#include "app/labs/large_steps_basins.h"
#include "app/panels/views.h"
#include "app/session/session.h"
#include "app/widgets/plot.h"
#include "app/widgets/ui.h"
#include "core/analysis/proved_steps.h"
#include "core/scene/large_steps_scene.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// Colours of minima, wandering and diverged starts, everywhere the same.
ImVec4 minimum_colour(const Theme& theme, const std::vector<Minimum>& minima, std::size_t number);
ImVec4 wandering_colour(const Theme& theme);
ImVec4 diverged_colour(const Theme& theme);
/// `share` of the way from a to b.
ImVec4 blended(const ImVec4& a, const ImVec4& b, float share);
BasinColours basin_colours(const Theme& theme, const std::vector<Minimum>& minima);

/// "η = 0.05 of small step", in its colour.
std::string run_words(const Scene& scene, std::size_t run);

/// The landscape of the picture, if the page can show it: of one or two dimensions; else null.
const Landscape* shown_landscape(const Session& session);
/// Where all runs begin: the scene's start or the landscape's own.
std::vector<double> start_of(const Scene& scene, const Landscape& landscape);
/// The minimum where the run's path ends, within reach of it; −1: none.
int reached_minimum(const Picture& picture, const Scene& scene, std::size_t run);
/// "the global minimum", "the local minimum at (2, 0)"; "no minimum".
std::string minimum_words(const Landscape& landscape, int number);

/// Step sizes about which something is proved for exact gradient descent, and as base step sizes of the scene (ρ).
std::vector<StepRange> step_ranges(const Scene& scene);
ImVec4 range_colour(const Theme& theme, StepRangeKind kind);
/// Least and largest η on the sliders and on the axis of the sweep.
plot::Range step_range_shown(const LargeStepsSpec& sweep);
LargeStepsSpec sweep_of(const Scene& scene);

/// In a lesson that asks for a place: takes a click near a minimum as the guess, and marks the guess.
struct PlaceQuestion {
  bool asked = false;  ///< a guess is wanted now
  int guessed = -1;
};
PlaceQuestion place_question(const Session& session);
void guess_place(Ui& ui, const std::vector<Minimum>& minima, double x, double y);

/// How the two runs are drawn.
struct Compared {
  Ui& ui;
  const Picture& picture;
  const Landscape& landscape;
  std::size_t run;
};

void draw_large_steps_controls(Ui& ui);
/// Two maps, or what the line has in their place.
void draw_two_maps(Ui& ui, ImVec2 size);
void draw_line_views(Ui& ui, const Picture& picture, ImVec2 size);
/// Legend with shares in per cent under a map.
void draw_shares_legend(Ui& ui, const BasinPicture* basins, const std::vector<Minimum>& minima, ImVec2 at, float width);
void draw_sweep(Ui& ui, ImVec2 size);
/// The figure that is chosen at the right.
void draw_large_steps_figure(Ui& ui, ImVec2 size);
void draw_ends(Ui& ui, ImVec2 size);
void draw_network(Ui& ui, ImVec2 size);
/// Vertical lines at the two step sizes that can be dragged.
void step_size_lines(Ui& ui, plot::Plot& plot, plot::Range allowed);

}  // namespace steplab
