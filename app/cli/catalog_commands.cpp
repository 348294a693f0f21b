// list, describe, schedule: what the catalog says about itself.
#include "app/cli/commands.h"
#include "app/cli/notes.h"
#include "app/cli/output.h"
#include "core/catalog.h"
#include "core/run/fields.h"
#include "core/scene/scene_json.h"
#include "core/scene/shipped.h"

#include <algorithm>

namespace steplab {
namespace {

/// One entry as a person sees it, whatever its family.
struct Card {
  std::string family, id, name, summary, source;
  std::vector<ParamSpec> params;
};

template <class T>
void add_cards(std::vector<Card>& cards, const std::string& family, const std::vector<Entry<T>>& entries) {
  for (const auto& e : entries) cards.push_back({family, e.id, e.name, e.summary, e.source, e.params});
}

std::vector<Card> all_cards() {
  std::vector<Card> cards;
  add_cards(cards, "landscape", landscapes());
  add_cards(cards, "schedule", schedules());
  add_cards(cards, "rule", rate_rules());
  add_cards(cards, "optimizer", optimizers());
  add_cards(cards, "oracle", oracles());
  add_cards(cards, "projection", projections());
  for (const auto& shipped : shipped_scenes()) {
    const Scene scene = scene_from_json(shipped.json, shipped.id);
    cards.push_back({"scene", std::string(shipped.id), scene.title, scene.notes, "", {}});
  }
  return cards;
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string card_text(const Card& card) {
  std::string text = card.id + " (" + card.family + "): " + card.name + "\n" + card.summary + "\n";
  if (!card.source.empty()) text += "source: " + card.source + "\n";
  if (card.family == "scene") return text + "steplab-cli run " + card.id + "\n";
  if (card.params.empty()) return text + "no parameters\n";
  text += "parameters:\n";
  for (const auto& p : card.params) {
    text +=
        "  " + card.family + "." + p.name + (p.symbol.empty() ? "" : " (" + p.symbol + ")") + ": " + p.meaning + "\n";
    text += "      default: " + or_dash(to_text(p.initial)) + "  range: " + allowed_text(p) +
            "  unit: " + or_dash(p.unit) + "  source: " + or_dash(p.source) + "\n";
  }
  return text;
}

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void print(const std::string& text, const Session& session) {
  Output output("-", session.out);
  output.write(text);
  output.finish();
}

}  // namespace

const std::vector<std::string>& list_names() {
  static const std::vector<std::string> names = {"landscapes", "schedules",   "rules", "optimizers",
                                                 "oracles",    "projections", "scenes"};
  return names;
}

void list_command(const std::string& family, const Session& session) {
  if (std::ranges::find(list_names(), family) == list_names().end())
    throw InputError("list", "unknown family '" + family.substr(0, 80) + "'" + did_you_mean(family, list_names()) +
                                 "; allowed: " + join(list_names()));
  std::string text;
  for (const auto& card : all_cards())
    if (card.family + "s" == family)
      text += card.id + "\t" + (card.family == "scene" ? card.name : card.summary) + "\n";
  print(text, session);
}

void describe_command(const std::string& id, const Session& session) {
  const auto cards = all_cards();
  std::string text;
  for (const auto& card : cards)
    if (card.id == id) text += (text.empty() ? "" : "\n") + card_text(card);
  if (text.empty()) {
    std::vector<std::string> ids;
    for (const auto& card : cards) ids.push_back(card.id);
    throw InputError("describe",
                     "unknown id '" + id.substr(0, 80) + "'" + did_you_mean(id, ids) + "; allowed: " + join(ids));
  }
  print(text, session);
}

int schedule_command(const ScheduleFlags& flags, const Session& session) {
  RunSpec spec;
  const Choice named = parse_choice(flags.id, "schedule");
  if (is_rate_rule(named.id))
    throw InputError("schedule", "'" + named.id + "' is a rate rule, whose step size depends on the run; allowed: " +
                                     join(family_ids("schedule")));
  spec.rate = checked_choice("schedule", named, "schedule");
  for (const auto& text : flags.set) {
    const auto [name, value] = parse_setting(text, "--set");
    if (!name.starts_with("schedule."))
      throw InputError("--set",
                       "'" + name.substr(0, 80) + "' does not belong to a schedule; allowed: schedule.NAME=VALUE");
    set_field_text(spec, name, value, "--set");
  }
  const int steps = parse_whole(run_field("steps"), flags.steps, "--steps");
  const auto schedule = make_choice(schedules(), spec.rate, "schedule");
  note_zero_schedule(*schedule, steps, to_text(spec.rate), session);
  const bool cycles_momentum = schedule->momentum(0, steps).has_value();
  Output output("-", session.out);
  output.write(cycles_momentum ? "t,factor,momentum\n" : "t,factor\n");
  for (int t = 0; t < steps; ++t) {
    if (session.stop.stop_requested()) return kExitInterrupted;
    std::string line = std::to_string(t) + "," + exact_text(schedule->factor(t, steps));
    if (cycles_momentum) line += "," + exact_text(schedule->momentum(t, steps).value());
    output.write(line + "\n");
  }
  output.finish();
  return kExitGood;
}

}  // namespace steplab
