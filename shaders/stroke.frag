// How much of a pixel a piece of line (x) and its outline (y) cover. Painted with the maximum of what was there: where a
// path crosses itself it does not get darker, and joints do not show. With DIRECT: the line itself, blended at once.
in vec3 position;
flat in vec2 start, direction;
flat in float size, start_length;
flat in vec2 strengths;
uniform float width, thin_width;
uniform bool hides;
uniform float hidden;        // share of the strength that is left behind the surface
uniform sampler2D depth;
uniform float depth_pixels;  // texels of the depth picture per pixel
#ifdef DIRECT
uniform vec4 colour;
out vec4 result;
#else
uniform float outline;
uniform vec4 dash;  // dash, gap, dash, gap; 0: solid
out vec2 coverage;

float dash_cover(float along) {
  float period = dot(dash, vec4(1.0));
  if (dash.x <= 0.0) return 1.0;
  vec2 middle = vec2(0.5 * dash.x, dash.x + dash.y + 0.5 * dash.z);
  vec2 off = abs(mod(along - middle + 0.5 * period, period) - 0.5 * period) - 0.5 * dash.xz;
  return clamp(0.5 - min(off.x, off.y), 0.0, 1.0);
}
#endif

void main() {
  vec2 from_start = position.xy - start;
  float along = clamp(dot(from_start, direction), 0.0, size);
  float distance = length(from_start - along * direction);
  float strength = mix(strengths.x, strengths.y, size > 0.0 ? along / size : 0.0);
  float line = mix(thin_width, width, strength);
  if (hides && position.z > texelFetch(depth, ivec2(position.xy * depth_pixels), 0).r) strength *= hidden;
#ifdef DIRECT
  float covered = strength * colour.a * cover(distance, line);
  result = vec4(covered * colour.rgb, covered);
#else
  float around = outline > 0.0 ? cover(distance, line + 2.0 * outline) : 0.0;
  // The faint part keeps little of its outline: it would wash out what it crosses.
  coverage = strength * dash_cover(start_length + along) * vec2(cover(distance, line), strength * around);
#endif
}
