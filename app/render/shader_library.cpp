#include "app/render/shader_library.h"

#include "app/render/gl_objects.h"
#include "app/render/types.h"

#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace steplab::render {
namespace {

struct Recipe {
  const char *vertex, *fragment;
  const char* defines = "";
};
// In the order of ProgramId.
constexpr std::array<Recipe, kPrograms> kRecipes = {{{"fullscreen.vert", "map.frag"},
                                                     {"fullscreen.vert", "map.frag", "#define STABILITY\n"},
                                                     {"surface.vert", "surface.frag"},
                                                     {"surface.vert", "surface.frag", "#define STABILITY\n"},
                                                     {"stroke.vert", "stroke.frag"},
                                                     {"stroke.vert", "stroke.frag", "#define DIRECT\n"},
                                                     {"fullscreen.vert", "compose.frag"},
                                                     {"disc.vert", "disc.frag"}}};
constexpr const char* kCommon = "common.glsl";

struct Sources {
  std::string common, vertex, fragment;
};

std::string shipped_text(std::string_view name) {
  for (const ShaderFile& file : shipped_shaders())
    if (file.name == name) return std::string(file.text);
  throw std::runtime_error("no shader " + std::string(name));
}

std::string log_of(GLuint shader) {
  GLint size = 0;
  glGetShaderiv(shader, GL_INFO_LOG_LENGTH, &size);
  std::string log(static_cast<std::size_t>(std::max(size, 1)), '\0');
  glGetShaderInfoLog(shader, size, nullptr, log.data());
  return log.substr(0, log.find('\n'));
}

// Lines are counted from 1 in each file; the number after it says which file it is.
Owned<ShaderTraits> compile(GLenum stage, const std::string& defines, const std::string& common,
                            const std::string& text, const char* name) {
  const std::array<std::string, 2> parts = {"#version 330 core\n" + defines + "#line 1 1\n" + common,
                                            "\n#line 1 2\n" + text};
  const char* pointers[] = {parts[0].c_str(), parts[1].c_str()};
  Owned<ShaderTraits> shader(glCreateShader(stage));
  glShaderSource(shader.id(), 2, pointers, nullptr);
  glCompileShader(shader.id());
  GLint good = 0;
  glGetShaderiv(shader.id(), GL_COMPILE_STATUS, &good);
  if (!good) {
    const std::array<std::string, 3> files = {"", kCommon, name};
    throw std::runtime_error(with_file_name(log_of(shader.id()), files));
  }
  return shader;
}

std::unique_ptr<Program> build(const Recipe& recipe, const Sources& sources) {
  const Owned<ShaderTraits> vertex = compile(GL_VERTEX_SHADER, "", "", sources.vertex, recipe.vertex);
  const Owned<ShaderTraits> fragment =
      compile(GL_FRAGMENT_SHADER, recipe.defines, sources.common, sources.fragment, recipe.fragment);
  auto program = std::make_unique<Program>(ProgramTraits::make());
  program->link(vertex.id(), fragment.id(), std::string(recipe.vertex) + " + " + recipe.fragment);
  return program;
}

// Reads a number at the start of the text and cuts it off.
bool take_number(std::string_view& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::string with_file_name(std::string_view message, std::span<const std::string> files) {
  std::string_view rest = message;
  if (rest.starts_with("ERROR: ")) rest.remove_prefix(7);
  int file = 0, line = 0;
  if (!take_number(rest, file) || file < 0 || static_cast<std::size_t>(file) >= files.size())
    return std::string(message);
  if (!rest.starts_with(':') && !rest.starts_with('(')) return std::string(message);
  rest.remove_prefix(1);
  if (!take_number(rest, line)) return std::string(message);
  const std::size_t text = rest.find_first_of(": ");
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(": ", text)));
  return files[static_cast<std::size_t>(file)] + ":" + std::to_string(line) + ": " + std::string(rest);
}

Program::~Program() { ProgramTraits::release(id_); }

void Program::link(unsigned vertex, unsigned fragment, const std::string& name) {
  glAttachShader(id_, vertex);
  glAttachShader(id_, fragment);
  glLinkProgram(id_);
  GLint good = 0;
  glGetProgramiv(id_, GL_LINK_STATUS, &good);
  if (good) return;
  std::string log(1000, '\0');
  glGetProgramInfoLog(id_, static_cast<GLsizei>(log.size()), nullptr, log.data());
  throw std::runtime_error(name + ": " + log.substr(0, log.find_first_of(std::string_view("\n\0", 2))));
}

void Program::use() const { glUseProgram(id_); }

int Program::place(const char* name) {
  const auto [found, is_new] = places_.try_emplace(name, 0);
  if (is_new) found->second = glGetUniformLocation(id_, name);
  return found->second;
}

void Program::set(const char* name, float value) { glUniform1f(place(name), value); }
void Program::set(const char* name, int value) { glUniform1i(place(name), value); }
void Program::set(const char* name, float x, float y) { glUniform2f(place(name), x, y); }
void Program::set(const char* name, float x, float y, float z) { glUniform3f(place(name), x, y, z); }
void Program::set(const char* name, const std::array<float, 4>& value) { glUniform4fv(place(name), 1, value.data()); }
void Program::set(const char* name, const Colour& value) {
  glUniform4f(place(name), value.r, value.g, value.b, value.a);
}
void Program::set(const char* name, const Eigen::Matrix4f& value) {
  glUniformMatrix4fv(place(name), 1, GL_FALSE, value.data());
}

ShaderLibrary::ShaderLibrary(std::filesystem::path folder) : folder_(std::move(folder)) {
  for (std::size_t i = 0; i < kPrograms; ++i) {
    const Sources sources{shipped_text(kCommon), shipped_text(kRecipes[i].vertex), shipped_text(kRecipes[i].fragment)};
    programs_[i] = build(kRecipes[i], sources);
    sources_[i] = sources.common + sources.vertex + sources.fragment;
  }
}

Program& ShaderLibrary::use(ProgramId id) {
  Program& program = *programs_[static_cast<std::size_t>(id)];
  program.use();
  return program;
}

std::vector<std::string> ShaderLibrary::reload(bool& changed) {
  changed = false;
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < kPrograms && !folder_.empty(); ++i) {
    const Sources sources{text_of(kCommon), text_of(kRecipes[i].vertex), text_of(kRecipes[i].fragment)};
    std::string whole = sources.common + sources.vertex + sources.fragment;
    if (whole == sources_[i]) continue;
    sources_[i] = std::move(whole);
    try {
      programs_[i] = build(kRecipes[i], sources);
      changed = true;
    } catch (const std::runtime_error& error) {
      const std::string problem = error.what();
      if (problems.empty() || problems.back() != problem) problems.push_back(problem);
    }
  }
  return problems;
}

std::string ShaderLibrary::text_of(std::string_view name) const {
  std::ifstream file(folder_ / name, std::ios::binary);
  if (!file) return shipped_text(name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace steplab::render
