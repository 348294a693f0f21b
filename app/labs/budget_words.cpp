// Sentences made from the numbers of a table: what is said is what was measured.
#include "app/labs/budget_page.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "core/scene/budget_scene.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

std::string shown_label(const BudgetSchedule& schedule) { return plain_words(schedule.label); }

std::vector<std::size_t> ranked(const BudgetSpec& spec) {
  std::vector<std::size_t> all;
  for (std::size_t s = 0; s < spec.schedules.size(); ++s)
    if (spec.schedules[s].ranked) all.push_back(s);
  return all;
}

bool is_done(const BudgetTable& table, std::size_t budget) {
  for (const std::size_t s : ranked(table.spec))
    if (!table.cell(budget, s).done) return false;
  return true;
}

std::string best_and_worst(const BudgetTable& table, std::size_t budget) {
  const auto all = ranked(table.spec);
  const auto error = [&](std::size_t s) { return table.cell(budget, s).error; };
  const std::size_t best = *std::ranges::min_element(all, {}, error), worst = *std::ranges::max_element(all, {}, error);
  std::vector<std::string> also;
  for (const std::size_t s : all)
    if (s != best && tied_cells(table.cell(budget, s), table.cell(budget, best), table.spec.tie))
      also.push_back(shown_label(table.spec.schedules[s]));
  std::string text = "at " + percent_text(table.spec.budgets[budget]) + ", " + shown_label(table.spec.schedules[best]) +
                     " has the least error, " + error_text(error(best));
  if (!also.empty()) text += " (tied: " + joined(also) + ")";
  text += "; " + shown_label(table.spec.schedules[worst]) + " the largest, ";
  return text + (std::isfinite(error(worst)) ? short_number(std::round(100 * error(worst) / error(best)) / 100) + "×."
                                             : "it diverged.");
}

/// How step sizes were tuned, and how many ranks of this budget depend on it.
std::string grid_words(const BudgetTable& table, std::size_t budget) {
  if (table.spec.step_size) return "";
  const auto all = ranked(table.spec);
  const auto unsure =
      std::ranges::count_if(all, [&](std::size_t s) { return table.cell(budget, s).depends_on_grid(); });
  const std::string ratio = short_number(table.spec.rates.ratio);
  return " η* " + tuning_words(table) + ": " +
         (unsure == 0 ? "no rank depends"
                      : std::to_string(unsure) + " of " + std::to_string(all.size()) + " ranks depend") +
         " on where a grid of ratio " + ratio + " lies.";
}

/// The schedule of this kind that is read at every step, or the first; the number of schedules if there is none.
std::size_t schedule_with(const BudgetSpec& spec, const Choice& rate) {
  return static_cast<std::size_t>(std::ranges::find(spec.schedules, rate, &BudgetSchedule::rate) -
                                  spec.schedules.begin());
}

/// "REX against linear: better at 5 and 10 %, tied at …".
std::string rex_and_linear(const BudgetTable& table) {
  const BudgetSpec& spec = table.spec;
  const std::size_t rex = schedule_with(spec, {"rex"}), linear = schedule_with(spec, {"linear"});
  if (rex == spec.schedules.size() || linear == spec.schedules.size()) return "";
  std::vector<std::string> better, tied, worse;
  for (std::size_t b = 0; b < spec.budgets.size(); ++b) {
    const BudgetCell &x = table.cell(b, rex), &y = table.cell(b, linear);
    if (!x.done || !y.done) continue;
    (tied_cells(x, y, spec.tie) ? tied : x.error < y.error ? better : worse).push_back(short_number(spec.budgets[b]));
  }
  std::string text;
  const auto add = [&](const char* word, const std::vector<std::string>& budgets) {
    if (!budgets.empty()) text += (text.empty() ? "" : "; ") + (word + (" at " + joined(budgets))) + " %";
  };
  add("better", better);
  add("tied", tied);
  add("worse", worse);
  return text.empty() ? "" : " REX against linear: " + text + ".";
}

std::string mean_rank_words(const BudgetTable& table) {
  if (!table.complete || table.spec.budgets.size() < 2) return "";
  const auto means = mean_ranks(table);
  auto order = ranked(table.spec);
  std::ranges::sort(order, {}, [&](std::size_t s) { return means[s]; });
  std::vector<std::string> words;
  for (std::size_t i = 0; i < std::min<std::size_t>(order.size(), 3); ++i)
    words.push_back(shown_label(table.spec.schedules[order[i]]) + " " +
                    short_number(std::round(100 * means[order[i]]) / 100));
  return " Best mean ranks over the budgets: " + joined(words) + ".";
}

std::string sampling_words(const BudgetTable& table, std::size_t budget) {
  const BudgetSpec& spec = table.spec;
  std::vector<std::string> wins(3);
  const char* const kNames[] = {"step profile", "linear", "REX"};
  for (std::size_t s = 0; s + 2 < spec.schedules.size(); s += 3) {
    std::size_t best = s;
    for (std::size_t p = s; p < s + 3; ++p)
      if (table.cell(budget, p).error < table.cell(budget, best).error) best = p;
    auto& text = wins[best - s];
    text += (text.empty() ? "" : ", ") + spec.schedules[s].group;
  }
  std::string text;
  for (std::size_t p = 0; p < 3; ++p)
    if (!wins[p].empty()) text += (text.empty() ? "" : "; ") + (kNames[p] + (" when read at " + wins[p]));
  return "at " + percent_text(spec.budgets[budget]) + ", least error: " + text + ".";
}

}  // namespace

std::string measured_words(const BudgetTable& table, double percent) {
  const std::size_t budget = nearest_budget(table.spec, percent);
  if (!is_done(table, budget)) return "this budget is not computed yet.";
  if (!table.spec.schedules.front().group.empty()) return sampling_words(table, budget);
  return best_and_worst(table, budget) + grid_words(table, budget) + rex_and_linear(table) + mean_rank_words(table);
}

std::string tuning_words(const BudgetTable& table) {
  const std::string ratio = short_number(table.spec.rates.ratio);
  if (table.spec.tuning == BudgetTuning::kGrid) return "of multiples of " + ratio;
  return table.exact ? "tuned continuously" : "of multiples of " + ratio + " and halfway beside";
}

std::string rank_text(const BudgetCell& cell) {
  if (!std::isfinite(cell.rank)) return cell.done ? "…" : "";
  return short_number(cell.rank) + (cell.tied > 0 ? " =" : "");
}

std::string error_text(double error, int digits) {
  if (std::isnan(error)) return "";
  if (std::isinf(error)) return "div.";
  char text[32];
  const bool far = error < 1e-4 || error >= 1e4;
  std::snprintf(text, sizeof text, far ? "%.*e" : "%.*g", far ? 1 : digits, error);
  return text;
}

std::string percent_text(double percent) { return short_number(percent) + " %"; }

}  // namespace steplab
