#include "core/analysis/curve_bands.h"

#include "core/base/pack.h"
#include "core/base/random.h"
#include "core/run/sweep.h"

#include "support/bits.h"
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

using doctest::Approx;
using testing::same_bits;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::shared_ptr<const Landscape> make(const std::string& id) { return make_choice(landscapes(), {id}, "test"); }

// A replicate of two dimensions with these losses at steps 0, stride, …; it diverged unless said otherwise.
void add_replicate(SpecResults& results, std::vector<double> loss, int stride = 1,
                   RunStatus status = RunStatus::kFinished) {
  Trajectory path;
  for (std::size_t row = 0; row < loss.size(); ++row) {
    path.step.push_back(static_cast<int>(row) * stride);
    path.x.insert(path.x.end(), {loss[row], 0.0});
  }
  path.step_size.assign(loss.size(), 0.5);
  path.step_size.back() = status == RunStatus::kFinished ? kNan : 0.5;
  path.loss = std::move(loss);
  results.dim = 2;
  results.outcomes.push_back({.status = status, .steps = path.step.back(), .loss = path.loss.back()});
  results.trajectories.push_back(std::move(path));
}

Curves curves_of_one(const SpecResults& results, const std::string& landscape = "himmelblau",
                     const CurveOptions& options = {}) {
  const auto made = make(landscape);
  const CurveSource source{&results, made.get()};
  return curves_of({&source, 1}, options).front();
}

// The plain way, from the definition.
double reference(const std::vector<double>& column, double p) {
  std::vector<double> sorted = column;
  std::ranges::sort(sorted);
  return quantile(sorted, p);
}

TEST_CASE("The sorting network sorts every column, for any number of rows") {
  for (int n : {1, 2, 3, 5, 7, 8, 9, 16, 31, 64, 100, 511, 512, 513, 520, 1024, 1500}) {
    Lanes data(n * kPack);
    for (Eigen::Index i = 0; i < data.size(); ++i)
      data[i] = std::floor(
          20 * normal({.seed = 5, .replicate = static_cast<std::uint32_t>(n)}, static_cast<std::uint64_t>(i)));
    const Lanes before = data;
    sort_lanes(data.data(), n);
    CAPTURE(n);
    for (int lane = 0; lane < kPack; ++lane) {
      std::vector<double> expected, got;
      for (int i = 0; i < n; ++i) {
        expected.push_back(before[i * kPack + lane]);
        got.push_back(data[i * kPack + lane]);
      }
      std::ranges::sort(expected);
      CHECK(same_bits(got, expected));
    }
  }
}

TEST_CASE("All 0-1 inputs of up to twelve rows are sorted, and with them every input (Knuth's 0-1 principle)") {
  for (int n = 1; n <= 12; ++n)
    for (unsigned bits = 0; bits < (1U << n); bits += kPack) {
      Lanes data(n * kPack);
      for (int i = 0; i < n; ++i)
        for (unsigned lane = 0; lane < kPack; ++lane)
          data[i * kPack + static_cast<int>(lane)] = ((bits + lane) >> i) & 1;
      sort_lanes(data.data(), n);
      bool ascending = true;
      for (Eigen::Index i = kPack; i < data.size(); ++i) ascending = ascending && data[i - kPack] <= data[i];
      REQUIRE(ascending);
    }
}

TEST_CASE("Quantiles of eleven replicates are those of type 7, by hand") {
  SpecResults results;
  for (int i = 10; i >= 0; --i) add_replicate(results, {i * 10.0, 1.0});
  const Curves curves = curves_of_one(results, "himmelblau", {.others = {0.25, 1.0}});
  CHECK(curves.loss_is_excess);  // Himmelblau's least value is 0
  CHECK(curves.loss.median[0] == 50);
  CHECK(curves.loss.low[0] == 10);
  CHECK(curves.loss.high[0] == 90);
  CHECK(curves.loss.others[0][0] == 25);
  CHECK(curves.loss.others[1][0] == 100);
  CHECK(curves.loss.low[1] == 1);
  CHECK(curves.step == std::vector<int>{0, 1});
  CHECK(curves.alive == std::vector<int>{11, 11});
  CHECK(curves.grad_norm.empty());  // not in the record
}

