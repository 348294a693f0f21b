// The schedules as the stairs that the engine uses, with handles on the selected one: parameters, sampling points.
#include "app/labs/budget_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "app/widgets/page_plot.h"
#include "app/widgets/schedule_editor.h"
#include "core/analysis/budget.h"
#include "core/catalog.h"
#include "core/run/run.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr int kMostPoints = 2000;

struct Factors {
  std::vector<double> t, h;
};

Factors factors_of(const Choice& rate, int T) {
  const auto schedule = make_choice(schedules(), rate, "schedule");
  Factors factors;
  const int stride = std::max(1, T / kMostPoints);
  for (int t = 0; t < T; t += stride) {
    factors.t.push_back(t);
    factors.h.push_back(schedule->factor(t, T));
  }
  return factors;
}

void one_schedule(Ui& ui, plot::Plot& plot, std::size_t index, const std::string& label, int T) try {
  const Scene& scene = ui.session.draft;
  const Choice& rate = scene.runs[index].rate;
  if (is_rate_rule(rate.id)) return;  // it looks at the run: there is no curve to draw before
  const RunLook look = run_look(ui.theme, colour_of(scene, index));
  const bool selected = scene.view.selected == static_cast<int>(index);
  Factors read = factors_of(rate, T);
  plot.stairs(
      label, plot::Xs(plot.keep(std::move(read.t))), plot.keep(std::move(read.h)),
      {.colour = packed(look.colour, selected ? 1 : 0.6f), .width = selected ? 2.5f : 1.25f, .dash = look.dash});
  if (!selected || sampling_of(rate) == "every") return;
  Choice profile = rate;  // behind its stairs
  profile.params.erase("sampling");
  Factors whole = factors_of(profile, T);
  plot.line("##profile", plot::Xs(plot.keep(std::move(whole.t))), plot.keep(std::move(whole.h)),
            {.colour = packed(look.colour, 0.4f), .width = 1.25f});
} catch (const InputError&) {  // a draft that is not valid yet
}

std::string subtitle(const Scene& scene, int T) {
  const std::string selected = shown_labels(scene)[static_cast<std::size_t>(std::max(scene.view.selected, 0))];
  const Choice& rate = scene.runs[static_cast<std::size_t>(std::max(scene.view.selected, 0))].rate;
  if (is_rate_rule(rate.id)) return selected + " looks at the loss: no curve before it runs";
  const std::string sampling = sampling_of(rate);
  return "T = " + std::to_string(T) + "; " + selected + " read " +
         (sampling == "every" ? "at every update" : "at " + sampling + " % of T");
}

}  // namespace

void draw_budget_schedules(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  Scene& scene = session.draft;
  BudgetSpec spec;
  spec.T_max = scene.steps;
  const int T = budget_steps(spec, shown_budget(scene));
  plot::Capture capture;
  auto options = plot_options(ui, "Profile × sampling: h(t/T)", size, &capture);
  options.unit = subtitle(scene, T);
  options.reduced_motion = true;  // T changes at every notch of the slider
  options.labels = false;
  options.empty_text = "every run is hidden, or a rule that looks at the run";
  plot::Plot plot("budget_schedules", session.plots["budget_schedules"], options);
  plot.setup_axis(plot::Axis::kX, {.label = "update t", .low = 0.0, .high = T});
  plot.setup_axis(plot::Axis::kY, {.low = 0.0, .high = 1.08});
  const auto labels = shown_labels(scene);
  for (std::size_t i = 0; i < scene.runs.size(); ++i)
    if (is_drawn(session, i)) one_schedule(ui, plot, i, labels[i], T);
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  if (selected < scene.runs.size() && is_drawn(session, selected))
    edit_schedule_in_plot(ui, plot, scene.runs[selected].rate, 1, T,
                          packed(run_look(ui.theme, colour_of(scene, selected)).colour));
  end_plot(ui, plot, "plot.budget.schedules", &capture);
}

}  // namespace steplab
