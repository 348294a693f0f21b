#include "app/window/png.h"

#include "core/base/error.h"
#include "core/scene/file.h"

#include <stb/stb_image_write.h>
#include <string_view>

namespace steplab {

void save_png(const std::string& path, int width, int height, const std::vector<unsigned char>& pixels) {
  if (width < 1 || height < 1) throw InputError(path, "the picture is empty");
  std::string bytes;
  const auto append = [](void* context, void* data, int size) {
    static_cast<std::string*>(context)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  stbi_flip_vertically_on_write(1);
  if (!stbi_write_png_to_func(append, &bytes, width, height, 3, pixels.data(), width * 3))
    throw InputError(path, "the picture could not be packed");
  FileWriter file(path);
  file.write(bytes);
  file.commit();
}

}  // namespace steplab
