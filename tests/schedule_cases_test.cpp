// Every reference schedule of torch, optax, Keras, timm and Hugging Face, and how it is written here. Read it as the
// dictionary from a library's call to a choice: the left side names the case (its call stands in
// tests/data/schedules.json), the right side is what --schedule, a scene or a sequence takes. Base step size: the
// library's base rate.
#include "core/schedules/schedule.h"

#include "paths.h"
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <map>
#include <string>

using namespace steplab;

namespace {

const std::map<std::string, std::string> kChoices = {
    // ---- torch.optim.lr_scheduler ----
    {"constant_default_T20", "constant(factor=0.3333333333333333,span=5)"},
    {"constant_half_10_T20", "constant(factor=0.5,span=10)"},
    {"linear_default_T20", "linear(from=0.3333333333333333,to=1,span=5)"},
    {"linear_warm10_T20", "linear(from=0.1,to=1,span=10)"},
    {"linear_to_zero_T20", "linear"},
    {"exponential_0.9_T20", "geometric(gamma=0.9)"},
    {"exponential_0.95_T20", "geometric(gamma=0.95)"},
    {"exponential_0.860708_T20", "geometric(gamma=0.8607079764250578)"},
    {"step_5_0.1_T20", "geometric(gamma=0.1,every=5,staircase=1)"},
    {"step_7_0.5_T20", "geometric(gamma=0.5,every=7,staircase=1)"},
    {"multistep_50_75_T20", "step(at=10,15,drop=0.1)"},
    {"multistep_30_60_90_T20", "step(at=6,12,18)"},
    {"multistep_dup_T20", "step(at=5,5,10,drop=0.1)"},
    {"poly_1.0_T20", "polynomial"},
    {"poly_2.0_T20", "polynomial(p=2)"},
    {"poly_0.9_T20", "polynomial(p=0.9)"},
    {"poly_0.5_T20", "polynomial(p=0.5)"},
    {"poly_short_T20", "polynomial(p=2,span=10)"},
    {"cosine_T20", "cosine"},
    {"cosine_min_T20", "cosine(floor=0.01)"},
    {"cosine_past_T20", "cosine(span=10,after=mirror,floor=0.01)"},
    {"sgdr_5_1_0.0_T20", "sgdr(span=5)"},
    {"sgdr_5_2_0.0_T20", "sgdr(span=5,cycle_mul=2)"},
    {"sgdr_5_2_0.001_T20", "sgdr(span=5,cycle_mul=2,floor=0.01)"},
    {"sgdr_10_3_0.0_T20", "sgdr(span=10,cycle_mul=3)"},
    {"cyclic_triangular_5_None_T20", "cyclic(low=1,high=10,up=5,cycle_momentum=1)"},
    {"cyclic_triangular_4_8_T20", "cyclic(low=1,high=10,up=4,down=8,cycle_momentum=1)"},
    {"cyclic_triangular2_5_None_T20", "cyclic(low=1,high=10,up=5,mode=triangular2,cycle_momentum=1)"},
    {"cyclic_exp_range_5_None_T20", "cyclic(low=1,high=10,up=5,mode=exp_range,gamma=0.97,cycle_momentum=1)"},
    {"onecycle_default_T20", "one_cycle(cycle_momentum=1)"},
    {"onecycle_linear_T20", "one_cycle(shape=linear,cycle_momentum=1)"},
    {"onecycle_three_phase_T20", "one_cycle(three_phase=1,cycle_momentum=1)"},
    {"onecycle_three_phase_linear_T20", "one_cycle(three_phase=1,shape=linear,cycle_momentum=1)"},
    {"onecycle_half_div10_T20", "one_cycle(pct_start=0.5,div=10,final_div=1,shape=linear,cycle_momentum=1)"},
    {"onecycle_pct40_T20", "one_cycle(pct_start=0.4,div=10,final_div=100,cycle_momentum=1)"},
    {"onecycle_adam_T20", "one_cycle(cycle_momentum=1)"},
    {"multiplicative_0.95_T20", "geometric(gamma=0.95)"},
    {"sequential_lin5_cos_T20", "sequence(parts=linear(from=0.1,to=1) @5 cosine)"},
    {"sequential_const5_exp_T20", "sequence(parts=constant(factor=0.1) @5 geometric(gamma=0.9))"},
    {"chained_const_exp_T20", "product(parts=constant(factor=0.1,span=2) geometric(gamma=0.9))"},
    // ---- Chen, Wolfe, Kyrillidis 2022 ----
    {"rex_paper_T20", "rex"},
    {"rex_beta0.9_T20", "rex(b=0.9)"},
    {"rex_min_T20", "rex(floor=0.01)"},
    {"linear_delayed_0.5_T20", "delayed_linear(hold=0.5)"},
    {"linear_delayed_0.75_T20", "delayed_linear(hold=0.75)"},
    {"exp_gamma-3_T20", "exponential(rate=-3)"},
    {"onecycle_paper_T20", "triangle(low=0.1,cycle_momentum=1)"},
    // ---- optax ----
    {"optax_poly_T20", "polynomial(p=2,begin=5,span=10,floor=0.01)"},
    {"optax_expdecay_T20", "geometric(gamma=0.5,every=5,begin=3,least=0.1)"},
    {"optax_expdecay_stair_T20", "geometric(gamma=0.5,every=5,begin=3,staircase=1)"},
    {"optax_cosine_T20", "cosine(span=15,p=2,floor=0.1)"},
    {"optax_warmup_cosine_T20", "cosine(warmup=5,warmup_progress=done,floor=0.01)"},
    {"optax_linear_onecycle_T20", "knots(at=0,6,17,20,unit=steps,values=0.04,1,0.04,0.000004)"},
    {"optax_cosine_onecycle_T20", "knots(at=0,6,20,unit=steps,values=0.04,1,0.000004,between=cosine)"},
    // ---- Keras ----
    {"keras_inverse_time_T20", "inverse_time(tau=5,rate=0.5)"},
    {"keras_poly_cycle_T20", "polynomial(p=2,span=5,after=stretch,floor=0.01)"},
    {"keras_cosine_warm_T20", "cosine(span=15,floor=0.1,warmup=5,warmup_progress=done,warmup_start=0.1,scale=10)"},
    {"keras_cosine_restarts_T20", "sgdr(span=5,cycle_mul=2,cycle_decay=0.8,floor=0.05)"},
    // ---- timm ----
    {"timm_cosine_T20", "cosine(floor=0.001,warmup=5,warmup_start=0.01,warmup_progress=done,warmup_mode=under)"},
    {"timm_cosine_prefix_k_T20", "cosine(span=15,k=1.5,floor=0.001,warmup=5,warmup_start=0.01,warmup_progress=done)"},
    {"timm_cosine_cycles_T20", "sgdr(span=5,cycle_mul=2,cycle_decay=0.5,cycle_decay_of=peak,cycles=3)"},
    {"timm_tanh_T20", "tanh(floor=0.001)"},
    {"timm_poly_T20", "polynomial(p=0.5,floor=0.001)"},
    {"timm_wsd_linear_T20", "wsd(span=15,decay=4,shape=linear,warmup=5,warmup_progress=done,floor=0.001)"},
    {"timm_wsd_1-sqrt_T20", "wsd(span=15,decay=4,warmup=5,warmup_progress=done,floor=0.001)"},
    {"timm_wsd_cosine_T20", "wsd(span=15,decay=4,shape=cosine,warmup=5,warmup_progress=done,floor=0.001)"},
    {"timm_wsd_power2_T20", "wsd(span=15,decay=4,shape=power,a=2,warmup=5,warmup_progress=done,floor=0.001)"},
    {"timm_wsd_exp0.1_T20", "wsd(span=15,decay=4,shape=exponential,r=0.1,warmup=5,warmup_progress=done,floor=0.001)"},
    {"timm_wsd_rsqrt_T20",
     "wsd(span=15,decay=4,shape=linear,stable=inverse_sqrt,warmup=5,warmup_progress=done,floor=0.001)"},
    // ---- Hugging Face transformers ----
    {"hf_linear_T20", "linear(warmup=5,warmup_progress=done)"},
    {"hf_cosine_T20", "cosine(warmup=5,warmup_progress=done)"},
    {"hf_cosine_hard_T20", "cosine(repeats=3,warmup=5,warmup_progress=done)"},
    {"hf_poly_T20", "polynomial(p=2,floor=0.001,warmup=5,warmup_progress=done)"},
    {"hf_inverse_sqrt_T20", "inverse_sqrt(tau=5,warmup=5,warmup_progress=done)"},
    {"noam_T20", "noam(d_model=64,warmup=5)"},
    {"hf_wsd_linear_T20",
     "wsd(span=15,decay=4,shape=linear,warmup=5,warmup_start=0.05,warmup_progress=done,floor=0.05)"},
    {"hf_wsd_cosine_T20",
     "wsd(span=15,decay=4,shape=cosine,warmup=5,warmup_start=0.05,warmup_progress=done,floor=0.05)"},
    {"hf_wsd_1-sqrt_T20", "wsd(span=15,decay=4,warmup=5,warmup_start=0.05,warmup_progress=done,floor=0.05)"},
};

// "sampled_rex_50-75_T20": the profile and the sampling rate stand in the case.
std::string sampled_choice(const nlohmann::json& params) {
  const std::string sampling = "sampling=" + params["sampling"].get<std::string>();
  const std::string profile = params["profile"];
  return profile == "exp5" ? "exponential(rate=-5," + sampling + ")" : profile + "(" + sampling + ")";
}

std::string choice_of(const nlohmann::json& reference) {
  if (reference["cls"] == "SampledProfile") return sampled_choice(reference["params"]);
  const auto it = kChoices.find(reference["id"]);
  return it == kChoices.end() ? "" : it->second;
}

bool agrees(double value, double expected) { return std::abs(value - expected) <= 1e-12 + 1e-9 * std::abs(expected); }

nlohmann::json reference_cases() {
  std::ifstream file(STEPLAB_SOURCE_DIR "/tests/data/schedules.json");
  return nlohmann::json::parse(file)["cases"];
}

}  // namespace

