// Lines, stairs, bands and markers as they appear on the screen.
#include "app/widgets/plot_context.h"

#include <algorithm>
#include <cmath>

namespace steplab::plot {
namespace {

constexpr double kSmooth = 0.75;  // pixels a column may stray from the way between its first and last value
constexpr std::size_t kManyMarkers = 2000;

Point point_of(const Context& c, const Series& series, std::size_t i) {
  return {c.x.pixel(series.x[i]), c.y.pixel(series.y[i])};
}

bool missing(Point p) { return std::isnan(p.x) || std::isnan(p.y); }

float alpha_of(const Context& c, const Series& series) {
  return c.state.highlighted.empty() || c.state.highlighted == series.name ? 1.0F : 0.25F;
}

Stroke pen(Context& c, const Series& series) {
  const bool strong = !c.state.highlighted.empty() && c.state.highlighted == series.name;
  const float width = c.px(series.style.width) * (strong ? 1.5F : 1.0F);
  return {*c.list, c.frame, with_alpha(series.style.colour, alpha_of(c, series)), width,
          DashWalk(series.style.dash, c.theme.scale)};
}

std::vector<double> pixels_x(const Context& c, const Series& series) {
  std::vector<double> pixels(series.seen.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = series.x[series.seen.begin + i];
  c.x.to_pixels(pixels);
  return pixels;
}

std::vector<double> pixels_y(const Context& c, const Series& series, std::span<const double> values) {
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(series.seen.begin);
  std::vector<double> pixels(first, first + static_cast<std::ptrdiff_t>(series.seen.size()));
  c.y.to_pixels(pixels);
  return pixels;
}

// Every point, a gap at every NaN.
void draw_points(Context& c, const Series& series, Stroke& stroke) {
  const std::vector<double> x = pixels_x(c, series), y = pixels_y(c, series, series.y);
  bool down = false;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Point p{x[i], y[i]};
    if (missing(p)) {
      down = false;
    } else if (std::exchange(down, true)) {
      stroke.to(p);
    } else {
      stroke.start(p);
    }
  }
}

// A column in pixels; `high` is up the screen, that is the smaller y.
struct PixelColumn {
  double x, first, last, high, low;
  bool breaks;
  bool smooth() const { return std::min(first, last) - high < kSmooth && low - std::max(first, last) < kSmooth; }
};

std::vector<PixelColumn> pixel_columns(const Context& c, const Series& series) {
  const std::vector<Column> columns = decimate(series.x, series.y, series.seen, c.x);
  std::vector<double> pixels;
  pixels.reserve(4 * columns.size());
  for (const Column& column : columns)
    for (const double value : {column.first, column.last, column.high, column.low}) pixels.push_back(value);
  c.y.to_pixels(pixels);
  std::vector<PixelColumn> result(columns.size());
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const auto at = [&](std::size_t which) {
      return std::clamp(pixels[4 * k + which], c.frame.top - 1e4, c.frame.bottom + 1e4);
    };
    result[k] = {
        static_cast<double>(c.frame.left) + columns[k].column + 0.5, at(0), at(1), at(2), at(3), columns[k].breaks};
  }
  return result;
}

bool turns_back(const PixelColumn& before, const PixelColumn& p) {
  const double into = p.first - before.last, through = p.last - p.first, earlier = before.last - before.first;
  return into * earlier < -kSmooth || into * through < -kSmooth;
}

// Columns in which, or next to which, the curve turns back and forth; their neighbours are drawn like them, which looks
// the same and costs less than changing over.
std::vector<char> rough_ones(const std::vector<PixelColumn>& columns) {
  std::vector<char> rough(columns.size(), 0);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const bool turns = k > 0 && turns_back(columns[k - 1], columns[k]);
    if (!turns && columns[k].smooth()) continue;
    for (std::size_t i = k > 0 ? k - 1 : k; i < std::min(k + 2, columns.size()); ++i) rough[i] = 1;
  }
  return rough;
}

// Where a column holds a smooth piece of the curve, an anti-aliased line goes on through it; where the curve turns back
// and forth, a bar covers all it reaches, stretched to where the column before ended.
void draw_columns(Context& c, const Series& series, Stroke& stroke) {
  const std::vector<PixelColumn> columns = pixel_columns(c, series);
  const std::vector<char> rough = rough_ones(columns);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const PixelColumn& p = columns[k];
    const bool joined = k > 0 && !p.breaks;
    const double before = joined ? columns[k - 1].last : p.first;
    if (rough[k]) {
      stroke.bar(p.x, std::min(p.high, before), std::max(p.low, before));
      stroke.start({p.x, p.last});
      continue;
    }
    const bool steep = std::abs(p.last - p.first) > 0.5;
    const Point entry{p.x - (steep ? 0.25 : 0), p.first};
    if (!joined) stroke.start(entry);
    stroke.to(entry);
    if (steep) stroke.to({p.x + 0.25, p.last});
    // A single point between gaps still has to be seen.
    if (!joined && !steep) stroke.to({p.x + 0.5, p.last});
  }
}

