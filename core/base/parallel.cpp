#include "core/base/parallel.h"

#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <vector>

namespace steplab {

std::jthread start_thread(const std::function<void(const std::stop_token&)>& body) {
  try {
    return std::jthread(body);
  } catch (const std::system_error&) {
  } catch (const std::bad_alloc&) {
  }
  throw InputError(
      "threads", "the system starts no more of them; allowed: a higher limit (ulimit -u, ulimit -v) or fewer programs");
}

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
    helpers.reserve(static_cast<std::size_t>(std::max(0, std::min(workers, count) - 1)));
    try {
      for (int worker = 1; worker < std::min(workers, count); ++worker)
        helpers.push_back(start_thread([&work, worker](const std::stop_token&) { work(worker); }));
    } catch (const InputError&) {  // those that there are share the work
    }
    work(0);
  }
  if (error) std::rethrow_exception(error);
}

int hardware_workers() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace steplab
