// Handles of schedules: where they are, and what moving them makes of a schedule.
#include "app/widgets/schedule_handles.h"

#include "core/base/error.h"
#include "core/catalog.h"
#include "core/run/run.h"
#include "tests/random_scene.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

using namespace steplab;

namespace {

double factor(const Choice& schedule, double t, int T) {
  return make_choice(schedules(), schedule, "test")->factor(static_cast<int>(t), T);
}
double factor(const std::string& text, double t, int T) { return factor(parse_choice(text, "test"), t, T); }

ScheduleHandle handle(const Choice& schedule, const std::string& id, int T) {
  for (const auto& one : handles_of(schedule, T))
    if (one.id == id) return one;
  FAIL("no handle " << id << " on " << to_text(schedule));
  return {};
}

bool has_handle(const std::string& text, const std::string& id, int T = 200) {
  const auto all = handles_of(parse_choice(text, "test"), T);
  return std::ranges::find(all, id, &ScheduleHandle::id) != all.end();
}

Choice moved(const std::string& text, const std::string& id, double t, double factor, int T = 200) {
  Choice schedule = parse_choice(text, "test");
  CHECK_MESSAGE(move_handle(schedule, id, t, factor, T), id << " on " << text);
  return schedule;
}

double number(const Choice& schedule, const std::string& name) { return std::get<double>(schedule.params.at(name)); }

bool is_valid(const Choice& schedule) {
  try {
    make_choice(schedules(), schedule, "test");
    return true;
  } catch (const InputError&) {
    return false;
  }
}

// The whole catalog with its defaults and behind a warmup, and schedules drawn at random.
std::vector<Choice> many_schedules() {
  std::vector<Choice> all;
  for (const auto& id : ids_of(schedules()))
    for (const char* more :
         {"", "(warmup=0.15,floor=0.05)", "(warmup=7,sampling=25-50-75)", "(sampling=10-10,ahead=1)"})
      all.push_back(parse_choice(id + more, "test"));
  for (const char* text :
       {"step(at=20,90,drop=0.5,0.2)", "step(at=0.2,0.2,0.9,late=1)",
        "knots(at=0,50,50,200,values=0,1,0.3,0.1,unit=steps)", "knots(between=hold,warmup=0.1)",
        "knots(between=cosine,floor=0.2)", "cyclic(down=0.2,warmup=0.1)", "wsd(shape=power,span=0.8)",
        "wsd(shape=exponential,decay=30)", "one_cycle(three_phase=1,warmup=0.1)", "cosine(repeats=3)",
        "cosine(span=0.4,after=mirror,begin=0.1)", "geometric(begin=20)", "polynomial(p=3,span=120)",
        "inverse_sqrt(tau=20)", "triangle(warmup=10)", "constant(span=0.3,factor=0.5)"})
    all.push_back(parse_choice(text, "test"));
  for (std::uint64_t key = 1; key <= 60; ++key)
    for (const auto& run : testing::random_scene(key).runs)
      if (!is_rate_rule(run.rate.id) && is_valid(run.rate)) all.push_back(run.rate);
  return all;
}

bool keeps_no_default(const Choice& schedule) {
  const auto& specs = find_entry(schedules(), schedule.id, "test").params;
  return std::ranges::none_of(schedule.params, [&](const auto& param) {
    return std::ranges::find(specs, param.first, &ParamSpec::name)->initial == param.second;
  });
}

Choice unsampled(Choice schedule) {
  schedule.params.erase("sampling");
  const auto mode = schedule.params.find("warmup_mode");
  if (mode != schedule.params.end() && mode->second == Value("under")) schedule.params.erase("warmup");
  return schedule;
}

}  // namespace

TEST_CASE("every handle of every schedule lies on its curve, inside the run") {
  int handles = 0;
  for (const auto& schedule : many_schedules())
    for (const int T : {1, 2, 37, 200, 5000})
      for (const auto& one : handles_of(schedule, T)) {
        CAPTURE(to_text(schedule));
        CAPTURE(one.id);
        CAPTURE(T);
        ++handles;
        CHECK(one.t >= 0);
        CHECK(one.t <= T);
        CHECK(one.t == std::floor(one.t));
        const Choice& drawn = one.id.starts_with("knot") ? unsampled(schedule) : schedule;
        CHECK(one.factor == factor(drawn, one.t, T));
        CHECK(!one.value.empty());
        CHECK(!one.help.empty());
      }
  CHECK(handles > 1000);
}

