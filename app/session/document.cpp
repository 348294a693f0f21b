#include "app/session/document.h"

#include <utility>

namespace steplab {

void Document::edit(Scene next, std::uint64_t gesture) {
  if (next == scene_) return;
  if (!same_work(next, scene_)) {
    if (gesture != gesture_ || past_.empty()) past_.push_back(scene_);
    if (past_.size() > kMostSteps) past_.erase(past_.begin());
    gesture_ = gesture;
    future_.clear();
  }
  scene_ = std::move(next);
}

void Document::undo() {
  if (past_.empty()) return;
  future_.push_back(std::exchange(scene_, std::move(past_.back())));
  past_.pop_back();
  gesture_ = 0;
}

void Document::redo() {
  if (future_.empty()) return;
  past_.push_back(std::exchange(scene_, std::move(future_.back())));
  future_.pop_back();
  gesture_ = 0;
}

bool same_work(Scene a, const Scene& b) {
  a.view.selected = b.view.selected;
  a.view.step = b.view.step;
  return a == b;
}

bool same_simulation(const Scene& a, const Scene& b) {
  return run_specs(a) == run_specs(b) && a.every == b.every &&
         a.preconditioned_sharpness == b.preconditioned_sharpness && a.workers == b.workers;
}

}  // namespace steplab
