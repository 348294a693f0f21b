#include "core/analysis/warmup_starts.h"

#include "core/run/run.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr double kGap = 1.6;  // ln of the factor between the exp valley's sharpness at the start and where it drifts to

std::vector<double> in_pairs(const std::vector<double>& pair, int depth) {
  std::vector<double> start;
  for (int i = 0; i < depth; ++i) start.push_back(pair[static_cast<std::size_t>(i % 2)]);
  return start;
}

std::vector<double> in_halves(const std::vector<double>& pair, int width) {
  std::vector<double> start(static_cast<std::size_t>(2 * width), pair[1]);
  std::fill_n(start.begin(), width, pair[0]);
  return start;
}

Choice sized_network(Choice landscape, bool large) {
  landscape.params["std_w"] = large ? 1.0 : 0.3;
  landscape.params["std_b"] = large ? 0.5 : 0.1;
  landscape.params["std_a"] = large ? 2.0 : 0.3;
  return landscape;
}

}  // namespace

std::optional<SizedStart> sized_start(const Choice& landscape, StartSize size) {
  const bool large = size == StartSize::kLarge;
  const auto& entry = find_entry(landscapes(), landscape.id, "landscape");
  const Params params = resolve(entry.params, landscape.params, "landscape." + landscape.id);
  const std::vector<double> uv = large ? std::vector{5.0, 0.3} : std::vector{0.3, 0.2};
  const std::vector<double> deep = large ? std::vector{2.2, 0.7} : std::vector{0.7, 0.6};
  if (landscape.id == "mlp") return SizedStart{sized_network(landscape, large)};
  if (landscape.id == "uv") return SizedStart{landscape, in_halves(uv, params.integer("n"))};
  if (landscape.id == "tied_chain") return SizedStart{landscape, params.integer("p") == 1 ? uv : deep};
  if (landscape.id == "chain") return SizedStart{landscape, in_pairs(deep, params.integer("depth"))};
  if (landscape.id == "exp_valley") return SizedStart{landscape, {0.5, params.real("y_star") + (large ? kGap : -kGap)}};
  return std::nullopt;
}

}  // namespace steplab
