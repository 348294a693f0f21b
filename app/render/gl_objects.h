// Owners of GL objects: made with a context, released with it. Private to app/render.
#pragma once

#include <cstdint>
#include <epoxy/gl.h>
#include <span>
#include <utility>

namespace steplab::render {

/// Owns one GL name; 0 is none.
template <class Traits>
class Owned {
 public:
  Owned() = default;
  explicit Owned(GLuint id) : id_(id) {}
  Owned(Owned&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Owned() {
    if (id_ != 0) Traits::release(id_);
  }
  GLuint id() const { return id_; }
  explicit operator bool() const { return id_ != 0; }
  static Owned make() { return Owned(Traits::make()); }

 private:
  GLuint id_ = 0;
};

// epoxy's functions are macros over pointers, so they cannot be template arguments themselves.
struct TextureTraits {
  static GLuint make();
  static void release(GLuint id) { glDeleteTextures(1, &id); }
};
struct BufferTraits {
  static GLuint make();
  static void release(GLuint id) { glDeleteBuffers(1, &id); }
};
struct VertexArrayTraits {
  static GLuint make();
  static void release(GLuint id) { glDeleteVertexArrays(1, &id); }
};
struct FramebufferTraits {
  static GLuint make();
  static void release(GLuint id) { glDeleteFramebuffers(1, &id); }
};
struct ProgramTraits {
  static GLuint make() { return glCreateProgram(); }
  static void release(GLuint id) { glDeleteProgram(id); }
};
struct ShaderTraits {
  static GLuint make() = delete;
  static void release(GLuint id) { glDeleteShader(id); }
};
using Texture = Owned<TextureTraits>;
using Buffer = Owned<BufferTraits>;
using VertexArray = Owned<VertexArrayTraits>;
using Framebuffer = Owned<FramebufferTraits>;

/// A texture with storage, and a framebuffer to draw into it.
struct Target {
  Texture colour, depth;
  Framebuffer framebuffer;
  int width = 0, height = 0;
};

enum class Pixels { kColour, kCoverage, kNumber };  ///< RGBA8, RG8, R32F

/// Makes the target anew if size differs; contents are undefined then. True if it was made anew.
bool resize(Target& target, int width, int height, Pixels pixels, bool with_depth = false);

/// Draws into the target from now on, all of it.
void draw_into(const Target& target);

/// Uploads numbers, linear between texels, clamped at the border.
void upload(Texture& texture, int width, int height, std::span<const float> values);

/// Uploads colours (RGBA, red in the lowest byte), sharp between texels.
void upload_cells(Texture& texture, int width, int height, std::span<const std::uint32_t> cells);

void bind_texture(int unit, GLuint texture);

/// Restores viewport and bindings at the end of a drawing call and leaves the tests off.
class StateGuard {
 public:
  StateGuard();
  ~StateGuard();
  StateGuard(const StateGuard&) = delete;
  StateGuard& operator=(const StateGuard&) = delete;

 private:
  GLint viewport_[4];
};

}  // namespace steplab::render
