#include "core/analysis/events.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace steplab {
namespace {

using doctest::Approx;

std::shared_ptr<const Landscape> make(const std::string& id, std::map<std::string, Value> params = {}) {
  return make_choice(landscapes(), {id, std::move(params)}, "test");
}

// A hand-made record: losses at steps 0, 1, …, sharpness and step size constant unless changed.
Trajectory record(std::vector<double> loss, double sharpness = 1, double step_size = 0.1) {
  Trajectory path;
  for (std::size_t row = 0; row < loss.size(); ++row) path.step.push_back(static_cast<int>(row));
  path.x.assign(2 * loss.size(), 50.0);
  path.sharpness.assign(loss.size(), sharpness);
  path.step_size.assign(loss.size(), step_size);
  path.step_size.back() = std::numeric_limits<double>::quiet_NaN();
  path.loss = std::move(loss);
  return path;
}

Outcome finished(const Trajectory& path) {
  return {.status = RunStatus::kFinished, .steps = path.step.back(), .loss = path.loss.back()};
}

std::vector<Event> events_on(const std::string& landscape, const Trajectory& path) {
  return events_of(path, finished(path), *make(landscape));
}

std::vector<std::string> texts(const std::vector<Event>& events) {
  std::vector<std::string> lines;
  for (const Event& event : events) lines.push_back(to_text(event));
  return lines;
}

TEST_CASE("A run that only descends has no events") { CHECK(events_on("uv", record({8, 4, 2, 1, 0.5})).empty()); }

TEST_CASE("A spike to 40 times the level that comes back is a rise, at the step of its peak") {
  const Trajectory path = record({100, 10, 5, 50, 200, 90, 4, 3});
  const auto events = events_on("uv", path);
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == EventKind::kLossRose);
  CHECK(events[0].step == 4);
  CHECK(events[0].amount == 40);
  CHECK(to_text(events[0]) == "step 4: loss rose 40×");
}

TEST_CASE("The spike is a catapult if it was unstable on the way up and the sharpness is lower afterwards") {
  Trajectory path = record({100, 10, 5, 50, 200, 90, 4, 3}, 21);  // η λ = 2.1
  for (std::size_t row = 5; row < 8; ++row) path.sharpness[row] = 15;
  auto events = events_on("uv", path);
  REQUIRE(events.size() == 2);
  CHECK(texts(events)[0] == "step 4: loss rose 40×, catapult");
  CHECK(events[1].kind == EventKind::kCrossedEdge);
  for (std::size_t row = 5; row < 8; ++row) path.sharpness[row] = 21;  // not lower
  CHECK(events_on("uv", path)[0].kind == EventKind::kLossRose);
  for (std::size_t row = 0; row < 8; ++row) path.sharpness[row] = row < 5 ? 19 : 15;  // stable all the time: mere noise
  CHECK(events_on("uv", path)[0].kind == EventKind::kLossRose);
}

TEST_CASE("A rise by less than four times, or within the noise floor, is none") {
  CHECK(events_on("uv", record({100, 10, 39, 10, 5})).empty());
  CHECK(events_on("uv", record({100, 1e-6, 0.01, 1e-6, 3, 1e-7})).empty());  // the floor is 1 % of the start
  CHECK(events_on("uv", record({100, 1e-6, 4.5, 1e-6})).size() == 1);
}

TEST_CASE("The published catapult of the uv model is found: 27 times up at step 5, and flatter afterwards") {
  // y = 0 from (3, 0.1) with η = 0.28: loss 0.045 → 1.23539 at t = 5 → 7.5e-5 at t = 10, η λ from 2.52 to 1.22.
  const RunSpec spec{.landscape = {"uv", {{"y", 0.0}}}, .start = {3.0, 0.1}, .step_size = 0.28, .steps = 40};
  const Results results = simulate({&spec, 1}, {.trajectory = true});
  const auto events = events_of(results[0].trajectories[0], results[0].outcomes[0], *make("uv", {{"y", 0.0}}));
  REQUIRE_FALSE(events.empty());
  const auto catapult = std::ranges::find(events, EventKind::kCatapult, &Event::kind);
  REQUIRE(catapult != events.end());
  CHECK(catapult->step == 5);
  CHECK(catapult->amount == Approx(1.23539 / 0.045).epsilon(1e-4));
  CHECK(to_text(*catapult) == "step 5: loss rose 27×, catapult");
  CHECK(events.back().kind == EventKind::kReached);
}

TEST_CASE("A diverged run says so at its last step, and its last rise is not told twice") {
  Trajectory path = record({1, 10, 1e3, 1e9});
  const auto events = events_of(path, {.status = RunStatus::kDiverged, .steps = 3, .loss = 1e9}, *make("uv"));
  CHECK(texts(events) == std::vector<std::string>{"step 3: diverged"});
}

TEST_CASE("A rise from below 1 % of the start is told as a share of the start") {
  const auto rise = [](double peak) { return texts(events_on("uv", record({100, 1e-6, peak, 1e-7}))); };
  CHECK(rise(50) == std::vector<std::string>{"step 2: loss rose to 50 % of its start"});
  CHECK(rise(5) == std::vector<std::string>{"step 2: loss rose to 5.0 % of its start"});
  CHECK(rise(400) == std::vector<std::string>{"step 2: loss rose to 4.0× its start"});
  CHECK(texts(events_on("uv", record({100, 2, 50, 1}))) == std::vector<std::string>{"step 2: loss rose 25×"});
}

