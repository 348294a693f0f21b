// What the paper printed: reference figures, never mixed with what is measured here.
#include "app/labs/budget_page.h"
#include "app/labs/lab_settings.h"
#include "core/scene/scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

namespace steplab {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();  // not printed, or not in docs/notes/budget.md, B.4

struct PaperRow {
  const char* name;
  const char* rate;  ///< id of the schedule, for its colour
  std::array<double, 6> values;
};

// Table 4: ResNet-20 on CIFAR-10, test error in %, at 1, 5, 10, 25, 50, 100 % of 300 epochs.
constexpr std::array<PaperRow, 7> kErrorsSgdm = {
    {{"exponential", "exponential", {31.31, 14.85, 11.56, 9.55, 9.20, 7.82}},
     {"OneCycle", "triangle", {40.14, 18.93, 12.74, 10.83, 9.23, 8.42}},
     {"linear", "linear", {28.70, 13.09, 10.85, 9.03, 8.15, 7.62}},
     {"step", "knots", {32.14, 14.94, 11.80, 8.82, 8.43, 7.32}},
     {"cosine", "cosine", {28.49, 13.05, 10.62, 8.80, 8.10, 7.78}},
     {"plateau", "plateau", {41.98, 25.93, 11.29, 9.05, 8.26, 7.97}},
     {"REX", "rex", {27.94, 12.86, 10.23, 8.37, 7.52, 7.52}}}};
constexpr std::array<PaperRow, 2> kErrorsAdam = {{{"none", "constant", {42.10, kNone, kNone, kNone, kNone, 11.94}},
                                                  {"REX", "rex", {27.64, 13.96, 10.88, 9.44, 8.72, 8.18}}}};
// Figure 1: mean rank of 6 over its settings, read off to ±0.1.
constexpr std::array<PaperRow, 6> kRanksSgdm = {{{"exponential", "exponential", {5.5, 4.7, 5.2, 5.2, 5.0, 5.2}},
                                                 {"OneCycle", "triangle", {4.0, 4.7, 4.0, 4.6, 5.0, 5.0}},
                                                 {"linear", "linear", {3.3, 2.3, 2.8, 3.0, 3.4, 3.2}},
                                                 {"step", "knots", {3.8, 4.5, 5.0, 4.6, 4.2, 2.6}},
                                                 {"cosine", "cosine", {3.0, 3.3, 2.6, 2.0, 1.8, 2.8}},
                                                 {"REX", "rex", {1.3, 1.3, 1.2, 1.4, 1.4, 2.0}}}};
constexpr std::array<PaperRow, 6> kRanksAdam = {{{"exponential", "exponential", {4.4, 5.0, 5.2, 4.3, 4.6, 4.3}},
                                                 {"OneCycle", "triangle", {4.2, 4.2, 4.2, 3.1, 3.7, 3.1}},
                                                 {"linear", "linear", {2.7, 2.4, 2.2, 2.7, 3.1, 3.3}},
                                                 {"step", "knots", {4.8, 5.0, 5.0, 4.5, 4.2, 3.6}},
                                                 {"cosine", "cosine", {3.6, 3.4, 3.0, 3.3, 3.5, 3.1}},
                                                 {"REX", "rex", {1.2, 1.0, 1.2, 2.3, 1.2, 2.2}}}};

struct SamplingRow {
  const char* name;
  std::array<double, 9> values;  ///< 15, 75, 300 epochs × step profile, linear, REX
};
// Table 2: ResNet-20 on CIFAR-10, SGDM, test error in %, one initial rate.
constexpr std::array<SamplingRow, 7> kSampling = {
    {{"50-75", {14.48, 16.96, 20.79, 9.44, 12.42, 18.05, 7.32, 10.15, 12.41}},
     {"33-66", {17.89, 25.80, 24.45, 9.72, 13.38, 15.98, 7.93, 11.90, 11.43}},
     {"25-50-75", {16.52, 18.77, 26.13, 9.73, 12.31, 12.59, 8.46, 8.26, 12.31}},
     {"10-10", {17.98, 16.35, 16.48, 10.41, 9.40, 11.17, 8.67, 8.26, 8.24}},
     {"5-25", {18.87, 13.83, 15.17, 9.79, 8.94, 9.22, 8.85, 8.24, 8.50}},
     {"1-100", {18.53, 13.91, 13.34, 10.61, 8.72, 8.60, 9.20, 7.97, 7.74}},
     {"every", {19.19, 13.09, 12.86, 9.97, 8.89, 8.37, 9.24, 7.62, 7.52}}}};

std::span<const PaperRow> rows_of(const Scene& scene) {
  const bool adam = setting_word(scene, "optimizer") == "adam";
  if (setting_word(scene, "values") == "rank") return adam ? std::span<const PaperRow>(kRanksAdam) : kRanksSgdm;
  return adam ? std::span<const PaperRow>(kErrorsAdam) : std::span<const PaperRow>(kErrorsSgdm);
}

std::string fixed(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return std::isfinite(value) ? text : "–";
}

/// Coloured from the least to the largest of `among`, by the logarithm where these are errors.
NumberTable::Cell cell_of(double value, std::span<const double> among, int digits, bool logarithmic) {
  double least = std::numeric_limits<double>::infinity(), most = 0;
  for (const double each : among)
    if (std::isfinite(each)) least = std::min(least, each), most = std::max(most, each);
  NumberTable::Cell cell{.text = fixed(value, digits),
                         .help = logarithmic ? "printed in the paper" : "read off the paper's figure, ±0.1"};
  if (!std::isfinite(value)) return {.text = "–", .help = "not in docs/notes/budget.md, B.4"};
  const auto scaled = [&](double x) { return logarithmic ? std::log(x / least) : x - least; };
  cell.shade = most > least ? scaled(value) / scaled(most) : 0;
  cell.best = value == least;
  return cell;
}

NumberTable paper_budgets(const Scene& scene) {
  const bool ranks = setting_word(scene, "values") == "rank";
  const auto rows = rows_of(scene);
  NumberTable table{.corner = "paper"};
  for (const char* percent : {"1 %", "5 %", "10 %", "25 %", "50 %", "100 %"}) table.heads.push_back({.text = percent});
  for (const auto& row : rows) {
    NumberTable::Row shown{.name = row.name};
    const auto run = std::ranges::find(scene.runs, row.rate, [](const SceneRun& each) { return each.rate.id; });
    if (run != scene.runs.end()) shown.run = static_cast<int>(run - scene.runs.begin());
    for (std::size_t b = 0; b < row.values.size(); ++b) {
      std::vector<double> column;
      for (const auto& other : rows) column.push_back(other.values[b]);
      shown.cells.push_back(cell_of(row.values[b], column, ranks ? 1 : 2, !ranks));
    }
    table.rows.push_back(std::move(shown));
  }
  return table;
}

NumberTable paper_sampling() {
  NumberTable table{.corner = "sampling"};
  for (const char* group : {"15 epochs", "75 epochs", "300 epochs"})
    for (const char* profile : {"step", "linear", "REX"}) table.heads.push_back({.text = profile, .group = group});
  for (const auto& row : kSampling) {
    NumberTable::Row shown{.name = row.name};
    for (std::size_t i = 0; i < row.values.size(); ++i)
      shown.cells.push_back(cell_of(row.values[i], std::span(row.values).subspan(i / 3 * 3, 3), 2, true));
    table.rows.push_back(std::move(shown));
  }
  return table;
}

}  // namespace

