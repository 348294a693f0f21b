#include "core/analysis/stability_edge.h"

#include <charconv>

namespace steplab {
namespace {

std::string three_digits(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 3).ptr};
}

}  // namespace

std::optional<Stability> stability_of(const Choice& optimizer) {
  return make_choice(optimizers(), optimizer, "optimizer")->stability();
}

std::string to_text(const StabilityEdge& edge, const std::string& eta) {
  return three_digits(edge.factor) + "/" + eta + (edge.decay == 0 ? "" : " − " + three_digits(edge.decay));
}

}  // namespace steplab
