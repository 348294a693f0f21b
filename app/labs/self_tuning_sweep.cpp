// Updates until the gradient is flat (or the loss after T) against the initial rate, or against L. What did not arrive
// is drawn as well, above T: a row of squares for each method that was still under way, of crosses where it diverged.
#include "app/labs/lab_settings.h"
#include "app/labs/self_tuning_page.h"
#include "app/session/session.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kRounding = 1e-16;  // losses below this share of the first are not told apart
constexpr double kBeyond = 1e12;     // times the first loss: on its way to divergence, whatever T

struct Drawing {
  Ui& ui;
  plot::Plot& plot;
  const SelfTuningSweep& sweep;
  bool over_L = false, by_loss = false;
  double low = 1, high = 1;  ///< of what arrived
  double height = 200;       ///< of the frame, pixels at scale 1
  int rows = 0;              ///< above it

  /// What the landscape of a cell was multiplied by.
  double factor(const SelfTuningCell& cell) const { return sweep.own_L > 0 ? cell.L / sweep.own_L : 1; }
  double loss(const SelfTuningCell& cell) const { return cell.outcome.loss - sweep.least * factor(cell); }
  bool is_beyond(const SelfTuningCell& cell) const {
    return is_lost(cell.outcome.status) || (by_loss && !(loss(cell) <= kBeyond * sweep.start_value * factor(cell)));
  }
};

double x_of(const Drawing& drawing, const SelfTuningCell& cell) { return drawing.over_L ? cell.L : cell.rate0; }

/// Not a number for what did not arrive (where the loss counts: diverged).
double y_of(const Drawing& drawing, const SelfTuningCell& cell) {
  const FlatOutcome& end = cell.outcome;
  if (drawing.by_loss) return drawing.is_beyond(cell) ? kNan : std::max(drawing.loss(cell), drawing.low);
  return end.status == FlatStatus::kReached ? std::max(end.steps, 1) : kNan;
}

bool has_diverged(const Drawing& drawing, const SelfTuningCell& cell) { return drawing.is_beyond(cell); }
bool gave_up(const Drawing& drawing, const SelfTuningCell& cell) {
  return !drawing.by_loss && cell.outcome.status == FlatStatus::kCap;
}

/// Cells that did not arrive, by how they ended.
struct Failure {
  const char* kind;
  bool (*is_meant)(const Drawing&, const SelfTuningCell&);
  plot::Marker marker;
  float radius;
};
constexpr double kRowHeight = 5.5;  // pixels at scale 1
constexpr int kWordRows = 3;        // that words take
constexpr Failure kGaveUp{"cap", gave_up, plot::Marker::kSquare, 1.75f};
constexpr Failure kDiverged{"diverged", has_diverged, plot::Marker::kCross, 2.25f};

bool has_any(const Drawing& drawing, const SelfTuningCurve& curve, const Failure& failure) {
  return std::ranges::any_of(curve.cells, [&](const SelfTuningCell& cell) { return failure.is_meant(drawing, cell); });
}

/// Drawn methods with such a cell.
std::vector<std::size_t> methods_with(const Drawing& drawing, const Failure& failure) {
  std::vector<std::size_t> found;
  const auto& curves = drawing.sweep.results.curves;
  for (std::size_t i = 0; i < curves.size(); ++i)
    if (is_drawn(drawing.ui.session, i) && has_any(drawing, curves[i], failure)) found.push_back(i);
  return found;
}

/// Where row k above what arrived lies: all the same number of pixels apart.
double row(const Drawing& drawing, double k) {
  const double left = std::max(drawing.height - kRowHeight * drawing.rows, 0.3 * drawing.height);
  return drawing.high * std::pow(drawing.high / drawing.low, (k + 1) * kRowHeight / left);
}

/// A row of marks for each method, then the words above them. Returns the next free row.
int mark(const Drawing& drawing, const Failure& failure, int next, const std::string& words, ImU32 colour) {
  const auto methods = methods_with(drawing, failure);
  if (methods.empty()) return next;
  for (const std::size_t i : methods) {
    std::vector<double> x;
    for (const auto& cell : drawing.sweep.results.curves[i].cells)
      if (failure.is_meant(drawing, cell)) x.push_back(x_of(drawing, cell));
    std::vector<double> y(x.size(), row(drawing, next++));
    drawing.plot.scatter(std::string("##") + failure.kind + " " + drawing.sweep.results.curves[i].label,
                         plot::Xs(drawing.plot.keep(std::move(x))), drawing.plot.keep(std::move(y)),
                         {.colour = method_style(drawing.ui, i).colour}, failure.marker, failure.radius);
  }
  const double left = drawing.over_L ? drawing.sweep.spec.Ls.front() : drawing.sweep.spec.rates.from;
  drawing.plot.text(left, row(drawing, next + 0.5), words, colour, {6, -8});
  return next + kWordRows;
}

