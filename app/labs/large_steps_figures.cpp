// The figures at the right: does noise replace a large step, does the same noise, when must the step be large?
#include "app/labs/lab_settings.h"
#include "app/labs/large_steps_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

using Figure = LargeStepsFigure;

StudyView<ShareFigure> wanted(Ui& ui, Figure figure, const char* id) {
  const Scene& scene = ui.session.draft;
  return ui.studies->want<ShareFigure>(id, large_steps_spec(scene, figure, compared_runs(scene).large), measure_shares);
}

std::string two_digits(double value) {
  char text[16];
  std::snprintf(text, sizeof text, value > 0 && value < 0.995 ? "%.2f" : "%.0f", value);
  return text;
}

/// Options that all plots of the page share; `why` must outlive them.
plot::Options options_for(Ui& ui, const std::string& title, ImVec2 size, const StudyView<ShareFigure>& study,
                          const std::string& why, plot::Capture* capture) {
  auto options = plot_options(ui, title, size, capture);
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  return options;
}

bool is_ready(const StudyView<ShareFigure>& study) {
  return study.result && study.error.empty() && study.result->results.starts > 0 && !study.result->results.rows.empty();
}

std::string why_empty(const StudyView<ShareFigure>& study, bool ready) {
  if (!study.error.empty()) return study.error;
  if (!ready && study.result && !study.busy)
    return "no start of the view is trapped by a small step: there is nothing to escape from";
  return "following every start …";
}

// ---- noise ----

/// The heat map's numbers: η from below, σ from the left.
struct NoiseTable {
  std::vector<double> eta, sigma, share;
  double at(std::size_t row, std::size_t column) const { return share[row * sigma.size() + column]; }
};
NoiseTable table_of(const LargeStepsResults& results, const std::string& arm) {
  NoiseTable table;
  for (const ShareRow& row : results.rows) {
    if (row.arm != arm) continue;
    if (table.eta.empty() || table.eta.back() != row.step_size) table.eta.push_back(row.step_size);
    if (table.eta.size() == 1) table.sigma.push_back(row.sigma);
    table.share.push_back(row.shares.global);
  }
  return table;
}

/// A name under every cell, or every second one where they would touch.
std::vector<plot::Tick> places(const std::vector<double>& values, double room) {
  double widest = 0;
  for (const double value : values)
    widest = std::max(widest, static_cast<double>(ImGui::CalcTextSize(short_number(value).c_str()).x));
  const std::size_t stride = room < widest ? 2 : 1;
  std::vector<plot::Tick> ticks;
  for (std::size_t i = 0; i < values.size(); i += stride)
    ticks.push_back({static_cast<double>(i) + 0.5, short_number(values[i])});
  return ticks;
}

/// The share in every cell, where there is room.
void write_cells(Ui& ui, plot::Plot& plot, const NoiseTable& table) {
  const auto x = plot.transform(plot::Axis::kX), y = plot.transform(plot::Axis::kY);
  const double wide = std::abs(x.pixel(1) - x.pixel(0)), tall = std::abs(y.pixel(1) - y.pixel(0));
  const FontScope font(ui.theme.small);
  if (wide < static_cast<double>(ImGui::CalcTextSize("100").x + 2) || tall < static_cast<double>(ImGui::GetFontSize()))
    return;
  for (std::size_t row = 0; row < table.eta.size(); ++row)
    for (std::size_t column = 0; column < table.sigma.size(); ++column) {
      const double share = table.at(row, column);
      const std::string words = std::to_string(std::lround(100 * share));
      const ImVec4 ink = share > 0.55 ? ui.theme.card : ui.theme.ink;
      plot.text(static_cast<double>(column) + 0.5, static_cast<double>(row) + 0.5, words, packed(ink),
                {-ImGui::CalcTextSize(words.c_str()).x / (2 * ui.theme.scale), 0});
    }
}

