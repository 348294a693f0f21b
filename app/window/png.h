// Pictures as files.
#pragma once

#include <string>
#include <vector>

namespace steplab {

/// RGB, rows from the bottom up as OpenGL reads them. The file appears whole or not at all. InputError naming it.
void save_png(const std::string& path, int width, int height, const std::vector<unsigned char>& pixels);

}  // namespace steplab
