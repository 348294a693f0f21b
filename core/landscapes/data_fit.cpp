// Data fits: least squares with a chosen spectrum, logistic regression.
#include "core/base/math.h"
#include "core/landscapes/landscape.h"
#include "core/landscapes/least_squares.h"
#include "core/landscapes/logistic.h"

#include <cmath>

namespace steplab {
namespace {

constexpr double kMostSamples = 1e5, kMostDimensions = 500, kMostNumbers = 1e7;

ParamSpec samples_param(double initial) {
  return {.name = "n",
          .kind = ParamKind::kInteger,
          .initial = initial,
          .min = 2,
          .max = kMostSamples,
          .logarithmic = true,
          .meaning = "number of samples",
          .symbol = "n",
          .label = "n samples"};
}
ParamSpec dimension_param() {
  return {.name = "d",
          .kind = ParamKind::kInteger,
          .initial = 2.0,
          .min = 1,
          .max = kMostDimensions,
          .logarithmic = true,
          .meaning = "number of features, the dimension of w",
          .symbol = "d",
          .label = "d features"};
}
ParamSpec seed_param() {
  return {.name = "seed",
          .kind = ParamKind::kInteger,
          .initial = 1.0,
          .min = 0,
          .max = 2147483647,
          .meaning = "which data set is drawn"};
}

void check_size(const Params& p, const std::string& place) {
  if (p.real("n") * p.real("d") > kMostNumbers)
    throw InputError(place + ".n", "'" + to_text(p.real("n")) + "' samples of " + to_text(p.real("d")) +
                                       " features are too many; allowed: n d ≤ " + to_text(kMostNumbers));
}

// λ_1 ≥ … ≥ λ_d.
std::vector<double> chosen_spectrum(const Params& p, const std::string& place) {
  const int d = p.integer("d");
  if (d > p.integer("n"))
    throw InputError(place + ".d", "'" + std::to_string(d) +
                                       "' is more than there are samples; allowed: d ≤ n = " + to_text(p.real("n")));
  if (p.text("spectrum") == "list") {
    const auto& list = p.list("eigenvalues");
    if (list.size() != static_cast<std::size_t>(d))
      throw InputError(place + ".eigenvalues", "'" + to_text(list).substr(0, 80) + "' are " +
                                                   std::to_string(list.size()) +
                                                   " numbers; allowed: as many as d = " + std::to_string(d));
    return list;
  }
  std::vector<double> spectrum;
  for (int j = 0; j < d; ++j) {
    const double u = d == 1 ? 0.0 : j / (d - 1.0);
    const double exponent =
        p.text("spectrum") == "power_law" ? p.real("a") * steplab::log(1.0 + j) : u * steplab::log(p.real("kappa"));
    spectrum.push_back(steplab::exp(-exponent));
  }
  return spectrum;
}

LandscapeEntry least_squares() {
  return {
      .id = "least_squares",
      .name = "Least squares",
      .summary =
          "(1/2n) Σ (x·w − y)² over samples that give its Hessian exactly the chosen eigenvalues, or over Gaussian "
          "ones",
      .source = "textbook (Gauss 1809); the data are our own",
      .params = {samples_param(1000),
                 dimension_param(),
                 {.name = "spectrum",
                  .kind = ParamKind::kChoice,
                  .initial = "geometric",
                  .meaning =
                      "eigenvalues of the Hessian: 1 … 1/κ evenly in log scale, j^−a, a list, or what standard normal "
                      "features happen to give",
                  .choices = {"geometric", "power_law", "list", "gaussian"}},
                 {.name = "kappa",
                  .initial = 10.0,
                  .min = 1,
                  .max = 1e8,
                  .logarithmic = true,
                  .meaning = "condition number (geometric spectrum)",
                  .symbol = "κ",
                  .label = "κ condition"},
                 {.name = "a",
                  .initial = 1.0,
                  .min = 0,
                  .max = 4,
                  .meaning = "exponent of λ_j = j^−a (power_law spectrum)",
                  .symbol = "a",
                  .label = "a exponent"},
                 {.name = "eigenvalues",
                  .kind = ParamKind::kList,
                  .initial = std::vector{1.0, 0.1},
                  .min = 0,
                  .max = 1e6,
                  .min_open = true,
                  .meaning = "the d eigenvalues (list spectrum)",
                  .symbol = "λ"},
                 {.name = "noise",
                  .initial = 0.5,
                  .min = 0,
                  .max = 1e3,
                  .meaning = "standard deviation of the targets about the true line",
                  .symbol = "σ"},
                 seed_param()},
      .make =
          [](const Params& p) {
            const std::string place = "landscape.least_squares";
            check_size(p, place);
            const auto spectrum = chosen_spectrum(p, place);
            return make_least_squares({.samples = p.integer("n"),
                                       .spectrum = spectrum,
                                       .gaussian_dim = p.text("spectrum") == "gaussian" ? p.integer("d") : 0,
                                       .noise = p.real("noise"),
                                       .seed = static_cast<std::uint64_t>(p.integer("seed"))});
          },
  };
}

LandscapeEntry logistic() {
  return {
      .id = "logistic",
      .name = "Logistic regression",
      .summary = "mean of log(1 + exp(−y x·w)) over synthetic samples, some with a flipped label",
      .source = "Cox 1958; data as in docs/notes/annealing.md, test 3",
      .params =
          {samples_param(1000),
           dimension_param(),
           {.name = "a",
            .initial = 0.0,
            .min = 0,
            .max = 4,
            .meaning = "feature j has variance j^−a",
            .symbol = "a",
            .label = "a decay"},
           {.name = "flip", .initial = 0.1, .min = 0, .max = 0.5, .meaning = "probability that a label is flipped"},
           {.name = "ridge", .initial = 0.0, .min = 0, .max = 1e3, .meaning = "factor of ½‖w‖²"},
           seed_param()},
      .make =
          [](const Params& p) {
            check_size(p, "landscape.logistic");
            return make_logistic({.samples = p.integer("n"),
                                  .dim = p.integer("d"),
                                  .a = p.real("a"),
                                  .flip = p.real("flip"),
                                  .ridge = p.real("ridge"),
                                  .seed = static_cast<std::uint64_t>(p.integer("seed"))});
          },
  };
}

}  // namespace

std::vector<LandscapeEntry> data_fit_landscapes() { return {least_squares(), logistic()}; }

}  // namespace steplab
