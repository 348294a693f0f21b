#include "core/analysis/many_starts.h"

#include "core/analysis/resting.h"
#include "core/base/parallel.h"
#include "core/run/sweep.h"
#include "core/run/tile_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

namespace steplab {
namespace {

constexpr int kTile = 64;
constexpr int kPiece = 8;  // updates between two looks at who has settled
constexpr int kMostSettling = 1'000'000;

// One arm with all that its tiles share.
struct Arm {
  const ManyRuns* many = nullptr;
  PreparedRun run{};
  std::optional<FactorTable> factors{};
  RestingPlaces places{}, settling_places{};
  double settling_step = 0;
  int settling_updates = 0;
  bool fused = false;  // plain SGD without projection, under a schedule: our own loop

  const RunSpec& spec() const { return many->run; }
};

double settling_step_of(const Settle& settle, const RestingPlaces& places) {
  if (settle.step_size > 0) return settle.step_size;
  return std::min(0.02, 1 / places.largest_sharpness());
}

Arm make_arm(const ManyRuns& many, Workshop& workshop, std::size_t i) {
  const std::string place = "runs[" + std::to_string(i) + "]";
  Arm arm{.many = &many, .run = workshop.prepare(many.run, place)};
  const RunSpec& spec = many.run;
  const Landscape& landscape = *arm.run.landscape;
  check_resting(landscape, place + ".landscape");
  if (arm.run.schedule) arm.factors.emplace(arm.run.schedule, spec.steps);
  arm.fused = arm.factors && arm.run.optimizer->is_plain_sgd() && !arm.run.projection->acts_on(landscape) &&
              !arm.run.oracle->one_key_per_tile();
  if (!arm.fused && many.nudge > 0)
    throw InputError(
        place + ".nudge",
        "does not serve this run; allowed: with plain SGD under a schedule, without projection and mini-batches");
  double largest = 0;
  for (int t = 0; arm.factors && t < spec.steps; ++t) largest = std::max(largest, arm.factors->at(t));
  const double eta = spec.rho * spec.step_size;
  const double last = arm.factors && arm.run.optimizer->is_plain_sgd() ? eta * arm.factors->at(spec.steps - 1) : 0;
  const bool to_the_end = spec.oracle.id != "exact" || !arm.fused || many.count_from > 0 || many.nudge > 0;
  const double steady = to_the_end ? -1 : eta * largest;
  arm.places = RestingPlaces(landscape, spec.reach, last, steady);
  if (!many.settle.on) return arm;
  arm.settling_step = settling_step_of(many.settle, arm.places);
  arm.settling_updates = static_cast<int>(std::min<double>(kMostSettling, std::ceil(40 / arm.settling_step)));
  arm.settling_places = RestingPlaces(landscape, spec.reach, arm.settling_step, arm.settling_step);
  return arm;
}

// Lanes first … first + count − 1 of one arm.
class ArmTile {
 public:
  ArmTile(const Arm& arm, const std::vector<double>& starts, std::span<StartEnd> ends, int first)
      : arm_(arm),
        starts_(starts),
        ends_(ends),
        first_(first),
        count_(static_cast<int>(ends.size())),
        width_(round_up_to_pack(count_)),
        dim_(arm.run.landscape->dim()),
        x_(width_, dim_),
        worst_(Lanes::Zero(width_)),
        visits_(arm.places.begin(width_)) {}

  void run(const SimulateOptions& options) {
    if (!(arm_.fused ? run_fused(options) : run_engine(options))) return;
    std::vector<Rest> rests(static_cast<std::size_t>(count_));
    for (int i = 0; i < count_; ++i) rests[static_cast<std::size_t>(i)] = rest(arm_.places, i);
    if (arm_.many->settle.on && !settle(options)) return;
    for (int i = 0; i < count_; ++i) write(i, rests[static_cast<std::size_t>(i)]);
  }

