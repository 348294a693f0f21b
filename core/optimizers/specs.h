// Parameters that many optimizers share, and the groups of the family by file.
#pragma once

#include "core/optimizers/optimizer.h"

namespace steplab {

// Names and defaults as in torch.optim.
ParamSpec momentum_spec(double initial);
ParamSpec beta1_spec();
ParamSpec beta2_spec(double initial = 0.999);
ParamSpec eps_spec(double initial = 1e-8);
/// A second ε, inside the root; 0 leaves the formulas of torch.optim as they are.
ParamSpec eps_root_spec();
ParamSpec weight_decay_spec(double initial = 0);
/// Decoupled from the gradient (Loshchilov & Hutter 2019): x shrinks by the factor 1 − ηλ in each update.
ParamSpec decoupled_decay_spec(double initial);

std::vector<OptimizerEntry> accumulator_optimizers();  // adagrad, rmsprop, adadelta
std::vector<OptimizerEntry> adam_optimizers();         // adam, amsgrad, adamw
std::vector<OptimizerEntry> adam_variants();           // adamax, nadam, radam, gi_adam
std::vector<OptimizerEntry> wn_adam_optimizers();      // wn_adam

}  // namespace steplab
