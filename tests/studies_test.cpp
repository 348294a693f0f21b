// Figures that are computed beside the window.
#include "app/session/studies.h"

#include "core/base/error.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace steplab {
namespace {

struct Sum {
  int n = 0;
  friend bool operator==(const Sum&, const Sum&) = default;
};

void sum_up(const Sum& wish, Study<int>& study) {
  if (wish.n < 0) throw InputError("n", "'-1' is not allowed; allowed: 0 and more");
  int sum = 0;
  for (int i = 1; i <= wish.n; ++i) sum += i;
  study.show(std::make_shared<const int>(sum));
}

/// Frames until nothing is computed any more.
template <class Wish>
StudyView<int> settled(Studies& studies, const Wish& wish, void (*compute)(const Wish&, Study<int>&)) {
  StudyView<int> view;
  do {
    view = studies.want<int>("one", wish, compute);
    studies.end_frame();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  } while (studies.busy() || studies.has_news());
  view = studies.want<int>("one", wish, compute);
  studies.end_frame();
  return view;
}

TEST_CASE("A study gives the sum of 1 … 100, is current, and says why another wish cannot be computed") {
  Studies studies([] {});
  const auto good = settled(studies, Sum{100}, sum_up);
  REQUIRE(good.result);
  CHECK(*good.result == 5050);
  CHECK(good.current);
  CHECK(good.error == "");
  const auto bad = settled(studies, Sum{-1}, sum_up);
  CHECK(bad.error == "n: '-1' is not allowed; allowed: 0 and more");
  CHECK_FALSE(bad.current);
  CHECK(*bad.result == 5050);  // the last good one stays
}

/// Holds a computation until the test lets it go on.
struct Gate {
  std::mutex mutex;
  std::condition_variable_any changed;
  int begun = 0, stopped = 0;
  bool open = false;
};

struct GateWish {
  Gate* gate = nullptr;
  int n = 0;
  friend bool operator==(const GateWish&, const GateWish&) = default;
};

void wait_at_gate(const GateWish& wish, Study<int>& study) {
  std::unique_lock lock(wish.gate->mutex);
  ++wish.gate->begun;
  wish.gate->changed.notify_all();
  if (!wish.gate->changed.wait(lock, study.stop, [&] { return wish.gate->open; })) {
    ++wish.gate->stopped;
    wish.gate->changed.notify_all();
    return;
  }
  study.show(std::make_shared<const int>(wish.n));
}

/// Waits for the computation's thread.
void until(Gate& gate, int Gate::*counter, int count) {
  std::unique_lock lock(gate.mutex);
  gate.changed.wait(lock, [&] { return gate.*counter >= count; });
}

void open(Gate& gate) {
  const std::scoped_lock lock(gate.mutex);
  gate.open = true;
  gate.changed.notify_all();
}

TEST_CASE("The newest wish stops the one before it, and only its result is shown") {
  Gate gate;
  Studies studies([] {});
  studies.want<int>("one", GateWish{&gate, 1}, wait_at_gate);
  studies.end_frame();
  until(gate, &Gate::begun, 1);
  studies.want<int>("one", GateWish{&gate, 2}, wait_at_gate);
  studies.end_frame();
  until(gate, &Gate::stopped, 1);
  open(gate);
  const auto view = settled(studies, GateWish{&gate, 2}, wait_at_gate);
  REQUIRE(view.result);
  CHECK(*view.result == 2);
}

TEST_CASE("What no page wants any more stops, and goes on when it is wanted again") {
  Gate gate;
  Studies studies([] {});
  studies.want<int>("one", GateWish{&gate, 7}, wait_at_gate);
  studies.end_frame();
  until(gate, &Gate::begun, 1);
  studies.end_frame();  // a frame of another page
  until(gate, &Gate::stopped, 1);
  open(gate);
  const auto view = settled(studies, GateWish{&gate, 7}, wait_at_gate);
  REQUIRE(view.result);
  CHECK(*view.result == 7);
}

TEST_CASE("A cancelled study stays cancelled for this wish until it is taken up again") {
  Gate gate;
  Studies studies([] {});
  studies.want<int>("one", GateWish{&gate, 3}, wait_at_gate);
  studies.end_frame();
  until(gate, &Gate::begun, 1);
  studies.cancel();
  until(gate, &Gate::stopped, 1);
  open(gate);
  const auto given_up = settled(studies, GateWish{&gate, 3}, wait_at_gate);
  CHECK(given_up.cancelled);
  CHECK(given_up.result == nullptr);
  CHECK_FALSE(studies.stopped());  // no page has asked in this frame
  studies.want<int>("one", GateWish{&gate, 3}, wait_at_gate);
  CHECK(studies.stopped());
  studies.resume();
  CHECK_FALSE(studies.stopped());
  const auto view = settled(studies, GateWish{&gate, 3}, wait_at_gate);
  CHECK_FALSE(view.cancelled);
  REQUIRE(view.result);
  CHECK(*view.result == 3);
}

}  // namespace
}  // namespace steplab
