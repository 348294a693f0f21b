// The strip: loss with its catapults, sharpness beside its threshold with the regimes of the climb, and step size, over
// one axis of steps.
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"
#include "core/analysis/stability_edge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kHeadroom = 20;     // above the highest loss, for the names of catapults
constexpr double kRounding = 1e-16;  // of the largest loss: what lies below says nothing

struct Strips {
  Ui& ui;
  const StripFigure& figure;
  std::vector<std::string> labels;
  std::size_t selected;
  bool is_shown(std::size_t run) const {
    if (run >= figure.runs.size() || !is_drawn(ui.session, run)) return false;
    return run == selected || warmup_figure(ui.session.draft) != WarmupFigure::kHeatmap;
  }
  plot::LineStyle style(std::size_t run) const {
    const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, run));
    return {.colour = packed(look.colour), .width = run == selected ? 2.25f : 1.5f, .dash = look.dash};
  }
};

std::vector<std::string> labels_of(const Scene& scene) { return shown_labels(strip_scene(scene)); }

/// Row of the state after `step` updates that has a step size.
std::size_t row_at(const StripRun& run, int step) {
  auto row = static_cast<std::size_t>(row_of_step(run.path.step, step));
  while (row > 0 && std::isnan(run.path.step_size[row])) --row;
  return row;
}

const RegimeSpan* span_at(const StripRun& run, std::size_t row) {
  for (const RegimeSpan& span : run.strip.regimes)
    if (row >= span.first && row < span.last) return &span;
  return nullptr;
}

std::string edge_words(const StabilityEdge& edge) { return to_text(edge, "η_t"); }

ImVec4 regime_colour(const Theme& theme, WarmupRegime regime) {
  switch (regime) {
    case WarmupRegime::kHeadOn:
      return run_look(theme, 4).colour;
    case WarmupRegime::kRearEnd:
      return run_look(theme, 2).colour;
    case WarmupRegime::kLazy:
      break;
  }
  return theme.dim;
}

/// All plots of the strip: the same steps, one cursor, the timeline's line.
class StripPlot {
 public:
  StripPlot(Ui& ui, const std::string& id, std::string title, const StudyView<StripFigure>& study, ImVec2 size,
            std::string unit = {})
      : ui_(ui),
        id_(id),
        why_(study.error.empty() ? "computing …" : study.error),
        plot_(id.c_str(), ui.session.plots[id], options(study, std::move(title), size, std::move(unit))) {
    plot_.setup_axis(plot::Axis::kX,
                     {.label = "step", .low = 0.0, .high = static_cast<double>(ui.session.draft.steps)});
  }
  plot::Plot& get() { return plot_; }
  void end() {
    const Session& session = ui_.session;
    if (!session.playback.at_end || session.playback.playing)
      plot_.inf_line(plot::Axis::kX, session.step(), {.colour = packed(ui_.theme.ink), .width = 1});
    follow_click(ui_.session, end_plot(ui_, plot_, "plot." + id_, &capture_));
  }

 private:
  plot::Options options(const StudyView<StripFigure>& study, std::string title, ImVec2 size, std::string unit) {
    auto options = plot_options(ui_, std::move(title), size, &capture_);
    options.unit = std::move(unit);
    options.progress = progress_of(study);
    options.empty_text = study.result && study.error.empty()
                             ? "nothing to draw: every run is hidden (click an eye), or every value is 0 on a log axis"
                             : why_.c_str();
    options.link = &ui_.session.link;
    return options;
  }
  Ui& ui_;
  std::string id_, why_;
  plot::Capture capture_;
  plot::Plot plot_;
};

// ---- loss ----

bool all_positive(const Strips& strips) {
  for (std::size_t i = 0; i < strips.figure.runs.size(); ++i)
    if (strips.is_shown(i) && !(strips.figure.runs[i].excess.front() > 0)) return false;
  return true;
}

/// A run that diverges leaves through the frame.
plot::Range loss_range(const Strips& strips) {
  double most = 0;
  for (std::size_t i = 0; i < strips.figure.runs.size(); ++i) {
    if (!strips.is_shown(i)) continue;
    const StripRun& run = strips.figure.runs[i];
    const bool gone = run.outcome.lost();
    most = std::max(most, run.excess.front() * (gone ? 1e4 : std::max(1.0, run.peak())));
  }
  return {kRounding * most, 1.5 * most};
}

