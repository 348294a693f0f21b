#include "core/analysis/large_steps.h"

#include "core/analysis/proved_steps.h"
#include "core/analysis/resting.h"
#include "core/run/prepare.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <memory>

namespace steplab {
namespace {

using Figure = LargeStepsFigure;

// What a step of this size leaves in a local minimum has time to get there.
constexpr int kTrappingSteps = 20000;

// ---- set-ups ----

/// Four digits are enough for a default.
double tidy(double x) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x, std::chars_format::general, 4).ptr;
  double rounded = x;
  std::from_chars(digits.data(), end, rounded);
  return rounded;
}

std::vector<double> times(std::vector<double> numbers, double factor) {
  for (double& x : numbers) x = tidy(x * factor);
  return numbers;
}

std::vector<double> between(double from, double to, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(tidy(from * std::pow(to / from, i / (count - 1.0))));
  return values;
}

struct Sharpness {
  double largest = 0, least = std::numeric_limits<double>::infinity();
};
Sharpness sharpness_of_minima(const Landscape& landscape) {
  Sharpness found;
  for (const auto& minimum : landscape.surroundings().minima) {
    const double lambda = sharpness_at(landscape, minimum.x);
    if (!(lambda > 0)) continue;
    found.largest = std::max(found.largest, lambda);
    found.least = std::min(found.least, lambda);
  }
  return found.largest > 0 ? found : Sharpness{1, 1};
}

bool begins_in_a_trap(Figure figure) {
  return figure == Figure::kNoise || figure == Figure::kControl || figure == Figure::kPhase;
}

/// Starts on the line: those of docs/notes/large-steps.md, B2, B4 and B5, for its landscapes. In the plane the other
/// coordinate has the view's range.
void put_line_starts(const Choice& choice, bool trap, LargeStepsSpec& spec) {
  const Params p = resolve(find_entry(landscapes(), choice.id, "landscape").params, choice.params, "landscape");
  double &low = spec.starts.low[0], &high = spec.starts.high[0];
  if (choice.id == "quintic_dent") {
    low = -15;
    high = 15;
  } else if (choice.id == "washboard") {
    low = 2 - p.real("width");
    high = p.integer("wells") + 2;
    spec.trapped_at = 0;
  } else if (choice.id == "sharp_well") {
    const double m = p.real("m"), kappa = p.real("kappa"), c = p.real("c");
    low = -3 * m;
    high = 3 * m;
    if (!trap || !(kappa > 1 && c < 0.5 * m * m)) return;
    low = sharp_well_rims(m, kappa, c).left;
    spec.trapped_at = 0;
  }
}

int default_side(Figure figure, int dim) {
  if (dim == 2) return begins_in_a_trap(figure) ? 40 : 128;
  return figure == Figure::kBasins ? 20000 : figure == Figure::kSweep ? 4000 : 2000;
}

void put_starts(const Choice& choice, const Landscape& landscape, LargeStepsSpec& spec) {
  const auto& around = landscape.surroundings();
  const auto dim = std::min<Eigen::Index>(2, landscape.dim());
  spec.starts.low.assign(around.view_low.begin(), around.view_low.begin() + dim);
  spec.starts.high.assign(around.view_high.begin(), around.view_high.begin() + dim);
  spec.starts.per_side = default_side(spec.figure, static_cast<int>(dim));
  if (begins_in_a_trap(spec.figure)) spec.trapped_at = tidy(0.6 / sharpness_of_minima(landscape).largest);
  put_line_starts(choice, begins_in_a_trap(spec.figure), spec);
}

std::vector<double> default_step_sizes(Figure figure, const std::string& id, const Sharpness& lambda) {
  const double unit = 1 / lambda.largest;
  switch (figure) {
    case Figure::kBasins:
      return times({0.36, 1.44, 1.8, 1.98, 2.004, 6}, unit);
    case Figure::kSweep:
      return between(tidy(0.12 * unit), tidy(2 / lambda.least), 81);
    case Figure::kNoise:
      if (id == "sharp_well") return {0.01, 0.03, 0.1, 0.2, 0.5, 1, 1.2};
      if (id == "ring_of_wells") return {0.02, 0.05, 0.08, 0.2, 0.5, 1};
      if (id == "washboard") return {0.0012, 0.0041, 0.1, 0.5};
      return times({0.12, 0.36, 1.2, 2.4, 6}, unit);
    case Figure::kControl:
    case Figure::kPhase:
      return {0.5};
  }
  return {};
}

