// Schedules: closed forms, tables of the REX paper, and what holds for every schedule of the list.
#include "core/catalog.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace steplab;

namespace {

std::shared_ptr<const Schedule> made(const std::string& text) {
  return make_choice(all_schedules(), parse_choice(text, "test"), "schedule");
}
double factor(const std::string& text, int t, int T) { return made(text)->factor(t, T); }
std::vector<double> factors(const std::string& text, int T) {
  const auto schedule = made(text);
  std::vector<double> all;
  for (int t = 0; t < T; ++t) all.push_back(schedule->factor(t, T));
  return all;
}
void check_equal(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t t = 0; t < a.size(); ++t) {
    CAPTURE(t);
    CHECK(a[t] == doctest::Approx(b[t]).epsilon(1e-12));
  }
}
}  // namespace

TEST_CASE("REX has the table of the paper at u = 0, 1/4, 1/2, 3/4, 0.9 and 1") {
  for (const auto& [t, h] :
       std::map<int, double>{{0, 1}, {25, .857143}, {50, .666667}, {75, .4}, {90, .181818}, {100, 0}})
    CHECK(std::abs(factor("rex", t, 100) - h) < 5e-7);
}

TEST_CASE("REX is its own inverse for every bend") {
  const int T = 1 << 20;  // h(u) falls on a step of the grid to 2^-21
  for (const std::string b : {"0", "0.25", "0.5", "0.9"}) {
    const auto rex = made("rex(b=" + b + ")");
    for (int t = 0; t <= T; t += T / 64) {
      const double back = rex->factor(static_cast<int>(std::lround(rex->factor(t, T) * T)), T) * T;
      // Rounding to the grid moves h(u) by half a step, and slopes are at most 1/(1 − b).
      CHECK(std::abs(back - t) <= 0.5 / (1 - std::stod(b)) + 1e-6);
    }
  }
}

TEST_CASE("REX starts with slope -(1 - b) and ends with slope -1/(1 - b)") {
  const int T = 1000000;
  for (const double b : {0.0, 0.5, 0.9}) {
    const auto rex = made("rex(b=" + to_text(b) + ")");
    CHECK(std::abs((rex->factor(1, T) - rex->factor(0, T)) * T + (1 - b)) < 1e-4);
    CHECK(std::abs((rex->factor(T, T) - rex->factor(T - 1, T)) * T + 1 / (1 - b)) < 1e-3);
  }
}

TEST_CASE(
    "mean rates are those of the integrals: REX 2 - 2 ln 2, linear and cosine 1/2, exp(-3u) 0.3167, triangle 0.55") {
  const int T = 100000;
  const auto mean = [&](const std::string& text) {
    const auto schedule = made(text);
    double sum = 0.5 * (schedule->factor(0, T) + schedule->factor(T, T));  // trapezoids
    for (int t = 1; t < T; ++t) sum += schedule->factor(t, T);
    return sum / T;
  };
  CHECK(std::abs(mean("rex") - (2 - 2 * std::log(2.0))) < 1e-9);
  CHECK(std::abs(mean("linear") - 0.5) < 1e-9);
  CHECK(std::abs(mean("cosine") - 0.5) < 1e-9);
  CHECK(std::abs(mean("exponential") - (1 - std::exp(-3.0)) / 3) < 1e-9);
  CHECK(std::abs(mean("triangle") - 0.55) < 1e-9);
  CHECK(std::abs(mean("step") - 0.5275) < 1e-4);
}

TEST_CASE("special cases of one schedule are other schedules") {
  for (const int T : {1, 2, 7, 100}) {
    CAPTURE(T);
    check_equal(factors("rex(b=0)", T), factors("linear", T));
    check_equal(factors("delayed_linear(hold=0)", T), factors("linear", T));
    check_equal(factors("polynomial(p=1)", T), factors("linear", T));
    check_equal(factors("knots(at=0,1,values=1,0)", T), factors("linear", T));
    check_equal(factors("cosine(after=restart,span=0.25)", T), factors("sgdr", T));
    check_equal(factors("product(parts=linear linear)", T), factors("polynomial(p=2)", T));
    check_equal(factors("sequence(parts=cosine)", T), factors("cosine", T));
  }
  check_equal(factors("wsd(decay=0.5,shape=linear)", 20), factors("delayed_linear(hold=0.5)", 20));
  check_equal(factors("knots(at=0,0.5,0.75,values=1,0.1,0.01,between=hold)", 20), factors("step", 20));
  check_equal(factors("sequence(parts=linear(from=0.1,to=1) @0.25 cosine)", 20),
              factors("cosine(warmup=5,warmup_start=0.1,warmup_progress=done)", 20));
}

