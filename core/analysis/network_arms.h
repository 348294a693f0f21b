// A small network under the same noise in large and in small steps: how sharp is the minimum that each reaches?
// Arms after Mohtashami, Jaggi & Stich 2023; the set-up is that of docs/notes/large-steps.md, B6, not the paper's.
// Nothing is claimed about generalisation: there the larger step does not generalise better on such a network.
#pragma once

#include "core/run/run.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// Plain data.
struct NetworkArmsSpec {
  /// A landscape "mlp". 40 points of a teacher of 3 ReLU units in 5 dimensions, label noise 0.1; 40 ReLU units.
  Choice landscape = default_landscape();
  double small = 0.01, large = 0.2;  ///< step sizes; k = large/small, rounded, small updates make up a large one
  int batch = 5;
  int steps = 4000;   ///< T
  int settle = 4000;  ///< updates of full-batch gradient descent with the small step, at the end of every arm
  int seeds = 16;     ///< initial parameters; all seeds meet the same batches
  std::uint64_t seed = 1;
  static Choice default_landscape();
  friend bool operator==(const NetworkArmsSpec&, const NetworkArmsSpec&) = default;
};

/// The same with fewer seeds and updates: the first picture.
NetworkArmsSpec coarse(const NetworkArmsSpec& spec);
/// InputError at "PLACE: FIELD".
void check(const NetworkArmsSpec& spec, std::string_view place);

struct NetworkArm {
  std::string id{};                 ///< sgd_small, sgd_small_long, sgd_large, repeated, noise, gd_small, gd_large, warm
  std::string words{};              ///< what it does, in one line
  std::vector<double> sharpness{};  ///< of the point reached, one for each seed that did not diverge
  std::vector<double> loss{};       ///< training loss there
  int diverged = 0;
  double median_sharpness = 0;  ///< not a number if all diverged
};
struct NetworkArmsResults {
  std::vector<NetworkArm> arms{};
  double noise_sigma = 0;  ///< of the arm `noise`, in each coordinate
  bool complete = false;   ///< false after a stop request: then there are no arms
};

/// The arms, before settling: sgd_small: T small updates with mini-batches. sgd_small_long: k·T. sgd_large: T large.
/// repeated: k·T small, k in a row with one batch. noise: k·T small full-gradient ones with Gaussian noise of √k times
/// the size that the mini-batches' noise has where T full-batch small steps lead (so that small steps are shaken as
/// large ones would be). gd_small, gd_large: T full-batch ones. warm: k·T/4 small, then T large, mini-batches.
/// Progress is that of these updates; settling takes a few per cent more.
NetworkArmsResults network_arms(const NetworkArmsSpec& spec, const SimulateOptions& options = {});

}  // namespace steplab
