#include "core/analysis/tuning.h"

#include "core/analysis/tuning_losses.h"
#include "core/base/math.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace steplab {
namespace {

auto problem_key(const TuningSpec& s) {
  return std::tie(s.mode, s.problem, s.rows, s.iterate, s.suffix, s.statistic, s.allow_exact, s.refine, s.family,
                  s.form, s.bound.diameter, s.bound.gradient_norm);
}

}  // namespace

bool operator==(const TuningSpec& a, const TuningSpec& b) {
  return problem_key(a) == problem_key(b) && a.rho == b.rho && a.fit_from == b.fit_from && a.fit_to == b.fit_to;
}

bool tuning_still_holds(const Tuning& tuning, const TuningSpec& spec) {
  return tuning.complete && problem_key(tuning.spec) == problem_key(spec);
}

std::vector<TuningRow> default_tuning_rows() {
  std::vector<TuningRow> rows;
  for (const Choice& rate :
       {Choice{"constant"}, Choice{"inverse_sqrt", {{"tau", 1.0}}}, Choice{"linear"},
        Choice{"polynomial", {{"p", 2.0}}}, Choice{"cosine"}, Choice{"wsd", {{"shape", "linear"}}}, Choice{"rex"}})
    rows.push_back({.label = rate.id, .rate = rate});
  return rows;
}

RunSpec default_tuning_problem() {
  return {.landscape = {"quadratic", {{"kappa", 1.0}}},
          .oracle = {"gaussian"},
          .start = {0.5, 0.5},
          .steps = 1000,
          .seeds = 64};
}

RunSpec default_worst_problem() {
  RunSpec problem = default_tuning_problem();
  problem.oracle = {"sign"};
  problem.steps = 4096;
  problem.seeds = 512;
  return problem;
}

TuningSpec coarse(const TuningSpec& spec, int seeds) {
  TuningSpec few = spec;
  few.problem.seeds = std::min(seeds, spec.problem.seeds);
  few.refine = false;
  if (spec.rho.count % 2 == 1 && spec.rho.count > 9) few.rho.count = spec.rho.count / 2 + 1;
  return few;
}

double TuningProgress::share() const {
  const auto all = static_cast<double>(planned.load());
  const auto now = static_cast<double>(done.load() + batch.done.load());
  return all > 0 ? std::min(1.0, now / all) : 0;
}

void check(const TuningSpec& spec, std::string_view place, bool some_row) {
  const std::string head = place.empty() ? "" : std::string(place) + ": ";
  const auto require = [&](bool good, const char* field, double value, const char* allowed) {
    if (!good)
      throw InputError(head + field, "'" + to_text(value) + "' is not allowed; allowed: " + std::string(allowed));
  };
  if (spec.rows.empty()) throw InputError(head + "runs", "no run; allowed: one or more");
  require(spec.rho.from > 0 && std::isfinite(spec.rho.from), "rho.from", spec.rho.from, "a number > 0");
  require(spec.rho.to >= spec.rho.from && std::isfinite(spec.rho.to), "rho.to", spec.rho.to, "a number ≥ rho.from");
  require(spec.rho.count >= 1 && spec.rho.count <= 10000, "rho.count", spec.rho.count, "1 ≤ count ≤ 10000");
  require(spec.suffix > 0 && spec.suffix <= 1, "suffix", spec.suffix, "0 < suffix ≤ 1");
  require(spec.fit_from > 0 && std::isfinite(spec.fit_from), "fit.from", spec.fit_from, "a number > 0");
  require(spec.fit_to > spec.fit_from && std::isfinite(spec.fit_to), "fit.to", spec.fit_to, "a number > fit.from");
  require(spec.bound.diameter > 0 && std::isfinite(spec.bound.diameter), "diameter", spec.bound.diameter,
          "a number > 0");
  require(spec.bound.gradient_norm > 0 && std::isfinite(spec.bound.gradient_norm), "gradient_norm",
          spec.bound.gradient_norm, "a number > 0");
  require(std::abs(spec.family.centre) <= 0.5, "family.centre", spec.family.centre, "-0.5 ≤ centre ≤ 0.5");
  if (spec.family.slopes.empty()) throw InputError(head + "family.slopes", "no slope; allowed: one or more");
  for (const double slope : spec.family.slopes)
    require(slope > 0 && std::isfinite(slope), "family.slopes", slope, "numbers > 0");
  Workshop workshop;
  const auto source = make_loss_source(spec, workshop, place);
  if (some_row) source->require_a_row(place);
}

bool has_ratio(const TuningSpec& spec) {
  Workshop workshop;
  return make_loss_source(spec, workshop, "")->excess();
}

RunSpec on_member(const TuningSpec& spec, int member) {
  RunSpec problem = spec.problem;
  const double eps = spec.family.slopes[static_cast<std::size_t>(member)] / steplab::sqrt(spec.problem.steps);
  problem.landscape = {"abs", {{"c", spec.family.centre}, {"eps", eps}}};
  problem.projection = {"domain"};
  problem.start = {spec.family.start};
  return problem;
}

}  // namespace steplab