void capture_table(const NoiseTable& table, const std::string& arm, plot::Capture& capture) {
  for (std::size_t row = 0; row < table.eta.size(); ++row) {
    plot::Capture::Series series{
        .name = arm + ", η = " + short_number(table.eta[row]), .x = table.sigma, .y = {}, .low = {}, .high = {}};
    for (std::size_t column = 0; column < table.sigma.size(); ++column) series.y.push_back(table.at(row, column));
    capture.add(std::move(series));
  }
}

void draw_noise_map(Ui& ui, const StudyView<ShareFigure>& study, const std::string& arm, ImVec2 size) {
  Session& session = ui.session;
  const bool ready = is_ready(study);
  const NoiseTable table = ready ? table_of(study.result->results, arm) : NoiseTable{};
  const std::string why = why_empty(study, ready), name = "large_noise." + arm;
  plot::Capture capture;
  plot::Plot plot(
      name.c_str(), session.plots[name],
      options_for(ui,
                  arm == "fixed" ? "% that reach the global minimum: noise of fixed σ" : "The same, σ annealed to 0",
                  size, study, why, &capture));
  const auto rows = static_cast<double>(table.eta.size()), columns = static_cast<double>(table.sigma.size());
  if (!table.share.empty()) {
    const auto x = plot.transform(plot::Axis::kX);
    const double room = std::abs(x.pixel(1) - x.pixel(0));
    plot.setup_axis(plot::Axis::kX, {.label = "σ", .low = 0.0, .high = columns, .ticks = places(table.sigma, room)});
    plot.setup_axis(plot::Axis::kY, {.label = "η", .low = 0.0, .high = rows, .ticks = places(table.eta, 1e9)});
    plot.heat_map({table.share,
                   static_cast<int>(table.eta.size()),
                   static_cast<int>(table.sigma.size()),
                   {0, columns},
                   {0, rows},
                   plot::ramp(ui.theme.map_low, run_look(ui.theme, 2).colour, {0, 1})});
    write_cells(ui, plot, table);
  }
  plot.end();  // which fills the capture with its lines: there are none
  if (session.capture && !table.share.empty()) {
    capture.title = "reached the global minimum, " + arm + " noise";
    capture.x_label = "sigma";
    capture_table(table, arm, capture);
  }
  end_plot(ui, plot, ("plot.noise." + arm).c_str(), &capture);
}

void draw_noise(Ui& ui, ImVec2 size) {
  const auto study = wanted(ui, Figure::kNoise, "large_steps.noise");
  const ImVec2 at = ImGui::GetCursorPos();
  const float gap = ui.px(8);
  const bool both = !is_ready(study) || std::ranges::any_of(study.result->results.rows,
                                                            [](const ShareRow& row) { return row.arm == "annealed"; });
  const float half = both ? (size.y - gap) / 2 : size.y;
  draw_noise_map(ui, study, "fixed", {size.x, half});
  if (!both) return;
  ImGui::SetCursorPos({at.x, at.y + half + gap});
  draw_noise_map(ui, study, "annealed", {size.x, half});
}

// ---- arms as lines ----

struct ArmLine {
  std::string name;
  std::vector<double> x, global, by_last_bit;
  int colour = 0;
};

void draw_arm(Ui& ui, plot::Plot& plot, const ArmLine& arm) {
  const RunLook look = run_look(ui.theme, arm.colour);
  const auto x = plot.keep(arm.x), y = plot.keep(arm.global);
  plot.line(arm.name, plot::Xs(x), y, {.colour = packed(look.colour), .width = 2, .dash = look.dash});
  plot.scatter("##points " + arm.name, plot::Xs(x), y, {.colour = packed(look.colour)}, plot::Marker::kCircle, 3);
}

plot::AxisSetup share_axis() {
  plot::AxisSetup y{.low = -0.03, .high = 1.06};
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) y.ticks.push_back({share, two_digits(share)});
  return y;
}

