// The Budget page without a window.
#include "app/labs/budget_page.h"

#include "app/labs/lab.h"
#include "app/session/scene_loader.h"
#include "core/scene/budget_json.h"
#include "core/scene/budget_scene.h"
#include "core/scene/file.h"
#include "core/scene/shipped.h"
#include "tests/panel_bench.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

namespace steplab {
namespace {

/// The page's newest table.
const BudgetTable& table_of(PanelBench& bench) {
  REQUIRE_FALSE(bench.session().tables.empty());
  return *bench.session().tables.back();
}

double budget_of(PanelBench& bench) {
  const auto& params = bench.scene().lab.params;
  return params.contains("budget") ? std::get<double>(params.at("budget")) : 5;
}

/// The sampling table with little work.
Scene short_sampling() {
  Scene scene = find_scene("budget_sampling");
  scene.steps = 200;
  return scene;
}

/// The same cells, to the bit.
void check_same_cells(const BudgetTable& a, const BudgetTable& b) {
  REQUIRE(a.cells.size() == b.cells.size());
  for (std::size_t i = 0; i < a.cells.size(); ++i) {
    CHECK(a.cells[i].tried == b.cells[i].tried);
  }
}

TEST_CASE("The runs at the left are the cells of the slider's budget: T of that budget, every run at its η*") {
  PanelBench bench(find_scene("budget"), {1600, 1000});
  REQUIRE(bench.settle());
  const BudgetTable table = budget_table(budget_spec(find_scene("budget")));
  REQUIRE(bench.session().picture() != nullptr);
  const Scene& five = bench.session().picture()->scene;
  CHECK(five.steps == 50);
  for (std::size_t s = 0; s < five.runs.size(); ++s) CHECK(five.runs[s].step_size == table.cell(1, s).eta_star);

  bench.click(bench.middle("budget.head.5"));
  REQUIRE(bench.settle());
  CHECK(budget_of(bench) == 100);
  const Scene& all = bench.session().picture()->scene;
  CHECK(all.steps == 1000);
  for (std::size_t s = 0; s < all.runs.size(); ++s) CHECK(all.runs[s].step_size == table.cell(5, s).eta_star);
  CHECK(bench.session().playback.step == 1000);
}

TEST_CASE("On the exact problem the loss plot ends at the table's errors") {
  PanelBench bench(find_scene("budget"), {1280, 720});
  REQUIRE(bench.settle());
  bench.capture();
  const auto table = budget_table(budget_spec(find_scene("budget")));
  for (std::size_t s = 0; s < table.spec.schedules.size(); ++s) {
    const auto* curve = bench.captured("Expected loss, exact", table.spec.schedules[s].label);
    REQUIRE(curve != nullptr);
    REQUIRE(curve->y.size() == 51);
    CHECK(curve->y.front() == doctest::Approx(0.505));  // ½ (1 + 0.01)
    CHECK(curve->y.back() == table.cell(1, s).error);
  }
}

TEST_CASE("Dragging the budget slider changes the run length; near a budget of the table it becomes that one") {
  PanelBench bench(find_scene("budget"), {1600, 1000});
  REQUIRE(bench.settle());
  const Reported slider = *bench.find("slider.lab.budget");
  const float y = (slider.low.y + slider.high.y) / 2;
  const ImVec2 left{slider.low.x + 8, y}, right{slider.high.x - 4, y},
      middle{(slider.low.x + slider.high.x) / 2 + 9, y};
  bench.drag(left, right);
  REQUIRE(bench.settle());
  CHECK(budget_of(bench) == 100);
  CHECK(bench.session().picture()->scene.steps == 1000);
  bench.session().document.undo();
  CHECK(budget_of(bench) == 5);
  bench.drag(right, middle);  // between two budgets: free, at the η* of the nearest
  REQUIRE(bench.settle());
  CHECK(budget_of(bench) > 10);
  CHECK(budget_of(bench) < 25);
  const BudgetTable& table = table_of(bench);
  const Scene& shown = bench.session().picture()->scene;
  CHECK(shown.steps == std::lround(10 * budget_of(bench)));
  const std::size_t nearest = nearest_budget(table.spec, budget_of(bench));
  for (std::size_t s = 0; s < shown.runs.size(); ++s) CHECK(shown.runs[s].step_size == table.cell(nearest, s).eta_star);
  Scene scene = bench.scene();
  set_budget(scene, table.spec, 48.5);
  CHECK(shown_budget(scene) == 50);
  set_budget(scene, table.spec, 36);
  CHECK(shown_budget(scene) == 36);
}

TEST_CASE(
    "A click on a cell selects its schedule at its budget; in the sampling table all profiles at its sampling rate") {
  PanelBench bench(find_scene("budget"), {1280, 720});
  REQUIRE(bench.settle());
  bench.click(bench.middle("budget.cell.4.5"));
  REQUIRE(bench.settle());
  CHECK(bench.scene().view.selected == 4);
  CHECK(budget_of(bench) == 100);

  open_scene(bench.session(), short_sampling());
  REQUIRE(bench.settle());
  CHECK(bench.scene().runs[0].rate.params.count("sampling") == 0);
  bench.click(bench.middle("budget.cell.0.4"));  // 50-75 at the second budget, linear
  REQUIRE(bench.settle());
  CHECK(budget_of(bench) == 25);
  CHECK(bench.scene().view.selected == 1);
  REQUIRE(bench.scene().runs.size() == 3);
  for (const auto& run : bench.scene().runs) CHECK(sampling_of(run.rate) == "50-75");
}

TEST_CASE("Cancelled by Esc the table keeps its cells, and going on ends with the same numbers as never stopping") {
  Scene scene = find_scene("budget_network");
  scene.steps = 150;
  PanelBench bench(scene, {1600, 1000});
  const auto done = [&] {
    return bench.session().tables.empty()
               ? std::ptrdiff_t{0}
               : std::ranges::count(bench.session().tables.back()->cells, true, &BudgetCell::done);
  };
  do bench.frame();
  while (done() == 0);
  bench.program().cancel();
  REQUIRE(bench.settle());
  const BudgetTable stopped = table_of(bench);
  if (!stopped.complete) {  // a very fast machine may have been through
    CHECK(done() > 0);
    bench.click(bench.middle("budget.go_on"));
    REQUIRE(bench.settle());
  }
  const BudgetTable& resumed = table_of(bench);
  REQUIRE(resumed.complete);
  check_same_cells(resumed, budget_table(budget_spec(scene)));
  for (std::size_t i = 0; i < stopped.cells.size(); ++i)
    for (const auto& tried : stopped.cells[i].tried)
      CHECK(std::ranges::find(resumed.cells[i].tried, tried) != resumed.cells[i].tried.end());
}

TEST_CASE("A table saved with its scene is there again when the scene is opened, and is not taken for another T") {
  const auto folder = std::filesystem::temp_directory_path() / "steplab_budget_page";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "mine.json").string();
  Scene scene = find_scene("budget");
  {
    PanelBench bench(scene, {1280, 720});
    REQUIRE(bench.settle());
    CHECK(save_with_table(bench.session(), path));
  }
  CHECK(table_path(path) == (folder / "mine.budget.json").string());
  BudgetTable marked = budget_table_from_json(read_file(table_path(path), kLargestSceneFile), "table");
  check_same_cells(marked, budget_table(budget_spec(scene)));
  // A number that no computation gives tells whether the file was used.
  marked.cells[0].tried = {{.step_size = 0.02, .errors = {0.125}}};
  {
    FileWriter file(table_path(path));
    file.write(to_json(marked));
    file.commit();
  }
  PanelBench bench(find_scene("default"), {1280, 720});
  open_loaded(bench.session(), load({.path = path}));
  REQUIRE(bench.session().scene_path == path);
  REQUIRE(bench.settle());
  CHECK(table_of(bench).cell(0, 0).error == 0.125);
  Scene longer = bench.scene();
  longer.steps = 900;
  bench.session().document.edit(longer, 99);
  REQUIRE(bench.settle());
  check_same_cells(table_of(bench), budget_table(budget_spec(longer)));
  std::filesystem::remove_all(folder);
}

TEST_CASE("The export holds every cell of the table: error with its spread, rank, step size") {
  PanelBench bench(find_scene("budget_logistic"), {1600, 1000});
  REQUIRE(bench.settle());
  bench.capture();
  const BudgetTable table = budget_table(budget_spec(find_scene("budget_logistic")));
  for (std::size_t s = 0; s < table.spec.schedules.size(); ++s) {
    const std::string& label = table.spec.schedules[s].label;
    CAPTURE(label);
    const auto *error = bench.captured("error", label), *rank = bench.captured("rank", label);
    REQUIRE(error != nullptr);
    REQUIRE(rank != nullptr);
    CHECK(error->x == table.spec.budgets);
    for (std::size_t b = 0; b < table.spec.budgets.size(); ++b) {
      CHECK(error->y[b] == table.cell(b, s).error);
      CHECK(error->low[b] == table.cell(b, s).q10);
      CHECK(error->high[b] == table.cell(b, s).q90);
      CHECK(rank->y[b] == table.cell(b, s).rank);
    }
  }
}

TEST_CASE("Another problem keeps the schedules and takes that problem's landscape and T; tables of both are compared") {
  PanelBench bench(find_scene("budget"), {1600, 1000});
  REQUIRE(bench.settle());
  CHECK(bench.find("budget.head.7") == nullptr);  // the mean over tables: there is one only
  bench.click(bench.middle("lab.problem.logistic"));
  REQUIRE(bench.settle());
  CHECK(bench.scene().landscape.id == "logistic");
  CHECK(bench.scene().runs.size() == 7);
  CHECK(bench.scene().runs[6].rate.id == "rex");
  CHECK(bench.session().picture()->scene.landscape.id == "logistic");
  CHECK(bench.find("budget.head.7") != nullptr);
  check_same_cells(table_of(bench),
                   budget_table(default_budget_spec(BudgetProblem::kLogistic, BudgetOptimizer::kSgdm)));
}

TEST_CASE("What is seldom changed unfolds: the seed is among it") {
  PanelBench bench(find_scene("budget"), {1600, 1000});
  REQUIRE(bench.settle());
  CHECK(bench.find("value.seed") == nullptr);
  bench.click(bench.middle("more.budget"));
  bench.frame();
  CHECK(bench.find("value.seed") != nullptr);
}

TEST_CASE("While the lesson's question stands neither table nor runs are shown; going on with a guess uncovers them") {
  PanelBench bench(find_scene("budget"), {1280, 720});
  begin_lesson(bench.session(), "you_have_five_percent");
  go_to_step(bench.session(), 2);
  REQUIRE(bench.settle());
  CHECK(bench.find("table.budget") == nullptr);
  CHECK(bench.find("map") == nullptr);
  bench.click(bench.middle("lesson.option.4"));
  CHECK(bench.find("table.budget") == nullptr);
  bench.click(bench.middle("lesson.next"));
  REQUIRE(bench.settle());
  CHECK(bench.find("table.budget") != nullptr);
  CHECK(bench.find("map") != nullptr);
  Ui ui{.theme = bench.theme(), .session = bench.session(), .studies = &bench.program().studies()};
  const auto answer = shown_lab(bench.session()).answer(ui, "best");
  REQUIRE(answer.has_value());
  CHECK(answer->option == 4);                                         // step, by the exact moments at 100 %
  CHECK(answer->number == doctest::Approx(.00309486).epsilon(1e-5));  // the least of a scan of 200 a factor of 3
}

TEST_CASE("The sentence under the table says how step sizes were tuned and how many ranks depend on the grid") {
  const Scene scene = find_scene("budget");
  BudgetSpec spec = budget_spec(scene);
  const BudgetTable finest = budget_table(spec);
  spec.tuning = BudgetTuning::kGrid;
  const BudgetTable grid = budget_table(spec, {}, finest);
  const auto says = [](const BudgetTable& table, double percent, const char* words) {
    return measured_words(table, percent).find(words) != std::string::npos;
  };
  CHECK(says(finest, 5, "η* tuned continuously: 7 of 7 ranks depend on where a grid of ratio 3 lies."));
  CHECK(says(grid, 5, "η* of multiples of 3: 7 of 7 ranks depend on where a grid of ratio 3 lies."));
  CHECK(says(finest, 100, "η* tuned continuously: no rank depends on where a grid of ratio 3 lies."));
  CHECK(says(finest, 5, "none has the least error"));
  CHECK(says(grid, 5, "exponential has the least error"));
}

TEST_CASE(
    "The lesson and the scene say of the exact problem what it measures: step last at 5 %, first with the full "
    "budget") {
  const BudgetTable table = budget_table(budget_spec(find_scene("budget")));
  const auto rank = [&](std::size_t budget, std::size_t schedule) { return table.cell(budget, schedule).rank; };
  CHECK(rank(1, 0) == 1);  // none
  CHECK(rank(1, 6) == 2);  // REX
  CHECK(rank(1, 4) == 7);  // step
  CHECK(rank(5, 4) == 1);
  CHECK(rank(5, 0) == 7);
}

TEST_CASE("Switched to the paper's protocol the same cells are ranked on multiples of 3, at once") {
  PanelBench bench(find_scene("budget"), {1600, 1000});
  REQUIRE(bench.settle());
  CHECK(table_of(bench).cell(1, 0).rank == 1);
  Scene scene = bench.scene();
  scene.lab.params["tuning"] = "grid";
  bench.session().document.edit(scene, 99);
  bench.session().draft = scene;
  REQUIRE(bench.settle());
  CHECK(table_of(bench).spec.tuning == BudgetTuning::kGrid);
  CHECK(table_of(bench).cell(1, 0).rank == 4);
  CHECK(table_of(bench).cell(1, 1).rank == 1);
}

TEST_CASE("A sampling point of the selected schedule can be dragged: it becomes a free sampling rate") {
  PanelBench bench(short_sampling(), {1600, 1000});
  REQUIRE(bench.settle());
  bench.click(bench.middle("budget.cell.0.2"));  // REX at 50-75
  REQUIRE(bench.settle());
  const std::string before = sampling_of(bench.scene().runs[2].rate);
  REQUIRE(before == "50-75");
  std::string handle;
  for (const auto& item : bench.reports())
    if (item.name.starts_with("handle.sampl")) handle = item.name;
  REQUIRE_FALSE(handle.empty());
  const ImVec2 from = bench.middle(handle);
  bench.drag(from, {from.x - 40, from.y});
  CHECK(sampling_of(bench.scene().runs[2].rate) != before);
}

}  // namespace
}  // namespace steplab
