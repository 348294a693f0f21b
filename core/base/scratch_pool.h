// Scratch memory that several threads share by turns.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace steplab {

/// Big scratch memory of an immutable object: made when all there is is in use, kept for the next who asks. What it
/// held before must not matter. Safe on all threads.
template <class T>
class ScratchPool {
  struct GiveBack {
    const ScratchPool* pool;
    void operator()(T* scratch) const {
      const std::lock_guard lock(pool->mutex_);
      pool->idle_.emplace_back(scratch);
    }
  };

 public:
  using Lease = std::unique_ptr<T, GiveBack>;

  /// `make` returns a std::unique_ptr<T>. The pool must outlive the lease.
  template <class Make>
  Lease take(const Make& make) const {
    std::unique_ptr<T> scratch;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        scratch = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!scratch) scratch = make();
    return Lease(scratch.release(), GiveBack{this});
  }

 private:
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace steplab
