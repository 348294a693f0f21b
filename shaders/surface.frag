// The surface: the map's fill and lines, lit softly.
in vec2 window;
in vec3 box_normal;
uniform sampler2D excess, sharpness;
uniform vec2 texture_scale, texture_offset;  // texture coordinates from window coordinates
uniform vec3 light;                          // unit vector
uniform vec2 pixels_across;                  // of the window, for the hatch
uniform bool contours;
uniform float threshold;
out vec4 colour;

void main() {
  vec2 at = window * texture_scale + texture_offset;
  float e = texture(excess, at).r;
  float c = level(e);
  float slope = length(vec2(dFdx(c), dFdy(c)));
  vec3 base = fill(min(e, top));
  if (contours && !is_hole(e)) base = mix(base, contour_colour.rgb, contour_colour.a * contour_cover(c, slope));
#ifdef STABILITY
  vec2 hatch = window * pixels_across;
  float across = (hatch.x + hatch.y) * 0.70711;
  float per_pixel = max(length(vec2(dFdx(across), dFdy(across))), 1e-6);
  float from_line = abs(mod(across, hatch_period) - 0.5 * hatch_period) / per_pixel;
  base = with_stability(base, margin_of(texture(sharpness, at).r, threshold), cover(from_line, line_width));
#endif
  float facing = max(dot(normalize(box_normal), light), 0.0);
  colour = vec4(base * (0.77 + 0.24 * facing), 1.0);
}
