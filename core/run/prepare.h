// From plain data to objects: every distinct choice is made once.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "core/run/run.h"

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

/// Makes choices, and gives the same object again for an equal choice, so that equal runs can share a tile.
class Workshop {
 public:
  /// InputError at `place` if the spec is bad. The spec must outlive the result.
  PreparedRun prepare(const RunSpec& spec, std::string_view place);

 private:
  template <class T>
  using Made = std::map<Choice, std::shared_ptr<const T>>;
  Made<Landscape> landscapes_;
  Made<Optimizer> optimizers_;
  Made<Oracle> oracles_;
  Made<Projection> projections_;
  Made<Schedule> schedules_;
  Made<RateRule> rules_;
};

/// Step-size factors h(t, T) of one schedule: a table while T is small, computed on demand beyond, so that memory does not
/// grow with the number of steps. Safe on all threads.
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
