// The command line as a function: arguments in, text out, exit code back. main() adds the process around it.
#pragma once

#include <atomic>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

namespace steplab {

inline constexpr int kExitGood = 0, kExitBadInput = 2, kExitInterrupted = 130;

/// What a command has around it.
struct Session {
  std::ostream& out;  ///< results
  std::ostream& err;  ///< progress and the one line about bad input
  std::stop_token stop{};
  std::atomic<bool>* keeps = nullptr;  ///< set once something is done that is to be written even after a stop request
  bool show_progress = false;          ///< err is a terminal
};

/// Runs `steplab-cli ARGS…` (the program's name not among them).
int command(const std::vector<std::string>& args, const Session& session);

}  // namespace steplab