/// How many rows mark() will take.
int rows_of(const Drawing& drawing) {
  const auto taken = [](std::size_t methods) { return methods ? static_cast<int>(methods) + kWordRows : 0; };
  return taken(methods_with(drawing, kGaveUp).size()) + taken(methods_with(drawing, kDiverged).size());
}

void failures(const Drawing& drawing) {
  const int next =
      mark(drawing, kGaveUp, 0, "■ not there after T = " + std::to_string(drawing.sweep.spec.problem.steps),
           packed(drawing.ui.theme.dim));
  mark(drawing, kDiverged, next, drawing.by_loss ? "× diverged, or > 10¹² f₀" : "× diverged",
       packed(drawing.ui.theme.warning));
}

void curves_of(const Drawing& drawing) {
  const auto& curves = drawing.sweep.results.curves;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (!is_drawn(drawing.ui.session, i)) continue;
    std::vector<double> x, y;
    for (const auto& cell : curves[i].cells) {
      x.push_back(x_of(drawing, cell));
      y.push_back(y_of(drawing, cell));
    }
    drawing.plot.line(curves[i].label, plot::Xs(drawing.plot.keep(x)), drawing.plot.keep(y),
                      method_style(drawing.ui, i));
  }
}

/// Where the y axis begins and ends, rows above left out.
void put_range(Drawing& drawing) {
  if (!drawing.by_loss) {
    drawing.high = std::max(2, drawing.sweep.spec.problem.steps);
    return;
  }
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const auto& curve : drawing.sweep.results.curves)
    for (const auto& cell : curve.cells) {
      if (drawing.is_beyond(cell)) continue;
      const double loss = drawing.loss(cell);
      least = std::min(least, std::max(loss, kRounding * drawing.sweep.start_value * drawing.factor(cell)));
      most = std::max(most, loss);
    }
  if (!(least > 0 && least <= most)) return;
  drawing.low = least;
  drawing.high = std::max(most, 10 * drawing.low);
}

void level(const Drawing& drawing, plot::Axis axis, double value) {
  const plot::LineStyle style{.colour = packed(drawing.ui.theme.dim, 0.7f), .width = 1, .dash = {{4, 4, 4, 4}}};
  drawing.plot.inf_line(axis, value, style);
}

/// The initial rate or L as a line to drag.
void slider_line(const Drawing& drawing, double present) {
  Scene& scene = drawing.ui.session.draft;
  const bool automatic = !drawing.over_L && setting_number(scene, "automatic") != 0;
  double value = present;
  const std::string label = (drawing.over_L ? "L = " : automatic ? "automatic: " : "rate ") + short_number(value);
  if (!drawing.plot.drag_line("slider", plot::Axis::kX, &value, {.colour = packed(drawing.ui.theme.accent), .width = 2},
                              label))
    return;
  value = std::clamp(value, 1e-12, 1e12);
  if (drawing.over_L) {
    set_setting(scene, "L", value);
    set_setting(scene, "scaled", 1.0);
  } else {
    set_setting(scene, "rate0", value);
    set_setting(scene, "automatic", 0.0);
  }
}

/// The rate or L at which the runs at the left are; 0: not known yet.
double present_place(const Drawing& drawing, const StudyView<SelfTuningFigure>& runs) {
  const Scene& scene = drawing.ui.session.draft;
  if (drawing.over_L && setting_number(scene, "scaled") != 0) return setting_number(scene, "L");
  if (!drawing.over_L && setting_number(scene, "automatic") == 0) return setting_number(scene, "rate0");
  if (!runs.result || !runs.error.empty()) return 0;
  return drawing.over_L ? runs.result->runs.runs.front().L : runs.result->rate;
}

