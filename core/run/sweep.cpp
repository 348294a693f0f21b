#include "core/run/sweep.h"

#include "core/base/math.h"
#include "core/base/text.h"
#include "core/run/fields.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace steplab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Enough lanes to keep every worker's tiles full; few enough that a batch's results stay small.
constexpr std::size_t kBatchReplicates = 8192;
// Every landscape of a batch is in memory at once, and a finite sum may hold 10⁶ numbers.
constexpr int kBatchLandscapes = 16;
constexpr int kMostAxisValues = 1000000;

constexpr std::string_view kAxisForms = "allowed: NAME=from:to:count, NAME=from:to:count:log or NAME=a,b,c";

[[noreturn]] void refuse_axis(std::string_view text, std::string_view place, const std::string& why) {
  throw InputError(place, "'" + printable(shortened(text, 120)) + "' " + why + "; " + std::string(kAxisForms));
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += (c == '(') - (c == ')');
    if (c == separator && depth <= 0)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

/// Numbers computed in double carry noise in the last digits (0.010000000000000002): 15 digits are what they are good
/// for.
double tidy(double x) {
  std::array<char, 40> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), x, std::chars_format::general, 15).ptr;
  double rounded = x;
  std::from_chars(digits.data(), end, rounded);
  return rounded;
}

double range_value(const SweepAxis& axis, int i) {
  if (i == 0) return axis.from;
  if (i == axis.count - 1) return axis.to;
  const double share = static_cast<double>(i) / (axis.count - 1);
  if (!axis.logarithmic) return tidy(axis.from + share * (axis.to - axis.from));
  const double low = steplab::log(axis.from);
  return tidy(steplab::exp(low + share * (steplab::log(axis.to) - low)));
}

bool is_whole(const ParamSpec& field) { return field.kind == ParamKind::kInteger || field.kind == ParamKind::kSwitch; }

/// The grid: which value of every axis, and which spec, a cell has.
class Grid {
 public:
  Grid(std::span<const RunSpec> specs, std::span<const SweepAxis> axes, std::string_view place,
       const std::stop_token& stop)
      : specs_(specs), axes_(axes), place_(place) {
    if (specs.empty()) throw InputError(place, "there is no run to sweep; allowed: one run or more");
    double cells = static_cast<double>(specs.size());
    for (const auto& axis : axes) {
      check_repeats(axis);
      values_.push_back(axis_values(axis, field_spec(specs[0], axis.name, place_)));
      cells *= static_cast<double>(values_.back().size());
    }
    if (cells > kMostCells)
      throw InputError(
          place, steplab::to_text(cells) + " cells are too many; allowed: at most " + steplab::to_text(kMostCells));
    cells_ = static_cast<std::size_t>(cells);
    for (std::size_t a = 0; a < axes.size(); ++a) try_values(a, stop);
  }

  std::size_t cells() const { return cells_; }
  std::size_t row(std::size_t cell) const { return cell % specs_.size(); }

  std::vector<std::string> values(std::size_t cell) const {
    std::vector<std::string> chosen(axes_.size());
    std::size_t rest = cell / specs_.size();
    for (std::size_t a = axes_.size(); a-- > 0; rest /= values_[a].size())
      chosen[a] = values_[a][rest % values_[a].size()];
    return chosen;
  }

  RunSpec spec(std::size_t cell) const {
    RunSpec spec = specs_[row(cell)];
    const auto chosen = values(cell);
    for (const bool families : {true, false})  // an id first: a new choice drops the parameters of the old one
      for (std::size_t a = 0; a < axes_.size(); ++a)
        if ((axes_[a].name.find('.') == std::string::npos) == families)
          set_field_text(spec, axes_[a].name, chosen[a], place_);
    return spec;
  }

 private:
  void check_repeats(const SweepAxis& axis) const {
    if (std::ranges::count(axes_, axis.name, &SweepAxis::name) > 1)
      throw InputError(place_,
                       "'" + printable(shortened(axis.name, 80)) + "' is given twice; allowed: one axis for each name");
  }

