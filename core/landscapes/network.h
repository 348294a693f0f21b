// Small fully connected networks as landscapes.
#pragma once

#include "core/landscapes/landscape.h"
#include "core/landscapes/network_pass.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace steplab {

/// Standard deviations of the uniform initial parameters.
struct InitialSpread {
  double weight = 0.3;  ///< first layer; deeper hidden layers have weight · √(2/fan-in)
  double bias = 0.1;    ///< hidden layers
  double output = 0.3;  ///< weights of the output layer; its biases are 0
};
/// Each parameter is std · √3 (2u − 1), u drawn in the flat order from a linear congruential generator.
Vector initial_parameters(const NetworkShape& shape, const InitialSpread& spread, std::uint64_t seed);

struct NetworkSpec {
  std::vector<int> hidden = {16};
  Activation activation = Activation::kTanh;
  std::string data = "rings";  ///< rings, xor, spirals or teacher
  int points = 600;            ///< of spirals and teacher
  double spread = 0.2;         ///< of spirals; of teacher: of the label noise
  std::uint64_t data_seed = 1;
  InitialSpread initial{};
  std::uint64_t initial_seed = 1;
};
std::shared_ptr<const Landscape> make_network(const NetworkSpec& spec);

}  // namespace steplab
