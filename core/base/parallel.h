// A parallel loop whose results cannot depend on who did what: workers claim items from one atomic counter.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

namespace steplab {

/// A thread that runs `body`; InputError if the system starts no more (a limit on threads or on memory).
std::jthread start_thread(const std::function<void(const std::stop_token&)>& body);

/// Calls body(item, worker) for item = 0…count−1 on `workers` threads (the caller is one of them; at least 1), or on as
/// many as the system starts.
/// An item is not begun after `stop` was requested. The first exception of a body ends the loop and is rethrown here.
void parallel_for(int count, int workers, std::stop_token stop, const std::function<void(int item, int worker)>& body);

/// Number of hardware threads, at least 1.
int hardware_workers();

}  // namespace steplab