TEST_CASE("every schedule can be dragged by something") {
  for (const auto& id : ids_of(schedules())) {
    CAPTURE(id);
    CHECK(handles_of({id}, 200).size() >= 1);
  }
  for (const auto& id : ids_of(rate_rules())) CHECK(handles_of({id}, 200).empty());
}

TEST_CASE("two handles of a schedule never have the same id") {
  for (const auto& schedule : many_schedules()) {
    std::vector<std::string> ids;
    for (const auto& one : handles_of(schedule, 200)) ids.push_back(one.id);
    std::ranges::sort(ids);
    CHECK(std::ranges::adjacent_find(ids) == ids.end());
  }
}

TEST_CASE("moving a handle to where it is changes nothing") {
  for (const auto& schedule : many_schedules())
    for (const int T : {2, 37, 200, 5000})
      for (const auto& one : handles_of(schedule, T)) {
        CAPTURE(to_text(schedule));
        CAPTURE(one.id);
        CAPTURE(T);
        Choice same = schedule;
        CHECK_FALSE(move_handle(same, one.id, one.t, one.factor, T));
        CHECK(same == schedule);
      }
}

TEST_CASE("wherever a handle is dragged the schedule stays valid and goes as near as it can") {
  int hits = 0, tries = 0;
  for (const auto& schedule : many_schedules())
    for (const int T : {1, 37, 200})
      for (const auto& one : handles_of(schedule, T))
        for (const double to : {0.0, 0.3, 0.83, 40.0}) {
          const double t = one.kind == HandleKind::kHeight ? one.t : std::floor(T * std::min(to, 1.0));
          Choice next = schedule;
          const bool changed = move_handle(next, one.id, t, to, T);
          CAPTURE(to_text(schedule));
          CAPTURE(to_text(next));
          CAPTURE(one.id);
          CAPTURE(T);
          CAPTURE(to);
          REQUIRE(is_valid(next));
          CHECK(changed == (next != schedule));
          if (changed && keeps_no_default(schedule)) CHECK(keeps_no_default(next));
          if (one.kind != HandleKind::kHeight) continue;
          const double before = std::abs(one.factor - to), after = std::abs(factor(next, one.t, T) - to);
          CHECK(after <= before + 1e-12);
          ++tries;
          hits += after <= 1e-6 ? 1 : 0;
        }
  CHECK(hits > tries / 3);
}

TEST_CASE("a bent curve goes through the place that it was dragged to") {
  struct Bend {
    const char* text;
    const char* id;
    std::vector<double> factors;
  };
  const std::vector<double> usual = {0.05, 0.2, 0.37, 0.61803, 0.8};
  for (const auto& bend : std::vector<Bend>{{"polynomial", "p", usual},
                                            {"polynomial(p=2)", "k", usual},
                                            {"cosine", "p", usual},
                                            {"cosine", "k", {0.5, 0.7, 0.9}},
                                            {"sgdr", "p", usual},
                                            {"exponential", "rate", {0.01, 0.2, 0.9, 1.5}},
                                            {"rex", "b", {0.45, 0.61803, 0.8, 0.95}},
                                            {"tanh", "lb", usual},
                                            {"tanh", "ub", usual},
                                            {"geometric", "gamma", {1e-4, 0.2, 0.9, 1.2}},
                                            {"inverse_time", "rate", usual},
                                            {"inverse_time(tau=20,p=0.6)", "rate", usual},
                                            {"inverse_sqrt", "tau", {0.2, 0.37, 0.61803, 0.8}},
                                            {"constant", "factor", {0.01, 0.5, 3}},
                                            {"linear", "to", {0.05, 0.5, 2}},
                                            {"linear", "from", {0.3, 0.5, 2}},
                                            {"triangle", "low", usual},
                                            {"slanted_triangle", "ratio", usual},
                                            {"cyclic", "low", usual},
                                            {"one_cycle", "div", {0.3, 0.5, 0.8}},
                                            {"one_cycle", "final_div", {1e-6, 1e-4, 0.02}},
                                            {"step", "drop0", usual},
                                            {"wsd(shape=power)", "a", usual},
                                            {"cosine", "floor", usual},
                                            {"rex(sampling=25-50-75)", "floor", {0.5, 0.61803, 0.9}},
                                            {"step", "floor", {0.05, 0.2, 0.9}}})
    for (const char* more : {"", "warmup=0.1", "warmup=13,warmup_progress=done", "scale=0.9"})
      for (const double to : bend.factors) {
        Choice schedule = parse_choice(bend.text, "test");
        const Choice shared = parse_choice(std::string("rex(") + more + ")", "test");
        for (const auto& [name, value] : shared.params) schedule.params[name] = value;
        if (std::string(more).starts_with("scale") && to >= 0.8) continue;  // the ends are out of reach
        CAPTURE(to_text(schedule));
        CAPTURE(std::string(bend.id));
        const ScheduleHandle before = handle(schedule, bend.id, 200);
        if (!(std::abs(before.factor - to) > 1e-6)) continue;
        CHECK(move_handle(schedule, bend.id, 0, to, 200));
        CHECK(factor(schedule, before.t, 200) == doctest::Approx(to).epsilon(1e-6));
        CHECK(handle(schedule, bend.id, 200).t == before.t);
      }
}

