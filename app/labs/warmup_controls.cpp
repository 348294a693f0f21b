#include "app/labs/lab_settings.h"
#include "app/labs/warmup_page.h"
#include "app/panels/panels.h"
#include "app/widgets/choice_editor.h"
#include "app/widgets/slider.h"
#include "core/analysis/stability_edge.h"
#include "core/analysis/warmup_starts.h"
#include "core/catalog.h"
#include "core/run/fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace steplab {
namespace {

struct Word {
  const char* id;
  const char* shown;
};
constexpr std::array<Word, 4> kOptimizers = {
    {{"sgd", "SGD"}, {"heavy_ball", "momentum"}, {"adam", "Adam"}, {"gi_adam", "GI-Adam"}}};
constexpr std::array<Word, 5> kModels = {{{"uv", "uv model"},
                                          {"tied_chain", "tied chain"},
                                          {"exp_valley", "exponential valley"},
                                          {"relu_uv", "ReLU uv"},
                                          {"mlp", "MLP 2-m-1"}}};

template <std::size_t n>
std::vector<std::string> shown_of(const std::array<Word, n>& words) {
  std::vector<std::string> shown;
  for (const Word& word : words) shown.emplace_back(word.shown);
  return shown;
}
template <std::size_t n>
std::string shown_of(const std::array<Word, n>& words, const std::string& id) {
  const auto found = std::ranges::find(words, id, [](const Word& word) { return std::string(word.id); });
  return found == words.end() ? "" : found->shown;
}
template <std::size_t n>
const char* id_of(const std::array<Word, n>& words, const std::string& shown) {
  return std::ranges::find(words, shown, [](const Word& word) { return std::string(word.shown); })->id;
}

void warmup_row(Ui& ui) {
  Scene& scene = ui.session.draft;
  const std::size_t run = warmup_run(scene);
  double value = warmup_of(scene, run);
  const SliderRange range{.low = 1,
                          .high = static_cast<double>(std::max(scene.steps, 2)),
                          .logarithmic = true,
                          .whole = true,
                          .allowed_low = 1,
                          .allowed_high = 1e9};
  const std::string help =
      "warm-up length of the selected run, in updates: update t = 1, 2, … uses η t/T_wrm until the target is reached; "
      "1: the target at once (Kalra & Barkeshli 2024)";
  if (!slider_row(ui, {.id = "warmup_length", .label = "T_wrm", .help = help, .initial = 1}, range, value)) return;
  set_warmup(scene.runs[run], static_cast<int>(std::lround(value)));
}

/// c at the start: the target times the sharpness there.
std::string target_words(const Ui& ui) {
  const auto* picture = ui.session.picture();
  if (!picture || !picture->landscape || picture->scene.landscape != ui.session.draft.landscape) return "";
  const std::size_t run = warmup_run(ui.session.draft);
  if (run >= picture->runs.size() || picture->runs[run].results.trajectories.empty()) return "";
  const Trajectory& path = picture->runs[run].results.trajectories[0];
  const bool adaptive = picture->runs[run].adaptive;
  const auto& sharpness = adaptive ? path.preconditioned_sharpness : path.sharpness;
  if (sharpness.empty() || !std::isfinite(sharpness[0])) return "";
  const double target = target_of(ui.session.draft);
  const auto stability = stability_of(ui.session.draft.runs[run].optimizer);
  std::string words = std::string(adaptive ? "P⁻¹λ" : "λ") + " at the start " + short_number(sharpness[0]) +
                      ", times η: " + short_number(target * sharpness[0]);
  if (stability) words += " (first update stable below " + short_number(target * stability->first.at(target)) + ")";
  return words;
}

void target_row(Ui& ui) {
  Scene& scene = ui.session.draft;
  double value = target_of(scene);
  const ParamSpec& spec = run_field("step_size");
  const SliderRange range{
      .low = 1e-3, .high = 10, .logarithmic = true, .allowed_low = 0, .allowed_high = spec.max, .low_open = true};
  const std::string help =
      "target step size η_trgt: where warm-up leads; of all runs while they have it in common, else of the selected "
      "one";
  if (slider_row(ui, {.id = "eta_target", .label = "η target", .help = help, .initial = value}, range, value))
    set_target(scene, value);
}

void optimizer_row(Ui& ui) {
  Scene& scene = ui.session.draft;
  const Choice before = scene.runs[warmup_run(scene)].optimizer;
  std::string shown = shown_of(kOptimizers, before.id);
  if (!segmented(ui, "optimizers", shown_of(kOptimizers), shown)) return;
  const bool common = std::ranges::all_of(scene.runs, [&](const SceneRun& run) { return run.optimizer == before; });
  for (std::size_t i = 0; i < scene.runs.size(); ++i)
    if (common || i == warmup_run(scene)) scene.runs[i].optimizer = {id_of(kOptimizers, shown)};
}

Choice without_defaults(const Choice& landscape) { return checked_choice("landscape", landscape, "landscape"); }

bool is_sized(const Scene& scene, StartSize size) {
  const auto sized = sized_start(scene.landscape, size);
  return sized && without_defaults(sized->landscape) == without_defaults(scene.landscape) &&
         sized->start == scene.start;
}

void take_start(Scene& scene, StartSize size) {
  const auto sized = sized_start(scene.landscape, size);
  if (!sized) return;
  scene.landscape = without_defaults(sized->landscape);
  scene.start = sized->start;
  scene.view.window.clear();
}

/// On another model old coordinates, noise and step sizes mean nothing: the target is c/λ there, with plain updates.
void take_model(Scene& scene, const char* id) {
  constexpr double kAbove = 1.5;  // times the threshold: a catapult to see
  scene.landscape = {id};
  scene.start.clear();
  scene.oracle = {"exact"};
  scene.projection = {"domain"};
  scene.view.window.clear();
  take_start(scene, StartSize::kLarge);
  const auto landscape = make_choice(landscapes(), scene.landscape, "landscape");
  const Vector own = landscape->surroundings().start;
  const Vector start =
      scene.start.empty()
          ? own
          : Vector(Eigen::Map<const Vector>(scene.start.data(), static_cast<Eigen::Index>(scene.start.size())));
  const double sharpness = sharpness_at(*landscape, start);
  const auto& optimizer = scene.runs[warmup_run(scene)].optimizer;
  const auto stability = stability_of(optimizer);
  if (!stability || stability->preconditioned || !std::isfinite(sharpness)) return;
  const StabilityEdge& edge = stability->lasting;
  if (sharpness + edge.decay > 0)
    set_target(scene, std::strtod(short_number(kAbove * edge.factor / (sharpness + edge.decay)).c_str(), nullptr));
}

void model_rows(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "MODEL AND INITIALISATION");
  std::string model = shown_of(kModels, scene.landscape.id);
  auto words = shown_of(kModels);
  if (model.empty()) {
    model = entry_name("landscape", scene.landscape.id);
    words.push_back(model);
  }
  const std::string before = model;
  if (choose_word(ui, "model", "model", words, model, "models whose sharpness can move") && model != before)
    take_model(scene, id_of(kModels, model));
  if (!sized_start(scene.landscape, StartSize::kLarge)) {
    dim_words(ui, "no small and large initialisations for this model", ImGui::GetContentRegionAvail().x);
    return;
  }
  std::string size = is_sized(scene, StartSize::kSmall)   ? "small start"
                     : is_sized(scene, StartSize::kLarge) ? "large start"
                                                          : "";
  if (segmented(ui, "start_size", {"small start", "large start"}, size))
    take_start(scene, size == "small start" ? StartSize::kSmall : StartSize::kLarge);
}