/// Two digits: 0.012, 8.5, 215.
std::string over_first(double ratio) {
  char text[32];
  std::snprintf(text, sizeof text, ratio >= 100 ? "%.0f" : "%.2g", ratio);
  return text;
}

/// Of the selected run: the highest first; no words on top of others.
void name_catapults(const Strips& strips, plot::Plot& plot, std::vector<double> x, std::vector<double> y) {
  const float room = strips.ui.px(130);
  const double first = strips.figure.runs[strips.selected].excess.front();
  const auto pixels = plot.transform(plot::Axis::kX);
  std::vector<double> taken;
  while (!x.empty()) {
    const auto top = std::ranges::max_element(y) - y.begin();
    const double at = x[static_cast<std::size_t>(top)], loss = y[static_cast<std::size_t>(top)];
    x.erase(x.begin() + top);
    y.erase(y.begin() + top);
    const double pixel = pixels.pixel(at);
    const bool free =
        std::ranges::none_of(taken, [&](double other) { return std::abs(other - pixel) < static_cast<double>(room); });
    if (!free) continue;
    taken.push_back(pixel);
    plot.annotation(at, loss, "catapult, " + over_first(loss / first) + " L₀", packed(strips.ui.theme.ink), {8, -20});
  }
}

/// A mark at every catapult; the selected run's with words.
void mark_catapults(const Strips& strips, plot::Plot& plot, std::size_t index) {
  const StripRun& run = strips.figure.runs[index];
  std::vector<double> x, y;
  for (const Event& event : run.strip.events) {
    if (event.kind != EventKind::kCatapult) continue;
    x.push_back(event.step);
    y.push_back(run.excess[static_cast<std::size_t>(row_of_step(run.path.step, event.step))]);
  }
  if (x.empty()) return;
  if (index == strips.selected) name_catapults(strips, plot, x, y);
  plot.scatter("##catapults " + strips.labels[index], plot::Xs(plot.keep(std::move(x))), plot.keep(std::move(y)),
               strips.style(index), plot::Marker::kCircle, 4);
}

void draw_loss(Ui& ui, const StudyView<StripFigure>& study, const Strips* strips, ImVec2 size) {
  StripPlot strip(ui, "warmup.loss", study.result && !study.result->above_least ? "Loss f" : "Loss f − f*", study,
                  size);
  if (strips) {
    plot::Plot& plot = strip.get();
    const bool log = strips->figure.above_least || all_positive(*strips);
    const plot::Range worth = loss_range(*strips);
    plot::AxisSetup y{.scale = log ? plot::Scale::kLog : plot::Scale::kLinear};
    if (log) {
      y.fit_within = worth;
      y.high = kHeadroom * worth.high;
    }
    plot.setup_axis(plot::Axis::kY, y);
    for (std::size_t i = 0; i < strips->figure.runs.size(); ++i)
      if (strips->is_shown(i))
        plot.line(strips->labels[i], strips->figure.runs[i].steps, strips->figure.runs[i].excess, strips->style(i));
    for (std::size_t i = 0; i < strips->figure.runs.size(); ++i)
      if (strips->is_shown(i)) mark_catapults(*strips, plot, i);
  }
  strip.end();
}

// ---- sharpness ----

plot::Range sharpness_range(const Strips& strips) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  const auto take = [&](double value) {
    if (value > 0 && std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  };
  for (std::size_t i = 0; i < strips.figure.runs.size(); ++i) {
    if (!strips.is_shown(i)) continue;
    const StripRun& run = strips.figure.runs[i];
    const bool gone = run.outcome.lost();
    if (gone) take(run.strip.sharpness.front());
    if (!gone) std::ranges::for_each(run.strip.sharpness, take);
    // Where a warm-up begins the threshold is as good as infinite; where it leads counts.
    if (!run.strip.threshold.empty()) take(run.strip.threshold[row_at(run, std::numeric_limits<int>::max())]);
  }
  // Room below for a curve that comes from flat ground, above for the names of the regimes.
  low = std::max(low, 1e-3 * high);
  return high > 0 ? plot::Range{low / 1.6, high * 2.6} : plot::Range{0.1, 10};
}

