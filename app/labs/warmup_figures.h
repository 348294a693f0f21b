// What the Warmup page computes in the background. No drawing.
#pragma once

#include "app/session/studies.h"
#include "core/scene/warmup_scene.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace steplab {

/// What a figure is of, or why the scene has none.
template <class Spec>
struct Asked {
  Spec spec{};
  std::string refusal{};
  friend bool operator==(const Asked&, const Asked&) = default;
};
template <class Make>
auto asked(Make make) -> Asked<decltype(make())> {
  try {
    return {make(), ""};
  } catch (const InputError& error) {
    return {{}, error.what()};
  }
}

/// Runs of which every update is recorded, one replicate each.
struct StripWish {
  std::vector<RunSpec> runs{};
  bool preconditioned = false;
  friend bool operator==(const StripWish&, const StripWish&) = default;
};
StripWish strip_wish(const Scene& scene);

struct StripRun {
  Trajectory path;
  Outcome outcome;
  WarmupStrip strip;
  std::vector<double> steps;           ///< path.step, for plots
  std::vector<double> excess;          ///< loss above the least value, or the loss itself where that is not known
  std::optional<Stability> stability;  ///< of its optimizer, where one is known
  /// Largest loss over the first one, both above the least value.
  double peak() const;
};
struct StripFigure {
  std::vector<StripRun> runs;
  bool above_least = false;
  double milliseconds = 0;
};
void measure_strips(const Asked<StripWish>& wish, Study<StripFigure>& study);

struct HeatFigure {
  WarmupMapSpec spec;
  WarmupMap map;
  bool coarse = false;
  double milliseconds = 0;
};
/// Every second cell first.
void measure_heat(const Asked<WarmupMapSpec>& wish, Study<HeatFigure>& study);

/// One way of getting to the target.
struct Climb {
  std::string name;
  Choice rate;
  std::vector<double> steps, step_size, excess;
  double peak = 1;   ///< largest loss over the first
  int reached = -1;  ///< the first update that uses the target; −1: none
  bool diverged = false;
};
struct EtaInitFigure {
  EtaInitSpec spec;
  EtaInit found;
  std::vector<double> eta, loss;  ///< after one update, over the initial loss
  std::vector<Climb> climbs;      ///< from 0, from η_init, persistent catapult
};
void measure_eta_init(const Asked<EtaInitSpec>& wish, Study<EtaInitFigure>& study);

struct GiAdamFigure {
  GiAdamSpec spec;
  GiAdamResults results;
  double beta2 = 0.999;
};
void measure_gi_adam(const Asked<GiAdamSpec>& wish, Study<GiAdamFigure>& study);

/// Colours of cells, red in the lowest byte.
using ChaosInk = std::uint32_t;
struct ChaosWish {
  UvBifurcationSpec spec{};
  int height = 0;  ///< rows of the picture
  ChaosInk ink = 0;
  friend bool operator==(const ChaosWish&, const ChaosWish&) = default;
};
struct ChaosFigure {
  UvBifurcationSpec spec;
  Bifurcation ends;
  double low = 0, high = 1;      ///< outputs at the picture's edges
  std::array<double, 2> span{};  ///< step sizes there
  int width = 0, height = 0;
  std::vector<ChaosInk> cells;  ///< how many of the end states lie there, as ink
  std::uint64_t version = 0;
  bool coarse = false;
};
void measure_chaos(const Asked<ChaosWish>& wish, Study<ChaosFigure>& study);

}  // namespace steplab
