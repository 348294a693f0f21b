// One instance per disc: the square that holds it.
layout(location = 0) in vec3 centre;         // pixels, depth
layout(location = 1) in vec2 radius_outline; // pixels
layout(location = 2) in vec4 disc_colour;
layout(location = 3) in vec4 disc_outline_colour;
uniform vec2 picture;
uniform bool hides;
uniform sampler2D depth;
uniform float depth_pixels;
out vec2 offset;
flat out vec2 sizes;
flat out vec4 inner, outer;
flat out float opacity;

void main() {
  vec2 corner = vec2((gl_VertexID & 1) != 0 ? 1.0 : -1.0, (gl_VertexID & 2) != 0 ? 1.0 : -1.0);
  offset = corner * (radius_outline.x + radius_outline.y + 1.0);
  sizes = radius_outline;
  inner = disc_colour;
  outer = disc_outline_colour;
  ivec2 texel = clamp(ivec2(centre.xy * depth_pixels), ivec2(0), textureSize(depth, 0) - 1);
  opacity = hides && centre.z > texelFetch(depth, texel, 0).r ? 0.35 : 1.0;
  gl_Position = vec4(2.0 * (centre.xy + offset) / picture - 1.0, 0.0, 1.0);
}
