// Which terms of a finite sum make up the mini-batch of an update.
#pragma once

#include "core/base/random.h"

#include <vector>

namespace steplab {

/// A cache of mini-batches, pure in (key, update). With replacement: slot s of update t is draw number t·batch + s.
/// Without: epochs of ⌊terms/batch⌋ updates through a shuffle of all terms (the rest of a shuffle is dropped).
class BatchWindow {
 public:
  BatchWindow(int terms, int batch, bool replacement, RandomKey key);
  int batch() const { return batch_; }
  /// [count][batch] term numbers of updates first …; valid until the next call.
  const int* draws(int first, int count);

 private:
  void fill_independent();
  void fill_shuffled();
  void shuffle(std::int64_t epoch);

  int terms_, batch_;
  bool replacement_;
  RandomKey key_;
  int length_;  // updates filled at once, a multiple of 4
  std::int64_t begin_ = 0, end_ = 0, epoch_ = -1;
  std::vector<int> window_, order_;
};

}  // namespace steplab
