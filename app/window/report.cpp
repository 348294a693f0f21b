#include "app/window/report.h"

#include "app/panels/map_view.h"
#include "app/panels/panels.h"
#include "core/scene/scene_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace steplab {
namespace {

using Json = nlohmann::ordered_json;

Json input_json(const WindowState& window) {
  const ImGuiIO& io = ImGui::GetIO();
  return {{"x", io.MousePos.x},
          {"y", io.MousePos.y},
          {"down", io.MouseDown[0] || io.MouseDown[1]},
          {"keys", window.key_events},
          {"wheel", window.wheel_events}};
}

/// The part of the landscape that the map shows; null without a map.
Json map_json(const std::vector<Reported>& reports, const Session& session) {
  const auto map = std::ranges::find(reports, "map", &Reported::name);
  if (map == reports.end() || !session.picture()) return nullptr;
  const PlaneWindow window = shown_window(session, {map->high.x - map->low.x, map->high.y - map->low.y});
  return {{"low", window.low}, {"high", window.high}};
}

Json runs_json(const Session& session) {
  Json runs = Json::array();
  const auto labels = row_labels(session.document.scene());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Badge badge = badge_of(session, i);
    runs.push_back(
        {{"label", labels[i]}, {"shown", is_drawn(session, i)}, {"badge", badge.text}, {"diverged", badge.problem}});
  }
  return runs;
}

Json items_json(const std::vector<Reported>& reports) {
  Json items = Json::array();
  for (const auto& item : reports)
    items.push_back({{"name", item.name},
                     {"x", item.low.x},
                     {"y", item.low.y},
                     {"w", item.high.x - item.low.x},
                     {"h", item.high.y - item.low.y},
                     {"seen", {item.seen_low.x, item.seen_low.y, item.seen_high.x, item.seen_high.y}},
                     {"scrolls", item.scrolls},
                     {"control", item.control},
                     {"cut", item.cut}});
  return items;
}

}  // namespace

std::string report_json(const std::vector<Reported>& reports, const Session& session, const WindowState& window) {
  Json json;
  json["size"] = {window.width, window.height};
  json["place"] = {window.x, window.y};
  json["frame"] = window.frames;
  json["settled"] = window.settled;
  json["autosaved"] = window.autosaved;
  json["input"] = input_json(window);
  json["typing"] = ImGui::GetIO().WantTextInput;
  json["step"] = session.step();
  json["playing"] = session.playback.playing;
  json["speed"] = session.playback.speed;
  json["loop"] = session.playback.loop;
  json["busy"] = session.busy;
  json["seeds"] = session.picture() ? session.picture()->seeds() : 0;
  json["picture"] = session.picture() ? session.picture()->number : 0;
  json["help"] = session.help_open;
  json["log"] = session.log_open;
  json["dialog"] = session.dialog.open;
  json["problem"] = session.dialog.open ? session.dialog.problem : "";
  json["unclosed"] = session.unclosed.empty() ? Json(nullptr) : Json(session.unclosed.front().title);
  json["controls_hidden"] = session.controls_hidden;
  json["note"] = session.note && session.note->until > session.now ? session.note->text : "";
  json["error"] = session.finished.error;
  json["map"] = map_json(reports, session);
  json["runs"] = runs_json(session);
  json["scene"] = Json::parse(to_json(session.document.scene()));
  json["items"] = items_json(reports);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace steplab
