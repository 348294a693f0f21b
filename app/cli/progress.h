// Words that say how far a long command is.
#pragma once

#include "app/cli/command.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace steplab {

/// "12 %"; "12 %, about 3 h left at this pace; Ctrl-C stops" where an hour or more is left after `seconds` for `share`
/// of the work.
std::string progress_words(double share, double seconds);

/// While it lives, on the session's err. On a terminal: after one second, and then a few times a second, those words,
/// rubbed out at the end. Elsewhere only what would run for hours says so, after ten seconds and then every ten
/// minutes, in a line that begins "note: ".
class ProgressLine {
 public:
  ProgressLine(const Session& session, std::function<double()> share);

 private:
  /// False when it ends.
  bool pause(const std::stop_token& stop, std::chrono::milliseconds time);
  void show(const std::stop_token& stop);
  void tell_of_hours(const std::stop_token& stop);

  const Session& session_;
  std::function<double()> share_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< last: it uses the others, and joins before they go
};

}  // namespace steplab
