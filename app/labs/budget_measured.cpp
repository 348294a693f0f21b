// The figure: budgets × schedules, or sampling rates × profiles, as measured here or as the paper printed them.
#include "app/labs/budget_page.h"
#include "app/labs/lab_settings.h"
#include "app/panels/panels.h"
#include "app/session/session.h"
#include "core/scene/budget_scene.h"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr std::size_t kProfiles = 3;  // of the sampling table, for each sampling rate and budget

const char* problem_words(BudgetProblem problem) {
  switch (problem) {
    case BudgetProblem::kNoisyQuadratic:
      return "noisy quadratic";
    case BudgetProblem::kLogistic:
      return "logistic regression";
    case BudgetProblem::kNetwork:
      return "network on spirals";
  }
  return "";
}

const char* optimizer_words(BudgetOptimizer optimizer) { return optimizer == BudgetOptimizer::kAdam ? "Adam" : "SGDM"; }

std::string setting_words(const BudgetSpec& spec) {
  return std::string(problem_words(spec.problem)) + ", " + optimizer_words(spec.optimizer);
}

/// Of the cells of one budget and group.
struct Extent {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  double first = std::numeric_limits<double>::infinity();  ///< best rank
  std::size_t count = 0;
};

Extent extent_of(const BudgetTable& table, std::size_t budget, const std::string& group) {
  Extent extent;
  for (std::size_t s = 0; s < table.spec.schedules.size(); ++s) {
    const BudgetCell& cell = table.cell(budget, s);
    if (table.spec.schedules[s].group != group) continue;
    ++extent.count;
    if (std::isfinite(cell.rank)) extent.first = std::min(extent.first, cell.rank);
    if (!cell.done || !std::isfinite(cell.error)) continue;
    extent.least = std::min(extent.least, cell.error);
    extent.most = std::max(extent.most, cell.error);
  }
  return extent;
}

double shade_of(const BudgetCell& cell, const Extent& extent, bool ranks) {
  if (!cell.done) return -1;
  if (ranks && std::isfinite(cell.rank) && extent.count > 1)
    return (cell.rank - 1) / static_cast<double>(extent.count - 1);
  if (!std::isfinite(cell.error)) return 1;
  if (!(extent.most > extent.least && extent.least > 0)) return 0.5;
  return std::log(cell.error / extent.least) / std::log(extent.most / extent.least);
}

std::string cell_help(const BudgetTable& table, std::size_t budget, std::size_t schedule) {
  const BudgetCell& cell = table.cell(budget, schedule);
  const BudgetSpec& spec = table.spec;
  std::string text = plain_words(spec.schedules[schedule].label) + " at " + percent_text(spec.budgets[budget]) +
                     ", T = " + std::to_string(budget_steps(spec, spec.budgets[budget]));
  if (!cell.done) return text + "\nnot computed yet";
  text += "\nerror " + short_number(cell.error);
  text += table.exact ? ", exact"
                      : ", 10–90 % of " + std::to_string(spec.seeds) + " seeds: " + short_number(cell.q10) + " to " +
                            short_number(cell.q90);
  text += "\nη " + std::string(spec.step_size ? "" : "* ") + "= " + short_number(cell.eta_star);
  if (cell.at_edge) text += ", an end of the grid: perhaps there is a better one beyond";
  if (std::isfinite(cell.rank))
    text += "\nrank " + short_number(cell.rank) +
            (cell.tied > 0 ? ", tied with " + std::to_string(cell.tied) + (cell.tied == 1 ? " other" : " others") : "");
  if (cell.depends_on_grid())
    text += "\ndepends on the grid: with step sizes in multiples of " + short_number(spec.rates.ratio) + " rank " +
            short_number(cell.least_rank) + " to " + short_number(cell.largest_rank) + ", by where they lie";
  return text + "\nclick: its runs at the left";
}

NumberTable::Cell shown_cell(const BudgetTable& table, std::size_t budget, std::size_t schedule, bool ranks) {
  const BudgetCell& cell = table.cell(budget, schedule);
  const Extent extent = extent_of(table, budget, table.spec.schedules[schedule].group);
  return {
      .text = ranks ? rank_text(cell) : error_text(cell.error, table.spec.schedules[schedule].group.empty() ? 3 : 2),
      .help = cell_help(table, budget, schedule),
      .shade = shade_of(cell, extent, ranks),
      .best = ranks ? cell.rank == extent.first : cell.done && cell.error == extent.least,
      .edge = cell.at_edge,
      .unsure = ranks && cell.depends_on_grid()};
}