const char* brief_words(WarmupRegime regime) {
  switch (regime) {
    case WarmupRegime::kHeadOn:
      return "C1: rises by itself";
    case WarmupRegime::kRearEnd:
      return "C2: falls by itself";
    case WarmupRegime::kLazy:
      break;
  }
  return "C3: keeps still";
}

void draw_regimes(const Strips& strips, plot::Plot& plot, plot::Range shown) {
  const StripRun& run = strips.figure.runs[strips.selected];
  const auto x = plot.transform(plot::Axis::kX);
  int number = 0;
  for (const RegimeSpan& span : run.strip.regimes) {
    const double from = run.steps[span.first], to = run.steps[span.last];
    const ImVec4 colour = regime_colour(strips.ui.theme, span.regime);
    const auto ends = plot.keep({from, to});
    const double foot = shown.high / std::pow(shown.high / shown.low, 0.11);
    // One name for each span, or the plot would join them.
    const std::string name = std::string("##") + name_of(span.regime) + " " + std::to_string(++number);
    plot.shaded(name, plot::Xs(ends), plot.keep({shown.low, shown.low}), plot.keep({shown.high, shown.high}),
                {.colour = packed(colour)}, 0.12f);
    plot.shaded(name + " head", plot::Xs(ends), plot.keep({foot, foot}), plot.keep({shown.high, shown.high}),
                {.colour = packed(colour)}, 0.35f);
    const FontScope font(strips.ui.theme.small);
    const double room = x.pixel(to) - x.pixel(from);
    const auto width = [](const char* text) { return static_cast<double>(ImGui::CalcTextSize(text).x); };
    std::string text;
    for (const char* words : {name_of(span.regime), brief_words(span.regime), words_of(span.regime)})
      if (width(words) + 12 < room) text = words;
    if (!text.empty()) plot.text(from, std::sqrt(foot * shown.high), text, packed(strips.ui.theme.ink), {5, 0});
  }
}

/// c/η_t, without the stretch where it is far above everything.
std::vector<double> threshold_in(const StripRun& run, plot::Range shown) {
  std::vector<double> threshold = run.strip.threshold;
  for (double& value : threshold)
    if (!(value < 1e3 * shown.high)) value = kNan;
  return threshold;
}

void draw_one_sharpness(const Strips& strips, plot::Plot& plot, std::size_t index, plot::Range shown) {
  const StripRun& run = strips.figure.runs[index];
  const bool selected = index == strips.selected;
  plot::LineStyle style = strips.style(index);
  plot.line(strips.labels[index], run.steps, run.strip.sharpness, style);
  if (run.strip.threshold.empty()) return;
  const ImVec4 colour = run_look(strips.ui.theme, colour_of(strips.ui.session.draft, index)).colour;
  style = {.colour = packed(colour, selected ? 1.0f : 0.5f),
           .width = selected ? 1.75f : 1.25f,
           .dash = {{1.5f, 3, 1.5f, 3}}};
  const std::string name = edge_words(run.stability->lasting) + " of " + strips.labels[index];
  plot.stairs(selected ? name : "##" + name, run.steps, plot.keep(threshold_in(run, shown)), style);
}

std::string sharpness_title(const Strips* strips, bool wide) {
  if (!strips) return "Sharpness λ and its threshold";
  const StripRun& run = strips->figure.runs[strips->selected];
  const std::string what = !run.strip.preconditioned ? "Sharpness λ"
                           : wide                    ? "Pre-conditioned sharpness P⁻¹λ"
                                                     : "Sharpness P⁻¹λ";
  if (!run.stability) return what + " (no threshold is known)";
  const auto& [lasting, first, preconditioned] = *run.stability;
  return what + " and " + edge_words(lasting) + (first == lasting ? "" : " (" + to_text(first) + " at first)");
}

void draw_sharpness(Ui& ui, const StudyView<StripFigure>& study, const Strips* strips, ImVec2 size) {
  StripPlot strip(ui, "warmup.sharpness", sharpness_title(strips, size.x > ui.px(420)), study, size);
  if (strips) {
    plot::Plot& plot = strip.get();
    const plot::Range shown = sharpness_range(*strips);
    plot.setup_axis(plot::Axis::kY, {.scale = plot::Scale::kLog, .low = shown.low, .high = shown.high});
    draw_regimes(*strips, plot, shown);
    for (std::size_t i = 0; i < strips->figure.runs.size(); ++i)
      if (strips->is_shown(i) && i != strips->selected) draw_one_sharpness(*strips, plot, i, shown);
    if (strips->is_shown(strips->selected)) draw_one_sharpness(*strips, plot, strips->selected, shown);
  }
  strip.end();
}

