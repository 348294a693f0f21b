// What a start finds of windows that were never closed.
#pragma once

#include <memory>
#include <string>

namespace steplab {

/// A scene that was kept while it was edited, by a program that is gone. As long as it is held here no other window is
/// offered it.
struct Unclosed {
  std::string path;   ///< of the scene; a table of the Budget lab may lie beside it
  std::string title;  ///< "" if it has none
  std::string when;   ///< of its last change, for a person
  std::shared_ptr<const void> lock;
};

}  // namespace steplab
