// The process around command(): standard streams and signals.
#include "app/cli/command.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/scene/file.h"

#include <atomic>
#include <cstdio>
#include <exception>
#include <iostream>
#include <pthread.h>
#include <signal.h>
#include <stop_token>
#include <unistd.h>

namespace {

/// What the thread that receives signals shares with the command.
struct Interruption {
  std::stop_source stop;
  std::atomic<int> received{0};
  std::atomic<bool> keeps{false};
  sigset_t signals;
};

/// A pause in which another signal may come: its number, or −1.
int wait_for_another(const sigset_t& signals, timespec pause) { return sigtimedwait(&signals, nullptr, &pause); }

/// Ctrl-C, kill and the end of a terminal ask the command to stop, which it does within a step. What it does not see at
/// once (an allocation, a sort) is cut short, unless there is something to keep; and so it is at a second signal.
void receive_signals(Interruption& all) {
  constexpr timespec kAtOnce{0, 80'000'000}, kToKeep{10, 0};
  int number = 0;
  sigwait(&all.signals, &number);
  all.received = number;
  all.stop.request_stop();
  if (wait_for_another(all.signals, kAtOnce) < 0 && all.keeps) wait_for_another(all.signals, kToKeep);
  steplab::remove_unfinished_files();
  _exit(128 + number);
}

/// Signals come to a thread of their own, so what they start need not be safe inside a signal handler. Where there is
/// no thread to be had they end the process.
void watch_for_signals(Interruption& all) {
  sigemptyset(&all.signals);
  for (const int number : {SIGINT, SIGTERM}) sigaddset(&all.signals, number);
  struct sigaction before {};
  sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaddset(&all.signals, SIGHUP);  // else nohup started us
  pthread_sigmask(SIG_BLOCK, &all.signals, nullptr);
  try {
    steplab::start_thread([&all](const std::stop_token&) { receive_signals(all); }).detach();
  } catch (const steplab::InputError&) {
    pthread_sigmask(SIG_UNBLOCK, &all.signals, nullptr);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  Interruption& interruption = *new Interruption;  // outlives main(): the thread has it
  signal(SIGXFSZ, SIG_IGN);  // a file beyond its limit is then a failed write, which is reported, and not a sudden end
  watch_for_signals(interruption);
  std::ios::sync_with_stdio(false);
  const int code = steplab::command({argv + (argc > 0), argv + argc}, {.out = std::cout,
                                                                       .err = std::cerr,
                                                                       .stop = interruption.stop.get_token(),
                                                                       .keeps = &interruption.keeps,
                                                                       .show_progress = isatty(STDERR_FILENO) == 1});
  return interruption.received && code == steplab::kExitInterrupted ? 128 + interruption.received : code;
} catch (const std::exception& error) {
  std::fprintf(stderr, "steplab-cli: %s; allowed: a smaller request\n", error.what());
  return steplab::kExitBadInput;
}
