// The surface: the map's fill and lines, lit softly.
in vec2 window;
in vec3 box_normal;
uniform sampler2D excess, sharpness;
uniform vec2 texture_scale, texture_offset;  // texture coordinates from window coordinates
uniform vec3 light;                          // unit vector
uniform vec2 pixels_across;                  // of the window, for the hatch
uniform bool contours, stability;
uniform float threshold;
out vec4 colour;

void main() {
  vec2 at = window * texture_scale + texture_offset;
  float e = texture(excess, at).r;
  float c = level(e);
  float slope = length(vec2(dFdx(c), dFdy(c)));
  vec2 hatch = window * pixels_across;
  float across = (hatch.x + hatch.y) * 0.70711;
  float per_pixel = max(length(vec2(dFdx(across), dFdy(across))), 1e-6);
  float margin = clamp(texture(sharpness, at).r / threshold - 1.0, -1.0, 2.0);
  float margin_slope = length(vec2(dFdx(margin), dFdy(margin)));

  vec3 base = e > kHole * 0.01 ? hole_fill(across) : fill(e);
  if (contours) base = mix(base, contour_colour.rgb, contour_colour.a * contour_cover(c, slope));
  if (stability) {
    float lines = cover(abs(mod(across, hatch_period) - 0.5 * hatch_period) / per_pixel, line_width);
    float inside = margin > 0.0 ? 0.07 + 0.38 * lines : 0.0;
    float border = margin_slope > 1e-6 ? cover(abs(margin) / margin_slope, 1.25 * line_width) : 0.0;
    base = mix(base, warm_colour.rgb, max(inside, 0.85 * border));
  }
  float facing = dot(normalize(box_normal), light);
  colour = vec4(base * (0.80 + 0.24 * max(facing, 0.0)), 1.0);
}
