// The loop that all memory-keeping update rules share: eight lanes at a time, coordinate by coordinate.
#pragma once

#include "core/base/math.h"
#include "core/optimizers/optimizer.h"

#include <array>
#include <cassert>
#include <limits>
#include <tuple>
#include <type_traits>

namespace steplab {

/// What an update rule may look at, besides x, g and its memory of one coordinate, for eight lanes.
class PackContext {
 public:
  PackContext(const UpdateContext& context, const Tile& g, Eigen::Index lane) : context_(context), g_(g), lane_(lane) {}

  Pack step_size() const { return load(&(*context_.step_size)[lane_]); }
  /// The schedule's momentum where it cycles it, else the optimizer's own.
  Pack momentum(double own) const { return context_.momentum ? load(&(*context_.momentum)[lane_]) : splat(own); }
  /// momentum^{t+1}, for bias corrections; `own_power` is own^{t+1}. As in torch, a cycled β₁ enters with its present
  /// value.
  Pack momentum_power(double own_power) const {
    return context_.momentum ? pow_integer(momentum(0), static_cast<unsigned>(context_.step) + 1) : splat(own_power);
  }
  /// |g|², summed in the order of the coordinates.
  Pack squared_norm() const {
    Pack sum{};
    for (Eigen::Index j = 0; j < g_.cols(); ++j) sum = sum + load(&g_(lane_, j)) * load(&g_(lane_, j));
    return sum;
  }

 private:
  const UpdateContext& context_;
  const Tile& g_;
  Eigen::Index lane_;
};

/// An optimizer from a Rule, which is written once for eight lanes of one coordinate:
///   std::array<double, N> memory() const      first values of what it keeps per lane and coordinate
///   std::array<double, M> lane_memory() const first values of what it keeps per lane
///   auto at(int t) const                      → on_pack: the rule with all that depends on t alone worked out
///   double ridge(), Stability stability()     where it has them (see Optimizer; `preconditioned` is filled in here)
/// on_pack(const PackContext&, std::array<Pack, M>& lane_memory) → update: … with all that depends on the lanes
/// update(Pack& x, Pack g, std::array<Pack, N>& memory) changes x and memory; if the rule has a pre-conditioner, it
/// returns its diagonal entry.
template <class Rule>
class Elementwise final : public Optimizer {
  static constexpr std::size_t kMemory = std::tuple_size_v<decltype(std::declval<Rule>().memory())>;
  static constexpr std::size_t kLaneMemory = std::tuple_size_v<decltype(std::declval<Rule>().lane_memory())>;
  using OnPack = decltype(std::declval<const Rule>().at(0));
  using Update = std::invoke_result_t<OnPack, PackContext, std::array<Pack, kLaneMemory>&>;
  static constexpr bool kHasPreconditioner =
      !std::is_void_v<std::invoke_result_t<Update, Pack&, Pack, std::array<Pack, kMemory>&>>;

 public:
  explicit Elementwise(Rule rule) : rule_(rule) {}

  double ridge() const override {
    if constexpr (requires { rule_.ridge(); }) return rule_.ridge();
    return 0;
  }
  std::optional<Stability> stability() const override {
    if constexpr (requires { rule_.stability(); }) {
      Stability known = rule_.stability();
      known.preconditioned = kHasPreconditioner;
      return known;
    }
    return std::nullopt;
  }

  Memory start(int lanes, int dim) const override {
    Memory memory;
    for (const double first : rule_.memory()) memory.slots.push_back(Tile::Constant(lanes, dim, first));
    for (const double first : rule_.lane_memory()) memory.slots.push_back(Tile::Constant(lanes, 1, first));
    return memory;
  }

  void step(Tile& x, Memory& memory, const Tile& g, const UpdateContext& context) const override {
    assert(memory.slots.size() == kMemory + kLaneMemory);
    const auto on_pack = rule_.at(context.step);
    for (Eigen::Index i = 0; i < x.rows(); i += kPack) {
      auto kept = load_slots<kLaneMemory>(memory, kMemory, i, 0);
      const auto update = on_pack(PackContext(context, g, i), kept);
      for (Eigen::Index j = 0; j < x.cols(); ++j) {
        auto slots = load_slots<kMemory>(memory, 0, i, j);
        Pack point = load(&x(i, j));
        update(point, load(&g(i, j)), slots);
        store(&x(i, j), point);
        for (std::size_t k = 0; k < kMemory; ++k) store(&memory.slots[k](i, j), slots[k]);
      }
      for (std::size_t k = 0; k < kLaneMemory; ++k) store(&memory.slots[kMemory + k](i, 0), kept[k]);
    }
  }

  bool preconditioner(const Memory& memory, const Tile& x, const Tile& g, const UpdateContext& context,
                      Tile& p) const override {
    if constexpr (!kHasPreconditioner) {
      return false;
    } else {
      const auto on_pack = rule_.at(context.step);
      for (Eigen::Index i = 0; i < x.rows(); i += kPack) {
        auto kept = load_slots<kLaneMemory>(memory, kMemory, i, 0);
        const auto update = on_pack(PackContext(context, g, i), kept);
        for (Eigen::Index j = 0; j < x.cols(); ++j) {
          auto slots = load_slots<kMemory>(memory, 0, i, j);
          Pack point = load(&x(i, j));
          store(&p(i, j), update(point, load(&g(i, j)), slots));
        }
      }
      return true;
    }
  }

 private:
  template <std::size_t Count>
  static std::array<Pack, Count> load_slots(const Memory& memory, std::size_t first, Eigen::Index i, Eigen::Index j) {
    std::array<Pack, Count> packs{};
    for (std::size_t k = 0; k < Count; ++k) packs[k] = load(&memory.slots[first + k](i, j));
    return packs;
  }

  Rule rule_;
};

template <class Rule>
std::shared_ptr<const Optimizer> make_elementwise(Rule rule) {
  return std::make_shared<Elementwise<Rule>>(rule);
}

/// −1, 0 or 1; NaN stays NaN, so that a diverged lane shows.
inline Pack sign(Pack a) { return select(a > 0.0, splat(1.0), select(a < 0.0, splat(-1.0), a)); }

/// What an update divides by, never 0: where the gradient has always been 0 the update is 0/0, and is 0 then. What is
/// not a number stays so.
inline Pack divisor_of(Pack a) { return max(splat(std::numeric_limits<double>::min()), a); }
/// √a of an a that is not negative but for rounding. What is not a number stays so.
inline Pack root_of(Pack a) { return sqrt(max(Pack{}, a)); }

/// β^{t+1}, the power in the bias correction of update t.
inline double decay_power(double beta, int t) { return pow_integer(beta, static_cast<unsigned>(t) + 1); }

}  // namespace steplab
