// From plain data to objects: every distinct choice is made once.
#pragma once

#include "core/run/run.h"

#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace steplab {

/// A RunSpec with its choices made. `schedule` and `rule`: exactly one of them is set.
struct PreparedRun {
  const RunSpec* spec = nullptr;
  std::shared_ptr<const Landscape> landscape{};
  std::shared_ptr<const Optimizer> optimizer{};
  std::shared_ptr<const Oracle> oracle{};
  std::shared_ptr<const Projection> projection{};
  std::shared_ptr<const Schedule> schedule{};
  std::shared_ptr<const RateRule> rule{};
  std::vector<double> start{};  ///< dim entries
};

/// Makes choices, and gives the same object again for an equal choice, so that equal runs can share a tile. Kept
/// between calls of simulate() (SimulateOptions) it saves making data sets anew; what two calls in a row did not use is
/// let go, so that dragging a landscape's parameter does not fill the memory. Not for several threads at once.
class Workshop {
 public:
  /// InputError at `place` if the spec is bad. The spec must outlive the result.
  PreparedRun prepare(const RunSpec& spec, std::string_view place);
  /// Marks the end of a call.
  void next_generation();

 private:
  template <class T>
  struct Made {
    std::shared_ptr<const T> object{};
    int generation = 0;
  };
  template <class T>
  using Shelf = std::map<Choice, Made<T>>;
  template <class T>
  std::shared_ptr<const T> make_once(Shelf<T>& shelf, const std::vector<Entry<T>>& entries, const Choice& choice,
                                     const std::string& place);
  template <class T>
  void let_go(Shelf<T>& shelf);

  int generation_ = 0;
  Shelf<Landscape> landscapes_;
  Shelf<Optimizer> optimizers_;
  Shelf<Oracle> oracles_;
  Shelf<Projection> projections_;
  Shelf<Schedule> schedules_;
  Shelf<RateRule> rules_;
};

/// Step-size factors h(t, T) of one schedule: a table while T is small, computed on demand beyond, so that memory does
/// not grow with the number of steps. Safe on all threads.
class FactorTable {
 public:
  FactorTable(std::shared_ptr<const Schedule> schedule, int steps);
  double at(int t) const { return table_.empty() ? schedule_->factor(t, steps_) : table_[static_cast<std::size_t>(t)]; }
  const Schedule& schedule() const { return *schedule_; }

 private:
  std::shared_ptr<const Schedule> schedule_;
  int steps_;
  std::vector<double> table_;
};

}  // namespace steplab
