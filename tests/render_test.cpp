// The landscape view as far as it does without a graphics card: where things are on the screen.
#include "app/render/camera.h"
#include "app/render/frame_key.h"
#include "app/render/levels.h"
#include "app/render/marks.h"
#include "app/render/mesh.h"
#include "app/render/path_geometry.h"
#include "app/render/picking.h"
#include "app/render/refine.h"
#include "app/render/shader_library.h"
#include "app/render/surface_grid.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

using namespace steplab::render;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// A picture of 100 × 100 pixels of the window 0 … 100: one unit is one pixel.
Stage pixel_stage() {
  Scenery scenery;
  scenery.width = scenery.height = 100;
  scenery.low = {0, 0};
  scenery.high = {100, 100};
  return map_stage(scenery, 1);
}

std::vector<Stroke> traced(const std::vector<PathVertex>& vertices) {
  return strokes_of(Path{.vertices = vertices}, pixel_stage(), Style{}, Thinning{});
}

bool holds(const Stroke& stroke, float x, float y) {
  return std::any_of(stroke.vertices.begin(), stroke.vertices.end(),
                     [&](const ScreenVertex& v) { return std::abs(v.x - x) < 1e-3f && std::abs(v.y - y) < 1e-3f; });
}

// e = x² + y² on −1 … 1 at 160 × 160 points.
struct Bowl {
  std::vector<float> excess;
  FieldImage field;
  LevelMap levels{.logarithmic = false, .first = 0.1, .step = 0.1, .top = 2};
  explicit Bowl(int cells = 640) {
    for (int row = 0; row < cells; ++row)
      for (int column = 0; column < cells; ++column) {
        const double x = (2.0 * column + 1) / cells - 1, y = (2.0 * row + 1) / cells - 1;
        excess.push_back(static_cast<float>(x * x + y * y));
      }
    field = {{-1, -1}, {1, 1}, cells, cells, excess, {}};
  }
  SurfaceFrame frame() const {
    SurfaceFrame frame;
    frame.width = 1000;
    frame.height = 800;
    frame.low = {-1, -1};
    frame.high = {1, 1};
    frame.levels = levels;
    return frame;
  }
  SurfaceGrid grid() const { return sample_surface(field, {-1, -1}, {1, 1}, levels); }
};

PathVertex on_bowl(float x, float y) { return {x, y, x * x + y * y}; }

}  // namespace

TEST_CASE("A thinned path keeps its first and last vertex and its extremes, however near they are to others") {
  std::vector<PathVertex> path;
  for (int i = 0; i <= 500; ++i) path.push_back({20 + 0.01f * static_cast<float>(i), 50});
  path[250].y = 50.5f;  // half a pixel up: less than the tolerance
  path[260].y = 49.6f;
  const std::vector<Stroke> strokes = traced(path);
  REQUIRE(strokes.size() == 1);
  CHECK(strokes[0].vertices.size() < 20);
  CHECK(holds(strokes[0], 20, 50));
  CHECK(holds(strokes[0], 25, 50));
  CHECK(holds(strokes[0], path[250].x, 49.5f));  // pixels go down
  CHECK(holds(strokes[0], path[260].x, 50.4f));
  CHECK(strokes[0].vertices.back().x == doctest::Approx(25));
}

TEST_CASE("Lengths along a path add up: 30, then 40, then 50 pixels") {
  const std::vector<Stroke> strokes = traced({{10, 10}, {40, 10}, {40, 50}, {70, 90}});
  REQUIRE(strokes.size() == 1);
  REQUIRE(strokes[0].vertices.size() == 4);
  const float expected[] = {0, 30, 70, 120};
  for (std::size_t i = 0; i < 4; ++i) CHECK(strokes[0].vertices[i].length == doctest::Approx(expected[i]));
}

TEST_CASE("A line is clipped where it crosses the frame") {
  const auto out = clipped({0.5, 0.5, 0}, {2.5, 1.5, 1}, 0, 0);
  REQUIRE(out);
  CHECK(out->b.u == doctest::Approx(1));
  CHECK(out->b.v == doctest::Approx(0.75));
  CHECK(out->b.height == doctest::Approx(0.25));
  CHECK(out->end_cut);
  CHECK_FALSE(out->start_cut);
  const auto through = clipped({-1, 0.5, 0}, {3, 0.5, 0}, 0, 0);
  REQUIRE(through);
  CHECK(through->a.u == doctest::Approx(0));
  CHECK(through->b.u == doctest::Approx(1));
  CHECK_FALSE(clipped({-1, 0.5, 0}, {0.5, 2.5, 0}, 0, 0));  // passes the corner (0, 1) outside
}