TEST_CASE("every schedule of torch, optax, Keras, timm and Hugging Face comes out as the library computes it") {
  int compared = 0;
  for (const auto& reference : reference_cases()) {
    if (reference["cls"] == "ReduceLROnPlateau") continue;  // a rate rule: tests/rate_rules_test.cpp
    const std::string text = choice_of(reference);
    CAPTURE(reference["id"].get<std::string>());
    CAPTURE(text);
    REQUIRE(text != "");
    const auto schedule = make_choice(all_schedules(), parse_choice(text, "test"), "schedule");
    const double base = reference["base_lr"];
    const auto& rates = reference["lr"];
    for (std::size_t t = 0; t < rates.size(); ++t) {
      CAPTURE(t);
      CHECK(agrees(base * schedule->factor(static_cast<int>(t), 20), rates[t].get<double>()));
    }
    ++compared;
  }
  CHECK(compared == 98);
}

TEST_CASE("the momentum that one-cycle and cyclic schedules carry is torch's") {
  int compared = 0;
  for (const auto& reference : reference_cases()) {
    const char* key = reference.contains("momentum") ? "momentum" : reference.contains("beta1") ? "beta1" : nullptr;
    if (!key) continue;
    CAPTURE(reference["id"].get<std::string>());
    const auto schedule = make_choice(all_schedules(), parse_choice(choice_of(reference), "test"), "schedule");
    for (std::size_t t = 0; t < reference[key].size(); ++t) {
      CAPTURE(t);
      const auto momentum = schedule->momentum(static_cast<int>(t), 20);
      REQUIRE(momentum.has_value());
      CHECK(agrees(*momentum, reference[key][t].get<double>()));
    }
    ++compared;
  }
  CHECK(compared == 12);
}
