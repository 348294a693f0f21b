// Ranks of a budget table: ties count as half a place.
#include "core/analysis/budget.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

/// Standard error of the mean difference of errors of the same seeds.
double standard_error(const BudgetCell& a, const BudgetCell& b) {
  const std::size_t n = std::min(a.errors.size(), b.errors.size());
  if (n < 2) return 0;
  const double mean = a.error - b.error;
  double squares = 0;
  for (std::size_t r = 0; r < n; ++r) squares += std::pow(a.errors[r] - b.errors[r] - mean, 2);
  const auto count = static_cast<double>(n);
  return std::sqrt(squares / (count - 1) / count);
}

void rank_group(BudgetTable& table, const std::vector<BudgetCell*>& cells) {
  for (BudgetCell* cell : cells) {
    cell->rank = cell->place = 1;
    cell->tied = 0;
    for (const BudgetCell* other : cells) {
      if (other == cell) continue;
      const bool same = tied_cells(*cell, *other, table.spec.tie);
      if (same) cell->rank += 0.5, ++cell->tied;
      if (!same && other->error < cell->error) cell->rank += 1;
      if (other->error < cell->error) ++cell->place;
    }
  }
}

}  // namespace

bool tied_cells(const BudgetCell& a, const BudgetCell& b, double tie) {
  constexpr double kRounding = 1e-12;
  if (a.error == b.error) return true;
  if (!std::isfinite(a.error) || !std::isfinite(b.error)) return false;
  const double apart = std::abs(a.error - b.error);
  return apart <= kRounding * std::max(std::abs(a.error), std::abs(b.error)) || apart <= tie * standard_error(a, b);
}

void rank_cells(BudgetTable& table) {
  const auto& schedules = table.spec.schedules;
  for (auto& cell : table.cells) {
    cell.rank = kUnknown;
    cell.place = cell.tied = 0;
  }
  for (std::size_t b = 0; b < table.spec.budgets.size(); ++b)
    for (std::size_t first = 0; first < schedules.size(); ++first) {
      const auto same_group = [&](const auto& s) { return s.ranked && s.group == schedules[first].group; };
      if (std::ranges::find_if(schedules, same_group) != schedules.begin() + static_cast<std::ptrdiff_t>(first))
        continue;
      std::vector<BudgetCell*> cells;
      for (std::size_t s = first; s < schedules.size(); ++s)
        if (same_group(schedules[s])) cells.push_back(&table.cells[b * schedules.size() + s]);
      if (std::ranges::all_of(cells, &BudgetCell::done)) rank_group(table, cells);
    }
}

std::vector<double> mean_ranks(const BudgetTable& table) {
  std::vector<double> means(table.spec.schedules.size(), 0.0);
  for (std::size_t b = 0; b < table.spec.budgets.size(); ++b)
    for (std::size_t s = 0; s < means.size(); ++s)
      means[s] += table.cell(b, s).rank / static_cast<double>(table.spec.budgets.size());
  return means;
}

std::vector<std::vector<double>> mean_ranks_over(std::span<const BudgetTable> tables) {
  if (tables.empty()) return {};
  const auto& spec = tables.front().spec;
  std::vector<std::vector<double>> means(spec.budgets.size(), std::vector<double>(spec.schedules.size(), 0.0));
  for (const auto& table : tables)
    for (std::size_t b = 0; b < spec.budgets.size(); ++b)
      for (std::size_t s = 0; s < spec.schedules.size(); ++s)
        means[b][s] += table.cell(b, s).rank / static_cast<double>(tables.size());
  return means;
}

}  // namespace steplab
