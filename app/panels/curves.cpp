#include "app/panels/map_view.h"
#include "app/panels/panels.h"
#include "app/widgets/page_plot.h"
#include "app/widgets/schedule_editor.h"
#include "core/analysis/stability_edge.h"
#include "core/run/fields.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace steplab {
namespace {

struct CurveKind {
  const char* id;
  const char* chip;
  const char* help;
};

constexpr float kOutdated = 0.3f;  // strength of curves that are no longer of the scene

constexpr std::array<CurveKind, 5> kKinds = {{
    {"step_size", "η", "step size η_t = ρ·η·h(t, T)"},
    {"loss", "f − f*", "loss above the least value"},
    {"grad_norm", "‖∇f‖", "norm of the exact gradient"},
    {"sharpness", "λ", "sharpness, and the 2/η_t above which gradient descent cannot rest"},
    {"distance", "‖x − x*‖", "distance to the nearest minimum"},
}};

bool contains(const std::vector<std::string>& ids, std::string_view id) {
  return std::ranges::find(ids, id) != ids.end();
}

/// Puts an id into a list or takes it out; the list keeps the order of curve_ids().
void set_member(std::vector<std::string>& ids, std::string_view id, bool member) {
  std::vector<std::string> kept;
  for (const auto& known : curve_ids())
    if (known == id ? member : contains(ids, known)) kept.push_back(known);
  ids = kept;
}

const Band& band_of(const RunPicture& run, std::string_view id) {
  if (id == "step_size") return run.curves.step_size;
  if (id == "loss") return run.curves.loss;
  if (id == "grad_norm") return run.curves.grad_norm;
  if (id == "distance") return run.curves.distance;
  return run.adaptive ? run.curves.preconditioned_sharpness : run.curves.sharpness;
}

std::string title_of(const Picture& picture, std::string_view id) {
  const std::string median = picture.seeds() > 1 ? ", median of " + std::to_string(picture.seeds()) : "";
  if (id == "step_size") return "Step size η·ρ·h(t)";
  if (id == "loss") return (picture.landscape->surroundings().least_value ? "Loss f − f*" : "Loss f") + median;
  if (id == "grad_norm") return "Gradient norm ‖∇f‖" + median;
  if (id == "distance") return "Distance to the nearest minimum" + median;
  const bool adaptive = std::ranges::any_of(picture.runs, &RunPicture::adaptive);
  return adaptive ? "Sharpness λ (P⁻¹λ if adaptive) and its edge" : "Sharpness λ and 2/η_t";
}

const char* empty_reason(const Picture& picture, std::string_view id) {
  if (id == "distance")
    return picture.landscape->surroundings().minima_form_a_set ? "the minima form a curve: watch the loss instead"
                                                               : "no minimum of this landscape is known";
  if (id == "sharpness" && std::ranges::any_of(picture.runs, [](const RunPicture& run) {
        return run.curves.sharpness.empty() && run.curves.representative >= 0;
      }))
    return "computing …: this landscape's sharpness takes longer than the rest";
  return "every run is hidden: click an eye in the list of runs";
}

double largest_finite(std::span<const double> values) {
  double largest = 0;
  for (const double x : values)
    if (std::isfinite(x)) largest = std::max(largest, x);
  return largest;
}

/// What of a run's curve the axis should hold. Of a run that diverges only where it began counts.
double worth_of(const RunPicture& run, const Band& band, std::string_view id) {
  const bool diverges = 2 * run.curves.lost >= run.curves.seeds;
  const double first = std::isfinite(band.median[0]) ? std::abs(band.median[0]) : 0;
  if (id != "sharpness") return 100 * first;
  const double edge = run.edge.empty() || !std::isfinite(run.edge[0]) ? 0 : run.edge[0];
  return 3 * std::max(diverges ? first : largest_finite(band.median), edge);
}

/// A run that diverges, 2/η of a step size that goes to 0, and a loss below what doubles can tell from f* must not
/// squeeze the rest flat: they leave through the frame.
plot::Range worth_showing(const Session& session, const Picture& picture, std::string_view id) {
  constexpr double kRounding = 1e-18, kFlat = 1e-4;
  double most = 0;
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    const Band& band = band_of(picture.runs[i], id);
    if (is_pictured(session, i) && !band.empty()) most = std::max(most, worth_of(picture.runs[i], band, id));
  }
  if (most <= 0) return {-1e300, 1e300};
  const bool excess = id == "loss" && picture.landscape->surroundings().least_value.has_value();
  if (id == "sharpness") return {kFlat * most, most};
  return {excess || id == "distance" || id == "grad_norm" ? kRounding * most : -1e300, most};
}

