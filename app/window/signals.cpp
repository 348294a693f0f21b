#include "app/window/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <utility>

namespace steplab {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, number);
  return signals;
}

}  // namespace

void StopSignals::block() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StopSignals::StopSignals(std::function<void()> on_first)
    : on_first_(std::move(on_first)), thread_([this] {
        const sigset_t signals = stop_signals();
        for (int number = 0; sigwait(&signals, &number) == 0 && !over_;) {
          if (received_.exchange(number) != 0) _exit(128 + number);
          on_first_();
        }
      }) {}

StopSignals::~StopSignals() {
  over_ = true;
  pthread_kill(thread_.native_handle(), SIGTERM);  // to this thread alone: it sees that all is over
  thread_.join();
}

}  // namespace steplab
