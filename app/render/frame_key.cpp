#include "app/render/frame_key.h"

#include <cstring>

namespace steplab::render {
namespace {

// Words of 8 bytes mixed by multiplication, as in wyhash (Wang Yi 2019).
class Key {
 public:
  template <class T>
  void add(const T& value) {
    static_assert(std::is_arithmetic_v<T>);
    std::uint64_t word = 0;
    std::memcpy(&word, &value, sizeof value);
    mix(word);
  }
  template <class T, std::size_t n>
  void add(const std::array<T, n>& values) {
    for (const T& value : values) add(value);
  }
  void add(const Colour& colour) { add(std::array{colour.r, colour.g, colour.b, colour.a}); }
  void add(std::span<const PathVertex> vertices) {
    add(vertices.size());
    for (const PathVertex& v : vertices) {
      std::uint64_t word = 0;
      std::memcpy(&word, &v, sizeof word);
      mix(word);
      add(v.excess);
    }
  }
  std::uint64_t value() const { return state_; }

 private:
  void mix(std::uint64_t word) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(state_ ^ word ^ 0xa0761d6478bd642fULL) * 0xe7037ed1a0b428dbULL;
    state_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    ++state_;
  }
  std::uint64_t state_ = 0x8ebc6af09c88c6e3ULL;
};

void add_backdrop(Key& key, const Scenery& s) {
  key.add(s.width), key.add(s.height), key.add(s.low), key.add(s.high);
  key.add(s.levels.logarithmic), key.add(s.levels.first), key.add(s.levels.step), key.add(s.levels.top);
  key.add(s.contours), key.add(s.stability), key.add(s.threshold);
  const Style& style = s.style;
  for (const Colour& colour : {style.low, style.high, style.contour, style.ground, style.ink, style.accent, style.warm})
    key.add(colour);
  key.add(style.scale);
}

void add_marks(Key& key, const Scenery& s) {
  key.add(s.minima);
  key.add(s.paths.size());
  for (const Path& path : s.paths) {
    key.add(path.vertices), key.add(path.colour), key.add(path.dash), key.add(path.width), key.add(path.shown);
    key.add(path.tail), key.add(path.head), key.add(path.faint), key.add(path.projected), key.add(path.bundled);
  }
  for (const Cloud& cloud : s.clouds) key.add(cloud.points), key.add(cloud.colour), key.add(cloud.radius);
}

}  // namespace

std::uint64_t backdrop_key(const MapFrame& frame) {
  Key key;
  add_backdrop(key, frame);
  return key.value();
}

std::uint64_t backdrop_key(const SurfaceFrame& frame) {
  Key key;
  add_backdrop(key, frame);
  key.add(frame.camera.azimuth), key.add(frame.camera.elevation), key.add(frame.camera.distance);
  key.add(frame.camera.target), key.add(frame.supersample), key.add(frame.axes);
  return key.value();
}

std::uint64_t marks_key(const MapFrame& frame) {
  Key key;
  add_marks(key, frame);
  return key.value();
}

std::uint64_t marks_key(const SurfaceFrame& frame) {
  Key key;
  add_marks(key, frame);
  key.add(frame.cursor.has_value());
  if (frame.cursor) key.add(*frame.cursor);
  return key.value();
}

}  // namespace steplab::render
