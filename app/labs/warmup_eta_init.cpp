// Where warm-up should begin: the search for η_c, forward pass by forward pass, and what is won by it.
#include "app/labs/lab_settings.h"
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

using Stage = CriticalTrial::Stage;

/// How many of the trials are shown; the pass that measured L₀ is always.
std::size_t trials_shown(const Scene& scene, const EtaInit& found) {
  const auto pass = static_cast<std::size_t>(setting_number(scene, "pass"));
  return pass == 0 ? found.trials.size() : std::min(pass - 1, found.trials.size());
}

ImVec4 stage_colour(const Theme& theme, Stage stage) {
  return run_look(theme, stage == Stage::kDoubling ? 1 : 0).colour;
}

plot::Range ratio_range(const EtaInitFigure& figure) {
  double low = 1, high = 1.2;
  for (const double ratio : figure.loss)
    if (std::isfinite(ratio) && ratio > 0) low = std::min(low, ratio);
  for (const CriticalTrial& trial : figure.found.trials)
    if (std::isfinite(trial.loss)) high = std::max(high, trial.loss / figure.found.loss);
  return {std::max(low, 1e-3) / 1.25, std::min(high, 1e4) * 1.6};
}

/// The passes of one stage that are shown; each has its number beside it.
void draw_trials(Ui& ui, plot::Plot& plot, const EtaInitFigure& figure, Stage stage) {
  std::vector<double> x, y;
  const std::size_t shown = trials_shown(ui.session.draft, figure.found);
  const FontScope font(ui.theme.small);
  for (std::size_t i = 0; i < shown; ++i) {
    const CriticalTrial& trial = figure.found.trials[i];
    if (trial.stage != stage) continue;
    x.push_back(trial.step_size);
    y.push_back(trial.loss / figure.found.loss);
    const bool last = i + 1 == shown;
    // Halving crowds: its numbers stand above and below by turns.
    const ImVec2 beside = stage == Stage::kDoubling ? ImVec2{-4, 12} : i % 2 ? ImVec2{-5, -12} : ImVec2{5, 12};
    plot.text(x.back(), y.back(), std::to_string(i + 2), packed(last ? ui.theme.ink : stage_colour(ui.theme, stage)),
              beside);
  }
  if (x.empty()) return;
  const bool doubling = stage == Stage::kDoubling;
  plot.scatter(doubling ? "doubling" : "halving", plot::Xs(plot.keep(std::move(x))), plot.keep(std::move(y)),
               {.colour = packed(stage_colour(ui.theme, stage))},
               doubling ? plot::Marker::kSquare : plot::Marker::kCircle, 3.5f);
}

void draw_bracket(Ui& ui, plot::Plot& plot, const EtaInitFigure& figure, plot::Range shown) {
  const std::size_t count = trials_shown(ui.session.draft, figure.found);
  if (count == 0) return;
  const CriticalTrial& trial = figure.found.trials[count - 1];
  const bool done = count == figure.found.trials.size();
  if (trial.high > trial.low) {
    const auto x = plot.keep({trial.low, trial.high});
    plot.shaded("##bracket", plot::Xs(x), plot.keep({shown.low, shown.low}), plot.keep({shown.high, shown.high}),
                {.colour = packed(ui.theme.accent)}, 0.13f);
  }
  if (done)
    plot.inf_line(plot::Axis::kX, figure.found.eta_c, {.colour = packed(ui.theme.accent), .width = 2},
                  "η_c = " + short_number(figure.found.eta_c));
}

