// The table, cell by cell.
#include "core/analysis/budget_problem.h"
#include "core/run/sweep.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steplab {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::size_t best_of(const std::vector<double>& errors) {
  return static_cast<std::size_t>(std::ranges::min_element(errors) - errors.begin());
}

void settle_cell(BudgetCell& cell, int steps, const std::vector<double>& step_sizes) {
  const std::size_t k = best_of(cell.grid_errors);
  cell.steps = steps;
  cell.eta_star = step_sizes[k];
  cell.at_edge = step_sizes.size() > 1 && (k == 0 || k + 1 == step_sizes.size());
  cell.error = cell.grid_errors[k];
  auto ascending = cell.errors;
  std::ranges::sort(ascending);
  cell.q10 = quantile(ascending, 0.1);
  cell.q90 = quantile(ascending, 0.9);
}

std::vector<double> step_sizes_of(const BudgetSpec& spec) {
  return spec.step_size ? std::vector{*spec.step_size} : spec.rates.values();
}

/// What a cell's errors depend on, beyond schedule and budget.
BudgetSpec common_part(BudgetSpec spec) {
  spec.budgets.clear();
  spec.schedules.clear();
  spec.tie = 0;
  return spec;
}

class TableMaker {
 public:
  TableMaker(const BudgetSpec& spec, const BudgetOptions& options)
      : spec_(spec), options_(options), setting_(spec), step_sizes_(step_sizes_of(spec)) {
    table_.spec = spec;
    table_.exact = is_exact(spec);
    table_.cells.resize(spec.budgets.size() * spec.schedules.size());
  }

  void take(const BudgetTable& before) {
    if (before.exact != table_.exact || common_part(before.spec) != common_part(spec_)) return;
    for (std::size_t b = 0; b < before.spec.budgets.size(); ++b)
      for (std::size_t s = 0; s < before.spec.schedules.size(); ++s)
        if (before.cell(b, s).done) take(before, b, s);
  }

  BudgetTable make() {
    if (options_.progress) options_.progress->planned = work_left();
    for (std::size_t b = 0; b < spec_.budgets.size(); ++b)
      for (std::size_t s = 0; s < spec_.schedules.size(); ++s) {
        BudgetCell& cell = table_.cells[b * spec_.schedules.size() + s];
        if (cell.done || options_.stop.stop_requested() || !fill(cell, b, s)) continue;
        settle(table_);
        if (options_.on_cell) options_.on_cell(table_);
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

  std::int64_t work_of(std::size_t b) const {
    const auto runs = static_cast<std::int64_t>(step_sizes_.size()) * (table_.exact ? 1 : spec_.seeds);
    return runs * budget_steps(spec_, spec_.budgets[b]);
  }
  std::int64_t work_left() const {
    std::int64_t work = 0;
    for (std::size_t i = 0; i < table_.cells.size(); ++i)
      if (!table_.cells[i].done) work += work_of(i / spec_.schedules.size());
    return work;
  }

  /// Errors [step size][seed]; none if stopped.
  std::vector<std::vector<double>> sampled(std::size_t b, std::size_t s) {
    std::vector<RunSpec> runs;
    for (const double step_size : step_sizes_)
      for (int seed = 0; seed < spec_.seeds; ++seed) runs.push_back(setting_.run(s, spec_.budgets[b], step_size, seed));
    Progress* progress = options_.progress ? &options_.progress->batch : nullptr;
    const auto results = simulate(runs, {},
                                  {.workers = options_.workers,
                                   .stop = options_.stop,
                                   .progress = progress,
                                   .workshop = options_.workshop ? options_.workshop : &workshop_});
    for (const auto& result : results)
      if (result.outcomes.front().status == RunStatus::kCancelled) return {};
    const auto errors = setting_.errors(results);
    std::vector<std::vector<double>> by_step_size;
    for (auto at = errors.begin(); at != errors.end(); at += spec_.seeds)
      by_step_size.emplace_back(at, at + spec_.seeds);
    return by_step_size;
  }

  std::vector<std::vector<double>> exact(std::size_t b, std::size_t s) const {
    std::vector<std::vector<double>> by_step_size;
    for (const double loss : setting_.expected(s, budget_steps(spec_, spec_.budgets[b]), step_sizes_))
      by_step_size.push_back({loss});
    return by_step_size;
  }

  bool fill(BudgetCell& cell, std::size_t b, std::size_t s) {
    const auto errors = table_.exact ? exact(b, s) : sampled(b, s);
    if (options_.progress) {
      options_.progress->batch.done = 0;
      options_.progress->done += work_of(b);
    }
    if (errors.empty()) return false;
    cell = {.done = true};
    for (const auto& of_step_size : errors) cell.grid_errors.push_back(mean(of_step_size));
    cell.errors = errors[best_of(cell.grid_errors)];
    return true;
  }

  const BudgetSpec& spec_;
  const BudgetOptions& options_;
  BudgetSetting setting_;
  std::vector<double> step_sizes_;
  Workshop workshop_;
  BudgetTable table_;
};

}  // namespace

double BudgetProgress::share() const {
  const auto all = static_cast<double>(planned.load());
  return all > 0 ? std::min(1.0, static_cast<double>(done + batch.done) / all) : 0.0;
}

void settle(BudgetTable& table) {
  const std::vector<double> step_sizes = step_sizes_of(table.spec);
  const std::size_t schedules = table.spec.schedules.size();
  for (std::size_t i = 0; i < table.cells.size(); ++i)
    if (table.cells[i].done)
      settle_cell(table.cells[i], budget_steps(table.spec, table.spec.budgets[i / schedules]), step_sizes);
  rank_cells(table);
  table.complete = std::ranges::all_of(table.cells, &BudgetCell::done);
}

BudgetTable budget_table(const BudgetSpec& spec, const BudgetOptions& options, const BudgetTable& before) {
  check(spec, "");
  TableMaker maker(spec, options);
  maker.take(before);
  return maker.make();
}

}  // namespace steplab