 private:
  int start_of(int lane) const { return (first_ + std::min(lane, count_ - 1)) / arm_.spec().seeds; }
  double start(int lane, int j) const {
    return starts_[static_cast<std::size_t>(start_of(lane)) * static_cast<std::size_t>(dim_) +
                   static_cast<std::size_t>(j)];
  }
  RandomKey key(int lane) const {
    return {arm_.spec().seed, static_cast<std::uint32_t>(first_ + std::min(lane, count_ - 1))};
  }
  bool diverged(int lane) const { return !(worst_[lane] <= kDivergenceLimit); }

  void put_starts() {
    for (int i = 0; i < width_; ++i)
      for (int j = 0; j < dim_; ++j) x_(i, j) = start(i, j);
  }

  void move_a_little() {
    for (int i = 0; i < width_; ++i)
      for (int j = 0; j < dim_; ++j) {
        const auto words = random_words(key(i), Stream::kStart, static_cast<std::uint64_t>(j));
        x_(i, j) += arm_.many->nudge * (2 * uniform_open(words[0]) - 1);
      }
  }

  // Update by update, so that the first one within reach is known. False after a stop request.
  bool run_fused(const SimulateOptions& options) {
    put_starts();
    const RunSpec& spec = arm_.spec();
    std::vector<RandomKey> keys;
    for (int i = 0; i < width_; ++i) keys.push_back(key(i));
    const auto source = arm_.run.oracle->open(*arm_.run.landscape, keys);
    if (!source->draws(0, 1)) return run_engine(options);  // its randomness looks at x
    std::vector<double> eta(static_cast<std::size_t>(width_));
    Lanes extent(width_);
    int t = 0;
    for (; t < spec.steps; ++t) {
      if (options.stop.stop_requested()) return false;
      if (t == arm_.many->nudge_at && arm_.many->nudge > 0) move_a_little();
      note(t);
      if (t % kPiece == 0 && arm_.places.all_settled(x_, worst_)) break;
      std::ranges::fill(eta, spec.rho * spec.step_size * arm_.factors->at(t));
      arm_.run.landscape->descend(x_, eta.data(), *source->draws(t, 1), 1, extent);
      worst_ = (extent <= worst_).select(worst_, extent);
    }
    note(t);
    return true;
  }

  void note(int t) {
    if (t >= arm_.many->count_from) arm_.places.visit(x_, t - arm_.many->count_from, visits_);
  }

  // Any optimizer, rate rule, oracle and projection. False after a stop request.
  bool run_engine(const SimulateOptions& options) {
    constexpr int kMostRows = 8192;  // beyond, visits are known to some updates only
    const RunSpec& spec = arm_.spec();
    const auto count = static_cast<std::size_t>(count_);
    SpecResults results{.dim = dim_,
                        .outcomes = std::vector<Outcome>(count),
                        .final_x = std::vector<double>(count * static_cast<std::size_t>(dim_)),
                        .trajectories = std::vector<Trajectory>(count),
                        .snapshots = {}};
    std::vector<PreparedRun> runs(count, arm_.run);
    std::vector<LaneTask> lanes;
    const Recording recording{
        .trajectory = true, .stride = std::max(1, (spec.steps + kMostRows - 1) / kMostRows), .sharpness = false};
    const bool one_key = arm_.run.oracle->one_key_per_tile();
    for (int i = 0; i < count_; ++i) {
      auto& run = runs[static_cast<std::size_t>(i)];
      run.start.clear();
      for (int j = 0; j < dim_; ++j) run.start.push_back(start(i, j));
      lanes.push_back({.run = &run,
                       .factors = arm_.factors ? &*arm_.factors : nullptr,
                       .replicate = i,
                       .results = &results,
                       .noise_of = key(one_key ? 0 : i).replicate});
    }
    TileRun(lanes, recording).run(options.stop, nullptr);
    for (int i = 0; i < count_; ++i) read_lane(i, results);
    return std::ranges::none_of(results.outcomes, [](const Outcome& o) { return o.status == RunStatus::kCancelled; });
  }