TEST_CASE("a parameter that is dragged gets no more digits than it takes: (1 - 0.6)^2 = 0.16") {
  CHECK(number(moved("polynomial", "p", 0, 0.16), "p") == 2);
  CHECK(number(moved("exponential", "rate", 0, std::exp(-1.25)), "rate") == -2.5);
  CHECK(number(moved("constant", "factor", 0, 0.25), "factor") == 0.25);
  // (1 − 0.6)/(1 − 0.6 b) = 0.4 is a straight line, the default of polynomial and a b of 0 for REX
  CHECK(number(moved("rex", "b", 0, 0.4), "b") == 0);
  CHECK(moved("polynomial(p=3)", "p", 0, 0.4).params.empty());
}

TEST_CASE("the warmup ends where its handle is dragged to, in the unit it was given in") {
  for (const auto& id : ids_of(schedules())) {
    const std::string text = id + "(warmup=0.3)";
    for (const int T : {37, 200, 300, 1500, 99991})
      for (const double share : {0.011, 1.0 / 3, 0.5, 0.97}) {
        CAPTURE(text);
        const double wanted = std::ceil(share * T);
        const Choice schedule = moved(text, "warmup", wanted, 0, T);
        CHECK(number(schedule, "warmup") < 1);
        CHECK(handle(schedule, "warmup", T).t == wanted);
        const Choice constant = Choice{"constant", schedule.params};
        CHECK(factor(constant, wanted - 1, T) == doctest::Approx(1).epsilon(1e-9));  // (t + 1)/W
        if (wanted > 1) CHECK(factor(constant, wanted - 2, T) == doctest::Approx((wanted - 1) / wanted));
      }
  }
  CHECK(number(moved("rex(warmup=20)", "warmup", 55, 0), "warmup") == 55);
  CHECK(number(moved("rex(warmup=20)", "warmup", 1, 0), "warmup") == 1);
}

TEST_CASE("a warmup can be pulled out of nothing and pushed back into nothing") {
  const Choice schedule = moved("cosine", "warmup", 20, 0.5);
  CHECK(number(schedule, "warmup") == 0.1);
  CHECK(moved("cosine(warmup=0.1)", "warmup", 0, 0).params.empty());
  CHECK(moved("cosine(warmup=30)", "warmup", -50, 0).params.empty());
  CHECK(number(moved("cosine", "warmup", 1e9, 0), "warmup") < 1);
}

TEST_CASE("the fall of a delayed schedule begins where its handle is") {
  const Choice delayed = moved("delayed_linear", "hold", 150, 0);
  CHECK(number(delayed, "hold") == 0.75);
  CHECK(factor(delayed, 150, 200) == 1);
  CHECK(factor(delayed, 151, 200) == doctest::Approx(49.0 / 50));
  CHECK(number(moved("delayed_linear(hold=40)", "hold", 150, 0), "hold") == 150);
  const Choice late = moved("delayed_linear(warmup=0.5)", "hold", 125, 0);  // a quarter of what the warmup leaves
  CHECK(number(late, "hold") == 0.25);
  const Choice stable = moved("wsd(shape=linear)", "decay", 120, 0);
  CHECK(number(stable, "decay") == 0.4);
  CHECK(factor(stable, 120, 200) == 1);
  CHECK(factor(stable, 160, 200) == doctest::Approx(0.5));
}

TEST_CASE("a one-cycle schedule peaks where its handle is") {
  for (const double at : {10.0, 77.0, 150.0}) {
    const Choice schedule = moved("one_cycle", "top", at, 0);
    for (int t = 0; t < 200; ++t) CHECK(factor(schedule, t, 200) <= factor(schedule, at, 200));
    const Choice slanted = moved("slanted_triangle", "top", at, 0);
    CHECK(factor(slanted, at, 200) == 1);
  }
  const Choice cyclic = moved("cyclic", "top", 40, 0.7);
  CHECK(factor(cyclic, 40, 200) == doctest::Approx(0.7));
  CHECK(factor(cyclic, 80, 200) == doctest::Approx(0.1));
  CHECK(number(cyclic, "up") == 0.2);
}

