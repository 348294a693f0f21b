#include "app/panels/panels.h"
#include "app/session/limits.h"
#include "app/widgets/choice_editor.h"
#include "core/run/fields.h"

#include <algorithm>
#include <imgui_stdlib.h>

namespace steplab {
namespace {

void duplicate_run(Scene& scene, std::size_t index) {
  pin_colours(scene);
  SceneRun copy = scene.runs[index];
  copy.colour = free_colour(scene);
  scene.runs.insert(scene.runs.begin() + static_cast<std::ptrdiff_t>(index) + 1, copy);
  scene.view.selected = static_cast<int>(index) + 1;
}

void delete_run(Scene& scene, std::size_t index) {
  if (scene.runs.size() < 2) return;
  pin_colours(scene);
  scene.runs.erase(scene.runs.begin() + static_cast<std::ptrdiff_t>(index));
  if (scene.view.selected > static_cast<int>(index)) --scene.view.selected;
  scene.view.selected = std::min(scene.view.selected, static_cast<int>(scene.runs.size()) - 1);
}

bool has_twin(const Scene& scene, const SceneRun& run) {
  return std::ranges::any_of(scene.runs, [&](const SceneRun& other) {
    return other.rate == run.rate && other.optimizer == run.optimizer && other.step_size == run.step_size;
  });
}

/// The first schedule of a teacher's list that is not among the runs yet; when all are, the selected run with another
/// step size: twice, half, four times, …
void add_run(Scene& scene) {
  pin_colours(scene);
  SceneRun run = scene.runs.back();
  for (const char* id : {"constant", "linear", "cosine", "rex", "inverse_sqrt", "exponential", "wsd", "polynomial"}) {
    run.rate = {id};
    if (std::ranges::none_of(scene.runs, [&](const SceneRun& other) { return other.rate.id == id; })) break;
  }
  const auto selected = static_cast<std::size_t>(std::max(scene.view.selected, 0));
  if (std::ranges::count(scene.runs, run.rate.id, [](const SceneRun& other) { return other.rate.id; }) > 0)
    run = scene.runs[std::min(selected, scene.runs.size() - 1)];
  const double step_size = run.step_size;
  for (double factor = 2; has_twin(scene, run) && step_size > 0 && factor < 1e6; factor *= 2) {
    run.step_size = step_size * factor;
    if (has_twin(scene, run)) run.step_size = step_size / factor;
  }
  run.name.clear();
  run.colour = free_colour(scene);
  run.shown = true;
  scene.runs.push_back(run);
  scene.view.selected = static_cast<int>(scene.runs.size()) - 1;
}

void colour_menu(Ui& ui, SceneRun& run) {
  for (int i = 0; i < kRunColours; ++i) {
    const IdScope scope(i);
    const RunLook look = run_look(ui.theme, i);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::Selectable("##colour", run.colour == i, 0, {ui.px(150), ui.px(22)})) run.colour = i;
    ImDrawList* list = ImGui::GetWindowDrawList();
    dashed_line(list, {at.x + ui.px(4), at.y + ui.px(11)}, {at.x + ui.px(44), at.y + ui.px(11)}, packed(look.colour),
                ui.px(2.5f), look.dash, ui.theme.scale);
    list->AddText({at.x + ui.px(54), at.y + ui.px(2)}, packed(ui.theme.ink), run_colour_name(i));
  }
  if (ImGui::Selectable("by its place in the list", run.colour < 0)) run.colour = -1;
}

/// True if the list of runs changed, so that the loop over it must end.
bool run_menu(Ui& ui, std::size_t index) {
  Session& session = ui.session;
  Scene& scene = session.draft;
  bool changed = false;
  if (ImGui::MenuItem("Rename")) session.renaming = static_cast<int>(index);
  if (ImGui::MenuItem("Duplicate", nullptr, false, scene.runs.size() < kMostWindowRuns)) {
    duplicate_run(scene, index);
    changed = true;
  }
  report(ui, "run_menu.duplicate");
  if (ImGui::MenuItem("Delete", nullptr, false, scene.runs.size() > 1)) {
    delete_run(scene, index);
    session.solo = -1;
    changed = true;
  }
  report(ui, "run_menu.delete");
  if (changed) return true;
  const bool solo = session.solo == static_cast<int>(index);
  if (ImGui::MenuItem("Solo: hide all others", nullptr, solo)) session.solo = solo ? -1 : static_cast<int>(index);
  if (ImGui::MenuItem("Shown", nullptr, scene.runs[index].shown)) scene.runs[index].shown ^= true;
  if (ImGui::BeginMenu("Colour and dash")) {
    colour_menu(ui, scene.runs[index]);
    ImGui::EndMenu();
  }
  return false;
}

}  // namespace

