#include "core/oracles/batches.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace steplab {

BatchWindow::BatchWindow(int terms, int batch, bool replacement, RandomKey key)
    : terms_(terms),
      batch_(batch),
      replacement_(replacement),
      key_(key),
      length_(std::clamp(16384 / batch / 4 * 4, 4, 64)) {
  assert(terms > 0 && batch > 0 && (replacement || batch <= terms));
}

const int* BatchWindow::draws(int first, int count) {
  const std::int64_t last = std::int64_t{first} + count;
  if (first < begin_ || last > end_) {
    begin_ = first - first % 4;
    end_ = std::max(begin_ + length_, (last + 3) / 4 * 4);
    window_.resize(static_cast<std::size_t>((end_ - begin_) * batch_));
    replacement_ ? fill_independent() : fill_shuffled();
  }
  return window_.data() + (first - begin_) * batch_;
}

void BatchWindow::fill_independent() {
  const auto first_block = static_cast<std::uint64_t>(begin_) / 4 * static_cast<std::uint64_t>(batch_);
  for (std::size_t i = 0; i < window_.size(); i += 4) {
    const auto words = random_words(key_, Stream::kBatch, first_block + i / 4);
    for (std::size_t k = 0; k < 4; ++k)
      window_[i + k] = static_cast<int>(uniform_below(words[k], static_cast<std::uint32_t>(terms_)));
  }
}

void BatchWindow::fill_shuffled() {
  const std::int64_t updates_per_epoch = terms_ / batch_;
  auto out = window_.begin();
  for (std::int64_t update = begin_; update < end_; ++update) {
    shuffle(update / updates_per_epoch);
    out = std::copy_n(order_.begin() + update % updates_per_epoch * batch_, batch_, out);
  }
}

/// Fisher-Yates (Knuth, algorithm 3.4.2P) with word i of the epoch for the swap of place i.
void BatchWindow::shuffle(std::int64_t epoch) {
  if (epoch == epoch_) return;
  epoch_ = epoch;
  order_.resize(static_cast<std::size_t>(terms_));
  std::iota(order_.begin(), order_.end(), 0);
  const std::size_t blocks = (order_.size() + 3) / 4;
  const std::uint64_t first_block = static_cast<std::uint64_t>(epoch) * blocks;
  for (std::size_t block = blocks; block-- > 0;) {
    const auto words = random_words(key_, Stream::kBatch, first_block + block);
    for (std::size_t k = 4; k-- > 0;) {
      const std::size_t i = 4 * block + k;
      if (i < order_.size()) std::swap(order_[i], order_[uniform_below(words[k], static_cast<std::uint32_t>(i) + 1)]);
    }
  }
}

}  // namespace steplab