std::vector<double> default_sigmas(Figure figure) {
  if (figure == Figure::kControl) return {0.5, 1, 2, 3, 4};
  if (figure == Figure::kNoise) return {0, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 25, 40, 63, 100};
  return {};
}

int default_steps(Figure figure) { return figure == Figure::kControl || figure == Figure::kPhase ? 400 : 2000; }

// ---- rows ----

struct PlannedRow {
  ShareRow row;
  ManyRuns many;
  FateBy by = FateBy::kLast;
};

Choice noisy(Choice oracle, double sigma) {
  if (sigma == 0) return {"exact"};
  oracle.params["sigma"] = sigma;
  return oracle;
}
Choice annealed(Choice oracle, double updates) {
  if (oracle.id != "exact") oracle.params["anneal"] = updates;
  return oracle;
}
Choice repeated(const Choice& oracle, int k) {
  if (oracle.id == "exact") return oracle;
  return {"repeated_batch",
          {{"k", static_cast<double>(k)}, {"sigma", oracle.params.at("sigma")}, {"noise", oracle.id}}};
}

PlannedRow planned(const LargeStepsSpec& spec, double eta, double sigma, std::string arm) {
  PlannedRow plan{.row = {.step_size = eta, .sigma = sigma, .arm = std::move(arm)}, .many = {.run = spec.problem}};
  plan.many.run.start.clear();
  plan.many.run.step_size = eta;
  return plan;
}

void plan_plain(const LargeStepsSpec& spec, std::vector<PlannedRow>& rows) {
  const auto sigma = spec.problem.oracle.params.find("sigma");
  const bool exact = spec.problem.oracle.id == "exact";
  for (const double eta : spec.step_sizes) {
    auto plan = planned(spec, eta, 0, "run");
    if (sigma != spec.problem.oracle.params.end()) plan.row.sigma = std::get<double>(sigma->second);
    plan.many.settle = {.on = !exact, .step_size = spec.settle.step_size};
    plan.by = exact ? FateBy::kLast : FateBy::kLastThenSettled;
    rows.push_back(plan);
  }
}

bool can_anneal(const Choice& oracle) {
  const auto& params = find_entry(oracles(), oracle.id, "oracle").params;
  return std::ranges::find(params, "anneal", &ParamSpec::name) != params.end();
}

void plan_noise(const LargeStepsSpec& spec, std::vector<PlannedRow>& rows) {
  const double updates = spec.anneal_share * spec.problem.steps;
  const bool both = spec.annealed && can_anneal(spec.problem.oracle);
  for (const double eta : spec.step_sizes)
    for (const std::string arm : {"fixed", "annealed"})
      for (const double sigma : spec.sigmas) {
        if (arm == "annealed" && !both) continue;
        auto plan = planned(spec, eta, sigma, arm);
        plan.many.run.oracle = noisy(spec.problem.oracle, sigma);
        if (arm == "annealed") plan.many.run.oracle = annealed(plan.many.run.oracle, updates);
        plan.many.settle = {.on = true, .step_size = spec.settle.step_size};
        plan.by = FateBy::kLastThenSettled;
        rows.push_back(plan);
      }
}

void plan_control(const LargeStepsSpec& spec, std::vector<PlannedRow>& rows) {
  const int k = spec.substeps;
  for (const double eta : spec.step_sizes)
    for (const double sigma : spec.sigmas)
      for (const std::string arm : {"L", "R", "S", "A"}) {
        if (arm == "A" && !spec.annealed) continue;
        const Choice noise = noisy(spec.problem.oracle, sigma);
        auto plan = planned(spec, arm == "L" ? eta : eta / k, sigma, arm);
        RunSpec& run = plan.many.run;
        if (arm != "L") run.steps *= k;
        run.oracle = arm == "R"   ? repeated(noise, k)
                     : arm == "A" ? annealed(noise, spec.anneal_share * run.steps)
                                  : noise;
        plan.many.settle = {.on = true, .step_size = spec.settle.step_size};
        plan.by = FateBy::kSettled;
        rows.push_back(plan);
      }
}

Choice two_steps(int length, double ratio) {
  if (length == 0) return {"constant"};
  return {"step", {{"at", std::vector<double>{static_cast<double>(length)}}, {"drop", std::vector<double>{ratio}}}};
}

