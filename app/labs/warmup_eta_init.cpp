// Where warm-up should begin: the search for η_c, forward pass by forward pass, and what is won by it.
#include "app/labs/lab_settings.h"
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"

#include <algorithm>
#include <array>
#include <cmath>

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

/// One of the search's two plots: from the first guess on, or inside of the bracket.
struct SearchView {
  Stage stage = Stage::kDoubling;
  plot::Range x, y;  ///< y: over L₀
};

SearchView doubling_view(const EtaInitFigure& figure) {
  SearchView view{.x = {figure.eta.front() / 1.3, figure.eta.back()}, .y = {1, 1.2}};
  for (const double ratio : figure.loss)
    if (std::isfinite(ratio) && ratio > 0) view.y.low = std::min(view.y.low, ratio);
  for (const CriticalTrial& trial : figure.found.trials)
    if (std::isfinite(trial.loss)) view.y.high = std::max(view.y.high, trial.loss / figure.found.loss);
  view.y = {std::max(view.y.low, 1e-3) / 1.4, std::min(view.y.high, 1e4) * 1.6};
  return view;
}

/// What lies far above hides what is decided about: it may leave through the frame.
SearchView halving_view(const EtaInitFigure& figure) {
  constexpr double kMost = 1.8;
  const double low = figure.found.low, high = figure.found.high, room = std::max(0.06 * (high - low), 0.01 * high);
  SearchView view{
      .stage = Stage::kHalving, .x = {low - room, high + room}, .y = {1, 1 + 2 * figure.spec.search.tolerance}};
  for (const CriticalTrial& trial : figure.found.trials) {
    const double ratio = trial.loss / figure.found.loss;
    if (trial.step_size < low * (1 - 1e-12) || !std::isfinite(ratio)) continue;
    view.y = {std::min(view.y.low, ratio), std::max(view.y.high, std::min(ratio, kMost))};
  }
  const double margin = 0.12 * (view.y.high - view.y.low);
  view.y = {view.y.low - margin, view.y.high + margin};
  return view;
}

/// The passes of one stage that are shown; those of the view's own stage have their number beside them.
void draw_trials(Ui& ui, plot::Plot& plot, const EtaInitFigure& figure, Stage stage, const SearchView& view) {
  std::vector<double> x, y;
  const std::size_t shown = trials_shown(ui.session.draft, figure.found);
  const FontScope font(ui.theme.small);
  for (std::size_t i = 0; i < shown; ++i) {
    const CriticalTrial& trial = figure.found.trials[i];
    if (trial.stage != stage) continue;
    x.push_back(trial.step_size);
    y.push_back(trial.loss / figure.found.loss);
    const bool inside = trial.step_size >= view.x.low && trial.step_size <= view.x.high;
    if (!inside || (view.stage == Stage::kDoubling && stage == Stage::kHalving)) continue;
    plot.text(x.back(), y.back(), std::to_string(i + 2),
              packed(i + 1 == shown ? ui.theme.ink : stage_colour(ui.theme, stage)),
              stage == Stage::kDoubling && view.stage == stage ? ImVec2{-4, 12}
              : i % 2                                          ? ImVec2{-20, -7}
                                                               : ImVec2{7, 8});
  }
  if (x.empty()) return;
  const bool doubling = stage == Stage::kDoubling;
  plot.scatter(doubling ? "doubling" : "halving", plot::Xs(plot.keep(std::move(x))), plot.keep(std::move(y)),
               {.colour = packed(stage_colour(ui.theme, stage))},
               doubling ? plot::Marker::kSquare : plot::Marker::kCircle, 3.5f);
}

void draw_bracket(Ui& ui, plot::Plot& plot, const EtaInitFigure& figure, const SearchView& view) {
  const std::size_t count = trials_shown(ui.session.draft, figure.found);
  if (count == 0) return;
  const CriticalTrial& trial = figure.found.trials[count - 1];
  if (trial.high > trial.low) {
    const auto x = plot.keep({trial.low, trial.high});
    plot.shaded("##bracket", plot::Xs(x), plot.keep({view.y.low, view.y.low}), plot.keep({view.y.high, view.y.high}),
                {.colour = packed(ui.theme.accent)}, 0.13f);
  }
  if (count == figure.found.trials.size() && figure.found.catapult)
    plot.inf_line(plot::Axis::kX, figure.found.eta_c, {.colour = packed(ui.theme.accent), .width = 2},
                  "η_c = " + short_number(figure.found.eta_c));
}

/// L₀ and L₀(1 + δ).
void draw_levels(Ui& ui, plot::Plot& plot, const EtaInitFigure& figure, const SearchView& view) {
  const plot::LineStyle level{.colour = packed(ui.theme.dim), .width = 1, .dash = {{4, 3, 4, 3}}};
  const double accepted = 1 + figure.spec.search.tolerance;
  const bool apart = view.stage == Stage::kHalving;
  plot.inf_line(plot::Axis::kY, 1, level);
  plot.inf_line(plot::Axis::kY, accepted, level);
  const double x = apart ? view.x.high : view.x.low;
  plot.text(x, accepted, apart ? "L₀(1 + δ)" : "L₀ and L₀(1 + δ)", packed(ui.theme.dim), {apart ? -58.0f : 4.0f, -9});
  if (apart) plot.text(x, 1, "L₀", packed(ui.theme.dim), {-18, 9});
}

