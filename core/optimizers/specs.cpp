#include "core/optimizers/specs.h"

namespace steplab {

ParamSpec momentum_spec(double initial) {
  return {.name = "momentum",
          .initial = initial,
          .min = 0,
          .max = 1,
          .max_open = true,
          .meaning = "share of the last step that is kept; a schedule that cycles momentum overrides it",
          .source = "Polyak 1964",
          .symbol = "β"};
}

ParamSpec beta1_spec() {
  return {.name = "beta1",
          .initial = 0.9,
          .min = 0,
          .max = 1,
          .max_open = true,
          .meaning = "decay of the mean of gradients; a schedule that cycles momentum overrides it",
          .source = "Kingma & Ba 2015",
          .symbol = "β₁"};
}

ParamSpec beta2_spec(double initial) {
  return {.name = "beta2",
          .initial = initial,
          .min = 0,
          .max = 1,
          .max_open = true,
          .meaning = "decay of the mean of squared gradients",
          .source = "Kingma & Ba 2015",
          .symbol = "β₂"};
}

ParamSpec eps_spec(double initial) {
  return {.name = "eps",
          .initial = initial,
          .min = 0,
          .max = 1,
          .logarithmic = true,
          .meaning = "added to the divisor so that it is not 0",
          .symbol = "ε"};
}

ParamSpec eps_root_spec() {
  return {.name = "eps_root",
          .initial = 0.0,
          .min = 0,
          .max = 1,
          .logarithmic = true,
          .meaning =
              "added under the root: √(v̂ + ε_r) + ε; with eps = 0 it is the ε inside the root of TensorFlow's "
              "RMSprop",
          .source = "optax eps_root",
          .symbol = "ε_r",
          .seldom = true};
}

ParamSpec weight_decay_spec(double initial) {
  return {.name = "weight_decay",
          .initial = initial,
          .min = 0,
          .max = 1000,
          .logarithmic = true,
          .meaning = "ridge penalty ½λ|x|² added to the loss the optimizer sees (g + λx)",
          .symbol = "λ"};
}

ParamSpec decoupled_decay_spec(double initial) {
  return {.name = "weight_decay",
          .initial = initial,
          .min = 0,
          .max = 1000,
          .logarithmic = true,
          .meaning = "shrinks x by the factor 1 − ηλ in each update, apart from the gradient",
          .source = "Loshchilov & Hutter 2019",
          .symbol = "λ"};
}

}  // namespace steplab
