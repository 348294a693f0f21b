// A filled circle with a ring around it. Premultiplied alpha.
in vec2 offset;
flat in vec2 sizes;
flat in vec4 inner, outer;
flat in float opacity;
out vec4 result;

void main() {
  float distance = length(offset);
  float core = cover(distance, 2.0 * sizes.x), whole = cover(distance, 2.0 * (sizes.x + sizes.y));
  float ring = (whole - core) * outer.a * inner.a;
  float disc = core * inner.a;
  result = opacity * vec4(disc * inner.rgb + ring * outer.rgb, disc + ring);
}
