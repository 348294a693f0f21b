// Direct labels at the ends of lines: pushed apart so that each can be read. Pure: no ImGui.
#pragma once

#include <span>
#include <vector>

namespace steplab::plot {

/// How many labels of that height fit between low and high.
int labels_that_fit(float height, float low, float high);

/// Centres of labels `height` tall that do not overlap and lie wholly inside [low, high], each as near to its wanted
/// centre as the others allow (least squares); labels that want a higher place keep it, equal wishes keep their order.
/// `wanted` may hold anything (NaN counts as the middle). More labels than fit: only as many as labels_that_fit()
/// answers are placed, the first ones of `wanted`.
std::vector<float> push_apart(std::span<const float> wanted, float height, float low, float high);

}  // namespace steplab::plot