TEST_CASE("A path that leaves for 1e30 ends at the frame, with an arrow head that points outwards") {
  const std::vector<Stroke> strokes = traced({{50, 50}, {60, 50}, {1e30f, 50}});
  REQUIRE(strokes.size() == 2);
  for (const Stroke& stroke : strokes)
    for (const ScreenVertex& v : stroke.vertices) {
      CHECK(v.x >= 50);
      CHECK(v.x <= 105);  // a margin of a few pixels hides the cut end
    }
  const std::vector<ScreenVertex>& arrow = strokes[1].vertices;
  REQUIRE(arrow.size() == 3);
  CHECK(arrow[1].x < 100);  // the tip is seen
  CHECK(arrow[1].x > 90);
  CHECK(arrow[0].x < arrow[1].x);
  CHECK(arrow[2].x < arrow[1].x);
  CHECK(arrow[0].y + arrow[2].y == doctest::Approx(100));  // symmetric about the path
}

TEST_CASE("A path that ends in NaN leaves in the direction of its last step") {
  const std::vector<Stroke> strokes = traced({{50, 50}, {50, 60}, {kNaN, kInfinity}, {50, 50}});
  REQUIRE(strokes.size() == 2);
  CHECK(strokes[0].vertices.back().x == doctest::Approx(50));
  CHECK(strokes[0].vertices.back().y < 0);  // up is negative
  CHECK(strokes[1].vertices[1].y < strokes[1].vertices[0].y);
}

TEST_CASE("A path that comes back has no arrow head, and no line outside joins its pieces") {
  const std::vector<Stroke> strokes = traced({{50, 20}, {150, 20}, {150, 80}, {50, 80}});
  REQUIRE(strokes.size() == 1);
  const std::vector<ScreenVertex>& v = strokes[0].vertices;
  REQUIRE(v.size() == 4);
  CHECK(v[1].lifted);
  CHECK(v[3].lifted);
  CHECK_FALSE(v[0].lifted);
  CHECK_FALSE(v[2].lifted);
}

TEST_CASE("The newest vertex is drawn at full strength and what is older than the tail at the faint one") {
  std::vector<PathVertex> path;
  for (int i = 0; i < 90; ++i) path.push_back({static_cast<float>(i), 50});
  const std::vector<Stroke> strokes =
      strokes_of(Path{.vertices = path, .shown = 50, .tail = 10, .faint = 0.2f}, pixel_stage(), Style{}, Thinning{});
  REQUIRE(strokes.size() == 1);
  REQUIRE(strokes[0].vertices.size() == 50);
  CHECK(strokes[0].vertices.back().x == doctest::Approx(49));
  CHECK(strokes[0].vertices.back().strength == doctest::Approx(1));
  CHECK(strokes[0].vertices[39].strength == doctest::Approx(0.2));
  CHECK(strokes[0].vertices[45].strength > 0.2f);
}

TEST_CASE("Many wild paths are thinned to the budget, but not their tails") {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> anywhere(0, 100);
  std::vector<std::vector<PathVertex>> walks(64);
  std::vector<Path> paths;
  for (auto& walk : walks) {
    for (int i = 0; i < 1000; ++i) walk.push_back({anywhere(random), anywhere(random)});
    paths.push_back({.vertices = walk, .tail = 60});
  }
  const std::vector<Stroke> strokes = strokes_of(paths, pixel_stage(), Style{}, 10000);
  REQUIRE(strokes.size() == 64);
  std::size_t count = 0;
  for (std::size_t i = 0; i < strokes.size(); ++i) {
    count += strokes[i].vertices.size();
    int tail = 0;
    for (const ScreenVertex& v : strokes[i].vertices) tail += v.strength > 0.36f;
    // Random points in the window are nearer than 3 pixels once in 350 times.
    CHECK(tail >= 50);
    const PathVertex& last = walks[i].back();
    CHECK(strokes[i].vertices.back().x == doctest::Approx(last.x));
    CHECK(strokes[i].vertices.back().y == doctest::Approx(100 - last.y));
  }
  CHECK(count <= 10000);
  CHECK(count > 5000);
}

