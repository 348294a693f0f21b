// The table, cell by cell.
#include "core/analysis/budget_problem.h"
#include "core/analysis/log_minimum.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steplab {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

using Tried = std::vector<TriedStepSize>;

/// The first with the least mean error; of the grid's own alone if `own`.
const TriedStepSize& best_of(const Tried& all, bool own) {
  const TriedStepSize* best = nullptr;
  double least = 0;
  for (const auto& tried : all)
    if (const double mean = tried.mean(); (!own || tried.part == 0) && (!best || mean < least)) {
      best = &tried;
      least = mean;
    }
  return *best;
}

/// Nothing of the grid lies on one side of it.
bool is_at_edge(const Tried& all, double step_size) {
  const auto beyond = [&](auto less) {
    return std::ranges::none_of(all, [&](const auto& tried) { return tried.part == 0 && less(tried.step_size); });
  };
  return beyond([&](double other) { return other < step_size; }) ||
         beyond([&](double other) { return other > step_size; });
}

void settle_cell(BudgetCell& cell, const BudgetSpec& spec, int steps) {
  const TriedStepSize& best = best_of(cell.tried, spec.tuning == BudgetTuning::kGrid);
  cell.steps = steps;
  cell.eta_star = best.step_size;
  cell.at_edge = !spec.step_size && is_at_edge(cell.tried, best.step_size);
  cell.error = best.mean();
  cell.errors = best.errors;
  auto ascending = cell.errors;
  std::ranges::sort(ascending);
  cell.q10 = quantile(ascending, 0.1);
  cell.q90 = quantile(ascending, 0.9);
}

/// A sampled cell is tried on the grid first, and halfway beside its best once its budget's other cells are so far.
bool lacks_halfway(const BudgetTable& table, const BudgetCell& cell) {
  return cell.done && !table.exact && !table.spec.step_size &&
         std::ranges::none_of(cell.tried, [](const auto& tried) { return tried.part != 0; });
}

/// What a cell's errors depend on, beyond schedule and budget. Not the tuning, which only chooses among them.
BudgetSpec common_part(BudgetSpec spec) {
  spec.budgets.clear();
  spec.schedules.clear();
  spec.tie = 0;
  spec.tuning = {};
  return spec;
}

class TableMaker {
 public:
  TableMaker(const BudgetSpec& spec, const BudgetOptions& options) : spec_(spec), options_(options), setting_(spec) {
    table_.spec = spec;
    table_.exact = is_exact(spec);
    table_.cells.resize(spec.budgets.size() * spec.schedules.size());
  }

  void take(const BudgetTable& before) {
    if (before.cells.empty()) return;  // nothing was computed yet
    if (before.exact != table_.exact || common_part(before.spec) != common_part(spec_)) return;
    for (std::size_t b = 0; b < before.spec.budgets.size(); ++b)
      for (std::size_t s = 0; s < before.spec.schedules.size(); ++s)
        if (before.cell(b, s).done) take(before, b, s);
  }

  BudgetTable make() {
    if (options_.progress) options_.progress->planned = work_left();
    for (std::size_t b = 0; b < spec_.budgets.size(); ++b) {
      for (std::size_t s = 0; s < spec_.schedules.size(); ++s)
        if (!cell_at(b, s).done && !options_.stop.stop_requested() && fill(b, s)) show();
      if (!options_.stop.stop_requested() && fill_halfway(b)) show();
    }
    settle(table_);
    return std::move(table_);
  }

 private:
  void take(const BudgetTable& before, std::size_t b, std::size_t s) {
    const auto budget = std::ranges::find(spec_.budgets, before.spec.budgets[b]);
    const auto schedule = std::ranges::find(spec_.schedules, before.spec.schedules[s].rate, &BudgetSchedule::rate);
    if (budget == spec_.budgets.end() || schedule == spec_.schedules.end()) return;
    const auto at = static_cast<std::size_t>(budget - spec_.budgets.begin()) * spec_.schedules.size() +
                    static_cast<std::size_t>(schedule - spec_.schedules.begin());
    table_.cells[at] = before.cell(b, s);
  }

