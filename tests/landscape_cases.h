// The catalog's landscapes as test cases: defaults, variations of their parameters, points at random.
#pragma once

#include "core/catalog.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace steplab {

struct Case {
  std::string id;
  std::map<std::string, Value> params;
  std::shared_ptr<const Landscape> landscape;
  std::string label() const {
    std::string text = id;
    for (const auto& [name, value] : params) text += " " + name + "=" + to_text(value);
    return text;
  }
};

inline Case make_case(const LandscapeEntry& entry, const std::map<std::string, Value>& params) {
  return {entry.id, params, entry.make(resolve(entry.params, params, entry.id))};
}

inline std::vector<Case> defaults() {
  std::vector<Case> cases;
  for (const auto& entry : landscapes()) cases.push_back(make_case(entry, {}));
  return cases;
}

inline bool is_formula(const Case& c) { return c.landscape->dim() <= 2 || c.id == "chain"; }

// Values of one parameter around its default, and (if wanted) at the ends of its range.
inline std::vector<Value> other_values(const ParamSpec& spec, bool ends) {
  if (spec.kind == ParamKind::kChoice) return {spec.choices.begin(), spec.choices.end()};
  std::vector<Value> values;
  if (!std::holds_alternative<double>(spec.initial)) return values;
  const double initial = std::get<double>(spec.initial);
  const double step = spec.kind == ParamKind::kReal ? 0.3 * std::max(std::abs(initial), 0.1) : 1;
  for (double x : {initial - step, initial + step}) {
    if (x >= spec.min && x <= spec.max && !(spec.min_open && x == spec.min)) values.emplace_back(x);
  }
  if (ends && std::isfinite(spec.min))
    values.emplace_back(spec.min_open ? spec.min + 1e-3 * (std::abs(spec.min) + 1) : spec.min);
  if (ends && std::isfinite(spec.max)) values.emplace_back(spec.max);
  return values;
}

// A case, unless these values do not go together (more unknowns than samples, …): an entry may refuse that.
inline void add_case(std::vector<Case>& cases, const LandscapeEntry& entry,
                     const std::map<std::string, Value>& params) {
  try {
    cases.push_back(make_case(entry, params));
  } catch (const InputError&) {
  }
}

// The defaults of all, and formulas with one parameter changed at a time (in the plane too, where there is a choice).
inline std::vector<Case> variations(bool ends) {
  std::vector<Case> cases = defaults();
  for (const auto& entry : landscapes()) {
    if (!is_formula(make_case(entry, {}))) continue;
    const bool has_dim = std::ranges::find(entry.params, "dim", &ParamSpec::name) != entry.params.end();
    for (const auto& spec : entry.params)
      for (const auto& value : other_values(spec, ends)) {
        std::map<std::string, Value> params{{spec.name, value}};
        add_case(cases, entry, params);
        if (has_dim && spec.name != "dim") {
          params["dim"] = 2.0;
          add_case(cases, entry, params);
        }
      }
  }
  return cases;
}

inline double uniform(std::uint64_t index) { return uniform_open(random_words({.seed = 11}, Stream::kData, index)[0]); }

inline Vector random_point(const Landscape& landscape, int number) {
  const auto& around = landscape.surroundings();
  Vector x(landscape.dim());
  for (int j = 0; j < landscape.dim(); ++j)
    x[j] = around.view_low[j] +
           (around.view_high[j] - around.view_low[j]) * uniform(static_cast<std::uint64_t>(1000 * number + j));
  return x;
}

inline Vector random_direction(int dim, int number) {
  Vector v(dim);
  for (int j = 0; j < dim; ++j) v[j] = uniform(static_cast<std::uint64_t>(1'000'000 + 1000 * number + j)) - 0.5;
  return v.normalized();
}

inline Tile random_tile(const Landscape& landscape, int lanes) {
  Tile x(lanes, landscape.dim());
  for (int lane = 0; lane < lanes; ++lane) x.row(lane) = random_point(landscape, lane).transpose().array();
  return x;
}

// The pieces of which a formula takes the least, from their definitions in the papers: {} if it has no kinks.
inline std::vector<double> pieces(const Case& c, const Vector& x) {
  const auto number = [&](const char* name, double initial) {
    const auto it = c.params.find(name);
    return it == c.params.end() ? initial : std::get<double>(it->second);
  };
  if (c.id == "sharp_well") {
    const double m = number("m", 2), kappa = number("kappa", 12), offset = number("c", 0.5);
    return {0.5 * x[0] * x[0], 0.5 * kappa * (x[0] - m) * (x[0] - m) + offset};
  }
  if (c.id == "washboard") {
    const double width = number("width", 0.3), offset = number("c", 0.1);
    std::vector<double> q{0.5 * x[0] * x[0]};
    for (int j = 0; j < number("wells", 4); ++j) {
      const double m = 2 + j, kappa = ((m - width) * (m - width) - 2 * offset) / (width * width);
      q.push_back(0.5 * kappa * std::pow(std::abs(x[0]) - m, 2) + offset);
    }
    return q;
  }
  if (c.id == "ring_of_wells") {
    const int wells = static_cast<int>(number("K", 8));
    std::vector<double> q{0.5 * x.squaredNorm()};
    for (int j = 1; j <= wells; ++j) {
      const double angle = 2 * M_PI * j / wells, r = number("radius", 2);
      const Vector m{{r * std::cos(angle), r * std::sin(angle)}};
      q.push_back(0.5 * number("kappa", 12) * (x - m).squaredNorm() + number("c", 0.5));
    }
    return q;
  }
  if (c.id == "abs" && x.size() == 2 && c.params.contains("form"))
    return {std::abs(x[0] - number("c", 0.3)), std::abs(x[1] - number("c", 0.3))};
  return {};
}

// True if no kink (and for the soft ring no bend that differences cannot follow) lies within about 0.02 of x.
inline bool smooth_around(const Case& c, const Vector& x) {
  if (c.id == "abs") {
    const double centre = c.params.contains("c") ? std::get<double>(c.params.at("c")) : 0.3;
    for (const double coordinate : x)
      if (std::abs(coordinate - centre) < 0.02) return false;
  }
  if (c.id == "quintic_dent" && (std::abs(x[0] - 2) < 0.02 || std::abs(x[0] - 3) < 0.02)) return false;
  if (c.id == "relu_uv" && std::abs(x[1]) < 0.02) return false;
  if (c.id == "ackley" && x.norm() < 0.05) return false;
  auto q = pieces(c, x);
  if (q.size() < 2) return true;
  std::ranges::sort(q);
  return q[1] - q[0] > (c.id == "abs" ? 0.04 : 2.0);  // the slopes of these differ by less than 100
}

}  // namespace steplab
