#include "app/render/image_store.h"

#include "app/render/gl_objects.h"

#include <map>

namespace steplab::render {

struct ImageStore::Parts {
  struct Image {
    Texture texture;
    std::uint64_t version = 0;
  };
  std::map<std::string, Image> images;
};

ImageStore::ImageStore() : parts_(std::make_unique<Parts>()) {}
ImageStore::~ImageStore() = default;

unsigned ImageStore::show(const std::string& name, int width, int height, std::span<const std::uint32_t> cells,
                          std::uint64_t version) {
  if (width <= 0 || height <= 0 || cells.size() < static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
    return 0;
  auto& image = parts_->images[name];
  if (!image.texture || image.version != version) {
    upload_cells(image.texture, width, height, cells);
    image.version = version;
  }
  return image.texture.id();
}

}  // namespace steplab::render