  void read_lane(int lane, const SpecResults& results) {
    const auto i = static_cast<std::size_t>(lane);
    const Trajectory& record = results.trajectories[i];
    Tile point(kPack, dim_);
    Visits visits = arm_.places.begin(kPack);
    for (std::size_t r = 0; r < record.rows(); ++r) {
      if (record.step[r] < arm_.many->count_from) continue;
      for (int j = 0; j < dim_; ++j)
        point.col(j).setConstant(record.x[r * static_cast<std::size_t>(dim_) + static_cast<std::size_t>(j)]);
      arm_.places.visit(point, record.step[r] - arm_.many->count_from, visits);
    }
    x_.row(lane) = point.row(0);
    if (results.outcomes[i].status == RunStatus::kDiverged) worst_[lane] = std::numeric_limits<double>::infinity();
    visits_.since[lane] = visits.since[0];
    visits_.first_global[lane] = visits.first_global[0];
  }

  Rest rest(const RestingPlaces& places, int lane) const {
    if (diverged(lane)) return {};
    return places.rest(x_.row(lane).matrix());
  }

  bool settle(const SimulateOptions& options) {
    const std::vector<double> eta(static_cast<std::size_t>(kPiece * width_), arm_.settling_step);
    Lanes extent(width_);
    for (int t = 0; t < arm_.settling_updates && !arm_.settling_places.all_settled(x_, worst_); t += kPiece) {
      if (options.stop.stop_requested()) return false;
      arm_.run.landscape->descend(x_, eta.data(), {}, kPiece, extent);
      worst_ = (extent <= worst_).select(worst_, extent);
    }
    return true;
  }

  void write(int lane, const Rest& rest_before) {
    StartEnd& end = ends_[static_cast<std::size_t>(lane)];
    end.minimum = rest_before.minimum;
    end.by_last_bit = rest_before.by_last_bit;
    end.settled = arm_.many->settle.on ? rest(arm_.settling_places, lane).minimum : rest_before.minimum;
    end.first_reach = static_cast<int>(visits_.first_global[lane]);
    end.since = static_cast<int>(visits_.since[lane]);
    end.fate = diverged(lane)             ? Fate::kDiverged
               : rest_before.global       ? Fate::kGlobal
               : rest_before.minimum >= 0 ? Fate::kTrapped
                                          : Fate::kWandering;
  }

