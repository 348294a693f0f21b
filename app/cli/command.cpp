#include "app/cli/command.h"

#include "app/cli/commands.h"
#include "app/cli/flag_options.h"
#include "app/cli/lab_commands.h"
#include "app/cli/output.h"
#include "app/cli/refusals.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/run/fields.h"
#include "core/run/quantile_rule.h"
#include "core/scene/shipped.h"

#include <CLI/CLI.hpp>

#include <exception>
#include <map>
#include <new>

namespace steplab {
namespace {

/// Everything CLI11 fills, and who it belongs to.
struct Line {
  std::string list, describe;
  ScheduleFlags schedule;
  OptionText schedule_steps{};
  Flags run, sweep;
  std::vector<LabCommand> labs = lab_commands();
};

void add_small_commands(CLI::App& app, Line& line) {
  std::string families;
  for (const auto& name : list_names()) families += (families.empty() ? "" : ", ") + name;
  auto* list = app.add_subcommand("list", "what there is: id <tab> one-line summary");
  list->add_option_function<std::string>(
          "FAMILY", [&line](const std::string& text) { line.list = text; }, families)
      ->type_name("");
  auto* describe = app.add_subcommand("describe", "an entry's parameters: name, default, range, unit, meaning, source");
  describe
      ->add_option_function<std::string>(
          "ID", [&line](const std::string& text) { line.describe = text; }, "an id that list shows")
      ->type_name("");
  auto* schedule = app.add_subcommand("schedule", "a schedule's factors as CSV: t,factor for t = 0 … T−1");
  schedule
      ->add_option_function<std::string>(
          "ID", [&line](const std::string& text) { line.schedule.id = text; }, "list schedules shows them")
      ->type_name("");
  add_texts(*schedule, "--set", line.schedule.set, "a parameter, e.g. schedule.warmup=0.1", "schedule.NAME=V");
  add_text(*schedule, "--steps", line.schedule_steps, described(run_field("steps")) + ", 100 if not given", "T");
}

void add_run_commands(CLI::App& app, Line& line) {
  const std::string plain =
      "Without SCENE: one plain run, which the flags change: Rosenbrock, exact gradient, SGD, constant schedule, one "
      "seed. A\n"
      "scene file is read the same way: what it does not say is what the plain run has (version 1: what the default "
      "scene had).";
  auto* run = app.add_subcommand("run", "simulate a scene: a table, or with --csv every step");
  add_scene_flags(*run, line.run);
  add_text(*run, "--every", line.run.every, described(scene_field("every")), "K");
  add_text(*run, "--columns", line.run.columns, "a further column: preconditioned_sharpness", "NAME");
  run->footer(
      plain +
      "\nCSV: run,step,x0,x1,…,loss,step_size,grad_norm,sharpness. run counts replicates, then rows: row · seeds + "
      "replicate.\nRow t is the state after t updates, with the step size that update t uses (nan after the last "
      "one). A run that\ndiverges ends at its last state inside 1e30, before row T.");
  auto* sweep = app.add_subcommand("sweep", "a grid of runs over named axes: one line for each cell");
  add_scene_flags(*sweep, line.sweep);
  add_texts(*sweep, "--over", line.sweep.over,
            "an axis: NAME=from:to:count, NAME=from:to:count:log or NAME=a,b,c, where NAME is rho, step_size, steps, … "
            "or FAMILY.NAME",
            "AXIS");
  sweep->footer(
      plain +
      "\nCSV: the axes, schedule,seeds,mean,median,q10,q90,diverged,reached (final loss; share of runs that end at\n"
      "the global minimum). Interrupted, it keeps the cells that are finished, and says how many.");
}

void add_labs(CLI::App& app, Line& line) {
  auto* lab = app.add_subcommand("lab", "the numbers of one of the window's labs");
  lab->require_subcommand(0, 1);
  for (auto& command : line.labs) command.add(*lab->add_subcommand(command.name, command.summary));
}

void require(const std::string& value, const std::string& place, const std::string& allowed) {
  if (value.empty()) throw InputError(place, "nothing given; allowed: " + allowed);
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

int lab_command(const CLI::App& lab, Line& line, const Session& session) {
  std::vector<std::string> names;
  for (const auto& command : line.labs) names.push_back(command.name);
  const auto chosen = lab.get_subcommands();
  require(chosen.empty() ? "" : chosen[0]->get_name(), "lab", listed(names));
  for (const auto& command : line.labs)
    if (command.name == chosen[0]->get_name()) return command.run(session);
  return kExitBadInput;
}

int dispatch(const CLI::App& app, Line& line, const Session& session) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) return run_command({.scene = kFirstScene}, session);
  const std::string name = chosen[0]->get_name();
  if (name == "run") return run_command(line.run, session);
  if (name == "sweep") return sweep_command(line.sweep, session);
  if (name == "list") {
    require(line.list, "list", listed(list_names()));
    list_command(line.list, session);
  } else if (name == "describe") {
    require(line.describe, "describe", "an id that list shows");
    describe_command(line.describe, session);
  } else if (name == "lab") {
    return lab_command(*chosen[0], line, session);
  } else {
    require(line.schedule.id, "schedule", "an id that 'list schedules' shows");
    if (line.schedule_steps) line.schedule.steps = *line.schedule_steps;
    return schedule_command(line.schedule, session);
  }
  return kExitGood;
}

template <class Use>
void for_all_commands(CLI::App& app, const Use& use) {
  for (auto* sub : app.get_subcommands([](CLI::App*) { return true; })) {
    use(*sub);
    for_all_commands(*sub, use);
  }
}

/// Of the innermost command that was chosen.
std::string help_of(const CLI::App& app, const std::string& before) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) return app.help(app.get_parent() ? before : "");
  return help_of(*chosen[0], app.get_parent() ? before + " " + app.get_name() : before);
}