/// Complete tables of this session over the same schedules and budgets, one for each problem and optimizer.
std::vector<BudgetTable> comparable(const Session& session, const BudgetSpec& spec) {
  std::vector<BudgetTable> all;
  const auto same_rate = [](const BudgetSchedule& a, const BudgetSchedule& b) { return a.rate == b.rate; };
  for (auto table = session.tables.rbegin(); table != session.tables.rend(); ++table) {
    const BudgetSpec& other = (*table)->spec;
    const bool seen = std::ranges::any_of(all, [&](const BudgetTable& one) {
      return one.spec.problem == other.problem && one.spec.optimizer == other.optimizer;
    });
    if (!seen && (*table)->complete && other.budgets == spec.budgets && other.tuning == spec.tuning &&
        std::ranges::equal(other.schedules, spec.schedules, same_rate))
      all.push_back(**table);
  }
  return all;
}

std::vector<double> means_over(const std::vector<BudgetTable>& tables) {
  const auto by_budget = mean_ranks_over(tables);
  std::vector<double> means(by_budget.front().size(), 0.0);
  for (const auto& ranks : by_budget)
    for (std::size_t s = 0; s < means.size(); ++s) means[s] += ranks[s] / static_cast<double>(by_budget.size());
  return means;
}

void add_means(NumberTable& shown, const std::vector<double>& means, const std::string& head, const std::string& help) {
  shown.heads.push_back({.text = head, .help = help});
  const double least = *std::ranges::min_element(means);
  for (std::size_t s = 0; s < means.size(); ++s)
    shown.rows[s].cells.push_back(
        {.text = std::isfinite(means[s]) ? short_number(std::round(100 * means[s]) / 100) : "",
         .help = help,
         .best = means[s] == least});
}

NumberTable budgets_table(const Session& session, const BudgetTable& table) {
  const BudgetSpec& spec = table.spec;
  const Scene& scene = session.draft;
  const bool ranks = setting_word(scene, "values") == "rank";
  const std::size_t chosen = nearest_budget(spec, shown_budget(scene));
  NumberTable shown{.corner = ranks ? "rank" : "error", .chosen_row = scene.view.selected};
  for (std::size_t b = 0; b < spec.budgets.size(); ++b)
    shown.heads.push_back({.text = percent_text(spec.budgets[b]),
                           .help = "T = " + std::to_string(budget_steps(spec, spec.budgets[b])) + " updates",
                           .chosen = b == chosen});
  for (std::size_t s = 0; s < spec.schedules.size(); ++s) {
    NumberTable::Row row{.name = plain_words(spec.schedules[s].label),
                         .run = s < scene.runs.size() ? static_cast<int>(s) : -1};
    for (std::size_t b = 0; b < spec.budgets.size(); ++b) row.cells.push_back(shown_cell(table, b, s, ranks));
    shown.rows.push_back(std::move(row));
  }
  if (!table.complete) return shown;
  add_means(shown, mean_ranks(table), "mean", "mean rank over the budgets");
  if (const auto all = comparable(session, spec); all.size() > 1) {
    std::string words = "mean rank over budgets and over the tables computed so far:";
    for (const auto& one : all) words += "\n" + setting_words(one.spec);
    add_means(shown, means_over(all), "of " + std::to_string(all.size()), words);
  }
  return shown;
}

NumberTable sampling_table(const Scene& scene, const BudgetTable& table) {
  const BudgetSpec& spec = table.spec;
  const bool ranks = setting_word(scene, "values") == "rank";
  const std::size_t chosen = nearest_budget(spec, shown_budget(scene));
  NumberTable shown{.corner = "sampling", .chosen_row = sampling_row(scene)};
  for (std::size_t b = 0; b < spec.budgets.size(); ++b)
    for (const char* profile : {"step", "linear", "REX"})
      shown.heads.push_back({.text = profile,
                             .help = std::string(profile) + " profile at " + percent_text(spec.budgets[b]),
                             .group = percent_text(spec.budgets[b]),
                             .chosen = b == chosen});
  for (std::size_t s = 0; s + kProfiles <= spec.schedules.size(); s += kProfiles) {
    NumberTable::Row row{.name = spec.schedules[s].group};
    for (std::size_t b = 0; b < spec.budgets.size(); ++b)
      for (std::size_t p = 0; p < kProfiles; ++p) row.cells.push_back(shown_cell(table, b, s + p, ranks));
    shown.rows.push_back(std::move(row));
  }
  return shown;
}

