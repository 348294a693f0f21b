// A line that says how far a long command is, on a terminal only.
#pragma once

#include "app/cli/command.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace steplab {

/// While it lives: after one second, and then a few times a second, "NN %" on the session's err, rubbed out at the end.
class ProgressLine {
 public:
  ProgressLine(const Session& session, std::function<double()> share);

 private:
  void watch(const std::stop_token& stop);

  const Session& session_;
  std::function<double()> share_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< last: it uses the others, and joins before they go
};

}  // namespace steplab
