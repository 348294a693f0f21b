#include "app/cli/progress.h"

#include "app/cli/output.h"
#include "core/base/error.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace steplab {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr double kHour = 3600;  // seconds

double seconds_left(double share, double seconds) { return share > 0 ? seconds * (1 - share) / share : 0; }

}  // namespace

std::string progress_words(double share, double seconds) {
  const double percent = std::floor(100 * std::clamp(share, 0.0, 1.0));
  const double hours = seconds_left(share, seconds) / kHour;
  std::string words = short_text(percent) + " %";
  if (hours < 1) return words;
  const double count = hours < 48 ? hours : hours / 24;
  const std::string number = count < 1e5 ? short_text(std::round(count)) : short_text(count);
  return words + ", about " + number + (hours < 48 ? " h" : " days") + " left at this pace; Ctrl-C stops";
}

ProgressLine::ProgressLine(const Session& session, std::function<double()> share)
    : session_(session), share_(std::move(share)) {
  try {
    thread_ = start_thread(
        [this](const std::stop_token& stop) { session_.show_progress ? show(stop) : tell_of_hours(stop); });
  } catch (const InputError&) {  // no thread to spare: no line
  }
}

bool ProgressLine::pause(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

void ProgressLine::show(const std::stop_token& stop) {
  const auto begun = Clock::now();
  std::size_t longest = 0;
  for (auto time = 1000ms; pause(stop, time); time = 200ms) {
    const std::string words = progress_words(share_(), std::chrono::duration<double>(Clock::now() - begun).count());
    longest = std::max(longest, words.size());
    session_.err << "\r" << words << std::string(longest - words.size(), ' ') << std::flush;
  }
  if (longest > 0) session_.err << "\r" << std::string(longest, ' ') << "\r" << std::flush;
}

void ProgressLine::tell_of_hours(const std::stop_token& stop) {
  const auto begun = Clock::now();
  for (auto time = std::chrono::milliseconds(10s); pause(stop, time); time = 10min) {
    const double share = share_(), seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    if (seconds_left(share, seconds) < kHour) return;
    session_.err << "note: " << progress_words(share, seconds) << "\n" << std::flush;
  }
}

}  // namespace steplab