void draw_control(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const auto study = wanted(ui, Figure::kControl, "large_steps.control");
  const bool ready = is_ready(study);
  const std::string why = why_empty(study, ready);
  plot::Capture capture;
  plot::Plot plot("large_control", session.plots["large_control"],
                  options_for(ui, "Share in the global basin, against σ", size, study, why, &capture));
  const double threshold = noise_threshold(session.draft.landscape);
  plot::AxisSetup sigmas{.label = "σ"};
  if (threshold < 8) sigmas.high = std::max(1.03 * threshold, 4.2);
  plot.setup_axis(plot::Axis::kX, sigmas);
  plot.setup_axis(plot::Axis::kY, share_axis());
  if (ready) {
    const Scene& scene = session.draft;
    const ComparedRuns runs = compared_runs(scene);
    const double eta = study.result->spec.step_sizes[0], k = study.result->spec.substeps;
    const std::string small = short_number(eta / k);
    std::vector<ArmLine> arms = {{"L: steps of " + short_number(eta), {}, {}, {}, colour_of(scene, runs.large)},
                                 {"R: " + short_number(k) + " × " + small + ", L's draw", {}, {}, {}, 4},
                                 {"S: " + small + ", own draws", {}, {}, {}, colour_of(scene, runs.small)},
                                 {"A: S, annealed", {}, {}, {}, 3}};
    for (const ShareRow& row : study.result->results.rows)
      for (ArmLine& arm : arms)
        if (arm.name.starts_with(row.arm)) {
          arm.x.push_back(row.sigma);
          arm.global.push_back(row.shares.global);
        }
    for (const ArmLine& arm : arms)
      if (!arm.x.empty()) draw_arm(ui, plot, arm);
    if (threshold < 8)
      plot.inf_line(plot::Axis::kX, threshold, {.colour = packed(ui.theme.dim), .width = 1, .dash = {{4, 3, 4, 3}}},
                    "below: proved trapped");
  }
  end_plot(ui, plot, "plot.control", &capture);
}

// ---- phase ----

std::vector<ArmLine> phase_arms(const Scene& scene, const ShareFigure& figure) {
  const ComparedRuns runs = compared_runs(scene);
  std::vector<ArmLine> arms = {{"large first", {}, {}, {}, colour_of(scene, runs.large)},
                               {"small first", {}, {}, {}, colour_of(scene, runs.small)}};
  for (const ShareRow& row : figure.results.rows) {
    ArmLine& arm = arms[row.arm.starts_with("large") ? 0 : 1];
    arm.x.push_back(row.length);
    arm.global.push_back(row.shares.global);
    arm.by_last_bit.push_back(row.shares.by_last_bit);
  }
  return arms;
}

/// From which length on runs sit on a minimum to the last bit; −1: nowhere.
double last_bit_from(const ArmLine& arm) {
  for (std::size_t i = 0; i < arm.x.size(); ++i)
    if (arm.by_last_bit[i] > 0) return arm.x[i];
  return -1;
}

/// The words about the last bit, and the honest way out of it; returns the height they take.
float draw_last_bit(Ui& ui, const std::vector<ArmLine>& arms, ImVec2 size) {
  double most = 0;
  for (const ArmLine& arm : arms)
    for (const double share : arm.by_last_bit) most = std::max(most, share);
  Scene& scene = ui.session.draft;
  const bool nudged = setting_number(scene, "nudge") > 0;
  if (most == 0 && !nudged) return 0;
  const std::string words =
      nudged ? "Nudged: at the switch every coordinate is moved by up to " +
                   short_number(setting_number(scene, "nudge")) + ", at random. Exact arithmetic would not need it."
             : "Up to " + short_number(std::round(100 * most)) + " % of the runs " + std::string(kLastBitWords);
  const float top = ImGui::GetCursorPosY();
  ImGui::PushTextWrapPos(size.x);
  {
    const FontScope font(ui.theme.small);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.warning);
    ImGui::TextUnformatted(words.c_str());
    ImGui::PopStyleColor();
  }
  ImGui::PopTextWrapPos();
  if (toggle(ui, "nudge", "nudge by 1e-9", nudged, "moves every coordinate at the switch by up to that much, openly"))
    set_setting(scene, "nudge", nudged ? 0.0 : 1e-9);
  return ImGui::GetCursorPosY() - top + ui.px(4);
}

