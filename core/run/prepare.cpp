#include "core/run/prepare.h"

#include <cmath>

namespace steplab {
namespace {

constexpr int kLongestTable = 1 << 16;  // half a megabyte
constexpr int kMostSteps = 1'000'000'000;
constexpr int kMostSeeds = 1 << 24;

void require(bool good, std::string_view place, std::string_view field, const std::string& value,
             std::string_view allowed) {
  if (!good)
    throw InputError(std::string(place) + "." + std::string(field),
                     "'" + value + "' is not allowed; allowed: " + std::string(allowed));
}

void check_numbers(const RunSpec& spec, std::string_view place) {
  require(std::isfinite(spec.step_size) && spec.step_size >= 0, place, "step_size", to_text(spec.step_size),
          "a finite number ≥ 0");
  require(std::isfinite(spec.rho) && spec.rho >= 0, place, "rho", to_text(spec.rho), "a finite number ≥ 0");
  require(std::isfinite(spec.step_size * spec.rho), place, "rho", to_text(spec.rho), "ρ·η must be finite");
  require(spec.steps >= 1 && spec.steps <= kMostSteps, place, "steps", std::to_string(spec.steps),
          "1 ≤ steps ≤ 1000000000");
  require(spec.seeds >= 1 && spec.seeds <= kMostSeeds, place, "seeds", std::to_string(spec.seeds),
          "1 ≤ seeds ≤ 16777216");
  require(std::isfinite(spec.reach) && spec.reach > 0, place, "reach", to_text(spec.reach), "a finite number > 0");
}

std::vector<double> start_of(const RunSpec& spec, const Landscape& landscape, std::string_view place) {
  if (spec.start.empty()) {
    const Vector& start = landscape.surroundings().start;
    return {start.begin(), start.end()};
  }
  const auto dim = static_cast<std::size_t>(landscape.dim());
  require(spec.start.size() == dim, place, "start", std::to_string(spec.start.size()) + " numbers",
          std::to_string(dim) + " numbers, the dimension of " + spec.landscape.id);
  for (const double x : spec.start)
    require(std::abs(x) <= kDivergenceLimit, place, "start", to_text(x),
            "numbers of at most " + to_text(kDivergenceLimit) + " in size");
  return spec.start;
}

}  // namespace

template <class T>
std::shared_ptr<const T> Workshop::make_once(Shelf<T>& shelf, const std::vector<Entry<T>>& entries,
                                             const Choice& choice, const std::string& place) {
  auto made = shelf.find(choice);
  if (made == shelf.end()) made = shelf.emplace(choice, Made<T>{make_choice(entries, choice, place)}).first;
  made->second.generation = generation_;
  return made->second.object;
}

template <class T>
void Workshop::let_go(Shelf<T>& shelf) {
  std::erase_if(shelf, [this](const auto& made) { return made.second.generation < generation_ - 1; });
}

void Workshop::next_generation() {
  let_go(landscapes_);
  let_go(optimizers_);
  let_go(oracles_);
  let_go(projections_);
  let_go(schedules_);
  let_go(rules_);
  ++generation_;
}

PreparedRun Workshop::prepare(const RunSpec& spec, std::string_view place) {
  check_numbers(spec, place);
  const std::string at(place);
  PreparedRun run{.spec = &spec};
  run.landscape = make_once(landscapes_, landscapes(), spec.landscape, at + ".landscape");
  run.optimizer = make_once(optimizers_, optimizers(), spec.optimizer, at + ".optimizer");
  run.oracle = make_once(oracles_, oracles(), spec.oracle, at + ".oracle");
  run.projection = make_once(projections_, projections(), spec.projection, at + ".projection");
  if (is_rate_rule(spec.rate.id))
    run.rule = make_once(rules_, rate_rules(), spec.rate, at + ".rule");
  else
    run.schedule = make_once(schedules_, schedules(), spec.rate, at + ".schedule");
  run.oracle->check(*run.landscape, at + ".oracle." + spec.oracle.id);
  run.start = start_of(spec, *run.landscape, place);
  return run;
}

FactorTable::FactorTable(std::shared_ptr<const Schedule> schedule, int steps)
    : schedule_(std::move(schedule)), steps_(steps) {
  if (steps > kLongestTable) return;
  table_.reserve(static_cast<std::size_t>(steps));
  for (int t = 0; t < steps; ++t) table_.push_back(schedule_->factor(t, steps));
}

}  // namespace steplab