void plan_phase(const LargeStepsSpec& spec, std::vector<PlannedRow>& rows) {
  for (const double eta : spec.step_sizes)
    for (const bool large_first : {true, false})
      for (const int length : spec.lengths) {
        auto plan = planned(spec, eta, 0, (large_first ? "large " : "small ") + std::to_string(length));
        plan.row.length = length;
        RunSpec& run = plan.many.run;
        const bool starts_large = large_first == (length > 0);  // without a first phase the second one is all
        run.step_size = starts_large ? eta : spec.small_step;
        run.rate = two_steps(length, starts_large ? spec.small_step / eta : eta / spec.small_step);
        plan.many.count_from = large_first ? 0 : length;
        plan.many.nudge = length > 0 ? spec.nudge : 0;
        plan.many.nudge_at = length;
        rows.push_back(plan);
      }
}

std::vector<PlannedRow> plan_of(const LargeStepsSpec& spec) {
  std::vector<PlannedRow> rows;
  switch (spec.figure) {
    case Figure::kBasins:
    case Figure::kSweep:
      plan_plain(spec, rows);
      break;
    case Figure::kNoise:
      plan_noise(spec, rows);
      break;
    case Figure::kControl:
      plan_control(spec, rows);
      break;
    case Figure::kPhase:
      plan_phase(spec, rows);
      break;
  }
  return rows;
}

/// The starts that a small step leaves in a local minimum.
std::vector<double> chosen_starts(const LargeStepsSpec& spec, const SimulateOptions& options) {
  auto all = spec.starts.points();
  if (!(spec.trapped_at > 0)) return all;
  ManyRuns small{.run = {.landscape = spec.problem.landscape,
                         .step_size = spec.trapped_at,
                         .steps = kTrappingSteps,
                         .reach = spec.problem.reach}};
  const auto ends = run_from_all({&small, 1}, all, {.workers = options.workers, .stop = options.stop}).front();
  const std::size_t dim = spec.starts.low.size();
  std::vector<double> chosen;
  for (std::size_t i = 0; i < ends.size(); ++i)
    if (ends[i].fate == Fate::kTrapped)
      chosen.insert(chosen.end(), all.begin() + static_cast<std::ptrdiff_t>(i * dim),
                    all.begin() + static_cast<std::ptrdiff_t>((i + 1) * dim));
  return chosen;
}

// ---- checks ----

[[noreturn]] void refuse(std::string_view place, std::string_view field, const std::string& value,
                         const std::string& allowed) {
  throw InputError((place.empty() ? "" : std::string(place) + ".") + std::string(field),
                   "'" + value + "' is not allowed; allowed: " + allowed);
}

void check_oracle(const LargeStepsSpec& spec, std::string_view place) {
  const Choice& oracle = spec.problem.oracle;
  const auto& params = find_entry(oracles(), oracle.id, place).params;
  if (spec.figure == Figure::kNoise && std::ranges::find(params, "sigma", &ParamSpec::name) == params.end())
    refuse(place, "oracle", oracle.id, "an oracle with σ, as the figure varies it");
  if (spec.figure == Figure::kControl && oracle.id != "uniform" && oracle.id != "gaussian" && oracle.id != "sign")
    refuse(place, "oracle", oracle.id, "uniform, gaussian or sign, whose draws can be repeated");
  if (spec.figure == Figure::kPhase && oracle.id != "exact") refuse(place, "oracle", oracle.id, "exact in this figure");
}

void check_numbers(const LargeStepsSpec& spec, std::string_view place) {
  constexpr std::size_t kMost = 10000;
  const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
  const auto not_negative = [](double x) { return std::isfinite(x) && x >= 0; };
  if (spec.step_sizes.empty() || spec.step_sizes.size() > kMost)
    refuse(place, "step_sizes", std::to_string(spec.step_sizes.size()) + " values", "1 to 10000 values");
  for (const double eta : spec.step_sizes)
    if (spec.figure == Figure::kPhase ? !positive(eta) : !not_negative(eta))
      refuse(place, "step_sizes", to_text(eta), "finite numbers ≥ 0 (phase: > 0)");
  if (spec.sigmas.size() > kMost)
    refuse(place, "sigmas", std::to_string(spec.sigmas.size()) + " values", "at most 10000");
  for (const double sigma : spec.sigmas)
    if (!not_negative(sigma)) refuse(place, "sigmas", to_text(sigma), "finite numbers ≥ 0");
  for (const int length : spec.lengths)
    if (length < 0 || length > spec.problem.steps)
      refuse(place, "lengths", std::to_string(length), "whole numbers from 0 to T");
  if (spec.substeps < 1 || spec.substeps > 1000000 || static_cast<double>(spec.substeps) * spec.problem.steps > 1e9)
    refuse(place, "substeps", std::to_string(spec.substeps), "1 to 1000000, and k·T at most 1000000000");
  if (!positive(spec.small_step)) refuse(place, "small_step", to_text(spec.small_step), "a finite number > 0");
  if (!not_negative(spec.nudge)) refuse(place, "nudge", to_text(spec.nudge), "a finite number ≥ 0");
  if (!not_negative(spec.trapped_at)) refuse(place, "trapped_at", to_text(spec.trapped_at), "a finite number ≥ 0");
  if (!not_negative(spec.settle.step_size))
    refuse(place, "settle_step", to_text(spec.settle.step_size), "a finite number ≥ 0");
  if (!(spec.anneal_share > 0 && spec.anneal_share <= 1))
    refuse(place, "anneal_share", to_text(spec.anneal_share), "0 < share ≤ 1");
}

}  // namespace