TEST_CASE("The camera sees its target in the middle of the picture, and what is above it above it") {
  const Camera camera{.azimuth = 0.7f, .elevation = 0.5f, .distance = 4, .target = {0.1f, -0.2f, 0.3f}};
  const Projection projection(camera, 640, 480);
  const Eigen::Vector3d target(camera.target[0], camera.target[1], camera.target[2]);
  const Eigen::Vector3d seen = projection.to_screen(target),
                        above = projection.to_screen({target.x(), target.y(), 0.4});
  CHECK(seen.x() == doctest::Approx(320));
  CHECK(seen.y() == doctest::Approx(240));
  CHECK(above.x() == doctest::Approx(320));
  CHECK(above.y() < 240);
  CHECK((projection.eye() - target).norm() == doctest::Approx(4));
  // A point half of tan 15° off axis at distance 4 lies a quarter of the shorter side from the middle.
  const Eigen::Vector3d right(-std::sin(0.7), std::cos(0.7), 0);
  const double off = 0.5 * 4 * std::tan(15 * std::numbers::pi / 180);
  CHECK(projection.to_screen(target + off * right).x() == doctest::Approx(320 + 120).epsilon(1e-6));
}

TEST_CASE("A ray through the pixel of a point passes through the point") {
  const Projection projection(Camera{}, 1000, 800);
  const Eigen::Vector3d point(0.3, -0.6, 0.2), screen = projection.to_screen(point);
  const Ray ray = projection.through(screen.x(), screen.y());
  const double along = (point - ray.origin).dot(ray.direction);
  CHECK((ray.origin + along * ray.direction - point).norm() < 1e-9);
  CHECK(along > 0);
}

TEST_CASE("Picking the pixel of a visible point of a paraboloid gives the point back") {
  const Bowl bowl;
  const SurfaceGrid grid = bowl.grid();
  int checked = 0;
  for (const float azimuth : {-2.5f, -0.9f, 0.4f, 2.0f}) {
    SurfaceFrame frame = bowl.frame();
    frame.camera.azimuth = azimuth;
    for (const float x : {-0.8f, -0.3f, 0.0f, 0.45f, 0.9f})
      for (const float y : {-0.7f, 0.1f, 0.6f}) {
        const auto placed = place(frame, grid, on_bowl(x, y));
        REQUIRE(placed);
        if (placed->hidden) continue;
        const auto picked = pick(frame, grid, placed->x, placed->y);
        REQUIRE(picked);
        // Cells of the grid are 0.0126 wide, and its heights those of the nearest of 640 samples.
        CHECK((*picked)[0] == doctest::Approx(x).epsilon(0.01));
        CHECK((*picked)[1] == doctest::Approx(y).epsilon(0.01));
        ++checked;
      }
  }
  CHECK(checked > 40);
}

TEST_CASE("From low down the near wall of a bowl hides its floor, from above it does not") {
  const Bowl bowl;
  SurfaceFrame frame = bowl.frame();
  frame.camera.elevation = 0.15f;
  CHECK(place(frame, bowl.grid(), on_bowl(0, 0))->hidden);
  frame.camera.elevation = 1.4f;
  CHECK_FALSE(place(frame, bowl.grid(), on_bowl(0, 0))->hidden);
  CHECK_FALSE(place(frame, bowl.grid(), {0, 0, kNaN}));
  CHECK_FALSE(place(frame, bowl.grid(), {1.2f, 0, 1}));
}

TEST_CASE("A pixel beside the surface picks nothing") {
  const Bowl bowl;
  CHECK_FALSE(pick(bowl.frame(), bowl.grid(), 5, 5));
  CHECK_FALSE(pick(bowl.frame(), SurfaceGrid{}, 500, 400));
}