std::string title_of(const Scene& scene, bool over_L) {
  const std::string what = setting_word(scene, "measure") == "loss"
                               ? "Loss f − f* after T"
                               : "Updates until ‖∇f‖² ≤ " + short_number(setting_number(scene, "flat"));
  return what + (over_L ? " against L" : " against the initial rate");
}

std::string subtitle(const SelfTuningSweep& sweep, bool over_L) {
  const int seeds = sweep.spec.problem.seeds;
  std::string words = seeds > 1 ? "median of " + std::to_string(seeds) + " seeds" : "";
  if (over_L && sweep.spec.automatic) words += (words.empty() ? "" : ", ") + std::string("automatic b₀");
  if (over_L && !sweep.spec.automatic)
    words += (words.empty() ? "" : ", ") + std::string("rate ") + short_number(sweep.spec.rate0);
  if (sweep.coarse) words += (words.empty() ? "" : ", ") + std::string("rough: more follows");
  return words;
}

void references(const Drawing& drawing) {
  if (!drawing.by_loss) level(drawing, plot::Axis::kY, drawing.high);
  if (drawing.over_L && drawing.sweep.spec.automatic) return;
  const double edge = 2 / (drawing.over_L ? drawing.sweep.spec.rate0 : drawing.sweep.L);
  level(drawing, plot::Axis::kX, edge);
  // At the foot: at the top the slider's label and the crosses are.
  drawing.plot.text(edge, drawing.low, drawing.over_L ? "2b₀" : "2/L", packed(drawing.ui.theme.dim), {5, -18});
}

/// Powers of ten up to T: what lies above is no number of updates.
std::vector<plot::Tick> update_ticks(double high) {
  std::vector<plot::Tick> ticks;
  const int decades = static_cast<int>(std::floor(std::log10(high)));
  for (int decade = 0; decade <= decades; ++decade) {
    const double value = std::pow(10, decade);
    ticks.push_back({value, short_number(value)});
    for (int k = 2; k < 10 && k * value <= high; ++k) ticks.push_back({k * value, ""});
  }
  return ticks;
}

void draw_all(Drawing& drawing, const StudyView<SelfTuningFigure>& runs, double& line) {
  put_range(drawing);
  drawing.rows = rows_of(drawing);
  plot::AxisSetup y{.scale = plot::Scale::kLog, .low = drawing.low, .high = row(drawing, drawing.rows - 1)};
  if (!drawing.by_loss) y.ticks = update_ticks(drawing.high);
  drawing.plot.setup_axis(plot::Axis::kY, y);
  curves_of(drawing);
  failures(drawing);
  references(drawing);
  line = present_place(drawing, runs);
  if (line > 0) slider_line(drawing, line);
}

}  // namespace

void draw_self_tuning_sweep(Ui& ui, bool over_L, ImVec2 size) {
  Session& session = ui.session;
  const auto study = wanted_sweep(ui, over_L);
  const auto runs = wanted_runs(ui);
  plot::Capture capture;
  const bool ready = study.result && study.error.empty();
  const std::string why = study.error.empty() ? "every method from every rate …" : study.error;
  auto options = plot_options(ui, title_of(session.draft, over_L), size, &capture);
  options.unit = ready ? subtitle(*study.result, over_L) : "";
  options.progress = progress_of(study);
  options.empty_text = why.c_str();
  const std::string key = over_L ? "self_tuning.L" : "self_tuning.rate";
  plot::Plot plot(key.c_str(), session.plots[key], options);
  plot::AxisSetup x{.label = over_L ? "L of the landscape" : "initial rate η/b₀", .scale = plot::Scale::kLog};
  x.low = setting_number(session.draft, over_L ? "L_from" : "rate_from");
  x.high = setting_number(session.draft, over_L ? "L_to" : "rate_to");
  plot.setup_axis(plot::Axis::kX, x);
  double line = 0;
  if (ready) {
    Drawing drawing{ui, plot, *study.result, over_L, study.result->spec.flat <= 0};
    drawing.height = std::max(60.0, static_cast<double>(size.y / ui.theme.scale) - 62);
    draw_all(drawing, runs, line);
  }
  const auto pixel = static_cast<float>(plot.transform(plot::Axis::kX).pixel(line));
  end_plot(ui, plot, "plot." + key, &capture);
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  if (line > 0) report_rect(ui, "line.rate", {pixel - 2, low.y + ui.px(60)}, {pixel + 2, high.y - ui.px(60)}, false);
}

}  // namespace steplab
