#include "app/widgets/plot_stroke.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace steplab::plot {
namespace {

constexpr std::size_t kLongestPath = 4096;  // points; with four vertices each well below 65536, the reach of an index
constexpr float kSpike = 12;                // pixels by which a bar stands out of the one before it
constexpr double kFar = 1e7;                // pixels; infinities are taken as this far, so that slopes stay finite

struct Part {
  double begin, end;
};

// The part of a segment inside a box, as shares of its length (Liang & Barsky 1984).
std::optional<Part> inside(Point from, Point to, const Box& box) {
  Part part{0, 1};
  const auto cut = [&](double speed, double room) {
    if (speed == 0) return room >= 0;
    const double share = room / speed;
    if (speed > 0) part.end = std::min(part.end, share);
    if (speed < 0) part.begin = std::max(part.begin, share);
    return part.begin <= part.end;
  };
  const double dx = to.x - from.x, dy = to.y - from.y;
  const bool seen = cut(dx, box.right - from.x) && cut(-dx, from.x - box.left) && cut(dy, box.bottom - from.y) &&
                    cut(-dy, from.y - box.top);
  return seen ? std::optional(part) : std::nullopt;
}

Point at_hand(Point p) { return {std::clamp(p.x, -kFar, kFar), std::clamp(p.y, -kFar, kFar)}; }

ImVec2 to_float(Point p) { return {static_cast<float>(p.x), static_cast<float>(p.y)}; }

// A cross-section of the strip: `across` points to its left and is as long as a mitre asks.
struct Section {
  ImVec2 at, across;
  bool starts;
};

ImVec2 normal(ImVec2 a, ImVec2 b) {
  const float dx = b.x - a.x, dy = b.y - a.y, length = std::sqrt(dx * dx + dy * dy);
  return {dy / length, -dx / length};
}

// One cross-section where the line bends gently; where it turns sharply one strip ends and the next begins.
void sections_of(const std::vector<ImVec2>& path, std::vector<Section>& sections) {
  ImVec2 before = normal(path[0], path[1]);
  sections.push_back({path[0], before, true});
  for (std::size_t i = 1; i + 1 < path.size(); ++i) {
    const ImVec2 after = normal(path[i], path[i + 1]);
    const ImVec2 mean{(before.x + after.x) / 2, (before.y + after.y) / 2};
    const float size = mean.x * mean.x + mean.y * mean.y;
    if (size > 0.5F) {
      sections.push_back({path[i], {mean.x / size, mean.y / size}, false});
    } else {
      sections.push_back({path[i], before, false});
      sections.push_back({path[i], after, true});
    }
    before = after;
  }
  sections.push_back({path.back(), before, false});
}

// Four vertices across: transparent, full, full, transparent; the edge fades over one pixel.
void write_section(ImDrawList& list, const Section& section, float width, ImU32 colour, ImVec2 uv) {
  const float outer = width / 2 + 0.5F, inner = std::max(width / 2 - 0.5F, 0.0F);
  const ImU32 full = with_alpha(colour, width), clear = with_alpha(colour, 0);
  const auto vertex = [&](float across, ImU32 shade) {
    list.PrimWriteVtx({section.at.x + section.across.x * across, section.at.y + section.across.y * across}, uv, shade);
  };
  vertex(outer, clear);
  vertex(inner, full);
  vertex(-inner, full);
  vertex(-outer, clear);
}

// Three quads between the section written last and the one before it; `next` is the index of the vertex to come.
void join_sections(ImDrawList& list, unsigned next) {
  for (unsigned lane = 0; lane < 3; ++lane) {
    const unsigned a = next - 8 + lane, b = next - 4 + lane;
    for (const unsigned index : {a, a + 1, b + 1, a, b + 1, b}) list.PrimWriteIdx(static_cast<ImDrawIdx>(index));
  }
}

}  // namespace

ImU32 with_alpha(ImU32 colour, float share) {
  const float alpha = static_cast<float>(colour >> IM_COL32_A_SHIFT & 0xff) * std::clamp(share, 0.0F, 1.0F);
  return (colour & ~IM_COL32_A_MASK) | (static_cast<ImU32>(std::lround(alpha)) << IM_COL32_A_SHIFT);
}

Stroke::Stroke(ImDrawList& list, const Box& clip, ImU32 colour, float width, DashWalk dash)
    : list_(list), clip_(clip), colour_(colour), width_(width), dash_(dash) {
  const float margin = width + 1;
  clip_ = {clip.left - margin, clip.top - margin, clip.right + margin, clip.bottom + margin};
}

bool Stroke::holds(Point p) const {
  return p.x >= clip_.left && p.x <= clip_.right && p.y >= clip_.top && p.y <= clip_.bottom;
}

void Stroke::start(Point p) {
  flush_path();
  last_ = at_hand(p);
  down_ = true;
  joined_ = false;
}

