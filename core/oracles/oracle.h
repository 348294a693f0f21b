// Oracles: what an optimizer gets when it asks for a gradient.
#pragma once

#include "core/base/parameters.h"
#include "core/base/random.h"
#include "core/landscapes/landscape.h"

#include <memory>
#include <optional>
#include <vector>

namespace steplab {

/// An oracle bound to one tile. Its answers are pure in (keys, step, x): what it keeps between calls is only a cache.
class GradientSource {
 public:
  virtual ~GradientSource() = default;
  /// The answer at x before update `step`.
  virtual void gradient(const Tile& x, int step, Tile& g) = 0;
  /// The randomness of updates first … first+count−1 if it does not look at x, for the fused SGD kernel; valid until
  /// the next call. Absent if it does look (multiplicative noise, label noise). The exact oracle answers with empty
  /// Draws.
  virtual std::optional<Draws> draws(int /*first*/, int /*count*/) { return std::nullopt; }
};

class Oracle {
 public:
  virtual ~Oracle() = default;
  /// Checks that this oracle can serve this landscape; InputError at `place` if not (mini-batches of no finite sum, …).
  virtual void check(const Landscape& landscape, std::string_view place) const = 0;
  /// keys: one per lane (a multiple of kPack of them). The landscape must outlive the source.
  virtual std::unique_ptr<GradientSource> open(const Landscape& landscape, std::vector<RandomKey> keys) const = 0;
  /// True if all lanes of a tile must share one key (mini-batches: the terms are shared by the tile).
  virtual bool one_key_per_tile() const { return false; }
};

using OracleEntry = Entry<Oracle>;
std::vector<OracleEntry> all_oracles();

}  // namespace steplab