TEST_CASE("Bands have the bits of plain sorting, for any number of replicates and rows") {
  std::vector<int> counts = {1024};
  for (int n = 1; n <= 130; ++n) counts.push_back(n);
  for (int n : counts) {
    SpecResults results;
    const auto rows = static_cast<std::size_t>(n % 23 + 1);
    for (int i = 0; i < n; ++i) {
      std::vector<double> loss;
      const bool diverges = i % 7 == 3;
      for (std::size_t row = 0; row < (diverges ? (rows + 1) / 2 : rows); ++row)
        loss.push_back(std::exp(normal({.seed = 9, .replicate = static_cast<std::uint32_t>(i)}, row)));
      add_replicate(results, loss, 1, diverges ? RunStatus::kDiverged : RunStatus::kFinished);
    }
    const Curves curves =
        curves_of_one(results, "himmelblau", {.low = 0.05, .high = 0.95, .others = {0.33}, .workers = 1 + n % 2});
    CAPTURE(n);
    REQUIRE(curves.step.size() == rows);
    for (std::size_t row = 0; row < rows; ++row) {
      std::vector<double> column;
      for (const auto& path : results.trajectories) column.push_back(row < path.rows() ? path.loss[row] : kInfinity);
      CHECK(same_bits(curves.loss.median[row], reference(column, 0.5)));
      CHECK(same_bits(curves.loss.low[row], reference(column, 0.05)));
      CHECK(same_bits(curves.loss.high[row], reference(column, 0.95)));
      CHECK(same_bits(curves.loss.others[0][row], reference(column, 0.33)));
    }
  }
}

TEST_CASE("With one replicate the curves are its values") {
  SpecResults results;
  add_replicate(results, {9, 7, 8, 3, 2, 2, 1, 1, 0.5, 0.25}, 10);
  const Curves curves = curves_of_one(results);
  CHECK(curves.loss.median == results.trajectories[0].loss);
  CHECK(curves.loss.low == curves.loss.median);
  CHECK(curves.loss.high == curves.loss.median);
  CHECK(curves.representative == 0);
}

TEST_CASE("A diverged replicate counts as infinite after its end, but its step size no longer counts") {
  SpecResults results;
  add_replicate(results, {1, 2, 3});
  add_replicate(results, {1, 4, 5});
  add_replicate(results, {1, 1e20}, 1, RunStatus::kDiverged);
  const Curves curves = curves_of_one(results, "himmelblau", {.low = 0, .high = 1});
  CHECK(curves.alive == std::vector<int>{3, 3, 2});
  CHECK(curves.lost == 1);
  CHECK(curves.seeds == 3);
  CHECK(curves.loss.median == std::vector<double>{1, 4, 5});
  CHECK(curves.loss.high == std::vector<double>{1, 1e20, kInfinity});
  CHECK(curves.step_size.high[1] == 0.5);
  CHECK(std::isnan(curves.step_size.median[2]));  // no update after the last row
}

TEST_CASE("Step sizes of replicates that go on are not touched by those that ended") {
  SpecResults results;
  for (int i = 0; i < 4; ++i) add_replicate(results, {1, 1, 1, 1});
  add_replicate(results, {1}, 1, RunStatus::kDiverged);
  for (int i = 0; i < 4; ++i)
    results.trajectories[static_cast<std::size_t>(i)].step_size = {1.0 + i, 2.0 + i, 3.0 + i, kNan};
  const Curves curves = curves_of_one(results, "himmelblau", {.low = 0, .high = 1});
  CHECK(curves.step_size.median[1] == 3.5);
  CHECK(curves.step_size.low[1] == 2);
  CHECK(curves.step_size.high[1] == 5);
  CHECK(curves.step_size.low[0] == 0.5);  // five replicates there
}

TEST_CASE("The rows are those of a finished replicate; a last row between two of them is not shown") {
  SpecResults results;
  add_replicate(results, {5, 4, 3}, 10, RunStatus::kDiverged);
  results.trajectories[0].step[2] = 13;  // diverged between rows
  add_replicate(results, {5, 6, 7, 8}, 10);
  const Curves curves = curves_of_one(results, "himmelblau", {.low = 0});
  CHECK(curves.step == std::vector<int>{0, 10, 20, 30});
  CHECK(curves.alive == std::vector<int>{2, 2, 1, 1});
  CHECK(curves.loss.low == std::vector<double>{5, 4, 7, 8});
}