void Stroke::to(Point p) {
  p = at_hand(p);
  if (!down_) return start(p);
  const Point from = std::exchange(last_, p);
  if (joined_ && dash_.solid() && holds(p)) return put(to_float(p));  // the usual case
  const double dx = p.x - from.x, dy = p.y - from.y, length = std::sqrt(dx * dx + dy * dy);
  if (length < 1e-3) {
    last_ = from;
    return;
  }
  const std::optional<Part> seen = inside(from, p, clip_);
  if (!seen) {
    joined_ = false;
    return dash_.skip(length);
  }
  dash_.skip(seen->begin * length);
  joined_ = joined_ && seen->begin == 0;
  bool drawn = false;
  dash_.walk((seen->end - seen->begin) * length, [&](double begin, double end) {
    drawn = true;
    piece(from, p, seen->begin * length + begin, seen->begin * length + end, length);
  });
  if (!drawn || seen->end < 1) joined_ = false;
  dash_.skip((1 - seen->end) * length);
}

// `begin` and `end` in pixels along the segment. A piece that begins where the last one ended goes on with its strip.
void Stroke::piece(Point from, Point to, double begin, double end, double length) {
  const auto along = [&](double pixels) {
    const double share = pixels / length;
    return ImVec2{static_cast<float>(from.x + share * (to.x - from.x)),
                  static_cast<float>(from.y + share * (to.y - from.y))};
  };
  flush_bars();
  if (!joined_ || begin > 0) {
    flush_path();
    put(along(begin));
  }
  put(along(end));
  joined_ = end >= length * (1 - 1e-9);
}

void Stroke::put(ImVec2 p) {
  if (!path_.empty()) {
    const float dx = p.x - path_.back().x, dy = p.y - path_.back().y;
    if (dx * dx + dy * dy < 1e-6F) return;  // a direction cannot be told from so short a step
  }
  path_.push_back(p);
  if (path_.size() < kLongestPath) return;
  flush_path();
  path_.push_back(p);
}

void Stroke::bar(double x, double top, double bottom) {
  flush_path();
  down_ = joined_ = false;
  // A spike must not fall into a gap.
  const bool spike = last_bar_ && (static_cast<float>(top) < last_bar_->top - kSpike ||
                                   static_cast<float>(bottom) > last_bar_->bottom + kSpike);
  last_bar_ = Bar{static_cast<float>(x), static_cast<float>(top), static_cast<float>(bottom)};
  const bool on = dash_.on() || spike,
             seen = bottom >= clip_.top && top <= clip_.bottom && x >= clip_.left && x <= clip_.right;
  dash_.skip(1);
  if (!on || !seen) return flush_bars();
  if (!bars_.empty() && std::abs(x - bars_.back().x - 1) > 0.01) flush_bars();
  const double low = clip_.top, high = clip_.bottom;
  bars_.push_back({static_cast<float>(x), static_cast<float>(std::clamp(top, low, high)),
                   static_cast<float>(std::clamp(bottom, low, high))});
  if (bars_.size() < kLongestPath) return;
  const Bar last = bars_.back();
  flush_bars();
  bars_.push_back(last);
}

void Stroke::flush() {
  flush_path();
  flush_bars();
}

void Stroke::flush_path() {
  if (path_.size() >= 2) {
    std::vector<Section> sections;
    sections.reserve(2 * path_.size());
    sections_of(path_, sections);
    const int quads = 3 * (static_cast<int>(path_.size()) - 1), vertices = 4 * static_cast<int>(sections.size());
    const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
    list_.PrimReserve(6 * quads, vertices);
    for (const Section& section : sections) {
      write_section(list_, section, width_, colour_, uv);
      if (!section.starts) join_sections(list_, list_._VtxCurrentIdx);
    }
  }
  path_.clear();
}

// The outermost bars reach to the edges of their columns.
void Stroke::flush_bars() {
  if (bars_.empty()) return;
  const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
  const float half = width_ / 2, edge = std::min(half, 0.5F);
  const ImU32 clear = with_alpha(colour_, 0), full = with_alpha(colour_, width_);
  const auto section = [&](const Bar& bar, float shift) {
    const float x = bar.x + shift;
    list_.PrimWriteVtx({x, bar.top - half - 0.5F}, uv, clear);
    list_.PrimWriteVtx({x, bar.top - half + edge}, uv, full);
    list_.PrimWriteVtx({x, bar.bottom + half - edge}, uv, full);
    list_.PrimWriteVtx({x, bar.bottom + half + 0.5F}, uv, clear);
  };
  const int count = static_cast<int>(bars_.size());
  list_.PrimReserve(18 * (count + 1), 4 * (count + 2));
  section(bars_.front(), -0.5F);
  for (const Bar& bar : bars_) {
    section(bar, 0);
    join_sections(list_, list_._VtxCurrentIdx);
  }
  section(bars_.back(), 0.5F);
  join_sections(list_, list_._VtxCurrentIdx);
  bars_.clear();
}

void draw_line(ImDrawList& list, const Box& clip, Point from, Point to, ImU32 colour, float width, DashWalk dash) {
  Stroke stroke(list, clip, colour, width, dash);
  stroke.start(from);
  stroke.to(to);
}

}  // namespace steplab::plot
