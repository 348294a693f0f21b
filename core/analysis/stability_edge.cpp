#include "core/analysis/stability_edge.h"

#include "core/run/fields.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace steplab {

std::optional<double> stability_factor(const Choice& optimizer) {
  constexpr std::array<std::string_view, 5> kAdamKin = {"adam", "amsgrad", "adamw", "adamax", "gi_adam"};
  const Params params = resolve(family_params("optimizer", optimizer.id, "optimizer"), optimizer.params, "optimizer");
  if (optimizer.id == "sgd" || optimizer.id == "adagrad") return 2;
  if (optimizer.id == "heavy_ball") return (2 + 2 * params.real("momentum")) / (1 - params.real("dampening"));
  if (optimizer.id == "nesterov") return (2 + 2 * params.real("momentum")) / (1 + 2 * params.real("momentum"));
  if (optimizer.id == "rmsprop") return 2 + 2 * params.real("momentum");
  if (std::ranges::find(kAdamKin, optimizer.id) == kAdamKin.end()) return std::nullopt;
  return (2 + 2 * params.real("beta1")) / (1 - params.real("beta1"));
}

}  // namespace steplab