TEST_CASE("If all diverge the longest one has the rows") {
  SpecResults results;
  add_replicate(results, {1, 10}, 1, RunStatus::kDiverged);
  add_replicate(results, {1, 10, 100}, 1, RunStatus::kDiverged);
  const Curves curves = curves_of_one(results);
  CHECK(curves.step == std::vector<int>{0, 1, 2});
  CHECK(curves.loss.high[2] == kInfinity);
  CHECK(curves.loss.low[2] == kInfinity);
  CHECK(curves.representative == 0);  // both are infinite: the first
}

TEST_CASE("Losses that are not finite count as infinite") {
  SpecResults results;
  add_replicate(results, {1, kNan, kInfinity, -kInfinity});
  add_replicate(results, {2, 3, 4, 5});
  const Curves curves = curves_of_one(results, "himmelblau", {.low = 0, .high = 1});
  CHECK(curves.loss.low == std::vector<double>{1, 3, 4, 5});
  for (std::size_t row : {1U, 2U, 3U}) CHECK(curves.loss.high[row] == kInfinity);
}

TEST_CASE("The representative has the lower median of the final losses; reached and diverged are counted") {
  SpecResults results;
  for (double loss : {7.0, 1.0, 5.0, 3.0, 5.0}) add_replicate(results, {loss});
  add_replicate(results, {0.0}, 1, RunStatus::kDiverged);
  results.outcomes[1].reached = results.outcomes[3].reached = true;
  const Curves curves = curves_of_one(results);
  CHECK(curves.representative == 2);  // 1 3 5 5 7 ∞: the third, and of the two fives the first
  CHECK(curves.reached == 2);
  CHECK(curves.lost == 1);
}

TEST_CASE("The distance is that to the nearest minimum, global or not") {
  SpecResults results;
  add_replicate(results, std::vector<double>(20, 3.0));
  for (std::size_t row = 0; row < 20; ++row) results.trajectories[0].x[2 * row + 1] = 2 + static_cast<double>(row) / 8;
  const Curves curves = curves_of_one(results);  // (3, 2) is a minimum of Himmelblau's, the next is 3.9 away
  for (std::size_t row = 0; row < 15; ++row) CHECK(curves.distance.median[row] == Approx(static_cast<double>(row) / 8));
  CHECK(curves_of_one(results, "uv").distance.empty());      // a set of minima
  CHECK(curves_of_one(results, "saddle").distance.empty());  // none
}

TEST_CASE("Only the columns asked for are computed") {
  SpecResults results;
  add_replicate(results, {3, 2, 1});
  const Curves curves = curves_of_one(results, "himmelblau", {.columns = kStepSizeColumn});
  CHECK(curves.loss.empty());
  CHECK(curves.distance.empty());
  CHECK(curves.step_size.median.size() == 3);
}

TEST_CASE("Real runs give the same curves as the plain way, whatever the workers") {
  const RunSpec spec{
      .landscape = {"rosenbrock"}, .oracle = {"gaussian"}, .step_size = 0.002, .steps = 130, .seeds = 20};
  const Results results = simulate({&spec, 1}, {.trajectory = true, .stride = 3});
  const auto landscape = make("rosenbrock");
  const std::vector<CurveSource> sources = {{&results[0], landscape.get()}};
  const Curves one = curves_of(sources).front(), three = curves_of(sources, {.workers = 3}).front();
  for (const auto& [column, band] :
       {std::pair(&Trajectory::loss, &Curves::loss), std::pair(&Trajectory::grad_norm, &Curves::grad_norm),
        std::pair(&Trajectory::sharpness, &Curves::sharpness)}) {
    REQUIRE((one.*band).median.size() == 45);  // 0, 3, …, 129 and 130
    CHECK(same_bits((one.*band).median, (three.*band).median));
    CHECK(same_bits((one.*band).high, (three.*band).high));
    for (std::size_t row = 0; row < 45; ++row) {
      std::vector<double> values;
      for (const auto& path : results[0].trajectories) values.push_back((path.*column)[row]);
      CHECK(same_bits((one.*band).median[row], reference(values, 0.5)));
      CHECK(same_bits((one.*band).high[row], reference(values, 0.9)));
    }
  }
}

TEST_CASE("Without trajectories or replicates there are counts but no curves") {
  SpecResults results;
  results.outcomes = {{.status = RunStatus::kFinished, .loss = 1, .reached = true}};
  const Curves curves = curves_of_one(results);
  CHECK(curves.reached == 1);
  CHECK(curves.step.empty());
  CHECK(curves.loss.empty());
  results.outcomes[0].status = RunStatus::kCancelled;
  CHECK(curves_of_one(results).representative == -1);
}

}  // namespace
}  // namespace steplab