  BudgetCell& cell_at(std::size_t b, std::size_t s) { return table_.cells[b * spec_.schedules.size() + s]; }

  void show() {
    settle(table_);
    if (options_.on_cell) options_.on_cell(table_);
  }

  std::int64_t work_of(std::size_t b, std::size_t runs) const {
    return static_cast<std::int64_t>(runs) * budget_steps(spec_, spec_.budgets[b]);
  }
  std::size_t runs_of_grid() const {
    const std::size_t grid = spec_.step_size ? 1 : spec_.rates.values().size();
    return table_.exact ? grid : grid * static_cast<std::size_t>(spec_.seeds);
  }
  std::size_t runs_of_halfway() const {
    return table_.exact || spec_.step_size ? 0 : 2 * static_cast<std::size_t>(spec_.seeds);
  }
  std::int64_t work_left() const {
    std::int64_t work = 0;
    for (std::size_t i = 0; i < table_.cells.size(); ++i) {
      const std::size_t b = i / spec_.schedules.size();
      if (!table_.cells[i].done) work += work_of(b, runs_of_grid() + runs_of_halfway());
      if (lacks_halfway(table_, table_.cells[i])) work += work_of(b, runs_of_halfway());
    }
    return work;
  }
  void note_done(std::int64_t work) {
    if (!options_.progress) return;
    options_.progress->batch.done = 0;
    options_.progress->done += work;
  }

  struct Trial {
    std::size_t schedule;
    TriedStepSize tried;
  };

  /// Fills in the errors of all seeds. False if stopped.
  bool sample(std::size_t b, std::vector<Trial>& trials) {
    std::vector<RunSpec> runs;
    for (const auto& trial : trials)
      for (int seed = 0; seed < spec_.seeds; ++seed)
        runs.push_back(setting_.run(trial.schedule, spec_.budgets[b], trial.tried.step_size, seed));
    Progress* progress = options_.progress ? &options_.progress->batch : nullptr;
    const auto results = simulate(runs, {},
                                  {.workers = options_.workers,
                                   .stop = options_.stop,
                                   .progress = progress,
                                   .workshop = options_.workshop ? options_.workshop : &workshop_});
    note_done(work_of(b, runs.size()));
    for (const auto& result : results)
      if (result.outcomes.front().status == RunStatus::kCancelled) return false;
    const auto errors = setting_.errors(results);
    auto at = errors.begin();
    for (auto& trial : trials) {
      trial.tried.errors.assign(at, at + spec_.seeds);
      at += spec_.seeds;
    }
    return true;
  }

  bool sampled(Tried& tried, std::size_t b, std::size_t s) {
    std::vector<Trial> trials;
    for (const double step_size : spec_.step_size ? std::vector{*spec_.step_size} : spec_.rates.values())
      trials.push_back({s, {.step_size = step_size}});
    if (!sample(b, trials)) return false;
    for (auto& trial : trials) tried.push_back(std::move(trial.tried));
    return true;
  }

  /// Halfway beside the best of the grid, for all cells of a budget together: the engine takes few step sizes of many
  /// schedules as quickly as many of one. True if there was something to do, and it was done.
  bool fill_halfway(std::size_t b) {
    std::vector<Trial> trials;
    for (std::size_t s = 0; s < spec_.schedules.size(); ++s) {
      const BudgetCell& cell = cell_at(b, s);
      if (!lacks_halfway(table_, cell)) continue;
      const double best = best_of(cell.tried, true).step_size, half = std::sqrt(spec_.rates.ratio);
      for (const double step_size : {best / half, best * half})
        trials.push_back({s, {.step_size = step_size, .part = 1}});
    }
    if (trials.empty() || !sample(b, trials)) return false;
    for (auto& trial : trials) {
      auto& tried = cell_at(b, trial.schedule).tried;
      tried.push_back(std::move(trial.tried));
      std::ranges::sort(tried, {}, &TriedStepSize::step_size);
    }
    return true;
  }

