// steplab_bench: what the engine's inner loops cost, and how many times faster they are than a naive loop measured in
// the same process. One-core figures are CPU time, several-worker figures wall time; rounds are interleaved at random
// and the least of them counts, which is robust on a busy machine. Options are google-benchmark's, e.g.
// --benchmark_filter=W1.
#include "core/analysis/basins.h"
#include "core/run/prepare.h"
#include "core/run/run.h"
#include "tests/bench/naive.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace steplab;

constexpr int kRuns = 4096, kSteps = 1000;

// W1: 4096 runs × 1000 steps of SGD on Rosenbrock, Gaussian noise σ = 0.1, cosine decay, final loss only.
void w1_naive(benchmark::State& state) {
  const auto f = naive::rosenbrock();
  const auto decay = naive::cosine();
  for (auto _ : state) {
    double sum = 0;
    for (int run = 0; run < kRuns; ++run)
      sum += naive::descend(*f, *decay, {-1.2, 1.0}, 0.001, 0.1, kSteps, 1, static_cast<std::uint32_t>(run));
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * kRuns * kSteps);
}

void w1_steplab(benchmark::State& state) {
  const RunSpec spec{.landscape = {"rosenbrock"},
                     .rate = {"cosine"},
                     .oracle = {"gaussian", {{"sigma", 0.1}}},
                     .start = {-1.2, 1.0},
                     .step_size = 0.001,
                     .steps = kSteps,
                     .seeds = kRuns};
  for (auto _ : state)
    benchmark::DoNotOptimize(simulate({&spec, 1}, {}, {.workers = static_cast<int>(state.range(0))}));
  state.SetItemsProcessed(state.iterations() * kRuns * kSteps);
}

// W2: ρ-sweep on logistic regression, n = 10,000, d = 100: 8 schedules × 25 step sizes × 3 seeds.
constexpr int kTerms = 10000, kDim = 100, kStepSizes = 25, kSeeds = 3;
const char* const kSchedules[] = {"constant", "linear", "polynomial",     "cosine",
                                  "rex",      "wsd",    "delayed_linear", "exponential"};
int w2_steps(int batch) { return batch == 1 ? 10000 : 1000; }
double w2_step_size(int k) { return 0.01 * std::pow(10.0, k / 12.0); }

void w2_naive(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0)), steps = w2_steps(batch);
  const auto data = naive::logistic(kTerms, kDim, 1);
  const auto decay = naive::cosine();
  for (auto _ : state)
    for (int k = 0; k < kStepSizes; ++k)
      for (std::uint32_t seed = 0; seed < kSeeds; ++seed)
        benchmark::DoNotOptimize(naive::descend(data, *decay, w2_step_size(k), steps, batch, 1, seed));
  state.SetItemsProcessed(state.iterations() * kStepSizes * kSeeds * steps);
}

void w2_steplab(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0)), steps = w2_steps(batch);
  std::vector<RunSpec> specs;
  for (const char* schedule : kSchedules)
    for (int k = 0; k < kStepSizes; ++k)
      specs.push_back({.landscape = {"logistic", {{"n", double{kTerms}}, {"d", double{kDim}}}},
                       .rate = {schedule},
                       .oracle = {"minibatch", {{"batch", double(batch)}}},
                       .step_size = w2_step_size(k),
                       .steps = steps,
                       .seeds = kSeeds});
  Workshop workshop;
  simulate(specs, {},
           {.workers = 2, .workshop = &workshop});  // the data set and its optimum are made once, outside the figure
  for (auto _ : state)
    benchmark::DoNotOptimize(simulate(specs, {}, {.workers = static_cast<int>(state.range(1)), .workshop = &workshop}));
  state.SetItemsProcessed(state.iterations() * static_cast<int>(specs.size()) * kSeeds * steps);
}

// W3: basin map of Himmelblau, step 0.01, 500 steps. The naive loop takes every fourth start in x and y.
constexpr int kSide = 1024, kNaiveSide = 256, kBasinSteps = 500;

void w3_naive(benchmark::State& state) {
  const auto f = naive::himmelblau();
  const std::vector<Eigen::Vector2d> minima{
      {3, 2}, {-2.805118, 3.131312}, {-3.779310, -3.283186}, {3.584428, -1.848126}};
  for (auto _ : state) {
    int sum = 0;
    for (int j = 0; j < kNaiveSide; ++j)
      for (int i = 0; i < kNaiveSide; ++i)
        sum += naive::basin(*f, {-5 + 10 * (i + 0.5) / kNaiveSide, -5 + 10 * (j + 0.5) / kNaiveSide}, 0.01, kBasinSteps,
                            minima);
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * kNaiveSide * kNaiveSide * kBasinSteps);
}

void w3_steplab(benchmark::State& state) {
  const RunSpec spec{.landscape = {"himmelblau"}, .step_size = 0.01, .steps = kBasinSteps};
  const BasinWindow window{.low = {-5, -5}, .high = {5, 5}, .width = kSide, .height = kSide};
  for (auto _ : state) benchmark::DoNotOptimize(basin_map(spec, window, {.workers = static_cast<int>(state.range(0))}));
  state.SetItemsProcessed(state.iterations() * kSide * kSide * kBasinSteps);
}