TEST_CASE("REX with little delay lies between linear and delayed linear") {
  for (int t = 1; t < 100; ++t) {
    CHECK(factor("rex", t, 100) > factor("linear", t, 100));
    CHECK(factor("rex(b=0.9)", t, 100) > factor("rex", t, 100));
  }
}

TEST_CASE("step drops at the whole step that its fraction of T contains, and Keras' one step later") {
  // ⌊0.3 · 7⌋ = 2; 0.3 · 10 = 3 in spite of rounding, as 0.7 · 10.
  CHECK(factors("step(at=0.3,drop=0.5)", 7) == std::vector<double>{1, 1, .5, .5, .5, .5, .5});
  CHECK(factors("step(at=0.3,0.7,drop=0.5)", 10) == std::vector<double>{1, 1, 1, .5, .5, .5, .5, .25, .25, .25});
  CHECK(factors("step(at=2,4,drop=0.5,0.1,late=1)", 6) == std::vector<double>{1, 1, 1, .5, .5, .05});
}

TEST_CASE("linear warmup reaches 1 with its last update, and starts at 1/W, at 0 or at 0 and 1 by choice") {
  check_equal(factors("constant(warmup=4)", 6), {.25, .5, .75, 1, 1, 1});
  check_equal(factors("constant(warmup=4,warmup_progress=done)", 6), {0, .25, .5, .75, 1, 1});
  check_equal(factors("constant(warmup=4,warmup_progress=both_ends)", 6), {0, 1. / 3, 2. / 3, 1, 1, 1});
  check_equal(factors("constant(warmup=0.5,warmup_start=0.2)", 8), {.4, .6, .8, 1, 1, 1, 1, 1});
}

TEST_CASE("warmup shapes follow their formulas") {
  for (int t = 0; t < 8; ++t) {
    const double p = (t + 1) / 8.0;
    CHECK(factor("constant(warmup=8,warmup_kind=cosine)", t, 20) ==
          doctest::Approx((1 - std::cos(M_PI * p)) / 2).epsilon(1e-14));
    CHECK(factor("constant(warmup=8,warmup_kind=sqrt)", t, 20) == doctest::Approx(1 - std::sqrt(1 - p)).epsilon(1e-14));
  }
  // Ma & Yarats 2021: 1 − exp(−(t+1)/τ), with no end and on top of the curve.
  for (int t = 0; t < 20; ++t)
    CHECK(factor("linear(warmup=8,warmup_kind=exponential,warmup_mode=under)", t, 20) ==
          doctest::Approx((1 - std::exp(-(t + 1) / 8.0)) * (1 - t / 20.0)).epsilon(1e-14));
}

TEST_CASE("a warmup in front delays the curve, a warmup over it covers the curve's beginning") {
  check_equal(factors("linear(warmup=2)", 6), {.5, 1, 1, .75, .5, .25});
  check_equal(factors("linear(warmup=2,warmup_mode=under)", 5), {.5, 1, .6, .4, .2});
  check_equal(factors("linear(warmup=2,warmup_mode=under,warmup_to=join)", 5), {.3, .6, .6, .4, .2});
  check_equal(factors("linear(warmup=2,from=0.5,warmup_to=one)", 4), {.5, 1, .5, .25});
  check_equal(factors("linear(warmup=2,from=0.5)", 4), {.25, .5, .5, .25});
}