void draw_search(Ui& ui, const StudyView<EtaInitFigure>& study, ImVec2 size) {
  Session& session = ui.session;
  const bool ready = study.result && study.error.empty();
  const std::string why = study.error.empty() ? "searching …" : study.error;
  plot::Capture capture;
  auto options = plot_options(ui, "Loss after one update, over the initial loss L₀", size, &capture);
  options.unit = "■ doubling   ● halving";
  options.labels = false;
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  plot::Plot plot("warmup.search", session.plots["warmup.search"], options);
  if (ready) {
    const EtaInitFigure& figure = *study.result;
    const plot::Range shown = ratio_range(figure);
    plot.setup_axis(plot::Axis::kX, {.label = "η", .scale = plot::Scale::kLog, .low = figure.eta.front() / 1.3,
                                     .high = figure.eta.back()});
    plot.setup_axis(plot::Axis::kY, {.scale = plot::Scale::kLog, .low = shown.low, .high = shown.high});
    draw_bracket(ui, plot, figure, shown);
    plot.line("loss after one update", plot::Xs(figure.eta), figure.loss,
              {.colour = packed(ui.theme.dim, 0.7f), .width = 1.5f});
    const plot::LineStyle level{.colour = packed(ui.theme.dim), .width = 1, .dash = {{4, 3, 4, 3}}};
    plot.inf_line(plot::Axis::kY, 1, level);
    plot.inf_line(plot::Axis::kY, 1 + figure.spec.search.tolerance, level,
                  "dashed: 1 and 1 + δ = " + short_number(1 + figure.spec.search.tolerance));
    draw_trials(ui, plot, figure, Stage::kDoubling);
    draw_trials(ui, plot, figure, Stage::kHalving);
  }
  end_plot(ui, plot, "plot.warmup.search", &capture);
}

std::string bracket_words(const CriticalTrial& trial) {
  if (trial.high <= 0) return "";
  return "; η_c is in [" + short_number(trial.low) + ", " + short_number(trial.high) + "]";
}

/// The newest pass that is shown, in a sentence.
std::string pass_words(const Scene& scene, const EtaInitFigure& figure) {
  const EtaInit& found = figure.found;
  const std::size_t count = trials_shown(scene, found);
  const std::string of = " of " + std::to_string(found.passes);
  if (count == 0) return "Pass 1" + of + ": the loss at the start, L₀ = " + short_number(found.loss) + ".";
  const CriticalTrial& trial = found.trials[count - 1];
  std::string words = "Pass " + std::to_string(count + 1) + of + ", " +
                      (trial.stage == Stage::kDoubling ? "doubling" : "halving") + ": η = " +
                      short_number(trial.step_size) + " gives " + short_number(trial.loss / found.loss) + " L₀: " +
                      (trial.rose ? "risen" : "still falling") + bracket_words(trial) + ".";
  if (count == found.trials.size())
    words += found.catapult ? " The rise is at most δ: η_c is the upper end."
                            : " No step size up to the target raises the loss: warm-up begins at a tenth of it.";
  return words;
}

void set_pass(Scene& scene, const EtaInit& found, std::size_t pass) {
  set_setting(scene, "pass", pass > found.trials.size() ? 0.0 : static_cast<double>(pass));
}

void draw_steps(Ui& ui, const EtaInitFigure& figure, ImVec2 at, float width) {
  Scene& scene = ui.session.draft;
  const std::size_t count = trials_shown(scene, figure.found);
  ImGui::SetCursorPos(at);
  if (button(ui, "pass.first", "From the start")) set_pass(scene, figure.found, 1);
  ImGui::SameLine(0, ui.px(6));
  if (button(ui, "pass.back", "Back", false, count > 0)) set_pass(scene, figure.found, count);
  ImGui::SameLine(0, ui.px(6));
  if (button(ui, "pass.next", "Next pass", true, count < figure.found.trials.size()))
    set_pass(scene, figure.found, count + 2);
  ImGui::SameLine(0, ui.px(6));
  if (button(ui, "pass.all", "All", false, count < figure.found.trials.size())) set_pass(scene, figure.found, 1u << 30);
  ImGui::SetCursorPos({at.x, at.y + ui.px(36)});
  dim_words(ui, pass_words(scene, figure), width);
  report(ui, "pass.words", false);
}

// ---- what is won ----

plot::LineStyle climb_style(Ui& ui, std::size_t climb) {
  constexpr std::array kLooks = {3, 1, 2};
  const RunLook look = run_look(ui.theme, kLooks[climb]);
  return {.colour = packed(look.colour), .width = 2, .dash = look.dash};
}

std::string climb_words(const Climb& climb) {
  std::string words = climb.diverged ? "diverges" : "peak " + short_number(std::round(climb.peak * 100) / 100) + " L₀";
  return words + (climb.reached >= 0 ? ", at the target from step " + std::to_string(climb.reached)
                                     : ", target not reached");
}