  const Arm& arm_;
  const std::vector<double>& starts_;
  std::span<StartEnd> ends_;
  int first_, count_, width_, dim_;
  Tile x_;
  Lanes worst_;  // largest coordinate met
  Visits visits_;
};

// Which lanes of which arm a job does.
struct Job {
  const Arm* arm;
  std::span<StartEnd> ends;
  int first;
};

std::vector<Job> cut_into_jobs(const std::vector<Arm>& arms, std::vector<std::vector<StartEnd>>& ends) {
  std::vector<Job> jobs;
  for (std::size_t a = 0; a < arms.size(); ++a)
    for (std::size_t first = 0; first < ends[a].size(); first += kTile)
      jobs.push_back({&arms[a], std::span(ends[a]).subspan(first, std::min<std::size_t>(kTile, ends[a].size() - first)),
                      static_cast<int>(first)});
  return jobs;
}

bool is_global_minimum(const Landscape& landscape, std::int8_t m) {
  return m >= 0 && landscape.surroundings().minima[static_cast<std::size_t>(m)].global;
}

std::int8_t entry_of(const StartEnd& end, FateBy by) { return by == FateBy::kLast ? end.minimum : end.settled; }

}  // namespace

void check(const StartBox& box, int dim, std::string_view place) {
  const auto refuse = [&](const std::string& what, const std::string& allowed) {
    throw InputError(place, "'" + what + "' is not allowed; allowed: " + allowed);
  };
  const auto size = static_cast<std::size_t>(dim);
  if (box.low.size() != size || box.high.size() != size)
    refuse(std::to_string(box.low.size()) + " coordinates", std::to_string(dim) + ", the landscape's");
  for (std::size_t j = 0; j < size; ++j)
    if (!(std::abs(box.low[j]) <= kDivergenceLimit && std::abs(box.high[j]) <= kDivergenceLimit &&
          box.low[j] < box.high[j]))
      refuse(to_text(box.low[j]) + " … " + to_text(box.high[j]), "finite, low < high");
  const int most = dim == 1 ? 10'000'000 : 4096;
  if (box.per_side < 1 || box.per_side > most)
    refuse(std::to_string(box.per_side) + " starts a side", "1 to " + std::to_string(most));
}

std::vector<double> StartBox::points() const {
  const auto at = [&](std::size_t j, int i) { return low[j] + (high[j] - low[j]) * ((i + 0.5) / per_side); };
  std::vector<double> points;
  if (low.size() == 1) {
    for (int i = 0; i < per_side; ++i) points.push_back(at(0, i));
    return points;
  }
  for (int row = 0; row < per_side; ++row)
    for (int i = 0; i < per_side; ++i) points.insert(points.end(), {at(0, i), at(1, row)});
  return points;
}

std::vector<std::vector<StartEnd>> run_from_all(std::span<const ManyRuns> many, const std::vector<double>& starts,
                                                const SimulateOptions& options) {
  Workshop own;
  Workshop& workshop = options.workshop ? *options.workshop : own;
  std::vector<Arm> arms;
  std::vector<std::vector<StartEnd>> ends;
  for (std::size_t i = 0; i < many.size(); ++i) {
    arms.push_back(make_arm(many[i], workshop, i));
    const auto count = starts.size() / static_cast<std::size_t>(arms.back().run.landscape->dim());
    ends.emplace_back(count * static_cast<std::size_t>(many[i].run.seeds));
  }
  workshop.next_generation();
  const auto jobs = cut_into_jobs(arms, ends);
  const auto cost = [](const Job& job) { return static_cast<std::int64_t>(job.ends.size()) * job.arm->spec().steps; };
  if (options.progress)
    for (const auto& job : jobs) options.progress->total += cost(job);
  parallel_for(static_cast<int>(jobs.size()), options.workers, options.stop, [&](int i, int) {
    const Job& job = jobs[static_cast<std::size_t>(i)];
    ArmTile(*job.arm, starts, job.ends, job.first).run(options);
    if (options.progress) options.progress->done += cost(job);
  });
  return ends;
}

FateShares shares(std::span<const StartEnd> ends, FateBy by, const Landscape& landscape) {
  FateShares sum;
  std::vector<double> steps;
  for (const auto& end : ends) {
    if (end.fate == Fate::kCancelled) continue;
    ++sum.runs;
    const std::int8_t entry = entry_of(end, by);
    const bool is_global =
        by == FateBy::kLastThenSettled ? end.fate == Fate::kGlobal : is_global_minimum(landscape, entry);
    const bool is_local = entry >= 0 && !is_global_minimum(landscape, entry);
    sum.global += is_global;
    sum.trapped += !is_global && is_local;
    sum.diverged += end.fate == Fate::kDiverged;
    sum.wandering += !is_global && !is_local && end.fate != Fate::kDiverged;
    sum.by_last_bit += is_local && end.by_last_bit;
    if (is_global) steps.push_back(end.first_reach >= 0 ? end.first_reach : std::numeric_limits<double>::infinity());
  }
  for (double* share : {&sum.global, &sum.trapped, &sum.diverged, &sum.wandering, &sum.by_last_bit})
    *share /= std::max(sum.runs, 1);
  std::ranges::sort(steps);
  sum.median_steps = steps.empty() ? std::numeric_limits<double>::quiet_NaN() : quantile(steps, 0.5);
  return sum;
}

}  // namespace steplab