bool is_sampling(const BudgetTable& table) { return !table.spec.schedules.front().group.empty(); }

/// Shows the cell's runs: its budget, its schedule selected; of the sampling table all profiles at its sampling rate.
void choose(Session& session, const BudgetTable& table, ClickedCell at) {
  if (at.column < 0) return;
  Scene& scene = session.draft;
  const auto column = static_cast<std::size_t>(at.column);
  const bool sampling = is_sampling(table);
  const std::size_t budget = sampling ? column / kProfiles : column;
  if (budget >= table.spec.budgets.size()) return;
  set_budget(scene, table.spec, table.spec.budgets[budget]);
  if (at.row < 0) return;
  if (sampling) {
    show_schedules(scene, profiles_at(static_cast<std::size_t>(at.row)));
    scene.view.selected = static_cast<int>(column % kProfiles);
  } else if (at.row < static_cast<int>(scene.runs.size())) {
    scene.view.selected = at.row;
  }
}

/// What kind of numbers these are.
std::string title_of(const BudgetTable& table, const Scene& scene) {
  const BudgetSpec& spec = table.spec;
  const bool network = spec.problem == BudgetProblem::kNetwork;
  std::string error = table.exact ? "expected loss, exact" : network ? "loss on other points" : "f − min f";
  if (!table.exact) error += ", mean of " + std::to_string(spec.seeds) + " seeds";
  const std::string of = setting_word(scene, "values") == "rank" ? "ranks by " + error : error;
  const std::string tuned =
      spec.step_size ? "η = " + short_number(*spec.step_size) + " for all" : "every cell at its own η*";
  return setting_words(spec) + ": " + of + "; " + tuned;
}

std::string foot_of(const BudgetTable& table, bool ranks) {
  const bool ties = std::ranges::any_of(table.cells, [](const BudgetCell& cell) { return cell.tied > 0; });
  const bool edges = std::ranges::any_of(table.cells, &BudgetCell::at_edge);
  std::string text = ties ? "= tied within " + short_number(table.spec.tie) + " standard error" : "";
  if (ranks && std::ranges::any_of(table.cells, &BudgetCell::depends_on_grid))
    text += std::string(text.empty() ? "" : "; ") + "~ another rank on another grid of ratio " +
            short_number(table.spec.rates.ratio);
  if (edges) text += std::string(text.empty() ? "" : "; ") + "* η* at the grid's edge";
  text += text.empty() ? "" : "; ";
  return text + (table.complete ? "Ctrl+S: kept with the scene" : "short budgets first; Esc stops");
}

/// Budgets or sampling rates; here or the paper's; ranks or errors.
void choices(Ui& ui) {
  Scene& scene = ui.session.draft;
  if (choose_setting(ui, "table", {"budgets", "sampling"})) {
    if (setting_word(scene, "table") == "sampling")
      show_schedules(scene, profiles_at(sampled_profiles().size() / kProfiles - 1));
    else
      show_schedules(scene, budget_schedules());
    settle_problem(scene);
    pin_colours(scene);
  }
  ImGui::SameLine(0, ui.px(10));
  choose_setting(ui, "whose", {"measured", "paper"});
  const bool errors_only = setting_word(scene, "whose") == "paper" && setting_word(scene, "table") == "sampling";
  if (errors_only) return;
  ImGui::SameLine(0, ui.px(10));
  choose_setting(ui, "values", {"rank", "error"});
}

void progress_line(Ui& ui, const StudyView<BudgetFigure>& study, float width) {
  if (!study.busy) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + ui.px(2)}, packed(ui.theme.hairline));
  list->AddRectFilled(at, {at.x + width * static_cast<float>(study.share), at.y + ui.px(2)}, packed(ui.theme.accent));
}

