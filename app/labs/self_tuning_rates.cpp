// How fast: T·min‖g‖² of exact gradients or gap·√T of noisy ones beside their bounds, and the schedule that noise
// makes.
#include "app/labs/self_tuning_page.h"
#include "app/session/session.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace steplab {
namespace {

/// A method's numbers over T.
struct Rows {
  std::size_t run = 0;  ///< of the scene
  std::string label;
  std::vector<double> T{}, value{}, bound{}, b{}, b_bound{}, step{}, overlay{};
  double limit = 0;
};

std::vector<Rows> batch_rows(const SelfTuningRates& figure) {
  std::vector<Rows> all;
  for (std::size_t i = 0; i < figure.batch.runs.size(); ++i) {
    if (divisor_of(figure.spec.methods[i]) == Divisor::kNone) continue;
    Rows rows{.run = i, .label = figure.batch.runs[i].label};
    for (const BatchRate& rate : batch_rates(figure.batch.runs[i])) {
      rows.T.push_back(rate.T);
      rows.value.push_back(rate.scaled);
      rows.bound.push_back(rate.bound);
      rows.b.push_back(rate.b);
      rows.b_bound.push_back(rate.b_bound);
      rows.step.push_back(1 / rate.b);
    }
    all.push_back(std::move(rows));
  }
  return all;
}

std::vector<Rows> noisy_rows(const SelfTuningRates& figure) {
  std::vector<Rows> all;
  std::size_t k = 0;
  for (std::size_t i = 0; i < figure.spec.methods.size() && k < figure.stochastic.methods.size(); ++i) {
    if (divisor_of(figure.spec.methods[i]) == Divisor::kNone) continue;
    const StochasticRates& rates = figure.stochastic.methods[k++];
    Rows rows{.run = i, .label = rates.label, .limit = rates.limit};
    for (const StochasticRate& rate : rates.rows) {
      rows.T.push_back(rate.T);
      rows.value.push_back(rate.scaled_gap);
      rows.bound.push_back(rate.scaled_bound);
      rows.b.push_back(rate.b_over_sqrt);
      rows.step.push_back(rate.step_size);
      rows.overlay.push_back(rates.eta0 / std::sqrt(static_cast<double>(rate.T)));
    }
    all.push_back(std::move(rows));
  }
  return all;
}

/// One of the plots under each other.
struct Panel {
  const char* id;
  std::string title{}, why{};  ///< why: where nothing can be drawn
  std::vector<double> Rows::*solid = nullptr;
  std::vector<double> Rows::*dotted = nullptr;  ///< bound or overlay
  const char* dotted_word = "";
  double Rows::*level = nullptr;
  const char* level_word = "";
};

bool any_number(const std::vector<double>& values) {
  return std::ranges::any_of(values, [](double x) { return std::isfinite(x) && x > 0; });
}

/// Selected first, else the first that has one: only one bound is named, or the names would cover the plot.
const Rows* named(Ui& ui, const std::vector<Rows>& all, const Panel& panel) {
  const Rows* best = nullptr;
  for (const Rows& rows : all) {
    if (!is_drawn(ui.session, rows.run) || !any_number(rows.*panel.dotted)) continue;
    if (!best || static_cast<int>(rows.run) == ui.session.draft.view.selected) best = &rows;
  }
  return best;
}

void series_of(Ui& ui, plot::Plot& plot, const std::vector<Rows>& all, const Panel& panel) {
  const Rows* with_name = panel.dotted ? named(ui, all, panel) : nullptr;
  for (const Rows& rows : all) {
    if (!is_drawn(ui.session, rows.run)) continue;
    const plot::LineStyle style = method_style(ui, rows.run);
    plot.line(rows.label, plot::Xs(plot.keep(rows.T)), plot.keep(rows.*panel.solid), style);
    if (!panel.dotted || !any_number(rows.*panel.dotted)) continue;
    plot.line((with_name == &rows ? panel.dotted_word : "##" + std::string(panel.dotted_word)) + " " + rows.label,
              plot::Xs(plot.keep(rows.T)), plot.keep(rows.*panel.dotted),
              {.colour = style.colour, .width = 1.25f, .dash = {{1.5f, 3, 1.5f, 3}}});
  }
  if (!panel.level) return;
  for (const Rows& rows : all)
    if (std::isfinite(rows.*panel.level) && is_drawn(ui.session, rows.run))
      plot.inf_line(plot::Axis::kY, rows.*panel.level,
                    {.colour = packed(ui.theme.dim), .width = 1.25f, .dash = {{5, 4, 5, 4}}},
                    panel.level_word + (" " + short_number(rows.*panel.level)));
}

void draw_panel(Ui& ui, const StudyView<SelfTuningRates>& study, const std::vector<Rows>& all, const Panel& panel,
                ImVec2 size) {
  plot::Capture capture;
  auto options = plot_options(ui, panel.title, size, &capture);
  const std::string why = !study.error.empty() ? study.error : study.result ? panel.why : "computing …";
  options.unit = study.result && study.result->coarse ? "rough: more follows" : "";
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  const std::string key = std::string("self_tuning.") + panel.id;
  plot::Plot plot(key.c_str(), ui.session.plots[key], options);
  plot.setup_axis(
      plot::Axis::kX,
      {.label = "T", .scale = plot::Scale::kLog, .low = 1.0, .high = static_cast<double>(ui.session.draft.steps)});
  plot.setup_axis(plot::Axis::kY, {.scale = plot::Scale::kLog, .fit_within = {1e-14, 1e14}});
  if (study.error.empty()) series_of(ui, plot, all, panel);
  end_plot(ui, plot, "plot." + key, &capture);
}

const char* const kNoMethod = "no method with a divisor b is shown: only those have such a rate";

std::vector<Panel> batch_panels() {
  return {{.id = "scaled",
           .title = "T · min ‖g‖² (solid) never exceeds its bound (dotted)",
           .why = kNoMethod,
           .solid = &Rows::value,
           .dotted = &Rows::bound,
           .dotted_word = "bound"},
          {.id = "growth",
           .title = "Divisor b (solid) and its bound (dotted)",
           .why = kNoMethod,
           .solid = &Rows::b,
           .dotted = &Rows::b_bound,
           .dotted_word = "bound"}};
}

std::vector<Panel> noisy_panels(int seeds) {
  const std::string mean = ", mean of " + std::to_string(seeds) + " seeds";
  return {{.id = "scaled",
           .title = "Loss of the mean point, f − f*, times √T" + mean,
           .why = kNoMethod,
           .solid = &Rows::value,
           .dotted = &Rows::bound,
           .dotted_word = "bound"},
          {.id = "growth",
           .title = "b / √T comes to √2·σ·√d (AdaGrad-Norm: σ·√d)",
           .why = kNoMethod,
           .solid = &Rows::b,
           .level = &Rows::limit,
           .level_word = "limit"},
          {.id = "emergent",
           .title = "Step 1/b: the schedule that noise makes, beside η₀/√t",
           .why = kNoMethod,
           .solid = &Rows::step,
           .dotted = &Rows::overlay,
           .dotted_word = "η₀/√t of"}};
}

/// What is proved, and for whom.
std::string words_of(const SelfTuningRates& figure) {
  if (figure.noisy)
    return "Noisy gradients: the error of the mean point falls like 1/√T at least (bound for form B on convex f, "
           "derived in docs/notes/wngrad.md, A.5), and b grows like √T, so the step falls like 1/√t by itself. Nobody "
           "set that schedule.";
  const bool any =
      std::ranges::any_of(figure.batch.runs, [](const auto& run) { return std::isfinite(run.gradient_bound); });
  return any ? "Exact gradients: min ‖g‖² falls at least like 1/T: T·min ‖g‖² ≤ 2D(b₁ + 8D) for WNGrad from b₁ ≥ L, "
               "D = f(x₁) − f*. AdaGrad-Norm has a like bound. Most problems are faster."
             : "Exact gradients. The bound 2D(b₁ + 8D) on T·min ‖g‖² is for b₁ ≥ L on a landscape with known f* and L: "
               "lower the initial rate below 1/L to see it.";
}

float words_height(Ui& ui, const std::string& words, float width) {
  const FontScope font(ui.theme.small);
  return ImGui::CalcTextSize(words.c_str(), nullptr, false, width).y + ui.px(8);
}

}  // namespace

void draw_self_tuning_rates(Ui& ui, ImVec2 size) {
  const auto study = wanted_rates(ui);
  const bool noisy = study.result ? study.result->noisy : ui.session.draft.oracle.id != "exact";
  const auto panels =
      noisy ? noisy_panels(study.result ? study.result->spec.problem.seeds : ui.session.draft.seeds) : batch_panels();
  std::vector<Rows> all;
  if (study.result) all = noisy ? noisy_rows(*study.result) : batch_rows(*study.result);
  const float top = ImGui::GetCursorPosY(), gap = ui.px(8);
  const std::string words = study.result ? words_of(*study.result) : "";
  const float text = words_height(ui, words, size.x);
  {
    const FontScope font(ui.theme.small);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::PushTextWrapPos(size.x);
    ImGui::TextUnformatted(words.c_str());
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
  }
  const float count = static_cast<float>(panels.size());
  const float height = (size.y - text - gap * (count - 1)) / count;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    ImGui::SetCursorPos({0, top + text + static_cast<float>(i) * (height + gap)});
    draw_panel(ui, study, all, panels[i], {size.x, height});
  }
}

}  // namespace steplab