  /// Every value of an axis on every spec, so that a bad one is refused before anything is run.
  void try_values(std::size_t a, const std::stop_token& stop) const {
    const bool parameter = axes_[a].name.find('.') != std::string::npos;
    const std::string family = axes_[a].name.substr(0, axes_[a].name.find('.'));
    const bool chosen_by_axis = parameter && std::ranges::find(axes_, family, &SweepAxis::name) != axes_.end();
    if (chosen_by_axis) return;  // which parameters there are depends on the other axis: spec() checks
    for (const auto& original : specs_) {
      RunSpec spec = original;
      for (const auto& value : values_[a]) {
        if (stop.stop_requested()) return;  // nothing will be run
        set_field_text(spec, axes_[a].name, value, place_);
      }
    }
  }

  std::span<const RunSpec> specs_;
  std::span<const SweepAxis> axes_;
  std::string place_;
  std::vector<std::vector<std::string>> values_;
  std::size_t cells_ = 0;
};

/// The specs of the cells from `first` on that fit into one batch: at least one.
std::vector<RunSpec> next_batch(const Grid& grid, std::size_t first) {
  std::vector<RunSpec> batch;
  std::size_t replicates = 0;
  int landscapes = 0;
  for (std::size_t cell = first; cell < grid.cells(); ++cell) {
    RunSpec spec = grid.spec(cell);
    replicates += static_cast<std::size_t>(spec.seeds);
    landscapes += batch.empty() || batch.back().landscape != spec.landscape;
    if (!batch.empty() && (replicates > kBatchReplicates || landscapes > kBatchLandscapes)) break;
    batch.push_back(std::move(spec));
  }
  return batch;
}

/// What a cell's combination of values makes impossible (a start of another landscape's dimension) shows only here.
Results simulate_batch(const std::vector<RunSpec>& batch, const SweepOptions& options, SweepProgress& progress,
                       std::string_view place) {
  try {
    return simulate(batch, {}, {.workers = options.workers, .stop = options.stop, .progress = &progress.batch});
  } catch (const InputError& error) {
    throw InputError(place, error.what());
  }
}

/// Sorts, with a look at `stop` every so many comparisons. False, in some order, after a stop request.
bool sort_unless_stopped(std::vector<double>& list, const std::stop_token& stop) {
  constexpr int kLook = 65536;
  struct Stopped {};
  int comparisons = 0;
  try {
    std::ranges::sort(list, [&](double a, double b) {
      if (++comparisons % kLook == 0 && stop.stop_requested()) throw Stopped();
      return a < b;
    });
  } catch (const Stopped&) {  // there is no other way out of a sort
    return false;
  }
  return true;
}

/// Nothing after a stop request that comes before it is done.
std::optional<CellSummary> summary_of(std::span<const Outcome> outcomes, const std::stop_token& stop) {
  assert(!outcomes.empty());
  CellSummary summary{.seeds = static_cast<int>(outcomes.size())};
  std::vector<double> losses;
  double sum = 0;
  int reached_count = 0;
  for (const auto& outcome : outcomes) {
    const bool lost = outcome.status == RunStatus::kDiverged || !std::isfinite(outcome.loss);
    losses.push_back(lost ? kInfinity : outcome.loss);
    sum += losses.back();
    summary.diverged += outcome.status == RunStatus::kDiverged;
    reached_count += outcome.reached;
  }
  if (!sort_unless_stopped(losses, stop)) return {};
  summary.mean = sum / summary.seeds;
  summary.median = quantile(losses, 0.5);
  summary.q10 = quantile(losses, 0.1);
  summary.q90 = quantile(losses, 0.9);
  summary.reached = static_cast<double>(reached_count) / summary.seeds;
  return summary;
}

bool is_complete(const SpecResults& results) {
  return !results.outcomes.empty() &&
         std::ranges::none_of(results.outcomes, [](const Outcome& o) { return o.status == RunStatus::kCancelled; });
}

}  // namespace

