#include "app/session/worker.h"

#include "app/session/document.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr double kQuick = 6;         // milliseconds: a picture that takes longer is announced by a coarse one
constexpr double kCoarseField = 12;  // milliseconds of one worker for the first field
constexpr double kFineField = 600;
constexpr double kHarmless = 30;  // milliseconds: what may be finished though it is outdated
constexpr int kMostSeeds = 1024;

double lane_steps(const Scene& scene, int seeds) {
  return static_cast<double>(scene.runs.size()) * seeds * scene.steps;
}

bool same_landscape(const Picture& picture, const FieldKey& key) { return picture.scene.landscape == key.landscape; }

}  // namespace

Worker::Worker(std::function<void()> on_news)
    : on_news_(std::move(on_news)), thread_([this](std::stop_token quit) { work(quit); }) {}

void Worker::ask(Request request) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_ = std::move(request);
    current_.request_stop();
  }
  wake_.notify_one();
}

Finished Worker::finished() const {
  const std::scoped_lock lock(mutex_);
  return finished_;
}

bool Worker::busy() const {
  const std::scoped_lock lock(mutex_);
  return working_ || waiting_.has_value();
}

double Worker::progress() const {
  const auto total = progress_.total.load();
  return total > 0 ? static_cast<double>(progress_.done.load()) / static_cast<double>(total) : 0;
}

void Worker::cancel() {
  const std::scoped_lock lock(mutex_);
  waiting_.reset();
  current_.request_stop();
}

void Worker::work(std::stop_token quit) {
  const std::stop_callback on_quit(quit, [this] {
    const std::scoped_lock lock(mutex_);
    current_.request_stop();
  });
  while (!quit.stop_requested()) {
    Request request;
    std::stop_token stop;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, quit, [this] { return waiting_.has_value(); })) return;
      request = std::move(*waiting_);
      waiting_.reset();
      current_ = {};
      if (quit.stop_requested()) return;
      stop = current_.get_token();
      working_ = true;
    }
    answer(request, stop);
    {
      const std::scoped_lock lock(mutex_);
      working_ = false;
    }
    on_news_();
  }
}

void Worker::answer(const Request& request, std::stop_token stop) {
  try {
    simulate_scene(request, stop);
    show_field(request, stop);
  } catch (const std::exception& error) {  // InputError, or memory that is not there: a reason to show, not to die of
    publish([&](Finished& finished) {
      finished.error = error.what();
      finished.number = request.number;
    });
    shown_scene_.reset();
  }
}

int Worker::first_seeds(const Scene& scene) const {
  const int wanted = std::min(scene.seeds, kMostSeeds);
  const double expected = cost_ * lane_steps(scene, wanted);
  if (expected <= kQuick || wanted <= kPack) return wanted;
  const int affordable = static_cast<int>(wanted * kQuick / expected) / kPack * kPack;
  return std::clamp(affordable, std::min(wanted, static_cast<int>(kPack)), wanted);
}

void Worker::simulate_scene(const Request& request, std::stop_token stop) {
  if (shown_scene_ && same_simulation(*shown_scene_, request.scene) &&
      shown_scene_->view.plane == request.scene.view.plane && row_labels(*shown_scene_) == row_labels(request.scene))
    return;
  shown_scene_.reset();
  const int wanted = std::min(request.scene.seeds, kMostSeeds);
  for (int seeds = first_seeds(request.scene);; seeds = wanted) {
    const bool coarse = seeds < wanted;
    const bool finish_anyway = coarse && cost_ * lane_steps(request.scene, seeds) < kHarmless;
    progress_.done = 0;
    progress_.total = 0;
    const auto picture = make_picture(request.scene, {.most_seeds = seeds,
                                                      .workers = workers_of(request.scene),
                                                      .stop = finish_anyway ? std::stop_token{} : stop,
                                                      .progress = &progress_,
                                                      .workshop = &workshop_});
    if (!picture) return;
    picture->number = ++pictures_;
    cost_ = picture->milliseconds / lane_steps(request.scene, seeds);
    publish([&](Finished& finished) {
      finished.picture = picture;
      finished.number = request.number;
      finished.error.clear();
    });
    if (!coarse) {
      shown_scene_ = request.scene;
      return;
    }
    if (stop.stop_requested()) return;
  }
}

void Worker::show_field(const Request& request, std::stop_token stop) {
  const auto picture = finished().picture;
  if (!request.field || request.field == shown_field_ || !picture || !same_landscape(*picture, *request.field)) return;
  for (const double budget : {kCoarseField, kFineField}) {
    // The coarse field is always finished, as the coarse picture is.
    const auto field = make_field_picture(*request.field, *picture->landscape, budget, workers_of(request.scene),
                                          budget == kCoarseField ? std::stop_token{} : stop);
    if (!field) return;
    field->number = ++fields_;
    publish([&](Finished& finished) { finished.field = field; });
    const bool whole = field->field.window.width >= request.field->width || picture->dim() == 1;
    if (whole || budget == kFineField) {
      shown_field_ = request.field;
      return;
    }
    if (stop.stop_requested()) return;
  }
}

void Worker::publish(const std::function<void(Finished&)>& change) {
  {
    const std::scoped_lock lock(mutex_);
    change(finished_);
  }
  on_news_();
}

}  // namespace steplab
