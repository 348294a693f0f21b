#include "app/cli/warmup_tables.h"

#include "app/cli/output.h"

#include <cmath>

namespace steplab {
namespace {

std::string regime_at(const WarmupStrip& strip, std::size_t row) {
  for (const RegimeSpan& span : strip.regimes)
    if (row >= span.first && row <= span.last) return name_of(span.regime);
  return "";
}

/// What happened at a step: "step 5: loss rose 27×, catapult" without its beginning.
std::string event_at(const WarmupStrip& strip, int step) {
  std::string words;
  for (const Event& event : strip.events) {
    if (event.step != step) continue;
    const std::string text = to_text(event);
    const auto colon = text.find(": ");
    words += (words.empty() ? "" : "; ") + (colon == text.npos ? text : text.substr(colon + 2));
  }
  return words;
}

/// What is not known is left empty.
std::string known(double value, NumberText text) { return std::isnan(value) ? "" : text(value); }
std::string at(const std::vector<double>& values, std::size_t row, NumberText text) {
  return row < values.size() ? known(values[row], text) : "";
}

const char* yes_or_no(bool yes) { return yes ? "yes" : "no"; }

}  // namespace

TextTable strip_header() { return {{"run", "t", "step_size", "loss", "sharpness", "threshold", "regime", "event"}}; }

void add_strip(const std::string& run, const Trajectory& path, const WarmupStrip& strip, NumberText text,
               TextTable& table) {
  for (std::size_t row = 0; row < path.rows(); ++row)
    table.push_back({run, std::to_string(path.step[row]), at(path.step_size, row, text), at(path.loss, row, text),
                     at(strip.sharpness, row, text), at(strip.threshold, row, text), regime_at(strip, row),
                     event_at(strip, path.step[row])});
}

TextTable map_header() { return {{"optimizer", "step_size", "warmup", "status", "final_loss", "peak_loss"}}; }

void add_map(const Choice& optimizer, const WarmupMap& map, NumberText text, TextTable& table) {
  for (const WarmupCell& cell : map.cells)
    table.push_back({optimizer.id, text(cell.step_size), std::to_string(cell.warmup), name_of(cell.status),
                     text(cell.final_loss), text(cell.peak_loss)});
}

TextTable eta_init_header() {
  return {{"target", "warmup", "pass", "stage", "step_size", "loss", "rose", "low", "high"}};
}

void add_eta_init(const EtaInitSpec& spec, const EtaInit& found, NumberText text, TextTable& table) {
  const std::string target = text(spec.target), warmup = std::to_string(spec.warmup);
  table.push_back({target, warmup, "1", "start", text(0), text(found.loss), "no", "", ""});
  int pass = 1;
  for (const CriticalTrial& trial : found.trials) {
    const bool doubling = trial.stage == CriticalTrial::Stage::kDoubling;
    const std::string low = trial.high > 0 ? text(trial.low) : "", high = trial.high > 0 ? text(trial.high) : "";
    table.push_back({target, warmup, std::to_string(++pass), doubling ? "double" : "halve", text(trial.step_size),
                     text(trial.loss), yes_or_no(trial.rose), low, high});
  }
}

TextTable eta_init_summary_header() {
  return {{"target", "warmup", "eta_c", "eta_init", "passes", "catapult", "low", "high", "t_reach", "t_save"}};
}

void add_eta_init_summary(const EtaInitSpec& spec, const EtaInit& found, NumberText text, TextTable& table) {
  table.push_back({text(spec.target), std::to_string(spec.warmup), text(found.eta_c), text(found.eta_init),
                   std::to_string(found.passes),
                   found.catapult ? "yes"
                   : found.beyond ? "beyond"
                                  : "no",
                   text(found.low), text(found.high), text(found.reach), text(found.saved)});
}

TextTable gi_adam_table(const GiAdamResults& results, NumberText text) {
  TextTable table = {{"optimizer", "step_size", "warmup", "peak_over_initial", "rises"}};
  for (const AdamStart* start : {&results.adam, &results.gi_adam})
    for (const CatapultSize& cell : start->cells)
      table.push_back({start->optimizer.id, text(cell.step_size), std::to_string(cell.warmup), text(cell.peak),
                       std::to_string(cell.rises)});
  return table;
}

TextTable gi_adam_summary(const GiAdamResults& results, NumberText text) {
  TextTable table = {{"optimizer", "sharpness", "first_step_bound", "late_bound", "eta_c", "ratio", "expected_ratio"}};
  for (const AdamStart* start : {&results.adam, &results.gi_adam})
    table.push_back({start->optimizer.id, text(start->sharpness), text(start->first_step_bound),
                     text(start->late_bound), known(start->eta_c, text), text(results.ratio),
                     text(results.expected_ratio)});
  return table;
}

TextTable chaos_table(const Bifurcation& found, NumberText text) {
  TextTable table = {{"step_size", "status", "period", "state", "output", "closed_low", "closed_high"}};
  for (const EndStates& end : found.ends) {
    const std::string low = end.closed_form ? text(end.closed_form->first) : "";
    const std::string high = end.closed_form ? text(end.closed_form->second) : "";
    const std::size_t states = end.period > 0 ? static_cast<std::size_t>(end.period) : end.outputs.size();
    if (end.diverged) table.push_back({text(end.step_size), "diverged", "0", "", "", low, high});
    for (std::size_t k = 0; k < states; ++k)
      table.push_back({text(end.step_size), "bounded", std::to_string(end.period), std::to_string(k),
                       text(end.outputs[k]), low, high});
  }
  return table;
}

std::string csv_of(const TextTable& table) {
  std::string csv;
  for (const auto& row : table) {
    for (std::size_t i = 0; i < row.size(); ++i) csv += (i ? "," : "") + csv_field(row[i]);
    csv += "\n";
  }
  return csv;
}

std::string warmup_help() {
  return "Why does a rising step size let training bear a larger one? (Kalra & Barkeshli 2024, arXiv 2406.09405)\n"
         "Without SCENE: uv from (5, 0.3), label noise ±0.01 in strip and heatmap on uv and tied_chain, else "
         "exact,\n"
         "T = 4096, SGD with η = 0.4525 and warm-ups of 1, 16, 64, 256. The figures but strip are about the selected "
         "run.\n"
         "Warm-up of T_wrm updates: update t = 1, 2, … uses min(η, η t/T_wrm); T_wrm = 1 is none; then the run's "
         "schedule.\n"
         "strip     run,t,step_size,loss,sharpness,threshold,regime,event: state after t updates. threshold: c/η_t "
         "(c = 2;\n"
         "          2 + 2β for momentum; (2 + 2β₁)/(1 − β₁) = 38 for Adam, whose pre-conditioned sharpness this is; in "
         "row 0\n"
         "          what holds for the first update: 2, 20). regime, while η climbs: C1 the sharpness rises by itself, "
         "C2 it\n"
         "          falls by itself, C3 it keeps still; this rule is ours: moves of 10 % while no catapult is under "
         "way.\n"
         "heatmap   optimizer,step_size,warmup,status,final_loss,peak_loss. status: trained (final loss below --share "
         "of "
         "the\n"
         "          initial one), failed, diverged (loss beyond 1e6 times max(1, initial), or a coordinate beyond "
         "1e30).\n"
         "          final_loss: mean exact loss over the last --window states (at most T/4), inf if diverged. "
         "peak_loss: the\n"
         "          largest at any state. Several --seeds: medians; trained if half of them are.\n"
         "eta-init  target,warmup,pass,stage,step_size,loss,rose,low,high: every forward pass of the search (double, "
         "then\n"
         "          halve) with the interval after it. --summary: target,warmup,eta_c,eta_init,passes,catapult,low,"
         "high,\n"
         "          t_reach,t_save: η_t = min(η, η_init + η t/T_wrm) arrives at t_reach and saves t_save updates, a "
         "pass\n"
         "          counted as half of one. catapult beyond: only beyond the target, which\n"
         "          η_init then is; no: at no step size, η_init is a tenth of the target.\n"
         "gi-adam   optimizer,step_size,warmup,peak_over_initial,rises within --steps updates (100). --summary: "
         "optimizer,\n"
         "          sharpness,first_step_bound,late_bound,eta_c,ratio,expected_ratio: pre-conditioned sharpness at the "
         "start,\n"
         "          20 and 38 over it, where the first update raises the loss, GI-Adam's sharpness over Adam's, √(1 − "
         "β₂).\n"
         "chaos     step_size,status,period,state,output,closed_low,closed_high: outputs x·uv at the end, one line "
         "each\n"
         "          (period 0: no short one); closed forms of the period-2 orbit for 1 < ηx|y| < √5 − 1. Derived in "
         "docs/notes/sharpness.md, 9.1.";
}

}  // namespace steplab
