// What a schedule's parameters promise holds in every run, or the schedule says what does not fit.
#include "core/base/parameters.h"
#include "core/run/run.h"
#include "core/schedules/schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace steplab {
namespace {

std::shared_ptr<const Schedule> made(const std::string& text) {
  return make_choice(all_schedules(), parse_choice(text, "test"), "schedule");
}

std::string refusal_of(const std::string& text) {
  try {
    made(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// A random choice of any schedule: every parameter may be at its default, at an end, or between.
Choice random_choice(const ScheduleEntry& entry, std::mt19937& random) {
  Choice choice{entry.id};
  std::uniform_real_distribution<double> uniform(0, 1);
  for (const ParamSpec& spec : entry.params) {
    if (uniform(random) < 0.6) continue;
    switch (spec.kind) {
      case ParamKind::kReal: {
        const double low = std::max(spec.min, -5.0), high = std::min(spec.max, 5.0);
        choice.params[spec.name] = low + (high - low) * (0.001 + 0.998 * uniform(random));
        break;
      }
      case ParamKind::kInteger:
        choice.params[spec.name] = std::clamp(std::floor(6 * uniform(random)), spec.min, spec.max);
        break;
      case ParamKind::kSwitch:
        choice.params[spec.name] = uniform(random) < 0.5 ? 0.0 : 1.0;
        break;
      case ParamKind::kDuration:
        choice.params[spec.name] =
            uniform(random) < 0.5 ? 0.01 + 0.98 * uniform(random) : std::floor(1 + 60 * uniform(random));
        break;
      case ParamKind::kChoice:
        choice.params[spec.name] =
            spec.choices[static_cast<std::size_t>(uniform(random) * 0.999 * static_cast<double>(spec.choices.size()))];
        break;
      default:
        break;
    }
  }
  return choice;
}

double real(const Choice& choice, const std::string& name, double instead) {
  const auto it = choice.params.find(name);
  return it == choice.params.end() ? instead : std::get<double>(it->second);
}

std::string text_of(const Choice& choice, const std::string& name, const std::string& instead) {
  const auto it = choice.params.find(name);
  return it == choice.params.end() ? instead : std::get<std::string>(it->second);
}

bool tells(const std::vector<std::string>& shortfall, const std::string& what) {
  return std::ranges::any_of(shortfall, [&](const std::string& words) { return words.starts_with(what); });
}

TEST_CASE("every factor of every schedule is a number that is not negative, whatever the parameters and T") {
  std::mt19937 random(1);
  int tried = 0, refused = 0;
  for (int round = 0; round < 60; ++round)
    for (const auto& entry : all_schedules()) {
      const Choice choice = random_choice(entry, random);
      const int T = std::vector<int>{1, 2, 3, 7, 40, 100}[static_cast<std::size_t>(round % 6)];
      CAPTURE(to_text(choice));
      CAPTURE(T);
      std::shared_ptr<const Schedule> schedule;
      try {
        schedule = make_choice(all_schedules(), choice, "schedule");
      } catch (const InputError& error) {
        CHECK(std::string(error.what()).find("allowed: ") != std::string::npos);
        ++refused;
        continue;
      }
      ++tried;
      for (int t = 0; t < T; ++t) {
        const double factor = schedule->factor(t, T);
        CHECK(std::isfinite(factor));
        CHECK(factor >= 0);
      }
      for (const auto& words : schedule->shortfall(T)) CHECK_FALSE(words.empty());
    }
  CHECK(refused < tried / 10);
}

TEST_CASE(
    "a warmup has as many updates as it says and ends where it leads, or the schedule says that it does not fit") {
  std::mt19937 random(2);
  int held = 0, told = 0;
  for (int round = 0; round < 60; ++round)
    for (const auto& entry : all_schedules()) {
      Choice choice = random_choice(entry, random);
      std::uniform_int_distribution<int> length(1, 60);
      const int T = length(random);
      const double warmup = round % 2 == 0 ? std::floor(1 + T * 1.3 * (round % 7) / 6) : 0.02 + 0.9 * (round % 11) / 10;
      choice.params["warmup"] = warmup;
      choice.params.erase("warmup_progress");
      choice.params["warmup_to"] = std::string("one");
      if (text_of(choice, "warmup_kind", "linear") == "exponential") choice.params.erase("warmup_kind");
      if (entry.id == "sequence" || entry.id == "product") continue;  // made of others
      CAPTURE(to_text(choice));
      CAPTURE(T);
      std::shared_ptr<const Schedule> schedule;
      try {
        schedule = make_choice(all_schedules(), choice, "schedule");
      } catch (const InputError&) {
        continue;
      }
      const auto shortfall = schedule->shortfall(T);
      const int W = static_cast<int>(std::floor(warmup < 1 ? warmup * T + 1e-9 : warmup));
      CHECK(tells(shortfall, "warmup: ") == (W == 0 || W >= T));
      if (tells(shortfall, "warmup: ")) {
        ++told;
        continue;
      }
      ++held;
      CHECK(schedule->factor(W - 1, T) == doctest::Approx(real(choice, "scale", 1)).epsilon(1e-12));
      const double first = real(choice, "warmup_start", 0);
      if (W > 1 && first < 1) CHECK(schedule->factor(0, T) < schedule->factor(W - 1, T));
    }
  CHECK(held > 300);
  CHECK(told > 100);
}

TEST_CASE("one cycle ends at 1/(div final_div) with its last update, in two phases and in three") {
  CHECK(made("one_cycle(three_phase=1,pct_start=0.4)")->factor(99, 100) == doctest::Approx(1 / (25 * 1e4)));
  CHECK(made("one_cycle(three_phase=1,pct_start=0.5)")->factor(99, 100) == doctest::Approx(4e-6));
  CHECK(
      refusal_of("one_cycle(three_phase=1,pct_start=0.7)") ==
      "schedule.one_cycle.pct_start: '0.7' leaves three phases no room: they come down as long as they rise; allowed: "
      "pct_start ≤ 0.5 with three_phase");
  std::mt19937 random(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int trial = 0; trial < 300; ++trial) {
    const bool three = trial % 2 == 0;
    const double pct = uniform(random) * (three ? 0.5 : 1), div = 1 + 50 * uniform(random),
                 final_div = 1 + 1e4 * uniform(random);
    const int T = 1 + trial % 50;
    const std::string text = "one_cycle(pct_start=" + to_text(Value(pct)) + ",div=" + to_text(Value(div)) +
                             ",final_div=" + to_text(Value(final_div)) + ",three_phase=" + (three ? "1" : "0") +
                             (trial % 3 == 0 ? ",shape=linear)" : ")");
    CAPTURE(text);
    CAPTURE(T);
    const auto schedule = made(text);
    CHECK(schedule->factor(T - 1, T) == doctest::Approx(1 / (div * final_div)).epsilon(1e-9));
    double least = 1, most = 0;
    for (int t = 0; t < T; ++t) {
      least = std::min(least, schedule->factor(t, T));
      most = std::max(most, schedule->factor(t, T));
    }
    CHECK(least == schedule->factor(T - 1, T));
    CHECK(tells(schedule->shortfall(T), "pct_start: ") == (pct * T <= 1));
  }
}

TEST_CASE("the decay of warmup-stable-decay takes the updates it says, or the schedule says how many are left") {
  const auto squeezed = made("wsd(warmup=40,decay=80,shape=linear)");
  CHECK(squeezed->shortfall(100) ==
        std::vector<std::string>{"decay: 80 updates do not fit into the 60 updates that are "
                                 "left: it is shortened to these"});
  CHECK(squeezed->shortfall(120).empty());
  for (int T = 5; T <= 60; T += 5)
    for (int W = 0; W < T; W += 3)
      for (int D = 1; D <= T; D += 4) {
        const auto schedule =
            made("wsd(shape=linear,decay=" + std::to_string(D) + ",warmup=" + std::to_string(W) + ")");
        const bool fits = W + D <= T;
        CHECK(schedule->shortfall(T).empty() == fits);
        if (!fits) continue;
        CHECK(schedule->factor(T - D, T) == 1);
        for (int k = 1; k < D; ++k)
          CHECK(schedule->factor(T - D + k, T) == doctest::Approx(1 - static_cast<double>(k) / D));
      }
}

TEST_CASE("what is held too long, begins too late or has no room is told in the words of its parameter") {
  const auto first = [](const std::string& text, int T) {
    const auto words = made(text)->shortfall(T);
    return words.empty() ? "" : words.front();
  };
  CHECK(first("delayed_linear(hold=50)", 50) == "hold: 50 updates of 50 updates: no way down is left");
  CHECK(first("delayed_linear(hold=49)", 50) == "");
  CHECK(first("cosine(span=100)", 60) ==
        "span: the profile takes 100 updates, the run leaves it 60 updates: its end is cut off");
  CHECK(first("cosine(span=100,after=restart)", 60) == "");
  CHECK(first("cosine(begin=80)", 60) == "begin: the profile waits 80 updates, the run has 60 updates");
  CHECK(first("cyclic(up=60)", 60) == "up: a rise takes 60 updates, the run has 60 updates: it never comes to the top");
  CHECK(first("step(at=30,90)", 60) == "at: the drop at 90 lies beyond the 60 updates that the run has");
  CHECK(first("linear(warmup=0.1)", 5) == "warmup: 0.1 of 5 updates is less than one: there is none");
  CHECK(first("linear(warmup=1)", 1) ==
        "warmup: it takes 1 update, the run has 1 update: nothing of the curve is left");
  CHECK(first("linear(warmup=0.5)", 1) == "warmup: 0.5 of 1 update is less than one: there is none");
  CHECK(first("sequence(parts=linear @50 cosine @90 rex)", 60) ==
        "part 3: it would begin after 90 updates, the run has 60 updates");
  CHECK(first("sequence(parts=linear @0.1 cosine(span=80))", 60) ==
        "part 2: span: the profile takes 80 updates, the run leaves it 54 updates: its end is cut off");
  CHECK(first("product(parts=linear wsd(decay=70))", 60).starts_with("part 2: decay: 70 updates"));
  CHECK(refusal_of("knots(at=0,50,values=1,0)") ==
        "schedule.knots.at: '0,50' goes beyond the run; allowed: fractions from 0 to 1, or unit=steps");
}

TEST_CASE("no schedule with its defaults lacks room in a run of 100 updates") {
  for (const auto& entry : all_schedules()) {
    CAPTURE(entry.id);
    CHECK(make_choice(all_schedules(), {entry.id}, "test")->shortfall(100).empty());
  }
}

TEST_CASE("a sequence whose first milestone is 0 is its second part") {
  const auto sequence = made("sequence(parts=linear(from=0.1,to=1) @0 cosine)"), cosine = made("cosine");
  for (int t = 0; t < 30; ++t) CHECK(sequence->factor(t, 30) == cosine->factor(t, 30));
  CHECK(sequence->shortfall(30) == std::vector<std::string>{"part 1: no update is left to it"});
  // A milestone that a short run rounds down to 0.
  const auto rounded = made("sequence(parts=linear(from=0.1,to=1) @0.1 cosine)");
  for (int t = 0; t < 5; ++t) CHECK(rounded->factor(t, 5) == cosine->factor(t, 5));
  CHECK(rounded->factor(0, 1) == 1);
  CHECK(refusal_of("sequence(parts=linear @5 cosine @3 rex)").find("rising order") != std::string::npos);
}

TEST_CASE("with T_mult below 1 cycles get shorter, and after the last one of an update or more the end is held") {
  const auto schedule = made("sgdr(span=16,cycle_mul=0.5)"), single = made("cosine(span=16)");
  // Cycles of 16, 8, 4, 2 and 1 updates begin at 0, 16, 24, 28 and 30; all are over at 31.
  for (int t = 0; t < 16; ++t) CHECK(schedule->factor(t, 40) == doctest::Approx(single->factor(t, 40)).epsilon(1e-12));
  for (const int start : {0, 16, 24, 28, 30}) CHECK(schedule->factor(start, 40) == doctest::Approx(1));
  for (int t = 0; t < 8; ++t) CHECK(schedule->factor(16 + t, 40) == doctest::Approx(single->factor(2 * t, 40)));
  CHECK(schedule->factor(29, 40) == doctest::Approx(0.5));
  for (int t = 31; t < 40; ++t) CHECK(std::abs(schedule->factor(t, 40)) < 1e-12);
  for (const double mul : {0.1, 0.3, 0.7, 0.9, 0.99})
    for (int t = 0; t < 2000; ++t) {
      const double factor = made("sgdr(span=20,cycle_mul=" + to_text(Value(mul)) + ")")->factor(t, 2000);
      CHECK((factor >= 0 && factor <= 1));
    }
}

}  // namespace
}  // namespace steplab