// W4: the rings network 2-16-1 (65 parameters, full batch), every step recorded, without and with its sharpness.
void w4(benchmark::State& state) {
  constexpr int kNetworkSteps = 500;
  const int seeds = static_cast<int>(state.range(0));
  const RunSpec spec{.landscape = {"mlp"},
                     .optimizer = {"adam"},
                     .oracle = {"gaussian", {{"sigma", 0.01}}},
                     .step_size = 0.01,
                     .steps = kNetworkSteps,
                     .seeds = seeds};
  const Recording recording{
      .trajectory = true, .sharpness = state.range(1) == 1, .preconditioned_sharpness = state.range(1) == 2};
  for (auto _ : state) benchmark::DoNotOptimize(simulate({&spec, 1}, recording));
  state.SetItemsProcessed(state.iterations() * kNetworkSteps);
}

// Least nanoseconds per step of every benchmark, in CPU and in wall time.
struct Least {
  double cpu = 1e300, wall = 1e300;
};

class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      const auto rate = run.counters.find("items_per_second");
      if (rate == run.counters.end()) continue;
      // items_per_second refers to the CPU time of the run, since none of them asks for real time.
      const double cpu = 1e9 / rate->second.value;
      Least& least = least_[run.run_name.str().substr(0, run.run_name.str().find("/process_time"))];
      least.cpu = std::min(least.cpu, cpu);
      least.wall = std::min(least.wall, cpu * run.real_accumulated_time / run.cpu_accumulated_time);
    }
  }

  void print_ratios() const {
    std::printf("\n%-26s %12s %10s %24s\n", "workload", "naive ns", "ours ns", "ratio (one core, CPU)");
    ratio("W1 ensemble", "W1/naive", "W1/steplab/1");
    ratio("W2 sweep, batch 1", "W2/naive/1", "W2/steplab/1/1");
    ratio("W2 sweep, batch 32", "W2/naive/32", "W2/steplab/32/1");
    ratio("W3 basin map", "W3/naive", "W3/steplab/1");
    std::printf("\n%-34s %12s %10s %16s\n", "network, every step recorded", "without ns", "with ns", "slower (CPU)");
    slowdown("W4 sharpness, 1 run", "W4/1/0", "W4/1/1");
    slowdown("W4 pre-conditioned, 1 run", "W4/1/0", "W4/1/2");
    slowdown("W4 sharpness, 8 runs", "W4/8/0", "W4/8/1");
    slowdown("W4 pre-conditioned, 8 runs", "W4/8/0", "W4/8/2");
    std::printf("\n%-26s %12s %10s %24s\n", "workload", "1 worker ns", "2 workers", "speed-up (wall)");
    scaling("W1 ensemble", "W1/steplab/1", "W1/steplab/2");
    scaling("W2 sweep, batch 1", "W2/steplab/1/1", "W2/steplab/1/2");
    scaling("W2 sweep, batch 32", "W2/steplab/32/1", "W2/steplab/32/2");
    scaling("W3 basin map", "W3/steplab/1", "W3/steplab/2");
  }

 private:
  void ratio(const char* label, const std::string& base, const std::string& ours) const {
    if (!least_.contains(base) || !least_.contains(ours)) return;
    std::printf("%-26s %12.3f %10.4f %23.1fx\n", label, least_.at(base).cpu, least_.at(ours).cpu,
                least_.at(base).cpu / least_.at(ours).cpu);
  }
  void scaling(const char* label, const std::string& one, const std::string& two) const {
    if (!least_.contains(one) || !least_.contains(two)) return;
    std::printf("%-26s %12.4f %10.4f %23.2fx\n", label, least_.at(one).wall, least_.at(two).wall,
                least_.at(one).wall / least_.at(two).wall);
  }
  void slowdown(const char* label, const std::string& without, const std::string& with) const {
    if (!least_.contains(without) || !least_.contains(with)) return;
    std::printf("%-34s %12.0f %10.0f %15.2fx\n", label, least_.at(without).cpu, least_.at(with).cpu,
                least_.at(with).cpu / least_.at(without).cpu);
  }
  std::map<std::string, Least> least_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> args(argv, argv + argc);
  std::string interleave = "--benchmark_enable_random_interleaving=true", repeat = "--benchmark_repetitions=5",
              raw = "--benchmark_display_aggregates_only=false";
  args.insert(args.begin() + 1, {interleave.data(), repeat.data(), raw.data()});
  int count = static_cast<int>(args.size());
  const auto add = [](const char* name, void (*body)(benchmark::State&)) {
    return benchmark::RegisterBenchmark(name, body)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime();
  };
  add("W1/naive", w1_naive);
  add("W1/steplab", w1_steplab)->Arg(1)->Arg(2);
  add("W2/naive", w2_naive)->Arg(1)->Arg(32);
  add("W2/steplab", w2_steplab)->Args({1, 1})->Args({1, 2})->Args({32, 1})->Args({32, 2});
  add("W3/naive", w3_naive);
  add("W3/steplab", w3_steplab)->Arg(1)->Arg(2);
  add("W4", w4)->ArgsProduct({{1, 8}, {0, 1, 2}});
  benchmark::Initialize(&count, args.data());
  if (benchmark::ReportUnrecognizedArguments(count, args.data())) return 2;
  RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.print_ratios();
}