TEST_CASE("the first restart comes where its handle is") {
  const Choice schedule = moved("sgdr", "span", 80, 0);
  CHECK(number(schedule, "span") == 0.4);
  CHECK(factor(schedule, 79, 200) < 0.01);
  CHECK(factor(schedule, 80, 200) == 1);
}

TEST_CASE("milestones move in their unit and keep their order") {
  const Choice schedule = moved("step", "at0", 60, 0);
  CHECK(schedule.params.at("at") == Value(std::vector{0.3, 0.75}));
  CHECK(factor(schedule, 59, 200) == 1);
  CHECK(factor(schedule, 60, 200) == 0.1);
  CHECK(moved("step(at=100,150)", "at1", 120, 0).params.at("at") == Value(std::vector{100.0, 120.0}));
  CHECK(moved("step(at=100,150)", "at1", 20, 0).params.at("at") == Value(std::vector{100.0, 101.0}));
  CHECK(moved("step(at=100,150)", "at0", 199, 0).params.at("at") == Value(std::vector{149.0, 150.0}));
  CHECK(moved("step(at=100,150)", "at0", -3, 0).params.at("at") == Value(std::vector{1.0, 150.0}));
  CHECK(moved("step(at=0.5,0.75,drop=0.5,0.1)", "drop1", 0, 0.2).params.at("drop") == Value(std::vector{0.5, 0.4}));
}

TEST_CASE("sample points are percentages in order, whole ones where they do") {
  const auto sampling = [](const Choice& schedule) { return std::get<std::string>(schedule.params.at("sampling")); };
  CHECK(sampling(moved("rex(sampling=25-50-75)", "sample1", 120, 0)) == "25-60-75");
  CHECK(sampling(moved("rex(sampling=25-50-75)", "sample1", 120, 0, 1500)) == "25-25.1-75");
  CHECK(sampling(moved("rex(sampling=25-50-75)", "sample0", 423, 0, 1000)) == "42.3-50-75");
  CHECK(sampling(moved("rex(sampling=25-50-75)", "sample2", 1e9, 0)) == "25-50-99.9");
  CHECK(sampling(moved("rex(sampling=25-50-75)", "sample0", -9, 0)) == "0.1-50-75");
  CHECK(sampling(moved("rex(sampling=33-66)", "sample0", 40, 0)) == "20-66.7");
  CHECK(sampling(moved("rex(sampling=50-75,warmup=0.5)", "sample0", 130, 0)) == "30-75");
  CHECK_FALSE(has_handle("rex", "sample0"));
  CHECK(has_handle("rex(sampling=10-10)", "sample8"));
  CHECK_FALSE(has_handle("rex(sampling=5-25)", "sample0"));
}

TEST_CASE("sample points that happen to spell a named rate stay what they are") {
  const Choice fives = moved("rex(sampling=5-30)", "sample1", 50, 0);  // "5-25" would be every 5 %
  CHECK(factor(fives, 49, 200) == factor("rex", 10, 200));
  CHECK(factor(fives, 50, 200) == factor("rex", 50, 200));
  CHECK(factor(fives, 199, 200) == factor("rex", 50, 200));
  const Choice thirds = moved("rex(sampling=30-66)", "sample0", 330, 0, 1000);  // "33-66" would be exact thirds
  CHECK(factor(thirds, 330, 1000) == factor("rex", 330, 1000));
  CHECK(factor(thirds, 660, 1000) == factor("rex", 660, 1000));
}

TEST_CASE("a sample point refreshes the rate where it was dragged to") {
  for (const int T : {20, 100, 200, 1000})
    for (const double share : {0.3, 0.45, 0.7}) {
      const double at = std::floor(share * T);
      const Choice schedule = moved("linear(sampling=10-90)", "sample0", at, 0, T);
      CAPTURE(to_text(schedule));
      CHECK(factor(schedule, at - 1, T) == 1);
      CHECK(factor(schedule, at, T) < 1);
      CHECK(handle(schedule, "sample0", T).t == at);
    }
}

