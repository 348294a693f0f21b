// The scene: everything that must survive a restart, an undo, a share. Plain data.
#pragma once

#include "core/base/parameters.h"
#include "core/run/run.h"
#include "core/run/sweep.h"
#include "core/scene/view.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// Files carry it; a scene of an older version is lifted to it when read (scene_versions.h).
inline constexpr int kSceneVersion = 2;

/// What one curve of the race has of its own.
struct SceneRun {
  std::string name{};            ///< for a person; empty: see row_labels()
  Choice rate = RunSpec{}.rate;  ///< a schedule or a rate rule
  Choice optimizer = RunSpec{}.optimizer;
  double step_size = RunSpec{}.step_size;  ///< η
  bool shown = true;
  int colour = -1;  ///< entry of the palette; −1: by the run's number
  friend bool operator==(const SceneRun&, const SceneRun&) = default;
};

/// What is not said is neutral, in a file, by flags and in the window alike: one plain run, that of RunSpec, which is
/// the one place of its defaults.
struct Scene {
  Choice lab{"trajectories"};  ///< the page that shows it, with that page's settings
  std::string title{}, notes{};
  Choice landscape = RunSpec{}.landscape;
  std::vector<double> start = RunSpec{}.start;  ///< empty: the landscape's own
  Choice oracle = RunSpec{}.oracle;
  Choice projection = RunSpec{}.projection;
  int steps = RunSpec{}.steps;  ///< T
  double rho = RunSpec{}.rho;   ///< ρ
  std::uint64_t seed = RunSpec{}.seed;
  int seeds = RunSpec{}.seeds;
  double reach = RunSpec{}.reach;
  std::vector<SceneRun> runs = {SceneRun{}};
  std::vector<SweepAxis> sweep{};
  int every = 1;                          ///< a recorded row every so many updates
  bool preconditioned_sharpness = false;  ///< recorded too
  int workers = 0;                        ///< threads; 0: all the machine has
  SceneView view{};
  friend bool operator==(const Scene&, const Scene&) = default;
};

/// One spec for each row of the scene.
std::vector<RunSpec> run_specs(const Scene& scene);
Recording recording_of(const Scene& scene);
int workers_of(const Scene& scene);

/// Sets one field on every row, by the names of set_field(); "schedule" and "rule" replace the rate of every row.
void set_field_text(Scene& scene, std::string_view name, std::string_view text, std::string_view place);

/// After `field` ("step_size", "schedule.p", "optimizer", …) was given one value for all rows: names that a person gave
/// the rows may tell of what was replaced, so they go, and rows that have become equal are one.
void settle_rows(Scene& scene, std::string_view field);

/// A short label for each row, all different: its name, or what it has of its own (schedule, optimizer, step size).
std::vector<std::string> row_labels(const Scene& scene);

/// InputError at "PLACE: FIELD" unless the engine would accept every row. Makes the landscape, which may cost time.
void check(const Scene& scene, std::string_view place);

// The numbers that a scene has beyond those of a run.
const std::vector<ParamSpec>& scene_fields();
const ParamSpec& scene_field(std::string_view name);

}  // namespace steplab
