// What the panels say about a picture, without drawing it.
#include "app/panels/panels.h"
#include "core/scene/shipped.h"
#include "tests/quick_scene.h"

#include <doctest/doctest.h>

namespace steplab {
namespace {

/// A session whose picture is of `shown` while `wanted` is under edit.
Session session_of(const Scene& shown, const Scene& wanted) {
  Session session;
  session.document = Document(wanted);
  session.draft = wanted;
  session.finished.picture = make_picture(shown, {});
  return session;
}

TEST_CASE("A picture of another landscape or other runs is outdated at once: no badge, and colours of its own scene") {
  const Scene shown = quick_scene();
  Scene other = shown;
  other.landscape = {"himmelblau"};
  other.runs[0].colour = 5;
  Scene fewer = shown;
  fewer.runs.erase(fewer.runs.begin() + 1);
  for (const Scene& wanted : {other, fewer}) {
    const Session session = session_of(shown, wanted);
    CHECK(is_outdated(session));
    CHECK(outdated_words(session) != "");
    CHECK(badge_of(session, 0).text == "…");
    CHECK_FALSE(badge_of(session, 0).problem);
    CHECK(looks_of(session) == shown);
    CHECK(is_pictured(session, 3));
    CHECK(event_log(session).starts_with("computing …"));
  }
}

TEST_CASE("While a number is dragged the picture of a moment ago will do; when the answer is late it will not") {
  Scene wanted = quick_scene();
  wanted.rho = 1.1;
  Session session = session_of(quick_scene(), wanted);
  session.now = 10;
  session.behind_since = 9.9;
  CHECK_FALSE(is_outdated(session));
  CHECK(badge_of(session, 0).text.ends_with("/8"));
  session.behind_since = 9;
  CHECK(is_outdated(session));
  CHECK(badge_of(session, 0).text == "…");
}

TEST_CASE("The badge of a diverged run says how many and the first step, its tooltip why") {
  Scene scene = quick_scene();
  scene.runs[0].step_size = 5;
  const Session session = session_of(scene, scene);
  const RunPicture& run = session.picture()->runs[0];
  const Badge badge = badge_of(session, 0);
  CHECK(badge.problem);
  CHECK(badge.text == "▲ 8/8 at " + std::to_string(run.first_lost));
  CHECK(badge.help.find("steps overshoot; lower ρ or η") != std::string::npos);
}

TEST_CASE("The log tells why a run diverged, gives no median loss of one that did, and leaves hidden runs out") {
  Scene scene = quick_scene();
  scene.runs[0].step_size = 5;
  scene.runs[1].shown = false;
  const std::string log = event_log(session_of(scene, scene));
  CHECK(log.find("constant: 0 of 8 reached the global minimum, 8 diverged; median final loss none") != log.npos);
  CHECK(log.find("steps overshoot; lower ρ or η") != log.npos);
  CHECK(log.find("linear:") == log.npos);
  CHECK(log.find("1 hidden run") != log.npos);
}

}  // namespace
}  // namespace steplab