NumberTable paper_table(const Scene& scene) {
  return setting_word(scene, "table") == "sampling" ? paper_sampling() : paper_budgets(scene);
}

std::string paper_words(const Scene& scene) {
  if (setting_word(scene, "table") == "sampling")
    return "The paper, table 2: ResNet-20 on CIFAR-10, SGDM, test error in %, one initial rate";
  const std::string optimizer = setting_word(scene, "optimizer") == "adam" ? "Adam" : "SGDM";
  if (setting_word(scene, "values") == "rank")
    return "The paper, figure 1: mean rank of 6 over its settings with " + optimizer + ", read off to ±0.1";
  return "The paper, table 4: ResNet-20 on CIFAR-10, " + optimizer + ", test error in %" +
         (optimizer == "Adam" ? " (two rows)" : "");
}

std::string paper_claims(const Scene& scene) {
  if (setting_word(scene, "table") == "sampling")
    return "The paper, on image models: no profile is best at every sampling rate. Step-like ones win when read "
           "rarely, linear and REX when read often (table 2).";
  return "The paper, on image models, YOLO, BERT: among the best three were REX in 92 % of the settings, linear in "
         "70 %, cosine in 64 %, step in 25 % (table 1); step is weak in short and good in long training.";
}

}  // namespace steplab
