#include "app/widgets/plot_labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace steplab::plot {
namespace {

// Labels that touch move as one: the mean of their wishes, each taken relative to its place in the block.
struct Block {
  double sum = 0;
  int count = 0;
  double mean() const { return sum / count; }
};

// Isotonic regression by pooling adjacent violators (Ayer et al. 1955): the non-decreasing sequence nearest to
// `wishes`.
std::vector<double> nearest_rising(std::span<const double> wishes) {
  std::vector<Block> blocks;
  for (const double wish : wishes) {
    blocks.push_back({wish, 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean() >= blocks.back().mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().count += last.count;
    }
  }
  std::vector<double> result;
  for (const Block& block : blocks) result.insert(result.end(), static_cast<std::size_t>(block.count), block.mean());
  return result;
}

}  // namespace

int labels_that_fit(float height, float low, float high) {
  if (!(high > low) || !(height > 0)) return 0;
  return static_cast<int>(std::floor((high - low) / height + 1e-4F));
}

std::vector<float> push_apart(std::span<const float> wanted, float height, float low, float high) {
  const auto count = std::min(wanted.size(), static_cast<std::size_t>(labels_that_fit(height, low, high)));
  const auto wish = [&](std::size_t i) {
    return std::isnan(wanted[i]) ? (low + high) / 2 : std::clamp(wanted[i], low, high);
  };
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wish(a) < wish(b); });
  // With the k-th wish lowered by k heights, "no overlap" reads "not falling", and the frame is the same for all.
  std::vector<double> wishes(count);
  for (std::size_t k = 0; k < count; ++k) wishes[k] = wish(order[k]) - static_cast<double>(k) * height;
  const std::vector<double> placed = nearest_rising(wishes);
  const double first = low + height / 2,
               last = std::max(first, high - height / 2 - (static_cast<double>(count) - 1) * height);
  std::vector<float> centres(count);
  for (std::size_t k = 0; k < count; ++k)
    centres[order[k]] = static_cast<float>(std::clamp(placed[k], first, last) + static_cast<double>(k) * height);
  return centres;
}

}  // namespace steplab::plot
