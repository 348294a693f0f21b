#include "app/labs/budget_figure.h"

#include "core/scene/budget_scene.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace steplab {
namespace {

/// A quick table is shown when it is finished, so that the old one does not flicker while a slider is dragged.
constexpr std::chrono::milliseconds kPatience{300};

std::ptrdiff_t cells_done(const BudgetTable& table) { return std::ranges::count(table.cells, true, &BudgetCell::done); }

/// What of `spec` stands in `from` already.
BudgetTable cells_from(const BudgetSpec& spec, const BudgetTable& from) {
  std::stop_source stopped;
  stopped.request_stop();
  return budget_table(spec, {.stop = stopped.get_token()}, from);
}

BudgetTable most_known(const BudgetSpec& spec, const BudgetTables& known,
                       const std::shared_ptr<const BudgetTable>& shown) {
  BudgetTables all = known;
  if (shown) all.push_back(shown);
  BudgetTable best;
  for (const auto& table : all) {
    if (!same_setting(table->spec, spec)) continue;
    BudgetTable mine = cells_from(spec, *table);
    if (best.cells.empty() || cells_done(mine) > cells_done(best)) best = std::move(mine);
  }
  return best;
}

}  // namespace

void measure_budget(const BudgetWish& wish, Study<BudgetFigure>& study) {
  if (!wish.refusal.empty()) throw std::runtime_error(wish.refusal);
  check(wish.spec, "");
  const auto begun = std::chrono::steady_clock::now();
  const auto before = study.shown();
  BudgetFigure figure{.table = nullptr, .run = problem_run(wish.spec)};
  const auto show = [&](const BudgetTable& table) {
    figure.table = std::make_shared<const BudgetTable>(table);
    study.show(std::make_shared<const BudgetFigure>(figure));
  };
  const BudgetTable known = most_known(wish.spec, wish.known, before ? before->table : nullptr);
  if (known.complete) return show(known);
  BudgetProgress progress;
  const StudyTask::Watch watch(study, [&progress] { return progress.share(); });
  BudgetOptions options{
      .workers = study.workers, .stop = study.stop, .progress = &progress, .workshop = study.workshop, .on_cell = {}};
  options.on_cell = [&](const BudgetTable& table) {
    if (std::chrono::steady_clock::now() - begun > kPatience) show(table);
  };
  // After a stop too: what was finished is shown, and gone on from.
  show(budget_table(wish.spec, options, known));
}

void compute_expected(const ExpectedWish& wish, Study<ExpectedCurves>& study) {
  auto curves = std::make_shared<ExpectedCurves>();
  curves->T = wish.T;
  curves->labels = wish.labels;
  for (std::size_t i = 0; i < wish.rates.size(); ++i)
    curves->losses.push_back(is_rate_rule(wish.rates[i].id)
                                 ? std::vector<double>{}
                                 : expected_curve(wish.spec, wish.rates[i], wish.T, wish.step_sizes[i]));
  study.show(curves);
}

}  // namespace steplab
