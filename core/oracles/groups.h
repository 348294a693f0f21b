// The groups of the family by file, and what they share.
#pragma once

#include "core/oracles/oracle.h"

namespace steplab {

std::vector<OracleEntry> additive_oracles();        // gaussian, sign, student_t, uniform
std::vector<OracleEntry> multiplicative_oracles();  // multiplicative
std::vector<OracleEntry> minibatch_oracles();       // minibatch
std::vector<OracleEntry> label_oracles();           // label_noise
std::vector<OracleEntry> repeated_oracles();        // repeated_batch

/// ∇f, without noise: what every oracle of strength 0 gives.
std::unique_ptr<GradientSource> exact_source(const Landscape& landscape);
/// Mean gradients over mini-batches, drawn under one key.
std::unique_ptr<GradientSource> minibatch_source(const Landscape& landscape, int batch, bool replacement,
                                                 RandomKey key);

ParamSpec sigma_spec(std::string meaning);
/// "gaussian", "sign" or "uniform" (see noise_kind).
ParamSpec noise_spec();
/// Size of an optional mini-batch; 0 for the full sum.
ParamSpec optional_batch_spec();

/// InputError at `place` if mini-batches of this size cannot be drawn from this landscape.
void check_batch(const Landscape& landscape, int batch, bool replacement, std::string_view place);

/// The key that all lanes share (one_key_per_tile).
RandomKey shared_key(const std::vector<RandomKey>& keys);

}  // namespace steplab