void draw_phase(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  const auto study = wanted(ui, Figure::kPhase, "large_steps.phase");
  const bool ready = is_ready(study);
  const std::string why = why_empty(study, ready);
  const ImVec2 at = ImGui::GetCursorPos();
  const auto arms = ready ? phase_arms(session.draft, *study.result) : std::vector<ArmLine>{};
  const float words = ready ? draw_last_bit(ui, arms, size) : 0;
  ImGui::SetCursorPos({at.x, at.y + words});
  plot::Capture capture;
  plot::Plot plot(
      "large_phase", session.plots["large_phase"],
      options_for(ui, "Share that reaches the global minimum", {size.x, size.y - words}, study, why, &capture));
  plot.setup_axis(plot::Axis::kX, {.label = "n", .low = 0.0});
  plot.setup_axis(plot::Axis::kY, share_axis());
  for (const ArmLine& arm : arms) draw_arm(ui, plot, arm);
  for (const ArmLine& arm : arms)
    if (const double from = last_bit_from(arm); from >= 0)
      plot.inf_line(plot::Axis::kX, from, {.colour = packed(ui.theme.warning), .width = 1, .dash = {{4, 3, 4, 3}}},
                    "to the last bit");
  end_plot(ui, plot, "plot.phase", &capture);
}

// ---- the column ----

std::string words_of(const Scene& scene, const std::string& figure) {
  const ComparedRuns runs = compared_runs(scene);
  const double small = scene.runs[runs.small].step_size, large = scene.runs[runs.large].step_size;
  const std::string k = short_number(setting_number(scene, "substeps"));
  if (figure == "noise")
    return "Starts in a trap, " + std::to_string(scene.steps) +
           " steps. Noise of fixed σ frees small steps but keeps them from settling; annealed noise can bring them "
           "home. "
           "That noise does not replace a large step is the claim of Mohtashami et al. 2023; the numbers are ours.";
  if (figure == "control")
    return "One draw of noise for a step η (L), for " + k + " steps of η/" + k +
           " in a row (R), own draws for those (S), annealed (A); then noise off. After the paper's repeated batch "
           "as we recall it; set-up and numbers are ours.";
  if (figure == "phase")
    return "For n updates η = " + short_number(large) + " and then " + short_number(small) +
           " (large first), or the other way round (small first). From starts in a trap, no noise. Measured here.";
  if (figure == "network")
    return "Sharpness of the minimum that a small network reaches, a point for each seed. Small steps: SGD, k·T of "
           "them, each batch k times, GD with noise, GD; large ones first: SGD, GD, or after a small warm start. No "
           "claim about generalisation: docs/notes/large-steps.md, B6, found no gain in test loss. Arms after "
           "Mohtashami et al. 2023, as we "
           "recall them.";
  return "Where runs from all starts are after " + std::to_string(std::max(scene.steps, 200)) +
         " steps, against η: one line where they rest, bands where they wander. Measured here.";
}

void draw_chosen(Ui& ui, const std::string& figure, ImVec2 size) {
  if (figure == "noise") return draw_noise(ui, size);
  if (figure == "control") return draw_control(ui, size);
  if (figure == "phase") return draw_phase(ui, size);
  if (figure == "network") return draw_network(ui, size);
  draw_ends(ui, size);
}

}  // namespace

void draw_large_steps_figure(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  if (is_asked(session)) return draw_veil(ui, size);
  const float top = ImGui::GetCursorPosY();
  choose_setting(ui, "figure", {"noise", "same noise", "phase", "network", "ends"});
  const std::string figure = setting_word(session.draft, "figure");
  ImGui::SetCursorPos({0, top + ui.px(34)});
  {
    const FontScope font(ui.theme.small);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::PushTextWrapPos(size.x);
    ImGui::TextUnformatted(words_of(session.draft, figure).c_str());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
    report(ui, "figure.words", false);
  }
  const float below = ImGui::GetCursorPosY() + ui.px(6);
  ImGui::SetCursorPos({0, below});
  const ImVec2 rest{size.x, size.y - (below - top)};
  if (figure != "network" && !shown_landscape(session))
    dim_text(ui, "needs a landscape of one or two dimensions", size.x);
  else
    draw_chosen(ui, figure, rest);
}

}  // namespace steplab
