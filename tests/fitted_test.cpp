// Texts that are cut to their room.
#include "app/widgets/ui.h"

#include <doctest/doctest.h>

#include <string>

namespace steplab {
namespace {

/// A font, and a frame in which text can be measured.
struct Measure {
  Measure() {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {400, 300};
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
    ImGui::NewFrame();
  }
  ~Measure() {
    ImGui::EndFrame();
    ImGui::DestroyContext();
  }
};

float width_of(const std::string& text) { return ImGui::CalcTextSize(text.c_str()).x; }

TEST_CASE("A text is cut at the last whole letter that leaves room for the ellipsis") {
  const Measure measure;
  const std::string text = "Schrittweiten für große Läufe: η, ρ, κ and a tail";
  CHECK(fitted(text, width_of(text)) == text);
  for (float room = 0; room < width_of(text); room += 3) {
    CAPTURE(room);
    std::string longest = "…";  // letter by letter
    for (std::size_t end = 1; end < text.size(); ++end)
      if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && width_of(text.substr(0, end) + "…") <= room)
        longest = text.substr(0, end) + "…";
    CHECK(fitted(text, room) == longest);
  }
}

TEST_CASE("A text of megabytes is cut like its beginning, and control characters break no line") {
  const Measure measure;
  const std::string word = "word ";
  std::string small, large;
  for (int i = 0; i < 200; ++i) small += word;
  for (int i = 0; i < 2000000; ++i) large += word;
  CHECK(fitted(large, 300) == fitted(small, 300));
  CHECK(fitted(std::string(5000000, '\x01'), 300).size() < 1000);
  CHECK(fitted("two\nlines\ttab", 300) == "two lines tab");
}

}  // namespace
}  // namespace steplab