TEST_CASE("A run is somewhere for good only if it was there over the last tenth of its steps") {
  const auto himmelblau = make("himmelblau");
  const auto told = [&](int first_there) {  // shakes about (3, 2) until then
    Trajectory path = record(std::vector<double>(101, 1.0));
    for (int row = 0; row <= 100; ++row) {
      path.x[2 * static_cast<std::size_t>(row)] = row < first_there && row % 2 == 1 ? 3.5 : 3.0;
      path.x[2 * static_cast<std::size_t>(row) + 1] = 2;
    }
    Outcome outcome = finished(path);
    outcome.reached = true;
    return texts(events_of(path, outcome, *himmelblau, {.reach = 0.1}));
  };
  CHECK(told(91) == std::vector<std::string>{"step 90: reached minimum 1 for good"});
  CHECK(told(93) == std::vector<std::string>{"step 92: came to minimum 1, too near the end to say for good"});
  CHECK(told(101) == std::vector<std::string>{"step 100: came to minimum 1, too near the end to say for good"});
}

TEST_CASE("Reaching counts from the step after which the run stays") {
  const auto himmelblau = make("himmelblau");
  Trajectory path = record({5, 4, 3, 2, 1, 1});
  const std::vector<double> x = {0, 2.95, 2.5, 2.95, 3.02, 3.01};  // near (3, 2), away, and back for good
  for (std::size_t row = 0; row < x.size(); ++row) {
    path.x[2 * row] = x[row];
    path.x[2 * row + 1] = 2;
  }
  Outcome outcome = finished(path);
  outcome.reached = true;
  const auto events = events_of(path, outcome, *himmelblau, {.reach = 0.1});
  REQUIRE(events.size() == 1);
  CHECK(events[0].step == 3);
  const auto& minima = himmelblau->surroundings().minima;
  CHECK((minima[static_cast<std::size_t>(events[0].to)].x - Vector{{3.0, 2.0}}).norm() < 1e-6);
}

TEST_CASE("A move to another minimum is told, going to and fro within ten steps is not") {
  const auto himmelblau = make("himmelblau");
  const auto& minima = himmelblau->surroundings().minima;
  const auto path_through = [&](const std::vector<std::pair<std::size_t, int>>& stays) {
    std::vector<double> x;
    for (const auto& [minimum, rows] : stays)
      for (int i = 0; i < rows; ++i) x.insert(x.end(), minima[minimum].x.begin(), minima[minimum].x.end());
    Trajectory path = record(std::vector<double>(x.size() / 2, 1.0));
    path.x = x;
    return path;
  };
  CHECK(texts(events_on("himmelblau", path_through({{0, 30}, {2, 30}}))) ==
        std::vector<std::string>{"step 30: went from minimum 1 to minimum 3"});
  CHECK(events_on("himmelblau", path_through({{0, 30}, {1, 5}, {0, 30}})).empty());
  CHECK(texts(events_on("himmelblau", path_through({{0, 30}, {1, 5}, {2, 30}}))) ==
        std::vector<std::string>{"step 35: went from minimum 1 to minimum 3"});
}

TEST_CASE("A point midway between two minima has not left the first") {
  const auto wells = make("himmelblau");
  const auto& minima = wells->surroundings().minima;
  Trajectory path = record(std::vector<double>(40, 1.0));
  for (std::size_t row = 0; row < 40; ++row) {
    const double share = row < 20 ? 0.0 : 0.52;  // just beyond the middle
    for (int j : {0, 1})
      path.x[2 * row + static_cast<std::size_t>(j)] = (1 - share) * minima[0].x[j] + share * minima[1].x[j];
  }
  CHECK(events_on("himmelblau", path).empty());
}

TEST_CASE("Crossings of the edge: the first of a flutter, and the last if it ends where it began") {
  const auto crossings = [](const std::vector<double>& sharpness) {
    Trajectory path = record(std::vector<double>(sharpness.size(), 1.0));
    path.sharpness = sharpness;
    std::vector<std::pair<int, int>> found;
    for (const Event& e : events_of(path, finished(path), *make("uv"))) found.emplace_back(e.step, e.to);
    return found;
  };
  using Found = std::vector<std::pair<int, int>>;
  std::vector<double> s(60, 19.0);  // the edge is 20 at η = 0.1
  CHECK(crossings(s).empty());
  for (std::size_t row = 30; row < 60; ++row) s[row] = 21;
  CHECK(crossings(s) == Found{{30, 1}});
  s[33] = 19;  // once back and up again
  CHECK(crossings(s) == Found{{30, 1}});
  for (std::size_t row = 36; row < 60; ++row) s[row] = 19;
  CHECK(crossings(s) == Found{{30, 1}, {36, 0}});
}

TEST_CASE("The edge is the optimizer's") {
  Trajectory path = record(std::vector<double>(40, 1.0), 21);
  for (std::size_t row = 20; row < 40; ++row) path.sharpness[row] = 39;
  CHECK(events_of(path, finished(path), *make("uv")).empty());  // above 2 all the time
  const auto events = events_of(path, finished(path), *make("uv"), {.edge = 3.8});
  CHECK(texts(events) ==
        std::vector<std::string>{"step 20: rose above the edge of stability (step size × sharpness = 3.9)"});
}

TEST_CASE("The list stays short: the highest rises, the first crossings") {
  std::vector<double> loss;
  for (int k = 0; k < 10; ++k) {
    loss.push_back(10);
    loss.push_back(10.0 * (5 + k));
    loss.insert(loss.end(), 30, 10.0);
  }
  const auto events = events_on("uv", record(loss));
  REQUIRE(events.size() == kMostOfAKind);
  CHECK(events.front().amount == Approx(12));
  CHECK(events.back().amount == Approx(14));
}

TEST_CASE("An empty record has no events") { CHECK(events_of({}, {}, *make("uv")).empty()); }

}  // namespace
}  // namespace steplab
