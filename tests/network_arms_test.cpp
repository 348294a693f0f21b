// A small network under the same noise in large and small steps (docs/notes/large-steps.md, B6).
#include "core/analysis/network_arms.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace steplab;

namespace {

const NetworkArm& arm(const NetworkArmsResults& results, const char* id) {
  return *std::ranges::find(results.arms, id, &NetworkArm::id);
}

}  // namespace

TEST_CASE("Large steps end in flatter minima than the same noise in small ones: sharpness about 5 against 11") {
  const NetworkArmsSpec spec{.steps = 300, .settle = 1000, .seeds = 4};
  const auto results = network_arms(spec, {.workers = 2});
  REQUIRE(results.complete);
  REQUIRE(results.arms.size() == 8);
  for (const auto& each : results.arms) {
    CHECK(each.diverged == 0);
    CHECK(each.sharpness.size() == 4);
  }
  // Who went on with large steps to the end is where they can stay: below 2/0.2 = 10.
  CHECK(std::ranges::max(arm(results, "sgd_large").sharpness) < 10);
  CHECK(std::ranges::max(arm(results, "gd_large").sharpness) < 10.5);  // settling may sharpen a little again
  CHECK(arm(results, "sgd_large").median_sharpness < 6);               // docs/notes/large-steps.md, B6: 5.0
  CHECK(arm(results, "warm").median_sharpness < 8);                    // 5.4
  for (const char* id : {"sgd_small", "sgd_small_long", "repeated", "noise"})
    CHECK(arm(results, id).median_sharpness > 9.5);  // 11.2, 11.2, 11.3, 11.9
}

TEST_CASE("Network arms refuse other landscapes and empty numbers, and stop when asked to") {
  CHECK_THROWS_WITH_AS(check(NetworkArmsSpec{.landscape = {"himmelblau"}}, "lab"),
                       doctest::Contains("lab.landscape: 'himmelblau'"), InputError);
  CHECK_THROWS_WITH_AS(check(NetworkArmsSpec{.large = 0}, ""), doctest::Contains("large: '0'"), InputError);
  CHECK_THROWS_WITH_AS(check(NetworkArmsSpec{.seeds = 0}, ""), doctest::Contains("seeds: '0'"), InputError);
  std::stop_source stop;
  stop.request_stop();
  CHECK(!network_arms({}, {.stop = stop.get_token()}).complete);
}
