#include "app/cli/flag_options.h"

#include "core/run/fields.h"

#include <CLI/CLI.hpp>

namespace steplab {

CLI::Option* add_text(CLI::App& app, const std::string& names, OptionText& value, const std::string& meaning,
                      const std::string& type) {
  return app
      .add_option_function<std::string>(
          names, [&value](const std::string& text) { value = text; }, meaning)
      ->type_name(type);
}

CLI::Option* add_texts(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                       const std::string& meaning, const std::string& type) {
  return app
      .add_option_function<std::vector<std::string>>(
          name, [&values](const std::vector<std::string>& texts) { values = texts; }, meaning)
      ->type_name(type)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::string described(const ParamSpec& field) { return field.meaning + " (" + allowed_text(field) + ")"; }

void add_scene_flags(CLI::App& app, Flags& flags) {
  app.add_option_function<std::string>(
         "SCENE", [&flags](const std::string& text) { flags.scene = text; },
         "a shipped scene (list scenes) or a file; the flags override its fields")
      ->type_name("");
  add_text(app, "--landscape", flags.landscape, "the loss (list landscapes)", "ID");
  add_text(app, "--optimizer", flags.optimizer, "the update rule of every run (list optimizers)", "ID");
  add_text(app, "--schedule", flags.schedule, "one run with this schedule (list schedules)", "ID");
  add_text(app, "--rule", flags.rule, "one run with this rate rule (list rules)", "ID");
  add_text(app, "--schedules", flags.schedules, "one run with each of these schedules or rate rules", "ID,ID,...");
  add_text(app, "--oracle", flags.oracle, "where gradients come from (list oracles)", "ID");
  add_text(app, "--projection", flags.projection, "what iterates are pulled back to (list projections)", "ID");
  add_texts(app, "--set", flags.set, "a parameter, e.g. schedule.warmup=0.1 (describe ID)", "FAMILY.NAME=V");
  add_text(app, "--step-size", flags.step_size, described(run_field("step_size")), "NUMBER");
  add_text(app, "--rho", flags.rho, described(run_field("rho")), "NUMBER");
  add_text(app, "--steps", flags.steps, described(run_field("steps")), "T");
  add_text(app, "--start", flags.start, run_field("start").meaning, "X,Y,...");
  add_text(app, "--seed", flags.seed, run_field("seed").meaning + " (a whole number, 0 ≤ seed < 2^64)", "N");
  add_text(app, "--seeds", flags.seeds, described(run_field("seeds")), "N");
  add_text(app, "--reach", flags.reach, described(run_field("reach")), "NUMBER");
  add_text(app, "--workers", flags.workers, described(scene_field("workers")), "N");
  add_text(app, "--csv", flags.csv, "write CSV to this file, - for standard output", "FILE");
  add_text(app, "--save", flags.save, "write the scene with these flags in it", "FILE");
}

}  // namespace steplab
