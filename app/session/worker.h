// The thread that simulates, so that the window never waits.
#pragma once

#include "app/session/picture.h"
#include "core/run/prepare.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace steplab {

using Clock = std::chrono::steady_clock;

/// What the window wants to see. Plain data.
struct Request {
  Scene scene;
  std::optional<FieldKey> field;  ///< none: no map is shown
  std::uint64_t number = 0;       ///< of the edit it belongs to
};

/// What there is to draw. Shared, never changed.
struct Finished {
  std::shared_ptr<const Picture> picture;
  std::shared_ptr<const FieldPicture> field;
  std::uint64_t number = 0;  ///< of the request the picture answers
  std::string error;         ///< why the newest scene could not run; the picture is an older one then
};

/// How much of a scene a picture shows.
struct Detail {
  int seeds = 0;
  int sharpness_rows = 0;
  friend bool operator==(const Detail&, const Detail&) = default;
};

/// The newest request wins; an outdated one stops at its next step, but a first coarse picture is always finished, so
/// that a steady drag shows something. Where the full picture would take long, one of fewer seeds comes first, and one
/// with the sharpness of few rows (or none) where that is dear.
class Worker {
 public:
  /// `on_news` is called on the worker's thread whenever there is something new to draw.
  explicit Worker(std::function<void()> on_news);

  void ask(Request request);
  Finished finished() const;
  /// Something is being computed or waits.
  bool busy() const;
  /// Share of the simulation under way that is done, in [0, 1].
  double progress() const;
  /// Gives up what is being computed; what is finished stays.
  void cancel();

 private:
  void work(const std::stop_token& quit);
  void answer(const Request& request, const std::stop_token& stop);
  void simulate_scene(const Request& request, const std::stop_token& stop);
  void show_field(const Request& request, const std::stop_token& stop);
  std::vector<Detail> details_of(const Scene& scene);
  void publish(const std::function<void(Finished&)>& change);

  std::function<void()> on_news_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Request> waiting_;
  std::stop_source current_;
  bool working_ = false;
  Finished finished_;
  Progress progress_;

  // The worker thread's own.
  Workshop workshop_;
  std::optional<Scene> shown_scene_;  ///< that the newest full picture is of
  std::optional<FieldKey> shown_field_;
  std::uint64_t pictures_ = 0, fields_ = 0;
  double cost_ = 0;               ///< milliseconds of a lane-step of the last picture, without sharpness
  std::optional<Choice> priced_;  ///< landscape that cost_ and price_ are of
  LandscapeCost price_;

  std::jthread thread_;  ///< last: stops before the rest goes
};

}  // namespace steplab
