// Shader programs, from the files built into the program or from a folder that is being edited.
#pragma once

#include "app/render/types.h"

#include <Eigen/Core>

#include <array>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace steplab::render {

struct ShaderFile {
  std::string_view name, text;
};
/// The files of shaders/, as they were at build time.
std::span<const ShaderFile> shipped_shaders();

/// A linked program. Setting a uniform that it does not use does nothing.
class Program {
 public:
  explicit Program(unsigned id) : id_(id) {}
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// std::runtime_error with the driver's message if the two do not fit together.
  void link(unsigned vertex, unsigned fragment, const std::string& name);

  void use() const;
  void set(const char* name, float value);
  void set(const char* name, int value);
  void set(const char* name, bool value) { set(name, value ? 1 : 0); }
  void set(const char* name, float x, float y);
  void set(const char* name, float x, float y, float z);
  void set(const char* name, const std::array<float, 4>& value);
  void set(const char* name, const Colour& value);
  void set(const char* name, const Eigen::Matrix4f& value);

 private:
  int place(const char* name);

  unsigned id_;
  std::unordered_map<std::string, int> places_;
};

/// A software renderer computes every branch of a shader: what is not always needed is a program of its own.
enum class ProgramId { kMap, kMapStability, kSurface, kSurfaceStability, kStroke, kStrokeDirect, kCompose, kDisc };
inline constexpr std::size_t kPrograms = 8;

class ShaderLibrary {
 public:
  /// std::runtime_error if a built-in program does not compile: a slip of ours, or a driver that cannot do OpenGL 3.3.
  explicit ShaderLibrary(std::filesystem::path folder);

  /// In use from now on.
  Program& use(ProgramId id);

  /// Makes programs anew whose files in the folder changed. One line for each file that is broken; the program that
  /// worked last stays. `changed`: whether any program was made anew.
  std::vector<std::string> reload(bool& changed);

 private:
  std::string text_of(std::string_view name) const;

  std::filesystem::path folder_;
  std::array<std::unique_ptr<Program>, kPrograms> programs_;
  std::array<std::string, kPrograms> sources_;  ///< what each was made or tried from
};

/// "stroke.frag:12: …" from a driver's message "0:12(3): …" or "0(12) : …"; `files[k]` is the name of source string k.
std::string with_file_name(std::string_view message, std::span<const std::string> files);

}  // namespace steplab::render
