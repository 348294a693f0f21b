#include "app/window/report.h"

#include "core/scene/scene_json.h"

#include <nlohmann/json.hpp>

namespace steplab {

std::string report_json(const std::vector<Reported>& reports, const Session& session) {
  nlohmann::ordered_json json;
  json["step"] = session.step();
  json["playing"] = session.playback.playing;
  json["busy"] = session.busy;
  json["seeds"] = session.picture() ? session.picture()->seeds() : 0;
  json["picture"] = session.picture() ? session.picture()->number : 0;
  json["help"] = session.help_open;
  json["dialog"] = session.dialog.open;
  json["note"] = session.note && session.note->until > session.now ? session.note->text : "";
  json["error"] = session.finished.error;
  json["scene"] = nlohmann::ordered_json::parse(to_json(session.document.scene()));
  json["items"] = nlohmann::ordered_json::array();
  for (const auto& item : reports)
    json["items"].push_back({{"name", item.name},
                             {"x", item.low.x},
                             {"y", item.low.y},
                             {"w", item.high.x - item.low.x},
                             {"h", item.high.y - item.low.y},
                             {"control", item.control},
                             {"cut", item.cut}});
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace steplab