TEST_CASE("running ahead by one lets the last update reach the end, as Hugging Face's cosine with a least rate does") {
  const int T = 20, W = 5;
  for (int t = 0; t < T; ++t) {
    const double p = (t - W + 1.0) / (T - W);
    const double expected = t < W ? (t + 1.0) / W : 0.1 + 0.9 * (1 + std::cos(M_PI * p)) / 2;
    CHECK(factor("cosine(warmup=5,ahead=1,floor=0.1)", t, T) == doctest::Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("floor lifts the whole curve, least and most cut it off, scale multiplies all") {
  check_equal(factors("linear(floor=0.2)", 4), {1, .8, .6, .4});
  check_equal(factors("linear(least=0.6,most=0.9)", 4), {.9, .75, .6, .6});
  check_equal(factors("linear(scale=3,warmup=2)", 6), {1.5, 3, 3, 2.25, 1.5, .75});
}

TEST_CASE("restarts shrink the height over the floor as Keras does, or the peak as timm does") {
  check_equal(factors("linear(span=2,after=restart,cycle_decay=0.5,floor=0.2)", 6),
              {1, .6, .2 + .8 * .5, .2 + .8 * .25, .2 + .8 * .25, .2 + .8 * .125});
  check_equal(factors("linear(span=2,after=restart,cycle_decay=0.5,cycle_decay_of=peak,floor=0.2)", 4),
              {1, .6, .5, .35});
  check_equal(factors("linear(span=2,after=restart,cycles=2)", 6), {1, .5, 1, .5, 0, 0});
}

TEST_CASE("restarts begin exactly where a cycle of any whole length ends") {
  for (const int length : {1, 3, 7, 49})
    for (const int mul : {1, 2, 3, 10}) {
      const auto sgdr = made("sgdr(span=" + std::to_string(length) + ",cycle_mul=" + std::to_string(mul) + ")");
      long long start = 0, cycle = length;
      while (start < 20000) {
        CAPTURE(start);
        CHECK(sgdr->factor(static_cast<int>(start), 100) == 1);
        const double last = (1 + std::cos(M_PI * static_cast<double>(cycle - 1) / static_cast<double>(cycle))) / 2;
        CHECK(std::abs(sgdr->factor(static_cast<int>(start + cycle) - 1, 100) - last) < 1e-9);
        start += cycle;
        cycle *= mul;
      }
    }
}

TEST_CASE("slanted triangle is ULMFiT's equation 3") {
  const int T = 50, cut = 5;
  for (int t = 0; t < T; ++t) {
    const double p = t < cut ? t / 5.0 : 1 - (t - cut) / (cut * (1 / 0.1 - 1));
    CHECK(factor("slanted_triangle", t, T) == doctest::Approx((1 + p * 31) / 32).epsilon(1e-12));
  }
}

TEST_CASE("noam peaks at the warmup's last update with (d W)^-1/2, or 1 without a model width") {
  CHECK(factor("noam(d_model=512,warmup=4000)", 3999, 100000) ==
        doctest::Approx(1 / std::sqrt(512.0 * 4000)).epsilon(1e-12));
  CHECK(factor("noam(warmup=10)", 9, 100) == 1);
  CHECK(factor("noam(warmup=10)", 39, 100) == doctest::Approx(0.5).epsilon(1e-12));
}

TEST_CASE("sampling at percentages holds the profile from the first step at or after each of them") {
  check_equal(factors("linear(sampling=12.5-50)", 8), {1, .875, .875, .875, .5, .5, .5, .5});
  check_equal(factors("linear(sampling=1-100)", 200), [] {
    std::vector<double> expected;
    for (int t = 0; t < 200; ++t) expected.push_back(1 - (t / 2) / 100.0);
    return expected;
  }());
  check_equal(factors("linear(sampling=50-75,warmup=2)", 6), {.5, 1, 1, 1, .5, .25});
}

TEST_CASE(
    "the moments of SGD with momentum on a noisy quadratic give the loss of every schedule in docs/notes/budget.md, "
    "B.5") {
  // docs/notes/budget.md, B.5: exact moments, eigenvalues 1 and 0.01, X = 1, C = M = 0, rate 0.02 h(t/T), momentum 0.9
  // or what the schedule cycles.
  const auto loss = [](const std::string& text, int T) {
    const auto schedule = made(text);
    double total = 0;
    for (const double lam : {1.0, 0.01}) {
      double X = 1, C = 0, M = 0;
      for (int t = 0; t < T; ++t) {
        const double e = 0.02 * schedule->factor(t, T), b = schedule->momentum(t, T).value_or(0.9);
        const double M1 = b * b * M + lam * lam * X + 2 * b * lam * C + lam, Q = b * C + lam * X;
        X = X - 2 * e * Q + e * e * M1;
        C = Q - e * M1;
        M = M1;
      }
      total += 0.5 * lam * X;
    }
    return total;
  };
  struct Row {
    const char* schedule;
    double at_100, at_1000;
  };
  const Row table[] = {{"constant", .053872905, .050843500},
                       {"exponential(rate=-3)", .011883712, .004500500},
                       {"triangle(low=0.1,cycle_momentum=1)", .024633720, .013161266},
                       {"linear", .016957661, .004349550},
                       {"step(at=0.5,0.75,drop=0.1)", .030043272, .003187550},
                       {"cosine", .017965153, .003433122},
                       {"rex", .020562337, .005520038},
                       {"rex(b=0.9)", .032127882, .011093336},
                       {"delayed_linear(hold=0.5)", .023235877, .005620412},
                       {"delayed_linear(hold=0.75)", .033121585, .007987704}};
  for (const auto& row : table) {
    CAPTURE(row.schedule);
    CHECK(std::abs(loss(row.schedule, 100) - row.at_100) <= 1e-8);
    CHECK(std::abs(loss(row.schedule, 1000) - row.at_1000) <= 1e-8);
  }
}

TEST_CASE("the list has every schedule by its id, and every entry says what it is") {
  const auto all = all_schedules();
  const auto ids = ids_of(all);
  for (const std::string id :
       {"constant",     "linear",       "polynomial", "cosine",    "exponential", "step",
        "inverse_sqrt", "inverse_time", "rex",        "one_cycle", "triangle",    "delayed_linear",
        "wsd",          "tanh",         "sgdr",       "noam",      "geometric",   "slanted_triangle",
        "cyclic",       "knots",        "sequence",   "product"})
    CHECK(std::ranges::count(ids, id) == 1);
  CHECK(ids.size() == 22);
  for (const auto& entry : all) {
    CAPTURE(entry.id);
    CHECK(!entry.name.empty());
    CHECK(!entry.summary.empty());
    CHECK(!entry.source.empty());
    CHECK(entry.summary.find('\n') == std::string::npos);
    for (const auto& spec : entry.params) {
      CAPTURE(spec.name);
      CHECK(!spec.meaning.empty());
      CHECK(std::ranges::count(entry.params, spec.name, &ParamSpec::name) == 1);
    }
  }
}

TEST_CASE(
    "every schedule with every sampling, warmup and floor is a finite number, at least 0, in runs of any length and "
    "beyond") {
  const std::vector<std::string> samplings = {"every", "50-75", "33-66", "25-50-75", "10-10", "5-25", "1-100", "20-40"};
  const std::vector<std::map<std::string, Value>> warmups = [] {
    std::vector<std::map<std::string, Value>> all = {{}};
    for (const double length : {0.1, 0.99, 5.0, 1000.0})
      for (const std::string kind : {"linear", "cosine", "sqrt", "exponential"})
        for (const std::string mode : {"prefix", "under"})
          for (const std::string progress : {"next", "done", "both_ends"})
            all.push_back(
                {{"warmup", length}, {"warmup_kind", kind}, {"warmup_mode", mode}, {"warmup_progress", progress}});
    return all;
  }();
  const auto entries = all_schedules();
  long long bad = 0, seen = 0;
  for (const auto& entry : entries)
    for (const auto& sampling : samplings)
      for (const auto& warmup : warmups)
        for (const double floor : {0.0, 0.25, 1.0}) {
          auto params = warmup;
          params["sampling"] = sampling;
          params["floor"] = floor;
          const auto schedule = make_choice(entries, {entry.id, params}, "test");
          for (const int T : {1, 2, 3, 7, 100})
            for (int t = 0; t < T + T / 2 + 2; ++t) {
              const double h = schedule->factor(t, T);
              ++seen;
              if (!(std::isfinite(h) && h >= 0)) ++bad;
            }
        }
  CHECK(bad == 0);
  CHECK(seen > 1000000);
}

TEST_CASE(
    "what belongs to a profile's shape is a share of the profile: behind a warmup and within a span it moves along") {
  const auto factor = [](const char* text, int t, int T) {
    return make_choice(schedules(), parse_choice(text, "test"), "test")->factor(t, T);
  };
  // Hold half of 20 steps, then straight down over the other ten: at t = 11, 9/10 are left.
  CHECK(factor("delayed_linear(span=20,hold=0.5)", 11, 21) == doctest::Approx(0.9).epsilon(1e-12));
  CHECK(factor("delayed_linear(span=20,hold=0.75)", 16, 21) == doctest::Approx(0.8).epsilon(1e-12));
  // Ten steps of warmup leave 90: held to 10 + 45, then 44/45 at t = 56.
  CHECK(factor("delayed_linear(hold=0.5,warmup=10)", 55, 100) == 1);
  CHECK(factor("delayed_linear(hold=0.5,warmup=10)", 56, 100) == doctest::Approx(44.0 / 45).epsilon(1e-12));
  CHECK(factor("step(at=0.5,warmup=10)", 54, 100) == 1);
  CHECK(factor("step(at=0.5,warmup=10)", 55, 100) == doctest::Approx(0.1).epsilon(1e-12));
}
