// Pictures made of coloured cells (basin maps, heat maps), kept as textures.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace steplab::render {

/// Needs a current OpenGL context from the first show() to destruction.
class ImageStore {
 public:
  ImageStore();
  ~ImageStore();
  ImageStore(const ImageStore&) = delete;
  ImageStore& operator=(const ImageStore&) = delete;

  /// Texture with these width × height cells (RGBA, red in the lowest byte), the first row at v = 0, sharp between
  /// cells. Uploaded only when `version` differs from the last one under this name. 0 for an empty picture.
  unsigned show(const std::string& name, int width, int height, std::span<const std::uint32_t> cells,
                std::uint64_t version);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace steplab::render
