// The process around command(): standard streams and signals.
#include "app/cli/command.h"

#include <atomic>
#include <iostream>
#include <pthread.h>
#include <signal.h>
#include <thread>
#include <unistd.h>

namespace {

/// Ctrl-C and kill ask the command to stop, which it does within a step; a second one ends the process at once.
/// Both are received by a thread of their own, so what they start need not be safe inside a signal handler.
std::stop_token stop_on_signals(std::atomic<int>& received) {
  static std::stop_source stop;
  static sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([&received] {
    int number = 0;
    sigwait(&signals, &number);
    received = number;
    stop.request_stop();
    sigwait(&signals, &number);
    _exit(128 + number);
  }).detach();
  return stop.get_token();
}

}  // namespace

int main(int argc, char** argv) {
  static std::atomic<int> received{0};
  signal(SIGXFSZ, SIG_IGN);  // a file beyond its limit is then a failed write, which is reported, and not a sudden end
  const std::stop_token stop = stop_on_signals(received);
  std::ios::sync_with_stdio(false);
  const int code =
      steplab::command({argv + (argc > 0), argv + argc},
                       {.out = std::cout, .err = std::cerr, .stop = stop, .show_progress = isatty(STDERR_FILENO) == 1});
  return received && code == steplab::kExitInterrupted ? 128 + received : code;
}