void draw_search(Ui& ui, const StudyView<EtaInitFigure>& study, Stage stage, ImVec2 size) {
  Session& session = ui.session;
  const bool ready = study.result && study.error.empty(), doubling = stage == Stage::kDoubling;
  const std::string why = study.error.empty() ? "searching …" : study.error;
  const std::string id = doubling ? "warmup.search" : "warmup.halving";
  plot::Capture capture;
  auto options = plot_options(ui, doubling ? "Loss after one update, over L₀" : "Inside the bracket", size, &capture);
  options.unit = doubling ? "■ doubling" : "● halving";
  options.labels = false;
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  plot::Plot plot(id.c_str(), session.plots[id], options);
  if (ready) {
    const EtaInitFigure& figure = *study.result;
    const SearchView view = doubling ? doubling_view(figure) : halving_view(figure);
    const auto scale = doubling ? plot::Scale::kLog : plot::Scale::kLinear;
    plot.setup_axis(plot::Axis::kX, {.label = "η", .scale = scale, .low = view.x.low, .high = view.x.high});
    plot.setup_axis(plot::Axis::kY, {.scale = scale, .low = view.y.low, .high = view.y.high});
    draw_bracket(ui, plot, figure, view);
    plot.line("loss after one update", plot::Xs(figure.eta), figure.loss,
              {.colour = packed(ui.theme.dim, 0.7f), .width = 1.5f});
    draw_levels(ui, plot, figure, view);
    for (const Stage one : {Stage::kDoubling, Stage::kHalving}) draw_trials(ui, plot, figure, one, view);
  }
  end_plot(ui, plot, "plot." + id, &capture);
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
  std::string words =
      "Pass " + std::to_string(count + 1) + of + ", " + (trial.stage == Stage::kDoubling ? "doubling" : "halving") +
      ": η = " + short_number(trial.step_size) + " gives " + short_number(trial.loss / found.loss) +
      " L₀: " + (trial.rose ? "risen" : "still falling") + (found.catapult ? bracket_words(trial) : "") + ".";
  if (count == found.trials.size())
    words += found.catapult ? " The rise is at most δ: η_c is the upper end."
             : found.beyond ? " Only step sizes beyond the target raise the loss: it can be taken at once."
                            : " No step size raises the loss at all: the paper then begins at a tenth of the target.";
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

void draw_climbs(Ui& ui, const EtaInitFigure& figure, bool loss, ImVec2 size) {
  Session& session = ui.session;
  plot::Capture capture;
  auto options = plot_options(ui, loss ? "Loss of the three climbs" : "Step size η_t", size, &capture);
  options.labels = loss;
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
                      " of " + std::to_string(figure.spec.warmup) + "; " +
                      (found.saved > 0 ? "T_save = " + short_number(found.saved) + " steps are saved"
                                       : "the search costs more than it saves") +
                      " (a step costs about two passes). Peak of the loss:";
  for (const Climb& climb : figure.climbs) {
    words += (&climb == &figure.climbs.front() ? " " : "; ") + climb.name + " ";
    words += climb.diverged ? "diverges" : short_number(std::round(climb.peak * 100) / 100) + " L₀";
    words += climb.reached >= 0 ? " (target at step " + std::to_string(climb.reached) + ")" : " (target not reached)";
  }
  return words + ".";
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
  const float gap = ui.px(8), steps = ui.px(72), words = ui.px(50), chosen = ui.px(34);
  const float room = size.y - steps - words - chosen - gap;
  const float search = ready ? std::round(room * 0.55f) : size.y;
  const float left = ready ? std::floor((size.x - gap) * 0.55f) : size.x;
  draw_search(ui, study, Stage::kDoubling, {left, search});
  if (!ready) return;
  ImGui::SetCursorPos({at.x + left + gap, at.y});
  draw_search(ui, study, Stage::kHalving, {size.x - left - gap, search});
  const EtaInitFigure& figure = *study.result;
  draw_steps(ui, figure, {at.x, at.y + search + ui.px(6)}, size.x);
  float y = at.y + search + steps;
  ImGui::SetCursorPos({at.x, y});
  dim_words(ui, saved_words(figure), size.x);
  y += words;
  offer(ui, figure, {at.x, y});
  y += chosen;
  const float height = at.y + size.y - y, narrow = std::floor((size.x - gap) * 0.4f);
  ImGui::SetCursorPos({at.x, y});
  draw_climbs(ui, figure, false, {narrow, height});
  ImGui::SetCursorPos({at.x + narrow + gap, y});
  draw_climbs(ui, figure, true, {size.x - narrow - gap, height});
}

}  // namespace steplab
