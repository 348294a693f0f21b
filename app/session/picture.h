// What a simulation of the scene came to, ready to be drawn. Made by the worker, never changed afterwards.
#pragma once

#include "app/render/types.h"
#include "core/analysis/contours.h"
#include "core/analysis/curve_bands.h"
#include "core/analysis/events.h"
#include "core/analysis/field.h"
#include "core/analysis/plane.h"
#include "core/optimizers/optimizer.h"
#include "core/run/run.h"
#include "core/scene/scene.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace steplab {

class Workshop;

/// One row of the scene.
struct RunPicture {
  std::string label;
  SpecResults results;
  Curves curves;
  std::vector<Event> events;            ///< of the representative
  std::vector<double> steps;            ///< curves.step, for plots
  std::vector<double> sharpness_steps;  ///< of curves.sharpness and its pre-conditioned twin: they may have fewer rows
  std::vector<double> planned_steps, planned;  ///< η_t the schedule means to use up to T; empty for a rate rule
  std::vector<std::string> shortfall;          ///< of its schedule (Schedule::shortfall)
  std::string why_lost;                        ///< of the first replicate that was lost; empty if none was
  int first_lost = -1;                         ///< the step at which; −1 if none was
  RunStatus lost_status = RunStatus::kFinished;
  std::string lost_counts;   ///< "3 diverged, 1 left the landscape's domain" of the replicates
  std::vector<double> edge;  ///< of the median step size (Stability::lasting); empty if no such edge is known
  std::vector<std::vector<render::PathVertex>> paths;  ///< on the plane, of the first kMostPaths replicates
  std::vector<render::PathVertex> median_path;         ///< of the representative
  std::optional<Stability> stability;                  ///< of its optimizer, where one is known
  std::optional<StabilityEdge> lasting_edge() const {
    return stability ? std::optional(stability->lasting) : std::nullopt;
  }
  bool adaptive = false;  ///< its optimizer has a pre-conditioner: the pre-conditioned sharpness is what counts
};

struct Picture {
  Scene scene;               ///< the scene it is of
  std::uint64_t number = 0;  ///< counts pictures: another number, other contents
  std::shared_ptr<const Landscape> landscape;
  Plane plane;               ///< dim ≥ 2
  PlaneWindow paths_window;  ///< where the paths are, on the plane; the landscape's own view if dim ≤ 2
  std::vector<RunPicture> runs;
  double base = 0;          ///< subtracted from f: its least value, or 0 if that is not known
  int seeds_wanted = 0;     ///< runs[i].curves.seeds counts those shown
  int stride = 1;           ///< rows are this many updates apart
  double milliseconds = 0;  ///< simulation and statistics
  bool coarse = false;      ///< fewer seeds than wanted: a full one follows
  int seeds() const { return runs.empty() ? 0 : runs[0].curves.seeds; }
  int dim() const { return landscape ? landscape->dim() : 0; }
};

/// More rows than this of one run are not recorded: the stride grows instead. A plot has fewer pixel columns.
inline constexpr int kMostRows = 2500;
inline constexpr double kMostRecordedBytes = 400e6;
inline constexpr std::size_t kMostPaths = 128;

struct PictureOptions {
  int most_seeds = 1024;
  int sharpness_rows = kMostRows;  ///< of a run get a sharpness, about; 0: none
  int workers = 1;
  std::stop_token stop{};
  Progress* progress = nullptr;
  Workshop* workshop = nullptr;
};

/// Simulates the scene with at most `most_seeds` replicates. InputError for a scene that cannot run. Null after a stop
/// request.
std::shared_ptr<Picture> make_picture(const Scene& scene, const PictureOptions& options);

/// row_labels() for a person: ids of rows without a name in plain words.
std::vector<std::string> shown_labels(const Scene& scene);

/// Milliseconds of one thread for one replicate, measured at the landscape's start.
struct LandscapeCost {
  double gradient = 0, sharpness = 0;
};
LandscapeCost cost_of(const Landscape& landscape);

/// Rows that make_picture() records of a run.
int rows_of(const Scene& scene);

/// What a field depends on. Equal keys, equal fields.
struct FieldKey {
  Choice landscape;
  std::vector<double> origin{}, u{}, v{};
  std::array<double, 2> low{}, high{};
  int width = 0, height = 0;  ///< pixels
  std::string levels{};
  bool sharpness = false, arrows = false;
  friend bool operator==(const FieldKey&, const FieldKey&) = default;
};

/// What the map shows of the landscape.
struct FieldPicture {
  std::uint64_t number = 0;
  FieldKey key;  ///< what it is of
  Field field;
  Levels levels;
  std::vector<Arrow> arrows;
  std::vector<double> curve_x, curve_y;  ///< dim 1: the graph of f instead of a field
};

/// At a resolution that costs about so many milliseconds. Null after a stop request.
std::shared_ptr<FieldPicture> make_field_picture(const FieldKey& key, const Landscape& landscape, double milliseconds,
                                                 int workers, const std::stop_token& stop);

/// Row of a record with this stride that shows the state after `step` updates (the last row before it).
int row_of_step(const std::vector<int>& steps, int step);

}  // namespace steplab