void heat_rows(Ui& ui) {
  head(ui, "HEAT MAPS");
  edit_setting(ui, "a_optimizer", "A optimizer");
  edit_setting(ui, "b_optimizer", "B optimizer");
  edit_setting(ui, "b_start", "B start");
  if (!unfolded(ui, "warmup_map", "grid, and what is trained")) return;
  edit_setting(ui, "eta_from", "η from");
  edit_setting(ui, "eta_to", "η to");
  edit_setting(ui, "eta_count", "step sizes");
  edit_setting(ui, "warmup_powers", "T_wrm to 2^");
  edit_setting(ui, "share", "trained below");
}

void search_rows(Ui& ui) {
  head(ui, "SEARCH FOR η_INIT");
  edit_setting(ui, "delta", "δ rise");
  edit_setting(ui, "eta0", "η₀ first");
}

void gi_adam_rows(Ui& ui) {
  head(ui, "CATAPULT SIZES");
  edit_setting(ui, "gi_steps", "updates");
  if (!unfolded(ui, "warmup_gi", "step sizes and warm-ups")) return;
  edit_setting(ui, "gi_from", "η from");
  edit_setting(ui, "gi_to", "η to");
  edit_setting(ui, "gi_count", "step sizes");
  edit_setting(ui, "gi_warmups", "warm-ups");
}

void chaos_rows(Ui& ui) {
  if (!unfolded(ui, "warmup_chaos", "range and length of the diagram")) return;
  edit_setting(ui, "chaos_from", "ηx|y| from");
  edit_setting(ui, "chaos_to", "ηx|y| to");
  edit_setting(ui, "chaos_count", "step sizes");
  edit_setting(ui, "chaos_burn_in", "burn-in");
  edit_setting(ui, "chaos_keep", "kept");
}

void figure_rows(Ui& ui) {
  switch (warmup_figure(ui.session.draft)) {
    case WarmupFigure::kStrip:
      return;
    case WarmupFigure::kHeatmap:
      return heat_rows(ui);
    case WarmupFigure::kEtaInit:
      return search_rows(ui);
    case WarmupFigure::kGiAdam:
      return gi_adam_rows(ui);
    case WarmupFigure::kChaos:
      return chaos_rows(ui);
  }
}

}  // namespace

void draw_warmup_controls(Ui& ui) {
  head(ui, "WARM-UP");
  warmup_row(ui);
  target_row(ui);
  optimizer_row(ui);
  if (const std::string words = target_words(ui); !words.empty() && !is_veiled(ui.session))
    dim_words(ui, words, ImGui::GetContentRegionAvail().x);
  model_rows(ui);
  figure_rows(ui);
  draw_runs(ui);
  draw_selected_run(ui);
  draw_landscape_controls(ui);
  draw_length_controls(ui, {});
  draw_start_controls(ui);
  draw_scene_controls(ui);
}

}  // namespace steplab