void draw_climbs(Ui& ui, const EtaInitFigure& figure, bool loss, ImVec2 size) {
  Session& session = ui.session;
  plot::Capture capture;
  auto options = plot_options(ui, loss ? "Loss of the three climbs" : "Step size η_t", size, &capture);
  options.link = &session.link;
  options.empty_text = "no climb was simulated";
  const std::string id = loss ? "warmup.climb.loss" : "warmup.climb.step_size";
  plot::Plot plot(id.c_str(), session.plots[id], options);
  plot.setup_axis(plot::Axis::kX, {.label = "step", .low = 0.0, .high = static_cast<double>(session.draft.steps)});
  plot::AxisSetup y;
  if (loss) {
    double first = 0, most = 0;
    for (const Climb& climb : figure.climbs) {
      if (climb.excess.empty()) continue;
      first = climb.excess.front();
      most = std::max(most, first * (climb.diverged ? 1e3 : std::max(1.0, climb.peak)));
    }
    y = {.scale = plot::Scale::kLog, .fit_within = {1e-16 * most, 1.5 * most}};
  } else {
    y = {.low = 0.0, .high = figure.spec.target * 1.15};
  }
  plot.setup_axis(plot::Axis::kY, y);
  for (std::size_t i = 0; i < figure.climbs.size(); ++i) {
    const Climb& climb = figure.climbs[i];
    if (climb.steps.empty()) continue;
    if (loss)
      plot.line(climb.name, climb.steps, climb.excess, climb_style(ui, i));
    else
      plot.stairs(climb.name, climb.steps, climb.step_size, climb_style(ui, i));
  }
  follow_click(session, end_plot(ui, plot, "plot." + id, &capture));
}

std::string saved_words(const EtaInitFigure& figure) {
  const EtaInit& found = figure.found;
  std::string words = "From η_init = " + short_number(found.eta_init) + " the target " +
                      short_number(figure.spec.target) + " is reached at T_reach = " + short_number(found.reach) +
                      " of " + std::to_string(figure.spec.warmup) + "; T_save = " + short_number(found.saved) +
                      " steps (a step costs about two forward passes).";
  for (const Climb& climb : figure.climbs) words += "\n" + climb.name + ": " + climb_words(climb) + ".";
  return words;
}

/// Puts one of the climbs on the selected run.
void offer(Ui& ui, const EtaInitFigure& figure, ImVec2 at) {
  Scene& scene = ui.session.draft;
  ImGui::SetCursorPos(at);
  constexpr std::array kIds = {"use.zero", "use.eta_init", "use.catapult"};
  constexpr std::array kWords = {"use: from 0", "use: from η_init", "use: persistent catapult"};
  for (std::size_t i = 0; i < figure.climbs.size(); ++i) {
    if (i > 0) ImGui::SameLine(0, ui.px(6));
    SceneRun& run = scene.runs[warmup_run(scene)];
    if (toggle(ui, kIds[i], kWords[i], run.rate == figure.climbs[i].rate,
               "puts this schedule on the selected run; its name stands under SELECTED, and it can be chosen "
               "everywhere")) {
      run.rate = figure.climbs[i].rate;
      run.name.clear();
    }
  }
}

}  // namespace

StudyView<EtaInitFigure> wanted_eta_init(Ui& ui) {
  return ui.studies->want<EtaInitFigure>("warmup.eta_init", asked([&] { return eta_init_spec(ui.session.draft); }),
                                         measure_eta_init);
}

void draw_eta_init(Ui& ui, ImVec2 size) {
  const auto study = wanted_eta_init(ui);
  const ImVec2 at = ImGui::GetCursorPos();
  const bool ready = study.result && study.error.empty();
  const float gap = ui.px(8), steps = ui.px(72), words = ui.px(76), chosen = ui.px(34);
  const float room = size.y - steps - words - chosen - 2 * gap;
  const float search = ready ? std::round(room * 0.44f) : size.y;
  draw_search(ui, study, {size.x, search});
  if (!ready) return;
  const EtaInitFigure& figure = *study.result;
  draw_steps(ui, figure, {at.x, at.y + search + ui.px(6)}, size.x);
  float y = at.y + search + steps;
  ImGui::SetCursorPos({at.x, y});
  dim_words(ui, saved_words(figure), size.x);
  y += words;
  offer(ui, figure, {at.x, y});
  y += chosen;
  const float height = std::floor((at.y + size.y - y - gap) / 2);
  ImGui::SetCursorPos({at.x, y});
  draw_climbs(ui, figure, false, {size.x, height});
  ImGui::SetCursorPos({at.x, y + height + gap});
  draw_climbs(ui, figure, true, {size.x, height});
}

}  // namespace steplab
