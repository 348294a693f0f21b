// The parts of the Budget page, by file.
#pragma once

#include "app/labs/budget_figure.h"
#include "app/widgets/ui.h"

#include <string>
#include <vector>

namespace steplab {

/// The table for the scene as it is in this frame.
StudyView<BudgetFigure> wanted_table(Ui& ui);

/// Percent of T_max, as the slider says.
double shown_budget(const Scene& scene);
/// Another budget; one near to a budget of the table becomes that one.
void set_budget(Scene& scene, const BudgetSpec& spec, double percent);

void draw_budget_controls(Ui& ui);
/// The budget table or the sampling table, measured here or printed in the paper.
void draw_budget_figure(Ui& ui, ImVec2 size);
/// What the table says, in words made from its numbers, and what the paper says.
void draw_budget_words(Ui& ui, ImVec2 size);
/// Where the table is exact: the expected loss of the runs at the left, at every update.
void draw_expected_loss(Ui& ui, const BudgetFigure& figure, ImVec2 size);
/// The schedules as stairs, with handles on the selected one.
void draw_budget_schedules(Ui& ui, ImVec2 size);

/// A table of numbers on a card: rows with a name, cells coloured from best to worst.
struct NumberTable {
  struct Cell {
    std::string text{}, help{};
    double shade = -1;  ///< 0 best … 1 worst; negative: no colour
    bool best = false, edge = false;
    bool unsure = false;  ///< a rank that depends on where the grid of step sizes lies
  };
  struct Row {
    std::string name{};
    int run = -1;  ///< of the scene, whose colour and dash the row has; −1: none
    std::vector<Cell> cells{};
  };
  struct Head {
    std::string text{}, help{}, group{};
    bool chosen = false;
  };
  std::string corner{};
  std::vector<Head> heads{};
  std::vector<Row> rows{};
  int chosen_row = -1;
};
struct ClickedCell {
  int row = -1, column = -1;
};
/// Draws it at the cursor; cells are reported as "budget.cell.ROW.COLUMN". The cell that was clicked, if any; in the
/// heads row −1.
ClickedCell draw_number_table(Ui& ui, const NumberTable& table, ImVec2 size);

/// What the paper printed in the place of the figure that is shown; no rows where docs/notes/budget.md, B.4, has none.
NumberTable paper_table(const Scene& scene);
/// Where that stands and what it is of.
std::string paper_words(const Scene& scene);
/// The figure's data for export.
void capture_budget(Session& session, const BudgetFigure& figure);

/// "At 5 %, exponential has the least error …": sentences from a table's numbers.
std::string measured_words(const BudgetTable& table, double percent);
std::string paper_claims(const Scene& scene);

/// How η* was found: "tuned continuously", …
std::string tuning_words(const BudgetTable& table);

/// "2.5 =": the rank, with a sign where it is shared; "–" while there is none.
std::string rank_text(const BudgetCell& cell);
/// So many significant digits; "div." where it diverged.
std::string error_text(double error, int digits = 3);
std::string percent_text(double percent);

}  // namespace steplab
