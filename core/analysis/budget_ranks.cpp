// Ranks of a budget table: ties count as half a place.
#include "core/analysis/budget.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace steplab {
namespace {

/// What a cell is ranked by.
struct Standing {
  double error;
  const std::vector<double>* errors;
};

/// Standard error of the mean difference of errors of the same seeds.
double standard_error(const Standing& a, const Standing& b) {
  const std::size_t n = std::min(a.errors->size(), b.errors->size());
  if (n < 2) return 0;
  const double mean = a.error - b.error;
  double squares = 0;
  for (std::size_t r = 0; r < n; ++r) squares += std::pow((*a.errors)[r] - (*b.errors)[r] - mean, 2);
  const auto count = static_cast<double>(n);
  return std::sqrt(squares / (count - 1) / count);
}

bool tied(const Standing& a, const Standing& b, double tie) {
  constexpr double kRounding = 1e-12;
  if (a.error == b.error) return true;
  if (!std::isfinite(a.error) || !std::isfinite(b.error)) return false;
  const double apart = std::abs(a.error - b.error);
  return apart <= kRounding * std::max(std::abs(a.error), std::abs(b.error)) || apart <= tie * standard_error(a, b);
}

struct Rank {
  double rank = 1;
  int tied = 0, place = 1;
};

std::vector<Rank> ranks_of(const std::vector<Standing>& all, double tie) {
  std::vector<Rank> ranks(all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (i == j) continue;
      const bool same = tied(all[i], all[j], tie), less = all[j].error < all[i].error;
      if (same) ranks[i].rank += 0.5, ++ranks[i].tied;
      if (!same && less) ranks[i].rank += 1;
      if (less) ++ranks[i].place;
    }
  return ranks;
}

using Cells = std::vector<BudgetCell*>;

/// The best of what was tried on the grid moved by `part`; of all if there is none.
std::optional<Standing> best_of(const BudgetCell& cell, std::optional<int> part) {
  std::optional<Standing> best;
  for (const auto& tried : cell.tried)
    if (const double mean = tried.mean(); (!part || tried.part == *part) && (!best || mean < best->error))
      best = Standing{mean, &tried.errors};
  return best;
}

/// Widens the ranks' range by what they would be if all cells of the group were tuned so.
void rank_as_if(const Cells& cells, std::optional<int> part, double tie) {
  std::vector<Standing> standings;
  for (const BudgetCell* cell : cells) {
    const auto best = best_of(*cell, part);
    if (!best) return;
    standings.push_back(*best);
  }
  const auto ranks = ranks_of(standings, tie);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i]->least_rank = std::fmin(cells[i]->least_rank, ranks[i].rank);
    cells[i]->largest_rank = std::fmax(cells[i]->largest_rank, ranks[i].rank);
  }
}

void rank_group(BudgetTable& table, const Cells& cells) {
  std::vector<Standing> standings;
  std::set<int> parts;
  for (const BudgetCell* cell : cells) {
    standings.push_back({cell->error, &cell->errors});
    for (const auto& tried : cell->tried) parts.insert(tried.part);
  }
  const auto ranks = ranks_of(standings, table.spec.tie);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i]->rank = ranks[i].rank;
    cells[i]->tied = ranks[i].tied;
    cells[i]->place = ranks[i].place;
  }
  if (table.spec.step_size) return;
  parts.erase(kNoPart);
  rank_as_if(cells, {}, table.spec.tie);
  for (const int part : parts) rank_as_if(cells, part, table.spec.tie);
}

}  // namespace

bool tied_cells(const BudgetCell& a, const BudgetCell& b, double tie) {
  return tied({a.error, &a.errors}, {b.error, &b.errors}, tie);
}

void rank_cells(BudgetTable& table) {
  const auto& schedules = table.spec.schedules;
  for (auto& cell : table.cells) {
    cell.rank = cell.least_rank = cell.largest_rank = kUnknown;
    cell.place = cell.tied = 0;
  }
  for (std::size_t b = 0; b < table.spec.budgets.size(); ++b)
    for (std::size_t first = 0; first < schedules.size(); ++first) {
      const auto same_group = [&](const auto& s) { return s.ranked && s.group == schedules[first].group; };
      if (std::ranges::find_if(schedules, same_group) != schedules.begin() + static_cast<std::ptrdiff_t>(first))
        continue;
      Cells cells;
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