  /// A scan that holds the grid, further than it where the best lies at an end, and the best beside its minima.
  bool exact(Tried& tried, std::size_t b, std::size_t s) const {
    const auto losses = [&](std::span<const double> step_sizes) {
      return setting_.expected(s, budget_steps(spec_, spec_.budgets[b]), step_sizes, options_.stop);
    };
    if (spec_.step_size) return scan(tried, {{.step_size = *spec_.step_size}}, losses);
    constexpr int kFurther = 2 * kExactParts;
    constexpr double kLeast = 1e-12, kMost = 1e12;
    const auto& rates = spec_.rates;
    int first = rates.first() * kExactParts, last = rates.last() * kExactParts;
    bool good = scan(tried, parts_between(first, last), losses);
    while (good && tried.front().step_size > kLeast && tried.back().step_size < kMost) {
      const double best = best_of(tried, false).step_size;
      if (best != tried.front().step_size && best != tried.back().step_size) break;
      const bool low = best == tried.front().step_size;
      good = scan(tried, low ? parts_between(first - kFurther, first - 1) : parts_between(last + 1, last + kFurther),
                  losses);
      (low ? first : last) += low ? -kFurther : kFurther;
      std::ranges::sort(tried, {}, &TriedStepSize::step_size);
    }
    return good && refine(tried, losses);
  }

  /// anchor·ratio^(i/kExactParts) for i = first … last.
  Tried parts_between(int first, int last) const {
    Tried all;
    for (int i = first; i <= last; ++i) {
      const int k = static_cast<int>(std::floor(i / static_cast<double>(kExactParts))), part = i - k * kExactParts;
      all.push_back({.step_size = spec_.rates.value(k, part / static_cast<double>(kExactParts)), .part = part});
    }
    return all;
  }

  static bool scan(Tried& tried, Tried wanted, const ManyValues& losses) {
    std::vector<double> step_sizes;
    for (const auto& each : wanted) step_sizes.push_back(each.step_size);
    const auto values = losses(step_sizes);
    if (values.size() < wanted.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      wanted[i].errors = {values[i]};
      tried.push_back(std::move(wanted[i]));
    }
    return true;
  }

  bool refine(Tried& tried, const ManyValues& losses) const {
    constexpr double kWorth = 2;  // of the least error of the scan: 16 step sizes a factor of 3 are not so far off
    std::vector<double> step_sizes, values;
    for (const auto& each : tried) {
      step_sizes.push_back(each.step_size);
      values.push_back(each.errors.front());
    }
    const LogMinimum least = minimum_near(step_sizes, values, kWorth, losses);
    tried.push_back({.step_size = least.x, .part = kNoPart, .errors = {least.value}});
    std::ranges::sort(tried, {}, &TriedStepSize::step_size);
    return !options_.stop.stop_requested();
  }

  bool fill(std::size_t b, std::size_t s) {
    BudgetCell filled{.done = true};
    if (!(table_.exact ? exact(filled.tried, b, s) : sampled(filled.tried, b, s))) return false;
    if (table_.exact) note_done(work_of(b, runs_of_grid()));
    cell_at(b, s) = std::move(filled);
    return true;
  }

  const BudgetSpec& spec_;
  const BudgetOptions& options_;
  BudgetSetting setting_;
  Workshop workshop_;
  BudgetTable table_;
};

}  // namespace

double BudgetProgress::share() const {
  const auto all = static_cast<double>(planned.load());
  return all > 0 ? std::min(1.0, static_cast<double>(done + batch.done) / all) : 0.0;
}

double TriedStepSize::mean() const { return steplab::mean(errors); }

void settle(BudgetTable& table) {
  const std::size_t schedules = table.spec.schedules.size();
  for (std::size_t i = 0; i < table.cells.size(); ++i)
    if (table.cells[i].done)
      settle_cell(table.cells[i], table.spec, budget_steps(table.spec, table.spec.budgets[i / schedules]));
  rank_cells(table);
  table.complete = std::ranges::all_of(
      table.cells, [&](const BudgetCell& cell) { return cell.done && !lacks_halfway(table, cell); });
}

BudgetTable budget_table(const BudgetSpec& spec, const BudgetOptions& options, const BudgetTable& before) {
  check(spec, "");
  TableMaker maker(spec, options);
  maker.take(before);
  return maker.make();
}

}  // namespace steplab