/// Room above the highest step size, so that what stands there can be dragged up.
double headroom(const Session& session, const Picture& picture, bool log) {
  double most = 0;
  for (std::size_t i = 0; i < picture.runs.size(); ++i)
    if (is_pictured(session, i))
      most = std::max(
          {most, largest_finite(picture.runs[i].curves.step_size.median), largest_finite(picture.runs[i].planned)});
  if (log) return most * 1.5;
  return plot::padded({0, most * 1.06}, plot::Scale::kLinear).high;
}

void draw_run(plot::Plot& plot, const Ui& ui, const Picture& picture, std::size_t index, std::string_view id) {
  const RunPicture& run = picture.runs[index];
  const Band& band = band_of(run, id);
  if (band.empty()) return;
  const RunLook look = run_look(ui.theme, colour_of(looks_of(ui.session), index));
  const float strength = is_outdated(ui.session) ? kOutdated : 1;
  const plot::LineStyle style{.colour = packed(look.colour, strength), .dash = look.dash};
  if (id == "step_size") {
    plot.stairs(run.label, run.steps, band.median, style);
    // What the schedule would have done, had the run not diverged.
    const auto begin = static_cast<std::size_t>(std::ranges::lower_bound(run.planned_steps, run.steps.back()) -
                                                run.planned_steps.begin());
    if (run.steps.back() < picture.scene.steps && begin < run.planned.size())
      plot.stairs(run.label, std::span(run.planned_steps).subspan(begin), std::span(run.planned).subspan(begin),
                  {.colour = packed(look.colour, 0.4f * strength), .width = 1.25f, .dash = look.dash});
    return;
  }
  const std::vector<double>& steps = id == "sharpness" ? run.sharpness_steps : run.steps;
  if (run.curves.seeds > 1) plot.shaded(run.label, steps, band.low, band.high, style);
  plot.line(run.label, steps, band.median, style);
  const bool selected = static_cast<int>(index) == ui.session.draft.view.selected;
  if (id == "sharpness" && !run.edge.empty())
    plot.line((selected ? to_text(run.stability->lasting) + " of " + run.label : "##edge" + run.label), run.steps,
              run.edge,
              {.colour = packed(look.colour, strength * (selected ? 1.0f : 0.55f)),
               .width = selected ? 1.75f : 1.25f,
               .dash = {{1.5f, 3, 1.5f, 3}}});
}

/// Where every run drawn is lost the plots are all but empty: they say why.
void explain_losses(Ui& ui, const Picture& picture, ImVec2 low, ImVec2 high) {
  std::vector<std::string> reasons;
  std::vector<std::pair<std::string, ImVec4>> lines;
  const ImVec4 colour = ui.theme.warning;
  for (std::size_t i = 0; i < picture.runs.size(); ++i) {
    const RunPicture& run = picture.runs[i];
    if (!is_pictured(ui.session, i)) continue;
    if (run.curves.lost < run.curves.seeds) return;
    if (reasons.empty())
      lines = {
          {run.label + " " + words_of(run.lost_status) + " at step " + std::to_string(run.first_lost) + ":", colour}};
    reasons.push_back(run.why_lost);
  }
  if (reasons.empty()) return;
  const FontScope font(ui.theme.small);
  // The reason in two lines: a column of curves is narrow.
  const auto half = reasons[0].find(": steps overshoot");
  lines.emplace_back(fitted(reasons[0].substr(0, half), high.x - low.x - ui.px(90)), colour);
  if (half != std::string::npos) lines.emplace_back(reasons[0].substr(half + 2), colour);
  if (reasons.size() > 1)
    lines.emplace_back("so do the other " + std::to_string(reasons.size() - 1) + ": see ▲ in the list of runs", colour);
  text_box(ui, {low.x + ui.px(60), high.y - ui.px(34)}, {0, 1}, lines);
  report_rect(ui, "why_diverged", low, high, false);
}

