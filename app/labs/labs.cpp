#include "app/labs/lab.h"

#include <array>

namespace steplab {

std::span<const Lab> labs() {
  static constexpr std::array kLabs = {
      Lab{"trajectories", "Trajectories", "What does this schedule, this step size, this noise do?", "default",
          draw_trajectories},
  };
  return kLabs;
}

}  // namespace steplab
