#include "app/session/studies.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

#include <condition_variable>
#include <utility>

namespace steplab {

/// One study: its thread, what it works on, what it has shown.
class Studies::Slot {
 public:
  explicit Slot(std::function<void()> on_news)
      : on_news_(std::move(on_news)), thread_(start_thread([this](const std::stop_token& quit) { work(quit); })) {}

  State ask(const std::any& wish, Same same, Compute compute) {
    const std::scoped_lock lock(mutex_);
    if (wanted_now_ && same(wish_, wish)) return shown_;  // one frame, one answer
    wanted_now_ = true;
    if (!wish_.has_value() || !same(wish_, wish)) {
      wish_ = wish;
      compute_ = std::move(compute);
      cancelled_ = false;
      begin();
    } else if (paused_) {
      begin();
    }
    seen_ = published_;
    shown_ = {.result = result_,
              .current = result_.has_value() && same(result_wish_, wish),
              .busy = working_ || waiting_,
              .cancelled = cancelled_,
              .share = share_ && working_ ? share_() : 0,
              .error = error_};
    return shown_;
  }

  void cancel() {
    const std::scoped_lock lock(mutex_);
    if (!working_ && !waiting_) return;
    stop();
    cancelled_ = true;
  }

  bool stopped() const {
    const std::scoped_lock lock(mutex_);
    return wanted_now_ && cancelled_;
  }
  void resume() {
    const std::scoped_lock lock(mutex_);
    if (!std::exchange(cancelled_, false)) return;
    begin();
  }

  void end_frame() {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(wanted_now_, false) || (!working_ && !waiting_)) return;
    stop();
    paused_ = true;
  }

  bool busy() const {
    const std::scoped_lock lock(mutex_);
    return working_ || waiting_;
  }
  bool has_news() const {
    const std::scoped_lock lock(mutex_);
    return seen_ != published_;
  }

 private:
  void begin() {  // with the lock
    stop();
    waiting_ = true;
    paused_ = false;
    wake_.notify_one();
  }
  void stop() {  // with the lock
    waiting_ = false;
    current_.request_stop();
  }

  void work(const std::stop_token& quit) {
    const std::stop_callback on_quit(quit, [this] {
      const std::scoped_lock lock(mutex_);
      current_.request_stop();
    });
    while (!quit.stop_requested()) {
      std::any wish;
      Compute compute;
      StudyTask task;
      {
        std::unique_lock lock(mutex_);
        if (!wake_.wait(lock, quit, [this] { return waiting_; })) return;
        waiting_ = false;
        working_ = true;
        error_.clear();
        current_ = {};
        if (quit.stop_requested()) return;
        wish = wish_;
        compute = compute_;
        task = new_task(wish);
      }
      run(compute, wish, task);
      {
        const std::scoped_lock lock(mutex_);
        working_ = false;
        ++published_;
      }
      on_news_();
    }
  }

  StudyTask new_task(const std::any& wish) {  // with the lock
    StudyTask task;
    task.stop = current_.get_token();
    task.workers = hardware_workers();
    task.workshop = &workshop_;
    task.previous = result_;
    task.previous_wish = result_wish_;
    task.publish = [this, wish](std::any result) {
      {
        const std::scoped_lock lock(mutex_);
        result_ = std::move(result);
        result_wish_ = wish;
        ++published_;
      }
      on_news_();
    };
    task.set_share = [this](std::function<double()> share) {
      const std::scoped_lock lock(mutex_);
      share_ = std::move(share);
    };
    return task;
  }

  void run(const Compute& compute, const std::any& wish, StudyTask& task) {
    try {
      compute(wish, task);
    } catch (const std::exception& error) {  // InputError, or no memory: a reason to show, not to die of
      const std::scoped_lock lock(mutex_);
      if (!task.stop.stop_requested()) error_ = error.what();
    }
  }

  std::function<void()> on_news_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::stop_source current_;
  std::any wish_, result_, result_wish_;
  State shown_;  ///< in this frame
  Compute compute_;
  std::function<double()> share_;
  std::string error_;
  bool waiting_ = false, working_ = false, cancelled_ = false;
  bool wanted_now_ = false, paused_ = false;
  std::uint64_t published_ = 0, seen_ = 0;
  Workshop workshop_;    // the thread's own
  std::jthread thread_;  ///< last: stops before the rest goes
};

Studies::Studies(std::function<void()> on_news) : on_news_(std::move(on_news)) {}
Studies::~Studies() = default;

Studies::State Studies::ask(const std::string& id, const std::any& wish, Same same, Compute compute) {
  auto slot = slots_.find(id);
  try {
    if (slot == slots_.end()) slot = slots_.emplace(id, std::make_unique<Slot>(on_news_)).first;
  } catch (const InputError& error) {  // no thread for it: the next frame tries again
    State state;
    state.error = error.what();
    return state;
  }
  return slot->second->ask(wish, same, std::move(compute));
}

void Studies::cancel() {
  for (auto& [id, slot] : slots_) slot->cancel();
}

bool Studies::stopped() const {
  for (const auto& [id, slot] : slots_)
    if (slot->stopped()) return true;
  return false;
}

void Studies::resume() {
  for (auto& [id, slot] : slots_) slot->resume();
}

void Studies::end_frame() {
  for (auto& [id, slot] : slots_) slot->end_frame();
}

bool Studies::busy() const {
  for (const auto& [id, slot] : slots_)
    if (slot->busy()) return true;
  return false;
}

bool Studies::has_news() const {
  for (const auto& [id, slot] : slots_)
    if (slot->has_news()) return true;
  return false;
}

}  // namespace steplab