void second_line(Ui& ui, const StudyView<BudgetFigure>& study, bool paper, float width) {
  if (study.cancelled && !paper) {
    if (button(ui, "budget.go_on", "stopped: go on", true)) ui.studies->resume();
    return;
  }
  const std::string words = paper          ? paper_words(ui.session.draft)
                            : study.result ? title_of(*study.result->table, ui.session.draft)
                                           : "computing …";
  dim_text(ui,
           words + (study.busy && study.share > 0 && !paper
                        ? " — " + std::to_string(static_cast<int>(100 * study.share)) + " %"
                        : ""),
           width);
  tooltip(ui, words);
}

void measured_table(Ui& ui, const StudyView<BudgetFigure>& study, ImVec2 size) {
  if (!study.error.empty()) return dim_text(ui, study.error, size.x);
  if (!study.result || study.result->table->cells.empty()) return;
  const BudgetTable& table = *study.result->table;
  const Scene& scene = ui.session.draft;
  const ImVec2 room{size.x, size.y - ui.px(22)};
  const float top = ImGui::GetCursorPosY();
  const ClickedCell clicked =
      draw_number_table(ui, is_sampling(table) ? sampling_table(scene, table) : budgets_table(ui.session, table), room);
  choose(ui.session, table, clicked);
  ImGui::SetCursorPos({ui.px(12), top + room.y + ui.px(3)});
  dim_text(ui, foot_of(table, setting_word(scene, "values") == "rank"), size.x);
}

}  // namespace

void capture_budget(Session& session, const BudgetFigure& figure) {
  const BudgetTable& table = *figure.table;
  plot::Capture errors{
      .title = setting_words(table.spec) + ", error", .x_label = "budget, %", .y_label = "", .series = {}};
  plot::Capture ranks{
      .title = setting_words(table.spec) + ", rank", .x_label = "budget, %", .y_label = "", .series = {}};
  plot::Capture rates{.title = setting_words(table.spec) + ", η*", .x_label = "budget, %", .y_label = "", .series = {}};
  for (std::size_t s = 0; s < table.spec.schedules.size(); ++s) {
    plot::Capture::Series error{
        .name = table.spec.schedules[s].label, .x = table.spec.budgets, .y = {}, .low = {}, .high = {}};
    auto rank = error, rate = error;
    for (std::size_t b = 0; b < table.spec.budgets.size(); ++b) {
      const BudgetCell& cell = table.cell(b, s);
      error.y.push_back(cell.error);
      error.low.push_back(cell.q10);
      error.high.push_back(cell.q90);
      rank.y.push_back(cell.rank);
      rate.y.push_back(cell.eta_star);
    }
    errors.add(std::move(error));
    ranks.add(std::move(rank));
    rates.add(std::move(rate));
  }
  for (auto* capture : {&errors, &ranks, &rates}) session.captured.push_back(std::move(*capture));
}

void draw_budget_figure(Ui& ui, ImVec2 size) {
  Session& session = ui.session;
  if (is_asked(session)) return draw_veil(ui, size);
  const auto study = wanted_table(ui);
  const bool paper = setting_word(session.draft, "whose") == "paper";
  const float pad = ui.px(12);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
  ImGui::BeginChild("budget_figure", size, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  ImGui::SetCursorPos({pad, ui.px(7)});
  choices(ui);
  ImGui::SetCursorPos({pad, ui.px(40)});
  second_line(ui, study, paper, size.x - 2 * pad);
  ImGui::SetCursorPos({pad, ui.px(62)});
  if (!paper) progress_line(ui, study, size.x - 2 * pad);
  ImGui::SetCursorPos({pad, ui.px(68)});
  const ImVec2 rest{size.x - 2 * pad, size.y - ui.px(74)};
  if (paper)
    draw_number_table(ui, paper_table(session.draft), {rest.x, rest.y - ui.px(22)});
  else
    measured_table(ui, study, rest);
  if (paper) {
    ImGui::SetCursorPos({pad, size.y - ui.px(26)});
    dim_text(ui, "Chen, Wolfe, Kyrillidis 2022: the paper's numbers, not computed here", rest.x);
  }
  ImGui::EndChild();
  report_rect(ui, "table.budget", ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), false);
  if (session.capture && study.result) capture_budget(session, *study.result);
}

}  // namespace steplab
