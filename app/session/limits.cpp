#include "app/session/limits.h"

#include "core/base/error.h"

#include <algorithm>
#include <string>

namespace steplab {
namespace {

constexpr std::size_t kLongestTitle = 1000, kLongestNotes = 20000, kLongestName = 200;  // bytes
constexpr double kMostUpdates = 1e12;  // of all runs: hours; of each run the window computes no more seeds than this:
constexpr int kMostSeeds = 1024;

void check_length(const std::string& text, std::size_t most, const std::string& place) {
  if (text.size() > most)
    throw InputError(place, std::to_string(text.size()) + " bytes are too many for a window; allowed: at most " +
                                std::to_string(most));
}

}  // namespace

void check_for_window(const Scene& scene, std::string_view place) {
  const std::string head = std::string(place) + ": ";
  if (scene.runs.size() > kMostWindowRuns)
    throw InputError(head + "runs", std::to_string(scene.runs.size()) +
                                        " runs are too many for a window; allowed: at most " +
                                        std::to_string(kMostWindowRuns) + " (steplab-cli takes more)");
  check_length(scene.title, kLongestTitle, head + "title");
  check_length(scene.notes, kLongestNotes, head + "notes");
  for (std::size_t i = 0; i < scene.runs.size(); ++i)
    check_length(scene.runs[i].name, kLongestName, head + "runs[" + std::to_string(i) + "].name");
  const double updates =
      static_cast<double>(scene.runs.size()) * std::min(scene.seeds, kMostSeeds) * static_cast<double>(scene.steps);
  if (updates > kMostUpdates)
    throw InputError(head + "steps", "runs × seeds × T = " + to_text(updates) +
                                         " updates would take hours; allowed in a window: at most " +
                                         to_text(kMostUpdates) + " (steplab-cli takes more)");
}

}  // namespace steplab
