// The runs of the Self-tuning page as curves over the updates: loss, b, 1/b, gradient.
#include "app/labs/lab_settings.h"
#include "app/labs/self_tuning_page.h"
#include "app/session/session.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace steplab {
namespace {

struct CurveKind {
  const char* setting;
  const char* chip;
  const char* help;
};
constexpr std::array<CurveKind, 4> kKinds = {{
    {"show_loss", "f − f*", "loss before update j, above the least value where that is known"},
    {"show_b", "b", "divisor b of update j, beside L and the bound of the selected method"},
    {"show_step", "1/b", "effective step of update j, beside 1/L and 2/L: a fixed step above 2/L cannot rest"},
    {"show_gradient", "‖∇f‖²", "squared norm of the exact gradient; the run has arrived at ε"},
}};

/// Update t + 1 follows state t: on a log axis the first update stands at 1.
std::vector<double> updates_of(const SelfTuningRun& run) {
  std::vector<double> j;
  j.reserve(run.rows());
  for (const int t : run.step) j.push_back(t + 1.0);
  return j;
}

std::vector<double> values_of(const SelfTuningFigure& figure, const SelfTuningRun& run, const std::string& id) {
  if (id == "show_b") return run.b;
  if (id == "show_gradient") return run.squared_gradient;
  std::vector<double> values = id == "show_loss" ? run.loss : run.b;
  for (double& value : values) value = id == "show_loss" ? value - figure.least.value_or(0) : 1 / value;
  return values;
}

bool losses_are_positive(const SelfTuningFigure& figure) {
  return std::ranges::all_of(figure.runs.runs, [](const SelfTuningRun& run) {
    return std::ranges::all_of(run.loss, [](double loss) { return loss > 0; });
  });
}

/// A run that shoots away, or comes to rounding, must not squeeze the rest flat: it leaves through the frame.
plot::Range worth_showing(const SelfTuningFigure& figure, const std::string& id) {
  const SelfTuningRun& first = figure.runs.runs.front();
  if (id == "show_b" || id == "show_step") {
    const double b = std::max(first.L, first.first.b0), low = std::min(first.L, first.first.b0);
    return id == "show_b" ? plot::Range{1e-2 * low, 1e5 * b} : plot::Range{1e-5 / b, 1e2 / low};
  }
  const double start =
      id == "show_gradient" ? first.squared_gradient.front() : std::abs(first.loss.front() - figure.least.value_or(0));
  if (id == "show_gradient" && figure.spec.flat > 0) return {0.1 * figure.spec.flat, 1e5 * start};
  return figure.least ? plot::Range{1e-14 * start, 1e5 * start} : plot::Range{-1e300, 1e5 * start};
}

std::string title_of(const SelfTuningFigure& figure, const std::string& id) {
  if (id == "show_loss") return figure.least ? "Loss f − f*" : "Loss f";
  if (id == "show_b") return "Divisor b";
  return id == "show_step" ? "Effective step 1/b, beside 1/L and 2/L" : "Squared gradient ‖∇f‖²";
}

void level(Ui& ui, plot::Plot& plot, double value, const std::string& label) {
  if (std::isfinite(value) && value > 0)
    plot.inf_line(plot::Axis::kY, value, {.colour = packed(ui.theme.dim), .width = 1.25f, .dash = {{5, 4, 5, 4}}},
                  label);
}

void bound_of_selected(Ui& ui, plot::Plot& plot, const SelfTuningFigure& figure) {
  const auto selected = static_cast<std::size_t>(std::max(ui.session.draft.view.selected, 0));
  if (selected >= figure.runs.runs.size() || !is_drawn(ui.session, selected)) return;
  const SelfTuningRun& run = figure.runs.runs[selected];
  if (!std::isfinite(run.b_bound)) return;
  const double b1 = run.method == "wngrad_b" ? run.first.first_b : run.first.b0;
  const bool from_L = run.method != "adagrad_norm" && b1 >= run.L;
  plot.inf_line(plot::Axis::kY, run.b_bound,
                {.colour = method_style(ui, selected).colour, .width = 1.25f, .dash = {{2, 3, 2, 3}}},
                (from_L ? "bound b₁ + 8D, " : "bound on b, ") + run.label);
}

void reference(Ui& ui, plot::Plot& plot, const SelfTuningFigure& figure, const std::string& id) {
  const double L = figure.runs.runs.front().L;
  if (id == "show_b") {
    level(ui, plot, L, "L");
    bound_of_selected(ui, plot, figure);
  } else if (id == "show_step") {
    level(ui, plot, 1 / L, "");  // the title names it: two labels would touch
    level(ui, plot, 2 / L, "2/L");
  } else if (id == "show_gradient" && figure.spec.flat > 0) {
    level(ui, plot, figure.spec.flat, "ε");
  }
}

/// What the axis holds beside the curves.
void include_reference(plot::AxisSetup& y, const SelfTuningFigure& figure, const std::string& id, bool log) {
  const double L = figure.runs.runs.front().L;
  if (!log || (id != "show_b" && id != "show_step")) return;
  double low = id == "show_b" ? L : 1 / L, high = id == "show_b" ? L : 2 / L;
  for (const auto& run : figure.runs.runs)
    for (const double b : run.b) {
      const double value = id == "show_b" ? b : 1 / b;
      if (!(value >= y.fit_within.low && value <= y.fit_within.high)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  y.low = low / 2;
  y.high = high * 2;
}

void one_curve(Ui& ui, const StudyView<SelfTuningFigure>& study, const std::string& id, ImVec2 size) {
  Session& session = ui.session;
  plot::Capture capture;
  const bool ready = study.result && study.error.empty();
  const std::string why = study.error.empty() ? "computing …" : study.error;
  auto options = plot_options(ui, ready ? title_of(*study.result, id) : "", size, &capture);
  if (ready && study.result->spec.problem.seeds > 1)
    options.unit = "the first of " + std::to_string(study.result->spec.problem.seeds) + " seeds";
  options.progress = progress_of(study);
  options.empty_text = ready ? "every run is hidden: click an eye in the list of runs" : why.c_str();
  const std::string key = "self_tuning." + id;
  plot::Plot plot(key.c_str(), session.plots[key], options);
  plot.setup_axis(plot::Axis::kX, {.label = "update j",
                                   .scale = plot::Scale::kLog,
                                   .low = 1.0,
                                   .high = static_cast<double>(session.draft.steps) + 1});
  if (ready) {
    const SelfTuningFigure& figure = *study.result;
    const bool log = id != "show_loss" || figure.least || losses_are_positive(figure);
    plot::AxisSetup y{.scale = log ? plot::Scale::kLog : plot::Scale::kLinear, .fit_within = worth_showing(figure, id)};
    include_reference(y, figure, id, log);
    plot.setup_axis(plot::Axis::kY, y);
    for (std::size_t i = 0; i < figure.runs.runs.size() && i < session.draft.runs.size(); ++i) {
      const SelfTuningRun& run = figure.runs.runs[i];
      if (is_drawn(session, i))
        plot.line(run.label, plot::Xs(plot.keep(updates_of(run))), plot.keep(values_of(figure, run, id)),
                  method_style(ui, i));
    }
    reference(ui, plot, figure, id);
    if (!session.playback.at_end || session.playback.playing)
      plot.inf_line(plot::Axis::kX, session.step() + 1.0, {.colour = packed(ui.theme.ink), .width = 1});
  }
  end_plot(ui, plot, "plot." + key, &capture);
}

void chips(Ui& ui) {
  Scene& scene = ui.session.draft;
  for (const auto& kind : kKinds) {
    const bool on = setting_number(scene, kind.setting) != 0;
    if (toggle(ui, (std::string("lab.") + kind.setting).c_str(), kind.chip, on,
               std::string(kind.help) + (on ? "\nclick to hide" : "\nclick to show")))
      set_setting(scene, kind.setting, on ? 0.0 : 1.0);
    ImGui::SameLine(0, ui.px(6));
  }
  ImGui::NewLine();
}

}  // namespace

void draw_self_tuning_curves(Ui& ui, ImVec2 size) {
  const float top = ImGui::GetCursorPosY(), left = ImGui::GetCursorPosX();
  chips(ui);
  std::vector<std::string> shown;
  for (const auto& kind : kKinds)
    if (setting_number(ui.session.draft, kind.setting) != 0) shown.emplace_back(kind.setting);
  if (shown.empty()) return dim_text(ui, "choose a curve above", size.x);
  const auto study = wanted_runs(ui);
  const float gap = ui.px(8), head = ui.px(34), count = static_cast<float>(shown.size());
  const float height = (size.y - head - gap * (count - 1)) / count;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    ImGui::SetCursorPos({left, top + head + static_cast<float>(i) * (height + gap)});
    one_curve(ui, study, shown[i], {size.x, height});
  }
}

}  // namespace steplab
