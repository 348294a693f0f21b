#include "app/cli/progress.h"

#include <chrono>

namespace steplab {

ProgressLine::ProgressLine(const Session& session, std::function<double()> share)
    : session_(session), share_(std::move(share)) {
  if (session.show_progress) thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void ProgressLine::watch(const std::stop_token& stop) {
  using namespace std::chrono_literals;
  std::unique_lock lock(mutex_);
  const auto pause = [&](auto time) {
    return wake_.wait_for(lock, stop, time, [] { return false; }), !stop.stop_requested();
  };
  if (!pause(1000ms)) return;
  do {
    session_.err << "\r" << static_cast<int>(100 * share_()) << " % " << std::flush;
  } while (pause(200ms));
  session_.err << "\r       \r" << std::flush;
}

}  // namespace steplab