void print(const std::string& text, const Session& session) {
  Output output("-", session.out);
  output.write(text);
  output.finish();
}

int parse_and_dispatch(std::vector<std::string> args, const Session& session) {
  CLI::App app("Steplab: a laboratory for step sizes. Without a subcommand: runs the default scene.", "steplab-cli");
  Line line;
  app.allow_extras()->require_subcommand(0, 1);
  app.set_version_flag("--version", "steplab " STEPLAB_VERSION);
  add_small_commands(app, line);
  add_run_commands(app, line);
  add_labs(app, line);
  for_all_commands(app, [](CLI::App& sub) {
    sub.allow_extras();
    if (sub.get_footer().find("q10") != std::string::npos)
      sub.footer(sub.get_footer() + "\n" + std::string(kQuantileRule));
  });
  try {
    std::reverse(args.begin(), args.end());  // CLI11 takes them from the back
    app.parse(std::move(args));
  } catch (const CLI::CallForHelp&) {
    print(help_of(app, "steplab-cli"), session);
    return kExitGood;
  } catch (const CLI::CallForVersion& version) {
    print(std::string(version.what()) + "\n", session);
    return kExitGood;
  } catch (const CLI::ParseError& error) {
    refuse(error, app.get_name());
  }
  refuse_leftovers(app, app.get_name(), true);
  for (const auto* sub = &app; !sub->get_subcommands().empty();) {
    sub = sub->get_subcommands()[0];
    refuse_leftovers(*sub, sub->get_name(), sub->get_name() == "lab");
  }
  return dispatch(app, line, session);
}

}  // namespace

int command(const std::vector<std::string>& args, const Session& session) {
  try {
    return parse_and_dispatch(args, session);
  } catch (const InputError& error) {
    session.err << message_line(error.what()) << "\n" << std::flush;
  } catch (const std::bad_alloc&) {
    session.err << "memory: the machine has not enough for this request; allowed: fewer steps, seeds or rows\n"
                << std::flush;
  } catch (const std::exception& error) {  // a slip of ours, and still no sudden end
    session.err << "steplab-cli: " << message_line(error.what())
                << ", which should not happen; allowed: any other request, and a report of this one\n"
                << std::flush;
  }
  return kExitBadInput;
}

}  // namespace steplab