bool crowded(const Context& c, const Series& series) {
  return series.rising && static_cast<double>(series.seen.size()) > static_cast<double>(c.frame.width());
}

void draw_single_point(Context& c, const Series& series) {
  const Point p = point_of(c, series, 0);
  if (missing(p) || std::isinf(p.y) || std::isinf(p.x)) return;
  const ImU32 colour = with_alpha(series.style.colour, alpha_of(c, series));
  if (c.frame.holds({static_cast<float>(p.x), static_cast<float>(p.y)}))
    c.list->AddCircleFilled({static_cast<float>(p.x), static_cast<float>(p.y)}, c.px(series.style.width + 1), colour);
}

// Pixel at which the line to point i, which lies above the frame, leaves it; a stair leaves at the point itself.
double crossing(const Context& c, const Series& series, std::size_t i) {
  const Point to = point_of(c, series, i);
  if (i == 0 || series.kind == Kind::kStairs) return to.x;
  const Point from = point_of(c, series, i - 1);
  if (missing(from)) return to.x;
  const double share = (from.y - c.frame.top) / (from.y - to.y);  // 0 for an infinite end
  return from.x + std::clamp(share, 0.0, 1.0) * (to.x - from.x);
}

// Where a series that ends above the frame leaves it.
void draw_exit(Context& c, const Series& series) {
  const std::size_t count = series.size();
  const double top = c.y.range().high;
  if (!series.rising || count == 0 || !(series.y[count - 1] > top)) return;
  std::size_t i = count - 1;
  while (i > 0 && series.y[i - 1] > top) --i;
  const double x = crossing(c, series, i);
  if (!(x >= c.frame.left - 1 && x <= c.frame.right + 1)) return;
  const float half = c.px(4.5F), at = static_cast<float>(x);
  c.list->AddTriangleFilled({at, c.frame.top - 1}, {at + half, c.frame.top + 1.6F * half},
                            {at - half, c.frame.top + 1.6F * half},
                            with_alpha(series.style.colour, alpha_of(c, series)));
}

void draw_curve(Context& c, const Series& series) {
  if (series.size() == 1) draw_single_point(c, series);
  Stroke stroke = pen(c, series);
  crowded(c, series) ? draw_columns(c, series, stroke) : draw_points(c, series, stroke);
  draw_exit(c, series);
}

double stair_end(const Series& series) {
  const std::size_t count = series.size();
  return count > 1 ? 2 * series.x[count - 1] - series.x[count - 2] : series.x[0] + 1;
}

void draw_stairs(Context& c, const Series& series) {
  Stroke stroke = pen(c, series);
  if (crowded(c, series)) return draw_columns(c, series, stroke);
  bool down = false;
  for (std::size_t i = series.seen.begin; i < series.seen.end; ++i) {
    const Point p = point_of(c, series, i);
    if (missing(p)) {
      down = false;
      continue;
    }
    if (std::exchange(down, true)) {
      stroke.to(p);
    } else {
      stroke.start(p);
    }
    stroke.to({c.x.pixel(i + 1 < series.size() ? series.x[i + 1] : stair_end(series)), p.y});
  }
  stroke.flush();
  draw_exit(c, series);
}

// A cross-cut of a band: two vertices.
struct Cut {
  float x, top, bottom;
};

// All in pixels.
Cut cut_at(const Context& c, double x, double low, double high) {
  const auto clamped = [&](double y) {
    return static_cast<float>(std::clamp(y, static_cast<double>(c.frame.top), static_cast<double>(c.frame.bottom)));
  };
  const double at = std::clamp(x, static_cast<double>(c.frame.left) - 1e4, static_cast<double>(c.frame.right) + 1e4);
  return {static_cast<float>(at), clamped(high), clamped(low)};
}

void fill_band(ImDrawList& list, const std::vector<Cut>& cuts, ImU32 colour) {
  if (cuts.size() < 2) return;
  const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
  const int count = static_cast<int>(cuts.size());
  list.PrimReserve(6 * (count - 1), 2 * count);
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    list.PrimWriteVtx({cuts[i].x, cuts[i].top}, uv, colour);
    list.PrimWriteVtx({cuts[i].x, cuts[i].bottom}, uv, colour);
    if (i == 0) continue;
    const unsigned next = list._VtxCurrentIdx;
    for (const unsigned back : {4U, 2U, 1U, 4U, 1U, 3U}) list.PrimWriteIdx(static_cast<ImDrawIdx>(next - back));
  }
}

// Collects cuts and fills them in pieces that 16-bit indices can reach.
class BandPen {
 public:
  BandPen(ImDrawList& list, ImU32 colour) : list_(list), colour_(colour) {}
  ~BandPen() { flush(); }
  BandPen(const BandPen&) = delete;
  BandPen& operator=(const BandPen&) = delete;
  void to(const Cut& cut) {
    cuts_.push_back(cut);
    if (cuts_.size() < 4096) return;
    flush();
    cuts_.push_back(cut);
  }
  void flush() {
    fill_band(list_, cuts_, colour_);
    cuts_.clear();
  }