TEST_CASE("Contour 3 of levels 2, 4, 8, 16 … is 16, and of even levels 2, 7, 12, 17 … it is 17") {
  const LevelMap logarithmic{.logarithmic = true, .first = 2, .step = 2},
      even{.logarithmic = false, .first = 2, .step = 5};
  CHECK(level_of(logarithmic, 16) == doctest::Approx(3));
  CHECK(excess_of(logarithmic, 3) == doctest::Approx(16));
  CHECK(level_of(even, 17) == doctest::Approx(3));
  CHECK(excess_of(even, 3) == doctest::Approx(17));
  CHECK(level_of(logarithmic, 0) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("The rise goes from 0 at the minimum to 1 at the top without a step back") {
  for (const bool logarithmic : {true, false}) {
    const LevelMap levels{.logarithmic = logarithmic, .first = 0.5, .step = 2};
    CHECK(rise(levels, 100, -1) == 0);
    CHECK(rise(levels, 100, 0) == 0);
    CHECK(rise(levels, 100, 100) == doctest::Approx(1));
    CHECK(rise(levels, 100, std::numeric_limits<double>::infinity()) == doctest::Approx(1));
    for (int i = 1; i <= 100; ++i) CHECK(rise(levels, 100, i) > rise(levels, 100, i - 1));
    CHECK(std::isnan(rise(levels, 100, kNaN)));
  }
}

TEST_CASE("Refining a coarse parabola gives the parabola, two cells from the border") {
  constexpr int kCells = 9, kFactor = 4;
  const auto f = [](double x, double y) { return 50 + x * x - 2 * x * y + 3 * y * y; };
  std::vector<float> coarse;
  for (int row = 0; row < kCells; ++row)
    for (int column = 0; column < kCells; ++column) coarse.push_back(static_cast<float>(f(column, row)));
  const std::vector<float> fine = refined(coarse, kCells, kCells, kFactor);
  REQUIRE(fine.size() == coarse.size() * kFactor * kFactor);
  for (int row = 1; row < kCells - 1; ++row)
    for (int column = 1; column < kCells - 1; ++column)
      for (int part = 0; part < kFactor; ++part) {
        if (row == 1 || row == kCells - 2 || column == 1 || column == kCells - 2) continue;  // needs two neighbours
        const double x = column + (part + 0.5) / kFactor - 0.5, y = row + 0.5 / kFactor - 0.5;
        const auto index = static_cast<std::size_t>(row * kFactor * kCells * kFactor + column * kFactor + part);
        CHECK(static_cast<double>(fine[index]) == doctest::Approx(f(x, y)).epsilon(1e-5));
      }
}

TEST_CASE("Refining does not go below 0 beside a minimum, and a hole stays as large as it was") {
  std::vector<float> steep(25, 100.0f);
  steep[12] = 0;
  for (const float value : refined(steep, 5, 5, 5)) CHECK(value >= 0);
  std::vector<float> pierced(25, 7.0f);
  pierced[12] = kNaN;
  int holes = 0;
  for (const float value : refined(pierced, 5, 5, 3)) {
    if (std::isnan(value))
      ++holes;
    else
      CHECK(value == doctest::Approx(7));
  }
  CHECK(holes == 9);
}

TEST_CASE("A surface has its heights at the border of the window and none at holes or outside of the field") {
  Bowl bowl(100);
  bowl.excess[50 * 100 + 50] = kInfinity;
  const SurfaceGrid grid = sample_surface(bowl.field, {-1, -1}, {3, 1}, bowl.levels);
  CHECK(height_at(grid, -1, -1) == doctest::Approx(1).epsilon(0.03));  // e = 2 is the top
  CHECK(height_at(grid, -0.5, 0) == doctest::Approx(0.125).epsilon(0.1));
  CHECK(std::isnan(height_at(grid, 2, 0)));
  CHECK(std::isnan(height_at(grid, 0.005, 0.005)));
  CHECK(std::isnan(height_at(grid, -1.1, 0)));
}

TEST_CASE("Cells that touch a hole are left out of the mesh") {
  SurfaceGrid grid{{0, 0}, {1, 1}, 3, 3, std::vector<float>(9, 0.5f), 1, {}};
  CHECK(mesh_indices(grid).size() == 4 * 6);
  grid.height[0] = kNaN;
  CHECK(mesh_indices(grid).size() == 3 * 6);
  grid.height[4] = kNaN;
  CHECK(mesh_indices(grid).empty());
}

TEST_CASE("The normals of a plane stand upright on it") {
  SurfaceGrid grid{{0, 0}, {1, 1}, 3, 3, {}, 1, {}};
  for (int i = 0; i < 9; ++i) grid.height.push_back(0.25f * static_cast<float>(i % 3));  // 0 … 0.5 over the box's 2
  const std::vector<float> vertices = mesh_vertices(grid);
  const double slope = 0.5 * kBoxHeight / 2;
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(static_cast<double>(-vertices[6 * i + 3] / vertices[6 * i + 5]) == doctest::Approx(slope));
    CHECK(vertices[6 * i + 4] == doctest::Approx(0));
  }
}

TEST_CASE("Ticks are round numbers inside of the range") {
  CHECK(round_ticks(0, 10, 5) == std::vector<double>{0, 2, 4, 6, 8, 10});
  CHECK(round_ticks(-1.1, 1.1, 4).size() == 5);
  CHECK(round_ticks(1, 1, 4).empty());
  const std::vector<double> heights = height_ticks({.logarithmic = true, .first = 0.125, .step = 2}, 2500);
  CHECK(heights.front() == 0);
  CHECK(heights.back() == doctest::Approx(1000));
}

TEST_CASE("Labels of the floor stand below its front edges, and those of the height left of the box") {
  const SurfaceFrame frame = Bowl().frame();
  const Stage stage = surface_stage(frame, 2);
  int seen[3] = {};
  for (const TickLabel& label : tick_labels(frame, 2)) {
    ++seen[static_cast<int>(label.axis)];
    if (label.axis == TickLabel::Axis::kHeight) {
      for (const double u : {0.0, 1.0})
        for (const double v : {0.0, 1.0}) CHECK(static_cast<double>(label.x) < screen_point(stage, {u, v, 0}).x);
    } else {
      CHECK(label.outward_y > 0);
      const double u = label.axis == TickLabel::Axis::kX ? (label.value + 1) / 2 : 0.5;
      const double v = label.axis == TickLabel::Axis::kY ? (label.value + 1) / 2 : 0.5;
      CHECK(static_cast<double>(label.y) > screen_point(stage, {u, v, 0}).y);
    }
  }
  for (const int count : seen) CHECK(count >= 3);
}

TEST_CASE("The camera cannot be turned below the floor or zoomed into the surface") {
  Camera camera;
  for (int i = 0; i < 100; ++i) camera = zoomed(orbited(camera, 300, -50), 1);
  CHECK(camera.elevation > 0);
  CHECK(camera.distance > 1.5f);
  CHECK(std::abs(camera.azimuth) <= 3.15f);
  for (int i = 0; i < 100; ++i) camera = zoomed(orbited(camera, 0, 50), -1);
  CHECK(camera.elevation < std::numbers::pi_v<float> / 2);
  CHECK(camera.distance < 13);
}

TEST_CASE("Frames are told apart by anything that shows") {
  std::vector<PathVertex> vertices{{1, 2, 3}, {4, 5, 6}};
  std::vector<Path> paths{{.vertices = vertices}};
  MapFrame frame;
  frame.width = frame.height = 10;
  frame.high = {1, 1};
  frame.paths = paths;
  const std::uint64_t backdrop = backdrop_key(frame), marks = marks_key(frame);
  CHECK(backdrop_key(MapFrame(frame)) == backdrop);
  CHECK(marks_key(MapFrame(frame)) == marks);
  vertices[1].y = 5.5f;
  CHECK(marks_key(frame) != marks);
  vertices[1].y = 5;
  paths[0].shown = 1;
  CHECK(marks_key(frame) != marks);
  CHECK(backdrop_key(frame) == backdrop);
  frame.threshold = 3;
  CHECK(backdrop_key(frame) != backdrop);
  SurfaceFrame a, b;
  b.camera.azimuth += 0.01f;
  CHECK(backdrop_key(a) != backdrop_key(b));
  b = a;
  b.cursor = Point2{0, 0};
  CHECK(marks_key(a) != marks_key(b));
}

TEST_CASE("A compiler's message names the file and the line, whoever made the driver") {
  const std::string files[] = {"", "common.glsl", "map.frag"};
  CHECK(with_file_name("2:12(7): error: `x' undeclared", files) == "map.frag:12: error: `x' undeclared");
  CHECK(with_file_name("1(3) : error C0000: syntax error", files) == "common.glsl:3: error C0000: syntax error");
  CHECK(with_file_name("ERROR: 2:5: 'x' : undeclared", files) == "map.frag:5: 'x' : undeclared");
  CHECK(with_file_name("out of memory", files) == "out of memory");
}