Badge badge_of(const Session& session, std::size_t index) {
  const Picture* picture = session.picture();
  if (picture && is_outdated(session)) return {"…", outdated_words(session)};
  if (!picture || index >= picture->runs.size()) return {};
  const auto& run = picture->runs[index];
  const std::string of = "/" + std::to_string(run.curves.seeds);
  if (run.curves.diverged > 0) {
    const std::string count = std::to_string(run.curves.diverged), first = std::to_string(run.first_diverged);
    return {run.curves.seeds == 1 ? "▲ " + first : "▲ " + count + of + " at " + first,
            count + " of " + std::to_string(run.curves.seeds) + " diverged, the first at step " + first + "\n" +
                run.divergence,
            true};
  }
  const auto& known = picture->landscape->surroundings();
  if (known.minima.empty() && !known.minima_form_a_set)
    return {"–", "no minimum of this landscape is known, so nothing can be said to have reached it"};
  return {
      std::to_string(run.curves.reached) + of,
      std::to_string(run.curves.reached) + " of " + std::to_string(run.curves.seeds) + " reached the global minimum"};
}

namespace {

void name_field(Ui& ui, std::size_t index, float width) {
  SceneRun& run = ui.session.draft.runs[index];
  ImGui::SetNextItemWidth(width);
  ImGui::SetKeyboardFocusHere();
  std::string name = run.name;
  const bool done =
      ImGui::InputText("##name", &name, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  if (name.size() <= 200) run.name = name;
  if (done || (ImGui::IsItemDeactivated())) ui.session.renaming.reset();
}

std::string run_words(const SceneRun& run) {
  return choice_words(is_rate_rule(run.rate.id) ? "rule" : "schedule", run.rate) + "\n" +
         choice_words("optimizer", run.optimizer);
}

void line_sample(Ui& ui, std::size_t index, float x, float y) {
  const RunLook look = run_look(ui.theme, colour_of(ui.session.draft, index));
  dashed_line(ImGui::GetWindowDrawList(), {x, y}, {x + ui.px(34), y}, packed(look.colour), ui.px(2.5f), look.dash,
              ui.theme.scale);
}

/// True if the list of runs changed.
bool run_row(Ui& ui, std::size_t index, const std::string& label) {
  Session& session = ui.session;
  Scene& scene = session.draft;
  const IdScope scope(static_cast<int>(index));
  const std::string id = std::to_string(index);
  const float width = ImGui::GetContentRegionAvail().x, height = ui.px(30), left = ImGui::GetCursorPosX(),
              top = ImGui::GetCursorPosY(), eye = ui.px(26), dots = ui.px(28);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const bool selected = scene.view.selected == static_cast<int>(index), drawn = is_drawn(session, index);
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (selected)
    list->AddRectFilled(corner, {corner.x + width, corner.y + height}, packed(ui.theme.selection), ui.px(4));

  const RunLook look = run_look(ui.theme, colour_of(scene, index));
  if (mouse_area("eye", {eye, height})) {
    scene.runs[index].shown = !drawn;
    session.solo = -1;
  }
  report(ui, "run." + id + ".eye");
  tooltip(ui, drawn ? "shown; click to hide (key " + std::to_string(index + 1) + ")" : "hidden; click to show");
  draw_icon(list, drawn ? Icon::kEye : Icon::kEyeShut, {corner.x + eye / 2, corner.y + height / 2}, ui.px(11),
            packed(drawn ? look.colour : ui.theme.dim));

  const Badge badge = badge_of(session, index);
  float badge_width = 0;
  {
    const FontScope font(ui.theme.small);
    badge_width = badge.text.empty() ? 0 : ImGui::CalcTextSize(badge.text.c_str()).x + ui.px(8);
  }
  const float middle = width - eye - dots - badge_width;
  ImGui::SetCursorPos({left + eye, top});
  const float name_x = ui.px(44);
  if (session.renaming == static_cast<int>(index)) {
    ImGui::SetCursorPosX(left + eye + name_x);
    name_field(ui, index, middle - name_x);
  } else {
    if (mouse_area("select", {middle, height})) scene.view.selected = static_cast<int>(index);
    report(ui, "run." + id);
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
      session.renaming = static_cast<int>(index);
    if (ImGui::IsItemClicked(ImGuiMouseButton_Right)) ImGui::OpenPopup("menu");
    const std::string shown = fitted(label, middle - name_x);
    list->AddText({corner.x + eye + name_x, corner.y + (height - ImGui::GetFontSize()) / 2},
                  packed(drawn ? ui.theme.ink : ui.theme.dim), shown.c_str());
    tooltip(ui, label + "\n" + run_words(scene.runs[index]) + "\nη = " + short_number(scene.runs[index].step_size) +
                    "\nclick to edit, double click to rename");
  }
  line_sample(ui, index, corner.x + eye + ui.px(2), corner.y + height / 2);

  if (!badge.text.empty()) {
    const FontScope font(ui.theme.small);
    const ImVec2 at{corner.x + width - dots - badge_width + ui.px(4), corner.y + (height - ImGui::GetFontSize()) / 2};
    list->AddText(at, packed(badge.problem ? ui.theme.warning : ui.theme.dim), badge.text.c_str());
    ImGui::SetCursorPos({left + width - dots - badge_width, top});
    ImGui::Dummy({badge_width, height});
    report(ui, "run." + id + ".badge", false);
    tooltip(ui, badge.help);
  }
  ImGui::SetCursorPos({left + width - dots, top});
  if (mouse_area("dots", {dots, height})) ImGui::OpenPopup("menu");
  report(ui, "run." + id + ".menu");
  draw_icon(list, Icon::kDots, {corner.x + width - dots / 2, corner.y + height / 2}, ui.px(11),
            packed(ImGui::IsItemHovered() ? ui.theme.ink : ui.theme.dim));
  bool changed = false;
  if (ImGui::BeginPopup("menu")) {
    changed = run_menu(ui, index);
    ImGui::EndPopup();
  }
  ImGui::SetCursorPos({left, top + height});
  ImGui::Dummy({0, 0});
  return changed;
}

}  // namespace

namespace {

/// Rows out of sight are left out.
void draw_seen_rows(Ui& ui, const std::vector<std::string>& labels) {
  const float height = ui.px(30);
  bool changed = false;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(labels.size()), height);
  while (clipper.Step())
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd && !changed; ++i)
      changed = run_row(ui, static_cast<std::size_t>(i), labels[static_cast<std::size_t>(i)]);
}

}  // namespace

void draw_runs(Ui& ui) {
  Scene& scene = ui.session.draft;
  head(ui, "RUNS");
  const auto labels = shown_labels(scene);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
  draw_seen_rows(ui, labels);
  ImGui::PopStyleVar();
  ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.accent);
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0);
  ImGui::BeginDisabled(scene.runs.size() >= kMostWindowRuns);
  if (ImGui::Button("+ add a run", {0, ui.px(28)})) add_run(scene);
  ImGui::EndDisabled();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  report(ui, "add_run");
}

}  // namespace steplab