 private:
  ImDrawList& list_;
  ImU32 colour_;
  std::vector<Cut> cuts_;
};

void draw_band_points(const Context& c, const Series& series, BandPen& band) {
  const std::vector<double> x = pixels_x(c, series), low = pixels_y(c, series, series.y),
                            high = pixels_y(c, series, series.high);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(low[i]) || std::isnan(high[i]) || std::isnan(x[i])) {
      band.flush();
    } else {
      band.to(cut_at(c, x[i], low[i], high[i]));
    }
  }
}

// Two pixels to a column: in so pale a fill nobody sees a finer edge.
void draw_band_columns(const Context& c, const Series& series, BandPen& band) {
  const Transform halved(c.x.range(), c.x.scale(), 0, c.frame.width() / 2);
  const std::vector<Column> lows = decimate(series.x, series.y, series.seen, halved);
  const std::vector<Column> highs = decimate(series.x, series.high, series.seen, halved);
  std::vector<double> low, high;
  for (const Column& column : lows) low.push_back(column.low);
  for (const Column& column : highs) high.push_back(column.high);
  c.y.to_pixels(low);
  c.y.to_pixels(high);
  std::size_t j = 0;
  for (std::size_t i = 0; i < lows.size(); ++i) {
    while (j < highs.size() && highs[j].column < lows[i].column) ++j;
    const bool both = j < highs.size() && highs[j].column == lows[i].column;
    if (!both || lows[i].breaks || highs[j].breaks) band.flush();
    if (both) band.to(cut_at(c, static_cast<double>(c.frame.left) + 2 * lows[i].column + 1, low[i], high[j]));
  }
}

void draw_band(Context& c, const Series& series) {
  BandPen band(*c.list, with_alpha(series.style.colour, series.opacity * alpha_of(c, series)));
  crowded(c, series) ? draw_band_columns(c, series, band) : draw_band_points(c, series, band);
}

void draw_marker(ImDrawList& list, Marker marker, ImVec2 at, float radius, float width, ImU32 colour) {
  if (marker == Marker::kCircle) list.AddCircleFilled(at, radius, colour);
  if (marker == Marker::kSquare)
    list.AddRectFilled({at.x - radius, at.y - radius}, {at.x + radius, at.y + radius}, colour);
  if (marker != Marker::kCross) return;
  list.AddLine({at.x - radius, at.y - radius}, {at.x + radius, at.y + radius}, colour, width);
  list.AddLine({at.x - radius, at.y + radius}, {at.x + radius, at.y - radius}, colour, width);
}

// Of very many markers only one is drawn per square of two pixels: the others would hide behind it.
class Taken {
 public:
  Taken(const Box& frame, bool asked)
      : frame_(frame),
        columns_(static_cast<std::size_t>(frame.width() / 2) + 2),
        cells_(asked ? columns_ * (static_cast<std::size_t>(frame.height() / 2) + 2) : 0) {}
  bool take(ImVec2 at) {
    if (cells_.empty()) return true;
    const auto column = static_cast<std::size_t>((at.x - frame_.left) / 2),
               row = static_cast<std::size_t>((at.y - frame_.top) / 2);
    const auto cell = cells_.begin() + static_cast<std::ptrdiff_t>(row * columns_ + column);
    if (*cell) return false;
    return *cell = true;
  }

 private:
  Box frame_;
  std::size_t columns_;
  std::vector<bool> cells_;
};

void draw_scatter(Context& c, const Series& series) {
  Taken taken(c.frame, series.seen.size() > kManyMarkers);
  // Markers on the edge of the frame are drawn whole.
  const float reach = c.px(series.radius + 1);
  c.list->PushClipRect({c.frame.left - reach, c.frame.top - reach}, {c.frame.right + reach, c.frame.bottom + reach});
  const ImU32 colour = with_alpha(series.style.colour, alpha_of(c, series));
  for (std::size_t i = series.seen.begin; i < series.seen.end; ++i) {
    const Point p = point_of(c, series, i);
    const bool inside = p.x >= c.frame.left && p.x <= c.frame.right && p.y >= c.frame.top && p.y <= c.frame.bottom;
    const ImVec2 at{static_cast<float>(p.x), static_cast<float>(p.y)};
    if (inside && taken.take(at))
      draw_marker(*c.list, series.marker, at, c.px(series.radius), c.px(series.style.width), colour);
  }
  c.list->PopClipRect();
}

}  // namespace

void draw_series(Context& c) {
  for (const Series& series : c.series)
    if (series.kind == Kind::kBand && !series.hidden) draw_band(c, series);
  for (const Series& series : c.series) {
    if (series.hidden || series.size() == 0) continue;
    if (series.kind == Kind::kLine) draw_curve(c, series);
    if (series.kind == Kind::kStairs) draw_stairs(c, series);
    if (series.kind == Kind::kScatter) draw_scatter(c, series);
  }
}

}  // namespace steplab::plot
