#include "app/widgets/page_plot.h"

#include "app/session/session.h"

#include <cmath>
#include <imgui.h>
#include <utility>

namespace steplab {

plot::Options plot_options(const Ui& ui, std::string title, ImVec2 size, plot::Capture* capture) {
  const Session& session = ui.session;
  return {.theme = ui.theme,
          .title = std::move(title),
          .size = size,
          .dt = session.frame_seconds,
          .reduced_motion = session.settings.reduced_motion,
          .hold = ImGui::IsAnyItemActive(),
          .capture = session.capture ? capture : nullptr};
}

const plot::Outcome& end_plot(Ui& ui, plot::Plot& plot, const std::string& name, plot::Capture* capture) {
  Session& session = ui.session;
  const plot::Outcome& outcome = plot.end();
  session.animating |= outcome.animating;
  report_rect(ui, name, ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), false);
  if (session.capture && capture) session.captured.push_back(std::move(*capture));
  return outcome;
}

void follow_click(Session& session, const plot::Outcome& outcome) {
  if (outcome.clicked_x) {
    session.before_click = session.playback;
    seek(session.playback, shown_steps(session), std::round(*outcome.clicked_x));
  }
  if (outcome.double_clicked && session.before_click) session.playback = *session.before_click;
  if (outcome.double_clicked) session.before_click.reset();
}

}  // namespace steplab
