// The weight-normalisation twin: gradient descent on v under w = v/‖v‖ makes ‖v‖² grow exactly as WNGrad's b does.
#include "app/labs/lab_settings.h"
#include "app/labs/self_tuning_page.h"
#include "app/session/session.h"
#include "core/analysis/weight_norm.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace steplab {
namespace {

const char* const kWords =
    "Descent with unit rate on a vector v, of which only the direction w = v/‖v‖ counts: each gradient stands upright "
    "on v, so ‖v‖² grows by ‖Pg‖²/‖v‖², and w moves by Pg/‖v‖². Write b for ‖v‖² and leave P and the circle out: that "
    "is WNGrad. Here ½ w·Hw + c·w over the unit circle, H = [3 1; 1 1], c = (1, −2), from v₀ along (3, 4) with ‖v₀‖² = "
    "b₀ "
    "= 1/rate: the slider of the initial rate moves it too, and a b₀ far too small makes one jump far too high.";

/// ‖v₀‖² = b₀.
WeightNormTwin twin_from(double b0) {
  WeightNormSpec spec;
  const double length = std::sqrt(b0) / std::hypot(spec.v1, spec.v2);
  spec.v1 *= length;
  spec.v2 *= length;
  return weight_norm_twin(spec);
}

/// As updates j = 1, 2, … for a log axis.
std::vector<double> places(std::size_t count) {
  std::vector<double> j(count);
  for (std::size_t i = 0; i < count; ++i) j[i] = static_cast<double>(i) + 1;
  return j;
}

void growth_plot(Ui& ui, const WeightNormTwin& twin, ImVec2 size) {
  plot::Capture capture;
  auto options = plot_options(ui, "‖v‖² of the descent (line), b of the recursion (dots)", size, &capture);
  plot::Plot plot("self_tuning.twin", ui.session.plots["self_tuning.twin"], options);
  plot.setup_axis(plot::Axis::kX, {.label = "update j", .scale = plot::Scale::kLog});
  plot.setup_axis(plot::Axis::kY, {.scale = plot::Scale::kLog});
  const RunLook blue = run_look(ui.theme, 1), orange = run_look(ui.theme, 0);
  const auto x = plot.keep(places(twin.b.size()));
  plot.line("‖v‖²", plot::Xs(x), twin.squared_norm, {.colour = packed(blue.colour), .width = 2.25f});
  std::vector<double> dots_x, dots_b;
  for (double j = 1; j <= static_cast<double>(twin.b.size()); j = std::max(j + 1, std::floor(j * 1.25))) {
    dots_x.push_back(j);
    dots_b.push_back(twin.b[static_cast<std::size_t>(j) - 1]);
  }
  plot.scatter("b", plot::Xs(plot.keep(std::move(dots_x))), plot.keep(std::move(dots_b)),
               {.colour = packed(orange.colour)}, plot::Marker::kCircle, 3.5f);
  end_plot(ui, plot, "plot.self_tuning.twin", &capture);
}

/// A square view around both the circle and the path, on a frame that is no square.
struct View {
  plot::Range x, y;
};
View view_of(const WeightNormTwin& twin, ImVec2 frame) {
  double most = 1.2;
  for (std::size_t i = 0; i < twin.v1.size(); ++i)
    most = std::max({most, 1.08 * std::abs(twin.v1[i]), 1.08 * std::abs(twin.v2[i])});
  const double wide = std::max(1.0, static_cast<double>(frame.x / frame.y));
  return {{-most * wide, most * wide}, {-most, most}};
}

void circle(plot::Plot& plot, const Theme& theme) {
  constexpr int kPoints = 128;
  std::vector<double> x, y;
  for (int i = 0; i <= kPoints; ++i) {
    const double angle = 2 * std::numbers::pi * i / kPoints;
    x.push_back(std::cos(angle));
    y.push_back(std::sin(angle));
  }
  plot.line("##circle", plot::Xs(plot.keep(std::move(x))), plot.keep(std::move(y)),
            {.colour = packed(theme.dim), .width = 1.25f, .dash = {{4, 4, 4, 4}}});
}

void plane_plot(Ui& ui, const WeightNormTwin& twin, ImVec2 size) {
  plot::Capture capture;
  auto options = plot_options(ui, "v moves outwards only; its direction w settles on the circle", size, &capture);
  options.labels = false;
  plot::Plot plot("self_tuning.plane", ui.session.plots["self_tuning.plane"], options);
  const View view = view_of(twin, {size.x - ui.px(60), size.y - ui.px(70)});
  plot.setup_axis(plot::Axis::kX, {.label = "v₁", .low = view.x.low, .high = view.x.high});
  plot.setup_axis(plot::Axis::kY, {.low = view.y.low, .high = view.y.high});
  circle(plot, ui.theme);
  const ImU32 blue = packed(run_look(ui.theme, 1).colour), orange = packed(run_look(ui.theme, 0).colour);
  plot.line("v", plot::Xs(twin.v1), twin.v2, {.colour = blue, .width = 1.5f});
  plot.scatter("##v", plot::Xs(twin.v1), twin.v2, {.colour = blue}, plot::Marker::kCircle, 2);
  plot.scatter("w", plot::Xs(twin.w1), twin.w2, {.colour = orange}, plot::Marker::kCircle, 2.5f);
  plot.text(twin.v1.back(), twin.v2.back(), "v", blue);
  plot.text(twin.w1.back(), twin.w2.back(), "w", orange, {-16, -6});
  end_plot(ui, plot, "plot.self_tuning.plane", &capture);
}

}  // namespace

void draw_weight_norm_twin(Ui& ui, ImVec2 size) {
  const auto runs = wanted_runs(ui);
  const bool automatic = setting_number(ui.session.draft, "automatic") != 0;
  const double rate = automatic && runs.result ? runs.result->rate : setting_number(ui.session.draft, "rate0");
  const WeightNormTwin twin = twin_from(1 / rate);
  const float top = ImGui::GetCursorPosY(), gap = ui.px(8);
  float text = 0;
  {
    const FontScope font(ui.theme.small);
    text = ImGui::CalcTextSize(kWords, nullptr, false, size.x).y + ui.px(8);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::PushTextWrapPos(size.x);
    ImGui::TextUnformatted(kWords);
    ImGui::PopTextWrapPos();
    ImGui::PopStyleColor();
  }
  const float height = (size.y - text - gap) / 2;
  ImGui::SetCursorPos({0, top + text});
  growth_plot(ui, twin, {size.x, height});
  ImGui::SetCursorPos({0, top + text + height + gap});
  plane_plot(ui, twin, {size.x, height});
}

}  // namespace steplab