LargeStepsSpec default_large_steps(LargeStepsFigure figure, const Choice& landscape) {
  const auto made = make_choice(landscapes(), landscape, "landscape");
  LargeStepsSpec spec{.figure = figure};
  spec.problem.landscape = landscape;
  spec.problem.oracle = {figure == Figure::kNoise ? "gaussian" : figure == Figure::kControl ? "uniform" : "exact"};
  spec.problem.steps = default_steps(figure);
  spec.problem.reach = figure == Figure::kNoise && landscape.id == "washboard" ? 0.2 : 0.1;
  const Sharpness sharpness = sharpness_of_minima(*made);
  spec.step_sizes = default_step_sizes(figure, landscape.id, sharpness);
  spec.small_step = std::min(spec.small_step, tidy(1.2 / sharpness.largest));
  spec.sigmas = default_sigmas(figure);
  if (figure == Figure::kPhase) spec.lengths = {0, 1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 70, 100};
  put_starts(landscape, *made, spec);
  return spec;
}

LargeStepsSpec coarse(const LargeStepsSpec& spec) {
  LargeStepsSpec fewer = spec;
  fewer.starts.per_side = std::min(fewer.starts.per_side, spec.starts.low.size() == 1 ? 192 : 16);
  fewer.problem.seeds = 1;
  const auto every_second = [](auto& values, std::size_t most) {
    while (values.size() > most) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < values.size(); i += 2) values[kept++] = values[i];
      values.resize(kept);
    }
  };
  every_second(fewer.sigmas, 8);
  every_second(fewer.lengths, 16);
  if (spec.figure == LargeStepsFigure::kSweep) every_second(fewer.step_sizes, 64);
  return fewer;
}

void check(const LargeStepsSpec& spec, std::string_view place) {
  const std::string at = place.empty() ? "" : std::string(place) + ".";
  const auto landscape = make_choice(landscapes(), spec.problem.landscape, at + "landscape");
  check_resting(*landscape, at + "landscape");
  check(spec.starts, landscape->dim(), at + "view");
  check_oracle(spec, place);
  check_numbers(spec, place);
  if (spec.figure == Figure::kPhase && spec.problem.rate.id != "constant")
    refuse(place, is_rate_rule(spec.problem.rate.id) ? "rule" : "schedule", spec.problem.rate.id,
           "constant, as the figure has schedules of its own");
  for (auto& plan : plan_of(spec)) {
    check(plan.many.run, "runs[0]");
    if (spec.figure == Figure::kBasins || spec.figure == Figure::kSweep) break;  // they differ in a number only
  }
}

LargeStepsResults large_steps(const LargeStepsSpec& spec, const SimulateOptions& options) {
  check(spec, "");
  const auto plans = plan_of(spec);
  std::vector<ManyRuns> many;
  std::ranges::transform(plans, std::back_inserter(many), &PlannedRow::many);
  const auto starts = chosen_starts(spec, options);
  const auto landscape = make_choice(landscapes(), spec.problem.landscape, "landscape");
  LargeStepsResults results{.starts = static_cast<int>(starts.size() / spec.starts.low.size())};
  if (options.stop.stop_requested()) return results;
  const auto ends = run_from_all(many, starts, options);
  for (std::size_t i = 0; i < plans.size(); ++i) {
    results.rows.push_back(plans[i].row);
    results.rows.back().shares = shares(ends[i], plans[i].by, *landscape);
  }
  results.complete = !options.stop.stop_requested();
  return results;
}

RunSpec run_of(const LargeStepsSpec& spec, const ShareRow& row) {
  for (const auto& plan : plan_of(spec))
    if (plan.row.step_size == row.step_size && plan.row.sigma == row.sigma && plan.row.arm == row.arm)
      return plan.many.run;
  throw InputError("row", "'" + row.arm + "' is none of the figure's");
}

}  // namespace steplab
