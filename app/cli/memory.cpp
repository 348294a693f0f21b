#include "app/cli/memory.h"

#include "app/cli/output.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace steplab {
namespace {

/// MemAvailable counts what the system would give back from its file caches; sysconf does not.
double free_memory() {
  std::ifstream info("/proc/meminfo");
  std::string name, unit;
  for (double kilobytes = 0; info >> name >> kilobytes; std::getline(info, unit))
    if (name == "MemAvailable:") return kilobytes * 1024;
  return static_cast<double>(sysconf(_SC_AVPHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// What a container (cgroup v2) has left of its own limit; infinite if there is none.
double container_memory() {
  double most = 0, used = 0;
  if (!(std::ifstream("/sys/fs/cgroup/memory.max") >> most)) return HUGE_VAL;  // no such file, or "max"
  std::ifstream("/sys/fs/cgroup/memory.current") >> used;
  return std::max(0.0, most - used);
}

double process_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return HUGE_VAL;
  return static_cast<double>(limit.rlim_cur);
}

std::string size_text(double bytes) {
  const double gigabytes = bytes / 1e9;
  return short_text(gigabytes >= 1 ? gigabytes : bytes / 1e6) + (gigabytes >= 1 ? " GB" : " MB");
}

}  // namespace

double available_memory() { return std::min({free_memory(), container_memory(), process_limit()}); }

void require_memory(double bytes, std::string_view place, const std::string& advice) {
  const double available = available_memory();
  if (bytes > available)
    throw InputError(place, "the results would need " + size_text(bytes) + " of memory; allowed: " +
                                size_text(available) + ", what this machine has free" + advice);
}

}  // namespace steplab