TEST_CASE("a knot goes where it is dragged to, also behind warmup and floor") {
  for (const char* text : {"knots", "knots(between=cosine)", "knots(between=hold)", "knots(warmup=0.1,floor=0.05)",
                           "knots(unit=steps,at=0,60,200,values=0.1,1,0.2)", "knots(sampling=25-50-75)",
                           "knots(warmup=20,warmup_mode=under)"})
    for (const auto& [t, height] :
         std::vector<std::pair<double, double>>{{30, 0.5}, {111, 1.7}, {60, 0.2}, {197, 0.06}}) {
      CAPTURE(std::string(text));
      CAPTURE(t);
      const Choice schedule = moved(text, "knot1", t, height);
      const ScheduleHandle knot = handle(schedule, "knot1", 200);
      CHECK(knot.t == t);
      CHECK(knot.factor == doctest::Approx(height).epsilon(1e-6));
      CHECK(factor(unsampled(schedule), t, 200) == doctest::Approx(height).epsilon(1e-6));
    }
}

TEST_CASE("a knot stays between its neighbours, and the ends can be moved too") {
  Choice schedule = moved("knots(at=0.1,0.5,0.9,values=1,2,3)", "knot1", 5, 2);
  CHECK(schedule.params.at("at") == Value(std::vector{0.1, 0.105, 0.9}));
  schedule = moved("knots(at=0.1,0.5,0.9,values=1,2,3)", "knot2", 1e9, 3);
  CHECK(schedule.params.at("at") == Value(std::vector{0.1, 0.5, 1.0}));
  schedule = moved("knots(at=0.1,0.5,0.9,values=1,2,3)", "knot0", -7, 0);
  CHECK(schedule.params.at("at") == Value(std::vector{0.0, 0.5, 0.9}));
  CHECK(schedule.params.at("values") == Value(std::vector{0.0, 2.0, 3.0}));
}

TEST_CASE("a new knot on the curve leaves the curve as it is, and taking it away brings the old one back") {
  const Choice old = parse_choice("knots(at=0,0.5,1,values=0.2,1,0)", "test");
  Choice schedule = old;
  REQUIRE(add_knot(schedule, 50, factor(old, 50, 200), 200));
  CHECK(schedule.params.at("at") == Value(std::vector{0.0, 0.25, 0.5, 1.0}));
  for (int t = 0; t <= 200; ++t) CHECK(factor(schedule, t, 200) == doctest::Approx(factor(old, t, 200)).epsilon(1e-6));
  CHECK_FALSE(add_knot(schedule, 50, 0.9, 200));
  REQUIRE(remove_knot(schedule, "knot1"));
  CHECK(schedule == old);
}

TEST_CASE("two knots remain") {
  Choice schedule = parse_choice("knots", "test");
  CHECK(remove_knot(schedule, "knot2"));
  CHECK_FALSE(remove_knot(schedule, "knot0"));
  CHECK_FALSE(remove_knot(schedule, "knot7"));
  CHECK_FALSE(remove_knot(schedule, "warmup"));
  Choice other = parse_choice("rex", "test");
  CHECK_FALSE(remove_knot(other, "knot0"));
  CHECK_FALSE(add_knot(other, 3, 1, 200));
}

TEST_CASE("any schedule becomes knots, and those of broken lines become the same curve") {
  for (const auto& schedule : many_schedules())
    for (const int T : {1, 2, 200, 5000}) {
      CAPTURE(to_text(schedule));
      const Choice knots = as_knots(schedule, T);
      REQUIRE(is_valid(knots));
      CHECK(handles_of(knots, T).size() >= 2);
    }
  for (const char* text :
       {"linear", "delayed_linear", "linear(warmup=0.1,floor=0.2)", "triangle", "step", "constant", "cosine", "rex"}) {
    const Choice knots = as_knots(parse_choice(text, "test"), 200);
    CAPTURE(text);
    CAPTURE(to_text(knots));
    for (int t = 0; t < 200; ++t) CHECK(std::abs(factor(knots, t, 200) - factor(text, t, 200)) <= 0.0125);
  }
}

TEST_CASE("handles ask nothing of what is no valid schedule") {
  Choice broken{"rex", {{"b", 7.0}}};
  CHECK(handles_of(broken, 200).empty());
  CHECK_FALSE(move_handle(broken, "b", 0, 0.5, 200));
  Choice unknown{"nothing of the kind"};
  CHECK(handles_of(unknown, 200).empty());
  Choice rex{"rex"};
  CHECK_FALSE(move_handle(rex, "no such handle", 0, 0.5, 200));
  CHECK_FALSE(move_handle(rex, "b", 0, std::nan(""), 200));
  CHECK(rex == Choice{"rex"});
}
