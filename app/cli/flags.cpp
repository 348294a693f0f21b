#include "app/cli/flags.h"

#include "app/cli/notes.h"
#include "core/base/text.h"
#include "core/run/fields.h"
#include "core/scene/file.h"
#include "core/scene/shipped.h"

#include <algorithm>

namespace steplab {
namespace {

void set_landscape(Scene& scene, const std::string& text) {
  const Choice chosen = choice_from_text("landscape", text, "--landscape");
  if (chosen.id != scene.landscape.id) scene.start.clear();  // a start belongs to its landscape
  scene.landscape = chosen;
}

/// The first row with each of these as its rate.
void set_rates(Scene& scene, const std::vector<Choice>& rates) {
  const SceneRun first = scene.runs.front();
  scene.runs.clear();
  for (const auto& rate : rates)
    scene.runs.push_back({.rate = rate, .optimizer = first.optimizer, .step_size = first.step_size});
}

/// --schedules takes rate rules, too: their ids do not overlap.
std::vector<Choice> rates_from_text(const std::string& text) {
  std::vector<Choice> rates;
  for (const auto& part : split_list(text)) {
    const Choice named = parse_choice(part, "--schedules");
    rates.push_back(checked_choice(is_rate_rule(named.id) ? "rule" : "schedule", named, "--schedules"));
  }
  return rates;
}

void set_choices(Scene& scene, const Flags& flags) {
  if (flags.schedule && flags.rule) throw InputError("--rule", "given beside --schedule; allowed: one of the two");
  if (flags.schedules && (flags.schedule || flags.rule))
    throw InputError("--schedules", "given beside --schedule or --rule; allowed: one of the three");
  if (flags.landscape) set_landscape(scene, *flags.landscape);
  if (flags.oracle) scene.oracle = choice_from_text("oracle", *flags.oracle, "--oracle");
  if (flags.projection) scene.projection = choice_from_text("projection", *flags.projection, "--projection");
  if (flags.schedule) set_rates(scene, {choice_from_text("schedule", *flags.schedule, "--schedule")});
  if (flags.rule) set_rates(scene, {choice_from_text("rule", *flags.rule, "--rule")});
  if (flags.schedules) set_rates(scene, rates_from_text(*flags.schedules));
  if (flags.optimizer)
    for (auto& run : scene.runs) run.optimizer = choice_from_text("optimizer", *flags.optimizer, "--optimizer");
}

double number_from(const ParamSpec& field, const std::string& text, std::string_view place) {
  return std::get<double>(checked_value(field, text, place));
}

void set_numbers(Scene& scene, const Flags& flags) {
  if (flags.step_size)
    for (auto& run : scene.runs) run.step_size = number_from(run_field("step_size"), *flags.step_size, "--step-size");
  if (flags.rho) scene.rho = number_from(run_field("rho"), *flags.rho, "--rho");
  if (flags.steps) scene.steps = parse_whole(run_field("steps"), *flags.steps, "--steps");
  if (flags.start)
    scene.start = std::get<std::vector<double>>(checked_value(run_field("start"), *flags.start, "--start"));
  if (flags.seed) scene.seed = parse_seed(*flags.seed, "--seed");
  if (flags.seeds) scene.seeds = parse_whole(run_field("seeds"), *flags.seeds, "--seeds");
  if (flags.reach) scene.reach = number_from(run_field("reach"), *flags.reach, "--reach");
  if (flags.workers) scene.workers = parse_whole(scene_field("workers"), *flags.workers, "--workers");
  if (flags.every) scene.every = parse_whole(scene_field("every"), *flags.every, "--every");
  if (flags.columns) {
    if (*flags.columns != "preconditioned_sharpness")
      throw InputError("--columns", "'" + flags.columns->substr(0, 80) +
                                        "' is no further column; allowed: preconditioned_sharpness");
    scene.preconditioned_sharpness = true;
  }
}

void set_axes(Scene& scene, const Flags& flags) {
  if (flags.over.empty()) return;
  scene.sweep.clear();
  for (const auto& text : flags.over) scene.sweep.push_back(parse_axis(text, "--over"));
}

/// "--start" for "start" if that flag was given, else "".
std::string flag_for(std::string_view field, const Flags& flags) {
  const std::pair<std::string_view, bool> given[] = {
      {"landscape", flags.landscape.has_value()},
      {"optimizer", flags.optimizer.has_value()},
      {"schedule", flags.schedule || flags.schedules},
      {"rule", flags.rule || flags.schedules},
      {"oracle", flags.oracle.has_value()},
      {"projection", flags.projection.has_value()},
      {"step_size", flags.step_size.has_value()},
      {"rho", flags.rho.has_value()},
      {"steps", flags.steps.has_value()},
      {"start", flags.start.has_value()},
      {"seeds", flags.seeds.has_value()},
      {"reach", flags.reach.has_value()},
  };
  for (const auto& [name, is_given] : given) {
    if (name != field || !is_given) continue;
    std::string flag = "--" + std::string(name);
    std::ranges::replace(flag, '_', '-');
    return flag;
  }
  return "";
}

/// "runs[0].start: …" as "--start: …" or "FILE: start: …". Fields that all rows share do not name a row.
std::string blame(std::string_view line, const Flags& flags) {
  const std::string source = flags.scene.empty() ? "" : flags.scene + ": ";
  const auto bracket = line.find("].");
  if (!line.starts_with("runs[") || bracket == line.npos) return source + std::string(line);
  const std::string_view rest = line.substr(bracket + 2);
  const std::string_view field = rest.substr(0, rest.find_first_of(".: "));
  if (const std::string flag = flag_for(field, flags); !flag.empty())
    return flag + std::string(rest.substr(field.size()));
  const bool of_the_row = field == "schedule" || field == "rule" || field == "optimizer" || field == "step_size";
  return source + std::string(of_the_row && !flags.scene.empty() ? line : rest);
}

}  // namespace

Setting parse_setting(std::string_view text, std::string_view place) {
  const auto equals = text.find('=');
  if (equals == text.npos || equals == 0)
    throw InputError(place, "'" + std::string(text.substr(0, 80)) +
                                "' has no NAME=; allowed: FAMILY.NAME=VALUE such as schedule.warmup=0.1");
  return {field_name(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

int parse_whole(const ParamSpec& field, std::string_view text, std::string_view place) {
  return static_cast<int>(std::get<double>(checked_value(field, std::string(text), place)));
}

Scene named_scene(const Flags& flags, const Scene& unnamed) {
  return flags.scene.empty() ? unnamed : find_scene(flags.scene);
}

Scene overridden(Scene scene, const Flags& flags) {
  set_choices(scene, flags);
  for (const auto& text : flags.set) {
    const auto [name, value] = parse_setting(text, "--set");
    set_field_text(scene, name, value, "--set");
    settle_rows(scene, name);
  }
  set_numbers(scene, flags);
  if (flags.step_size) settle_rows(scene, "step_size");
  if (flags.optimizer) settle_rows(scene, "optimizer");
  set_axes(scene, flags);
  return scene;
}

Scene scene_of(const Flags& flags, const Scene& unnamed) { return overridden(named_scene(flags, unnamed), flags); }

void tell_left_out(const Scene& scene, const Flags& flags, std::string_view lab, bool no_sweep,
                   const Session& session) {
  if (flags.scene.empty()) return;
  std::string text;
  if (scene.lab.id != lab && scene.lab.id != Scene{}.lab.id) {
    std::string name = scene.lab.id;
    std::ranges::replace(name, '_', '-');
    text = "a scene of the lab " + name + ", whose settings and notes are left out here ('lab " + name + " " +
           flags.scene + "' shows its figure)";
  }
  if (no_sweep && !scene.sweep.empty())
    text += std::string(text.empty() ? "" : "; ") + "the axes of its sweep are left out here ('sweep " + flags.scene +
            "' runs them)";
  if (!text.empty()) note(flags.scene + ": " + text, session);
}

void refuse_with_blame(const InputError& error, const Flags& flags) {
  const std::string line = blame(error.what(), flags);
  const auto colon = line.find(": ");
  throw InputError(line.substr(0, colon), line.substr(colon + 2));
}

void check_csv_name(const std::optional<std::string>& csv) {
  if (csv) check_suffix(*csv, {"csv", "txt", "dat"}, "--csv");
}

void check_scene(const Scene& scene, const Flags& flags) {
  check_csv_name(flags.csv);
  if (flags.save) check_suffix(*flags.save, {"json"}, "--save");
  if (flags.save && flags.csv && *flags.save == *flags.csv && *flags.csv != "-")
    throw InputError("--save",
                     "'" + shortened(*flags.save, 80) + "' is where --csv writes, too; allowed: another file");
  try {
    check(scene, "");
  } catch (const InputError& error) {
    refuse_with_blame(error, flags);
  }
}

}  // namespace steplab