/// Handles on the selected run's schedule.
void edit_selected(Ui& ui, plot::Plot& plot) {
  Scene& scene = ui.session.draft;
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  if (selected >= scene.runs.size() || !is_drawn(ui.session, selected)) return;
  // The handles lie on the curve that is shown: of the derived scene if there is one.
  const auto& simulated = ui.session.simulated;
  const bool derived = simulated && simulated->lab.id == scene.lab.id && simulated->runs.size() == scene.runs.size();
  const Scene& shown = derived ? *simulated : scene;
  const ImU32 colour = packed(run_look(ui.theme, colour_of(scene, selected)).colour);
  edit_schedule_in_plot(ui, plot, scene.runs[selected].rate, shown.rho * shown.runs[selected].step_size, shown.steps,
                        colour);
}

void one_curve(Ui& ui, const Picture& picture, std::string_view id, ImVec2 size) {
  Session& session = ui.session;
  const std::string key(id);
  bool log = contains(session.draft.view.log_curves, id);
  plot::Capture capture;
  plot::State& state = session.plots[key];
  auto options = plot_options(ui, title_of(picture, id), size, &capture);
  options.unit = is_outdated(session) ? "computing …" : "";
  options.log_y = &log;
  options.progress = session.busy ? static_cast<float>(session.progress) : -1.0f;
  options.empty_text = empty_reason(picture, id);
  options.link = &session.link;
  plot::Plot plot(key.c_str(), state, options);
  plot.setup_axis(plot::Axis::kX, {.label = "step", .low = 0.0, .high = picture.scene.steps});
  plot::AxisSetup y;
  if (id != "step_size") y.fit_within = worth_showing(session, picture, id);
  if (id == "step_size") {
    if (!log) y.low = 0.0;
    if (const double high = headroom(session, picture, log); high > 0 && !session.link.x) y.high = high;
  }
  plot.setup_axis(plot::Axis::kY, y);
  for (std::size_t i = 0; i < picture.runs.size(); ++i)
    if (is_pictured(session, i)) draw_run(plot, ui, picture, i, id);
  if (!session.playback.at_end || session.playback.playing)
    plot.inf_line(plot::Axis::kX, session.step(), {.colour = packed(ui.theme.ink), .width = 1});
  if (id == "step_size" && !shows_another(session)) edit_selected(ui, plot);
  const plot::Outcome& outcome = end_plot(ui, plot, "plot." + key, &capture);
  const auto& shown = session.draft.view.curves;
  if (id == (contains(shown, "loss") ? "loss" : shown.front()))
    explain_losses(ui, picture, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  if (outcome.scale_toggled) set_member(session.draft.view.log_curves, id, log);
  follow_click(session, outcome);
}

void chips(Ui& ui) {
  auto& shown = ui.session.draft.view.curves;
  for (const auto& kind : kKinds) {
    const bool on = contains(shown, kind.id);
    if (toggle(ui, (std::string("chip.") + kind.id).c_str(), kind.chip, on,
               std::string(kind.help) + (on ? "\nclick to hide" : "\nclick to show")))
      set_member(shown, kind.id, !on);
    ImGui::SameLine(0, ui.px(6));
  }
  ImGui::NewLine();
}

}  // namespace

void draw_curves(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const float top = ImGui::GetCursorPosY(), left = ImGui::GetCursorPosX();
  chips(ui);
  const Picture* picture = session.picture();
  const std::vector<std::string> shown = session.draft.view.curves;
  if (!picture || shown.empty()) {
    dim_text(ui,
             shown.empty()                    ? "choose a curve above"
             : session.finished.error.empty() ? "computing …"
                                              : session.finished.error,
             size.x);
    return;
  }
  const float gap = ui.px(8), head_height = ui.px(34);
  const float height =
      (size.y - head_height - gap * static_cast<float>(shown.size() - 1)) / static_cast<float>(shown.size());
  float y = top + head_height;
  for (const std::string& id : shown) {
    ImGui::SetCursorPos({left, y});
    one_curve(ui, *picture, id, {size.x, height});
    y += height + gap;
  }
}

}  // namespace steplab
