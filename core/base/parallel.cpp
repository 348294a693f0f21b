#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace steplab {

void parallel_for(int count, int workers, std::stop_token stop, const std::function<void(int, int)>& body) {
  std::atomic<int> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr error;
  std::mutex error_mutex;
  const auto work = [&](int worker) {
    while (!stop.stop_requested() && !failed) {
      const int item = next.fetch_add(1);
      if (item >= count) return;
      try {
        body(item, worker);
      } catch (...) {
        const std::lock_guard lock(error_mutex);
        if (!error) error = std::current_exception();
        failed = true;
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int worker = 1; worker < std::min(workers, count); ++worker) helpers.emplace_back(work, worker);
    work(0);
  }
  if (error) std::rethrow_exception(error);
}

int hardware_workers() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace steplab