// ---- step size ----

void draw_step_size(Ui& ui, const StudyView<StripFigure>& study, const Strips* strips, ImVec2 size) {
  StripPlot strip(ui, "warmup.step_size", "Step size η_t", study, size);
  if (strips) {
    plot::Plot& plot = strip.get();
    double high = 0;
    for (std::size_t i = 0; i < strips->figure.runs.size(); ++i)
      if (strips->is_shown(i))
        for (const double eta : strips->figure.runs[i].path.step_size)
          if (std::isfinite(eta)) high = std::max(high, eta);
    plot.setup_axis(plot::Axis::kY, {.low = 0.0, .high = plot::padded({0, 1.06 * high}, plot::Scale::kLinear).high});
    for (std::size_t i = 0; i < strips->figure.runs.size(); ++i)
      if (strips->is_shown(i))
        plot.stairs(strips->labels[i], strips->figure.runs[i].steps, strips->figure.runs[i].path.step_size,
                    strips->style(i));
  }
  strip.end();
}

bool has_runs(const Ui& ui, const StudyView<StripFigure>& study) {
  return study.result && study.error.empty() && study.result->runs.size() == ui.session.draft.runs.size();
}

std::string brief(const StripRun& run) { return run.strip.preconditioned ? "P⁻¹λ" : "λ"; }

}  // namespace

void draw_strip(Ui& ui, ImVec2 size, bool all) {
  const auto study = wanted_strips(ui);
  std::optional<Strips> strips;
  if (has_runs(ui, study)) strips.emplace(ui, *study.result, labels_of(ui.session.draft), warmup_run(ui.session.draft));
  const Strips* ready = strips ? &*strips : nullptr;
  const float gap = ui.px(8), top = ImGui::GetCursorPosY(), left = ImGui::GetCursorPosX();
  const std::array shares = all ? std::array{0.33f, 0.42f, 0.25f} : std::array{0.46f, 0.54f, 0.0f};
  const float room = size.y - gap * (all ? 2.0f : 1.0f);
  draw_loss(ui, study, ready, {size.x, std::round(room * shares[0])});
  float y = top + std::round(room * shares[0]) + gap;
  ImGui::SetCursorPos({left, y});
  draw_sharpness(ui, study, ready, {size.x, std::round(room * shares[1])});
  if (!all) return;
  y += std::round(room * shares[1]) + gap;
  ImGui::SetCursorPos({left, y});
  draw_step_size(ui, study, ready, {size.x, top + size.y - y});
}

std::string strip_words(Ui& ui) {
  const auto study = wanted_strips(ui);
  if (!has_runs(ui, study)) return study.error.empty() ? "computing …" : "";
  const Scene& scene = ui.session.draft;
  const std::size_t selected = warmup_run(scene);
  const StripRun& run = study.result->runs[selected];
  const std::size_t row = row_at(run, ui.session.step());
  const double sharpness = run.strip.sharpness[row];
  std::string words = "Step " + std::to_string(run.path.step[row]) + ", " + labels_of(scene)[selected] + ": " +
                      brief(run) + " = " + short_number(sharpness);
  if (!run.strip.threshold.empty() && std::isfinite(run.strip.threshold[row])) {
    const double threshold = run.strip.threshold[row];
    words += sharpness > threshold ? " is above " : " is below ";
    words += edge_words(row == 0 ? run.stability->first : run.stability->lasting) + " = " + short_number(threshold);
    words += sharpness > threshold ? ": unstable, an oscillation grows. " : ": stable. ";
  } else {
    words += ". ";
  }
  if (const RegimeSpan* span = span_at(run, row))
    words += std::string(words_of(span->regime)) + ". ";
  else
    words += run.strip.regimes.empty() ? "The step size does not climb: no warm-up. " : "The climb is over. ";
  return words +
         "Regimes C1 to C3 are the paper's (Kalra & Barkeshli 2024, section 4), the rule that tells them apart "
         "is ours.";
}

}  // namespace steplab