SweepAxis parse_axis(std::string_view text, std::string_view place) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0) refuse_axis(text, place, "has no NAME=");
  SweepAxis axis{.name = field_name(text.substr(0, equals))};
  const std::string_view list = text.substr(equals + 1);
  const auto colon = split(list, ':');
  if (colon.size() == 1) {
    axis.values = split(list, ',');
    if (std::ranges::find(axis.values, "") != axis.values.end()) refuse_axis(text, place, "has an empty value");
    return axis;
  }
  const bool log = colon.size() == 4 && colon[3] == "log";
  if (colon.size() != 3 && !log) refuse_axis(text, place, "is no range");
  axis.from = parse_number(colon[0], place);
  axis.to = parse_number(colon[1], place);
  const double count = parse_number(colon[2], place);
  if (!(count >= 1 && count <= kMostAxisValues && count == std::floor(count)))
    refuse_axis(
        text, place,
        "has count " + colon[2].substr(0, 40) + ", not a whole number from 1 to " + std::to_string(kMostAxisValues));
  axis.count = static_cast<int>(count);
  axis.logarithmic = log;
  if (log && !(axis.from > 0 && axis.to > 0))
    refuse_axis(text, place, "has an end that is not above 0 on a logarithmic axis");
  if (axis.count == 1 && axis.from != axis.to) refuse_axis(text, place, "has two ends but count 1");
  return axis;
}

std::vector<std::string> split_list(std::string_view text) { return split(text, ','); }

std::string to_text(const SweepAxis& axis) {
  std::string text = axis.name + "=";
  if (axis.values.empty())
    return text + to_text(axis.from) + ":" + to_text(axis.to) + ":" + std::to_string(axis.count) +
           (axis.logarithmic ? ":log" : "");
  for (std::size_t i = 0; i < axis.values.size(); ++i) text += (i ? "," : "") + axis.values[i];
  return text;
}

std::vector<std::string> axis_values(const SweepAxis& axis, const ParamSpec& field) {
  if (!axis.values.empty()) return axis.values;
  std::vector<std::string> values;
  for (int i = 0; i < axis.count; ++i) {
    const double x = range_value(axis, i);
    const std::string text = to_text(is_whole(field) ? std::floor(x + 0.5) : x);
    if (values.empty() || values.back() != text) values.push_back(text);
  }
  return values;
}

double quantile(std::span<const double> ascending, double p) {
  assert(!ascending.empty());
  const double position = p * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double share = position - static_cast<double>(below);
  if (share == 0) return ascending[below];
  const double low = ascending[below], high = ascending[below + 1];
  if (high == kInfinity) return kInfinity;
  return low + share * (high - low);
}

CellSummary summarise(std::span<const Outcome> outcomes) { return *summary_of(outcomes, {}); }

double SweepProgress::share() const {
  const double cells = static_cast<double>(cells_total.load());
  if (cells == 0) return 0;
  const double steps = static_cast<double>(batch.total.load());
  const double in_batch = steps > 0 ? std::min(1.0, static_cast<double>(batch.done.load()) / steps) : 0;
  return (static_cast<double>(cells_done.load()) + in_batch * static_cast<double>(batch_cells.load())) / cells;
}

bool sweep(std::span<const RunSpec> specs, std::span<const SweepAxis> axes, const SweepOptions& options,
           std::string_view place, const std::function<void(const CellSummary&)>& on_cell) {
  const Grid grid(specs, axes, place, options.stop);
  SweepProgress unseen;
  SweepProgress& progress = options.progress ? *options.progress : unseen;
  progress.cells_total = static_cast<std::int64_t>(grid.cells());
  bool complete = !options.stop.stop_requested();
  for (std::size_t cell = 0; cell < grid.cells() && complete;) {
    const auto batch = next_batch(grid, cell);
    progress.batch.done = progress.batch.total = 0;
    progress.batch_cells = static_cast<std::int64_t>(batch.size());
    const Results results = simulate_batch(batch, options, progress, place);
    for (const auto& result : results) {
      if (!is_complete(result)) {
        complete = false;
        ++cell;
        continue;
      }
      auto summary = summary_of(result.outcomes, options.stop);
      if (!summary) {
        complete = false;
        break;
      }
      summary->values = grid.values(cell);
      summary->row = grid.row(cell);
      on_cell(*summary);
      ++cell;
    }
    progress.batch_cells = 0;
    progress.cells_done = static_cast<std::int64_t>(cell);
  }
  return complete;
}

}  // namespace steplab
