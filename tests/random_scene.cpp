#include "tests/random_scene.h"

#include "core/run/fields.h"

#include <algorithm>
#include <cmath>

namespace steplab::testing {
namespace {

double random_real(const ParamSpec& spec, Draw& draw) {
  const double low = std::max(spec.min, -1e3), high = std::min(spec.max, std::max(low, 0.0) + 1e3);
  return low + (high - low) * draw.uniform();
}

Value random_value(const ParamSpec& spec, Draw& draw) {
  switch (spec.kind) {
    case ParamKind::kReal:
      return random_real(spec, draw);
    case ParamKind::kInteger:
      return std::clamp(std::floor(random_real(spec, draw)), spec.min, spec.max);
    case ParamKind::kSwitch:
      return static_cast<double>(draw.below(2));
    case ParamKind::kDuration:
      return spec.min == 0 && draw.below(2) ? draw.uniform()
                                            : std::clamp(std::ceil(random_real(spec, draw)), spec.min, spec.max);
    case ParamKind::kChoice:
      return spec.choices[draw.below(spec.choices.size())];
    case ParamKind::kText:
      return std::string("any text, \"quoted\" \\ η ") + std::to_string(draw.word());
    case ParamKind::kList: {
      std::vector<double> list(draw.below(4));
      for (double& x : list) x = random_real(spec, draw);
      return list;
    }
  }
  return 0.0;
}

Choice random_choice(const std::string& family, Draw& draw) {
  const auto ids = family_ids(family);
  Choice choice{ids[draw.below(ids.size())]};
  for (const auto& spec : family_params(family, choice.id, "test"))
    if (draw.below(3) == 0) choice.params[spec.name] = random_value(spec, draw);
  return checked_choice(family, choice, "test");
}

SceneRun random_run(Draw& draw) {
  const bool rule = !family_ids("rule").empty() && draw.below(3) == 0;
  return {.name = draw.below(2) ? "" : "row " + std::to_string(draw.word()),
          .rate = random_choice(rule ? "rule" : "schedule", draw),
          .optimizer = random_choice("optimizer", draw),
          .step_size = std::ldexp(draw.uniform(), static_cast<int>(draw.below(40)) - 30),
          .shown = draw.below(2) == 0,
          .colour = static_cast<int>(draw.below(65)) - 1};
}

std::vector<std::string> random_ids(const std::vector<std::string>& ids, Draw& draw) {
  std::vector<std::string> some;
  for (const auto& id : ids)
    if (draw.below(2)) some.push_back(id);
  return some;
}

SceneView random_view(Draw& draw) {
  const auto text = [&](std::string_view name) { return std::get<std::string>(random_value(view_field(name), draw)); };
  const auto number = [&](std::string_view name) { return std::get<double>(random_value(view_field(name), draw)); };
  return {.shape = text("shape"),
          .window = draw.below(2) ? std::vector<double>{} : std::vector<double>{-draw.uniform(), 0, draw.uniform(), 2},
          .levels = text("levels"),
          .overlay = text("overlay"),
          .plane = text("plane"),
          .paths = text("paths"),
          .cloud = draw.below(2) == 0,
          .azimuth = number("azimuth"),
          .elevation = number("elevation"),
          .zoom = number("zoom"),
          .curves = random_ids(curve_ids(), draw),
          .log_curves = random_ids(curve_ids(), draw),
          .selected = static_cast<int>(number("selected")),
          .step = static_cast<int>(number("step"))};
}

SweepAxis random_axis(std::size_t which, Draw& draw) {
  if (which == 0)
    return {.name = "step_size",
            .from = draw.uniform(),
            .to = 3 + draw.uniform(),
            .count = 7,
            .logarithmic = draw.below(2) == 0};
  return parse_axis("rho=" + to_text(draw.uniform()) + "," + to_text(draw.uniform()), "test");
}

}  // namespace

std::uint32_t Draw::word() { return random_words(key_, Stream::kData, index_++)[0]; }
std::size_t Draw::below(std::size_t n) { return uniform_below(word(), static_cast<std::uint32_t>(n)); }
double Draw::uniform() {
  const double high = word() >> 5, low = word() >> 6;  // 27 + 26 bits
  return (high * 67108864.0 + low + 0.5) * 0x1p-53;
}

Scene random_scene(std::uint64_t key) {
  Draw draw(key);
  Scene scene;
  scene.title = "scene " + std::to_string(key);
  scene.notes = "tabs\tand \"quotes\", newlines\n, ρ and \x01";
  scene.lab = random_choice("lab", draw);
  scene.landscape = random_choice("landscape", draw);
  for (std::size_t n = draw.below(4); n-- > 0;)
    scene.start.push_back(std::ldexp(draw.uniform() - 0.5, static_cast<int>(draw.below(200)) - 100));
  scene.oracle = random_choice("oracle", draw);
  scene.projection = random_choice("projection", draw);
  scene.steps = 1 + static_cast<int>(draw.below(1000000));
  scene.rho = draw.uniform();
  scene.seed = (static_cast<std::uint64_t>(draw.word()) << 32) | draw.word();
  scene.seeds = 1 + static_cast<int>(draw.below(100));
  scene.reach = draw.uniform();
  scene.runs.clear();
  for (std::size_t n = 1 + draw.below(4); n-- > 0;) scene.runs.push_back(random_run(draw));
  for (std::size_t n = draw.below(3); n-- > 0;) scene.sweep.push_back(random_axis(n, draw));
  scene.every = 1 + static_cast<int>(draw.below(100));
  scene.preconditioned_sharpness = draw.below(2);
  scene.workers = static_cast<int>(draw.below(4));
  scene.view = random_view(draw);
  return scene;
}

}  // namespace steplab::testing
