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

// Every point, a gap at every NaN.
void draw_points(Context& c, const Series& series, Stroke& stroke) {
  bool down = false;
  for (std::size_t i = series.seen.begin; i < series.seen.end; ++i) {
    const Point p = point_of(c, series, i);
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
  bool smooth() const { return std::min(first, last) - high < kSmooth && low - std::max(first, last) < kSmooth; }
};

PixelColumn to_pixels(const Context& c, const Column& column) {
  const auto pixel = [&](double value) {
    return std::clamp(c.y.pixel(value), static_cast<double>(c.frame.top) - 1e4,
                      static_cast<double>(c.frame.bottom) + 1e4);
  };
  PixelColumn result{static_cast<double>(c.frame.left) + column.column + 0.5, pixel(column.first), 0, 0, 0};
  result.last = column.last == column.first ? result.first : pixel(column.last);
  result.low = column.low == column.first ? result.first : column.low == column.last ? result.last : pixel(column.low);
  result.high = column.high == column.first  ? result.first
                : column.high == column.last ? result.last
                                             : pixel(column.high);
  return result;
}

// Where a column holds a smooth piece of the curve, an anti-aliased line goes on through it; where the curve turns back
// and forth, a bar covers all it reaches, stretched to where the column before ended.
void draw_columns(Context& c, const Series& series, Stroke& stroke) {
  bool down = false;
  double before = 0;
  for (const Column& column : decimate(series.x, series.y, series.seen, c.x)) {
    const PixelColumn p = to_pixels(c, column);
    const bool joined = std::exchange(down, true) && !column.breaks;
    if (!p.smooth()) {
      stroke.bar(p.x, joined ? std::min(p.high, before) : p.high, joined ? std::max(p.low, before) : p.low);
      stroke.start({p.x, p.last});
    } else {
      const bool steep = std::abs(p.last - p.first) > 0.5;
      const Point entry{p.x - (steep ? 0.25 : 0), p.first};
      if (!joined) stroke.start(entry);
      stroke.to(entry);
      if (steep) stroke.to({p.x + 0.25, p.last});
      // A single point between gaps still has to be seen.
      if (!joined && !steep) stroke.to({p.x + 0.5, p.last});
    }
    before = p.last;
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

// Where a series that ends above the frame leaves it.
void draw_exit(Context& c, const Series& series) {
  const std::size_t count = series.size();
  std::size_t i = count;
  const double top = c.y.range().high;
  if (!series.rising || count == 0 || !(series.y[count - 1] > top)) return;
  while (i > 0 && series.y[i - 1] > top) --i;
  const double x = c.x.pixel(series.x[std::min(i, count - 1)]);
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

Cut cut_at(const Context& c, double x, double low, double high) {
  const auto clamped = [&](double y) {
    return static_cast<float>(std::clamp(y, static_cast<double>(c.frame.top), static_cast<double>(c.frame.bottom)));
  };
  const double at = std::clamp(x, static_cast<double>(c.frame.left) - 1e4, static_cast<double>(c.frame.right) + 1e4);
  return {static_cast<float>(at), clamped(c.y.pixel(high)), clamped(c.y.pixel(low))};
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
  for (std::size_t i = series.seen.begin; i < series.seen.end; ++i) {
    const double x = c.x.pixel(series.x[i]), low = series.y[i], high = series.high[i];
    if (std::isnan(low) || std::isnan(high) || std::isnan(x)) {
      band.flush();
    } else {
      band.to(cut_at(c, x, low, high));
    }
  }
}

void draw_band_columns(const Context& c, const Series& series, BandPen& band) {
  const std::vector<Column> lows = decimate(series.x, series.y, series.seen, c.x);
  const std::vector<Column> highs = decimate(series.x, series.high, series.seen, c.x);
  std::size_t j = 0;
  for (const Column& low : lows) {
    while (j < highs.size() && highs[j].column < low.column) ++j;
    const bool both = j < highs.size() && highs[j].column == low.column;
    if (!both || low.breaks || highs[j].breaks) band.flush();
    if (both) band.to(cut_at(c, static_cast<double>(c.frame.left) + low.column + 0.5, low.low, highs[j].high));
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
  const ImU32 colour = with_alpha(series.style.colour, alpha_of(c, series));
  for (std::size_t i = series.seen.begin; i < series.seen.end; ++i) {
    const Point p = point_of(c, series, i);
    const bool inside = p.x >= c.frame.left && p.x <= c.frame.right && p.y >= c.frame.top && p.y <= c.frame.bottom;
    const ImVec2 at{static_cast<float>(p.x), static_cast<float>(p.y)};
    if (inside && taken.take(at))
      draw_marker(*c.list, series.marker, at, c.px(series.radius), c.px(series.style.width), colour);
  }
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
