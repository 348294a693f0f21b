// Signals that end programs, as a wish to close the window.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace steplab {

/// SIGINT, SIGTERM and SIGHUP are received by a thread of their own, so what they start need not be safe inside a
/// signal handler. The first asks to close; a second one ends the process at once.
class StopSignals {
 public:
  /// To be called before any other thread begins: threads inherit it.
  static void block();

  /// `on_first` is called on the thread.
  explicit StopSignals(std::function<void()> on_first);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The first that came; 0: none.
  int received() const { return received_; }

 private:
  std::function<void()> on_first_;
  std::atomic<int> received_{0};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace steplab
