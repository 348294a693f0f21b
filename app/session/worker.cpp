#include "app/session/worker.h"

#include "app/session/document.h"
#include "core/base/parallel.h"

#include <algorithm>

namespace steplab {
namespace {

constexpr double kQuick = 6;         // milliseconds: a picture that takes longer is announced by a coarse one
constexpr double kCoarseField = 12;  // milliseconds of one worker for the first field
constexpr double kFineField = 600;
constexpr double kHarmless = 30;  // milliseconds: what may be finished though it is outdated
constexpr int kMostSeeds = 1024;
constexpr double kQuickSharpness = 30;    // milliseconds that the sharpness may add to the first picture
constexpr double kDearSharpness = 300;    // and before the whole picture, where that takes longer
constexpr double kCheapSharpness = 5e-4;  // milliseconds: a formula's own, about which clocks know nothing
constexpr int kSharpnessRows = 400;       // of a dear one: no plot is wider
constexpr int kFewestRows = 12;           // fewer make no curve

double lane_steps(const Scene& scene, int seeds) {
  return static_cast<double>(scene.runs.size()) * seeds * scene.steps;
}

bool same_landscape(const Picture& picture, const FieldKey& key) { return picture.scene.landscape == key.landscape; }

}  // namespace

Worker::Worker(std::function<void()> on_news)
    : on_news_(std::move(on_news)), thread_(start_thread([this](const std::stop_token& quit) { work(quit); })) {}

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

void Worker::work(const std::stop_token& quit) {
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

void Worker::answer(const Request& request, const std::stop_token& stop) {
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

/// Of pictures that become better: the first comes at once, the last is the whole.
std::vector<Detail> Worker::details_of(const Scene& scene) {
  const int workers = workers_of(scene), wanted = std::min(scene.seeds, kMostSeeds), rows = rows_of(scene);
  if (priced_ != scene.landscape) {
    const auto specs = run_specs(scene);
    price_ = cost_of(*workshop_.prepare(specs.at(0), "runs[0]").landscape);
    // A landscape that is not known yet: an update is a gradient or two, and a row of the record as much again.
    cost_ = std::max(cost_, 4 * price_.gradient / workers);
    priced_ = scene.landscape;
  }
  const auto lanes = [&](int seeds) { return static_cast<double>(scene.runs.size()) * seeds; };
  const auto affordable_rows = [&](int seeds, double budget) {
    if (price_.sharpness < kCheapSharpness) return rows;
    const double each = price_.sharpness * lanes(seeds) / workers;
    if (each * rows <= budget) return rows;
    const int some = static_cast<int>(std::min(budget / each, static_cast<double>(std::min(rows, kSharpnessRows))));
    return some < kFewestRows ? 0 : some;
  };
  const double whole = cost_ * lane_steps(scene, wanted);
  int first = wanted;
  if (whole > kQuick && wanted > kPack)
    first = std::clamp(static_cast<int>(wanted * kQuick / whole) / kPack * kPack, static_cast<int>(kPack), wanted);
  const bool dear =
      price_.sharpness >= kCheapSharpness && price_.sharpness * lanes(wanted) * rows / workers > kDearSharpness;
  const std::vector<Detail> all = {{first, affordable_rows(first, kQuickSharpness)},
                                   {first, affordable_rows(first, kDearSharpness)},
                                   {wanted, dear ? std::min(rows, kSharpnessRows) : rows}};
  std::vector<Detail> different;
  for (const Detail& detail : all)
    if (std::ranges::find(different, detail) == different.end()) different.push_back(detail);
  if (different.size() == 3 && !dear) different.erase(different.begin() + 1);
  return different;
}

void Worker::simulate_scene(const Request& request, const std::stop_token& stop) {
  const Scene& scene = request.scene;
  if (shown_scene_ && same_simulation(*shown_scene_, scene) && shown_scene_->view.plane == scene.view.plane &&
      row_labels(*shown_scene_) == row_labels(scene))
    return;
  shown_scene_.reset();
  const auto details = details_of(scene);
  for (const Detail& detail : details) {
    const bool coarse = detail != details.back();
    const double expected = cost_ * lane_steps(scene, detail.seeds);
    const bool finish_anyway = detail == details.front() && coarse && expected < kHarmless;
    progress_.done = 0;
    progress_.total = 0;
    const auto picture = make_picture(scene, {.most_seeds = detail.seeds,
                                              .sharpness_rows = detail.sharpness_rows,
                                              .workers = workers_of(scene),
                                              .stop = finish_anyway ? std::stop_token{} : stop,
                                              .progress = &progress_,
                                              .workshop = &workshop_});
    if (!picture) return;
    picture->number = ++pictures_;
    const double sharpness = price_.sharpness * static_cast<double>(scene.runs.size()) * picture->seeds() *
                             std::min(detail.sharpness_rows, rows_of(scene)) / workers_of(scene);
    cost_ = std::max(0.1 * picture->milliseconds, picture->milliseconds - sharpness) / lane_steps(scene, detail.seeds);
    publish([&](Finished& finished) {
      finished.picture = picture;
      finished.number = request.number;
      finished.error.clear();
    });
    if (!coarse) {
      shown_scene_ = scene;
      return;
    }
    if (stop.stop_requested()) return;
  }
}

void Worker::show_field(const Request& request, const std::stop_token& stop) {
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
