// What a page computes beyond the runs: figures that take time, each on a thread of its own, so that the window never
// waits. A panel says in every frame what it wants to show; what is ready is drawn, the newest wish wins:
//
//   const auto plot = ui.studies->want<TuningFigure>("tuning", spec, measure);
//   if (plot.result) draw(*plot.result);               // of an older wish while !plot.current
//
// with a function that may show a coarse result first, and gives up when it is told to stop:
//
//   void measure(const TuningSpec& spec, Study<TuningFigure>& study) { … study.show(result); … }
#pragma once

#include "core/run/prepare.h"

#include <any>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace steplab {

/// What one computation is given. For the thread that computes.
class StudyTask {
 public:
  std::stop_token stop;          ///< nobody wants the rest any more
  int workers = 1;               ///< threads it may use
  Workshop* workshop = nullptr;  ///< landscapes made before
  std::any previous;             ///< shared_ptr<const Result> shown last, whatever it was of; empty: none
  std::any previous_wish;        ///< what that was of

  /// While it lives, the window asks `share` how much is done, in [0, 1].
  class Watch {
   public:
    Watch(const StudyTask& task, std::function<double()> share) : set_share_(task.set_share) {
      set_share_(std::move(share));
    }
    ~Watch() { set_share_(nullptr); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    std::function<void(std::function<double()>)> set_share_;
  };

 protected:
  friend class Studies;
  std::function<void(std::any)> publish;
  std::function<void(std::function<double()>)> set_share;
};

template <class Result>
class Study : public StudyTask {
 public:
  /// Shown from now on; further, better results may follow.
  void show(std::shared_ptr<const Result> result) { publish(std::move(result)); }
  /// What is shown at present; null: nothing.
  std::shared_ptr<const Result> shown() const {
    const auto* result = std::any_cast<std::shared_ptr<const Result>>(&previous);
    return result ? *result : nullptr;
  }
  /// What that was of; null: nothing, or something of another kind.
  template <class Wish>
  const Wish* shown_wish() const {
    return std::any_cast<Wish>(&previous_wish);
  }
};

/// What a panel sees of a study.
template <class Result>
struct StudyView {
  std::shared_ptr<const Result> result;  ///< the newest; null before the first
  bool current = false;                  ///< result is of the present wish
  bool busy = false;                     ///< more is coming
  bool cancelled = false;                ///< the person gave it up: nothing more comes until the wish changes
  double share = 0;                      ///< of what is being computed
  std::string error;                     ///< why the present wish cannot be computed; empty: it can
};

class Studies {
 public:
  /// `on_news` is called on a study's thread whenever there is something new to draw.
  explicit Studies(std::function<void()> on_news);
  ~Studies();
  Studies(const Studies&) = delete;
  Studies& operator=(const Studies&) = delete;

  /// Once a frame for every study that is on the screen. `Wish` is plain data with ==.
  template <class Result, class Wish>
  StudyView<Result> want(const std::string& id, const Wish& wish, void (*compute)(const Wish&, Study<Result>&)) {
    const Same same = [](const std::any& a, const std::any& b) {
      const Wish *x = std::any_cast<Wish>(&a), *y = std::any_cast<Wish>(&b);
      return x && y && *x == *y;
    };
    const State state = ask(id, wish, same, [compute](const std::any& what, StudyTask& task) {
      Study<Result> study;
      static_cast<StudyTask&>(study) = task;
      compute(*std::any_cast<Wish>(&what), study);
    });
    StudyView<Result> view{.result = nullptr,
                           .current = state.current,
                           .busy = state.busy,
                           .cancelled = state.cancelled,
                           .share = state.share,
                           .error = state.error};
    if (const auto* result = std::any_cast<std::shared_ptr<const Result>>(&state.result)) view.result = *result;
    return view;
  }

  /// Gives up what is being computed; what is finished stays.
  void cancel();
  /// Some study that was wanted in this frame had been cancelled.
  bool stopped() const;
  /// Takes up again what was cancelled.
  void resume();
  /// Studies that no panel wanted since the last call stop; they go on when they are wanted again.
  void end_frame();
  bool busy() const;
  /// There is something that no frame has shown yet.
  bool has_news() const;

 private:
  using Same = bool (*)(const std::any&, const std::any&);
  using Compute = std::function<void(const std::any&, StudyTask&)>;
  struct State {
    std::any result;
    bool current = false, busy = false, cancelled = false;
    double share = 0;
    std::string error;
  };
  class Slot;
  State ask(const std::string& id, const std::any& wish, Same same, Compute compute);

  std::function<void()> on_news_;
  std::map<std::string, std::unique_ptr<Slot>> slots_;
};

}  // namespace steplab
