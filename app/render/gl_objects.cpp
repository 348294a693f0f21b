#include "app/render/gl_objects.h"

namespace steplab::render {
namespace {

struct Format {
  GLint internal;
  GLenum channels, type;
};

Format format_of(Pixels pixels) {
  switch (pixels) {
    case Pixels::kColour:
      return {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE};
    case Pixels::kCoverage:
      return {GL_RG8, GL_RG, GL_UNSIGNED_BYTE};
    case Pixels::kNumber:
      return {GL_R32F, GL_RED, GL_FLOAT};
  }
  return {};
}

void store(GLuint texture, int width, int height, const Format& format, GLint filter, const void* data) {
  glBindTexture(GL_TEXTURE_2D, texture);
  glTexImage2D(GL_TEXTURE_2D, 0, format.internal, width, height, 0, format.channels, format.type, data);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

}  // namespace

GLuint TextureTraits::make() {
  GLuint id = 0;
  glGenTextures(1, &id);
  return id;
}

GLuint BufferTraits::make() {
  GLuint id = 0;
  glGenBuffers(1, &id);
  return id;
}

GLuint VertexArrayTraits::make() {
  GLuint id = 0;
  glGenVertexArrays(1, &id);
  return id;
}

GLuint FramebufferTraits::make() {
  GLuint id = 0;
  glGenFramebuffers(1, &id);
  return id;
}

bool resize(Target& target, int width, int height, Pixels pixels, bool with_depth) {
  if (target.framebuffer && target.width == width && target.height == height) return false;
  target = Target{Texture::make(), {}, Framebuffer::make(), width, height};
  store(target.colour.id(), width, height, format_of(pixels), pixels == Pixels::kColour ? GL_LINEAR : GL_NEAREST,
        nullptr);
  glBindFramebuffer(GL_FRAMEBUFFER, target.framebuffer.id());
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, target.colour.id(), 0);
  if (with_depth) {
    target.depth = Texture::make();
    store(target.depth.id(), width, height, {GL_DEPTH_COMPONENT24, GL_DEPTH_COMPONENT, GL_UNSIGNED_INT}, GL_NEAREST,
          nullptr);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D, target.depth.id(), 0);
  }
  return true;
}

void draw_into(const Target& target) {
  glBindFramebuffer(GL_FRAMEBUFFER, target.framebuffer.id());
  glViewport(0, 0, target.width, target.height);
}

void upload(Texture& texture, int width, int height, std::span<const float> values) {
  if (!texture) texture = Texture::make();
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  store(texture.id(), width, height, format_of(Pixels::kNumber), GL_LINEAR, values.data());
}

void upload_cells(Texture& texture, int width, int height, std::span<const std::uint32_t> cells) {
  if (!texture) texture = Texture::make();
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  store(texture.id(), width, height, format_of(Pixels::kColour), GL_NEAREST, cells.data());
  bind_texture(0, 0);
}

void bind_texture(int unit, GLuint texture) {
  glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
  glBindTexture(GL_TEXTURE_2D, texture);
}

StateGuard::StateGuard() {
  glGetIntegerv(GL_VIEWPORT, viewport_);
  glDisable(GL_BLEND);
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_CULL_FACE);
}

StateGuard::~StateGuard() {
  glDisable(GL_BLEND);
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_SCISSOR_TEST);
  glBlendEquation(GL_FUNC_ADD);
  glBindVertexArray(0);
  glUseProgram(0);
  bind_texture(0, 0);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glViewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
}

}  // namespace steplab::render
