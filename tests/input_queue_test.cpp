#include "app/widgets/input_queue.h"

#include <doctest/doctest.h>

#include <imgui.h>
#include <imgui_stdlib.h>
#include <string>

#if IMGUI_VERSION_NUM < 18700
namespace steplab {
namespace {

constexpr int kEnter = 257;  // as GLFW names it

/// A text field and a button, with what came of them.
class Desk {
 public:
  Desk() {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {400, 300};
    io.DeltaTime = 1.0f / 15;  // a slow machine
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    io.KeyMap[ImGuiKey_Enter] = kEnter;
    frames(3);
  }
  ~Desk() { ImGui::DestroyContext(); }

  void frame() {
    ImGuiIO& io = ImGui::GetIO();
    queue.apply(io);
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::Begin("desk");
    std::string typed = text;
    ImGui::InputText("##text", &typed, ImGuiInputTextFlags_AutoSelectAll);
    field = middle();
    if (ImGui::IsItemDeactivatedAfterEdit()) text = typed;
    clicks += ImGui::Button("button") ? 1 : 0;
    button = middle();
    doubles += ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0) ? 1 : 0;
    ImGui::End();
    ImGui::Render();
  }
  void frames(int count) {
    for (int i = 0; i < count; ++i) frame();
  }

  InputQueue queue;
  std::string text = "1";
  ImVec2 field, button;
  int clicks = 0, doubles = 0;

 private:
  static ImVec2 middle() {
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    return {(low.x + high.x) / 2, (low.y + high.y) / 2};
  }
};

TEST_CASE("A value typed with Enter pressed and released between two frames is taken") {
  Desk desk;
  ImGui::GetIO().MousePos = desk.field;
  desk.queue.button(0, true);
  desk.queue.button(0, false);
  desk.frames(3);
  for (const char digit : {'2', '5'}) ImGui::GetIO().AddInputCharacter(static_cast<unsigned>(digit));
  desk.queue.key(kEnter, true);
  desk.queue.key(kEnter, false);
  CHECK(desk.queue.waiting());
  desk.frames(3);
  CHECK_FALSE(desk.queue.waiting());
  CHECK(desk.text == "25");
  CHECK_FALSE(ImGui::GetIO().KeysDown[kEnter]);
}

TEST_CASE("Two clicks that come between two frames are a double click") {
  Desk desk;
  ImGui::GetIO().MousePos = desk.button;
  desk.frame();
  for (const bool down : {true, false, true, false}) desk.queue.button(0, down);
  desk.frames(5);
  CHECK(desk.clicks == 2);
  CHECK(desk.doubles == 1);
}

TEST_CASE("A key that is pressed with Control has Control down in its frame though both are long up") {
  Desk desk;
  desk.queue.key(341, true);
  desk.queue.key('A', true);
  desk.queue.key('A', false);
  desk.queue.key(341, false);
  desk.frame();
  CHECK(ImGui::GetIO().KeyCtrl);
  CHECK(ImGui::GetIO().KeysDown['A']);
  desk.frame();
  CHECK_FALSE(ImGui::GetIO().KeyCtrl);
  CHECK_FALSE(ImGui::GetIO().KeysDown['A']);
}

}  // namespace
}  // namespace steplab
#endif
