// The map: fill, contour lines, region of instability.
uniform sampler2D excess, sharpness;  // one texel per pixel
uniform bool rows_go_up;              // first row of the textures is the lowest
uniform bool contours, stability;
uniform float threshold;
uniform float hatch_origin, cross_hatch_origin;  // so that hatches stay with the landscape when it is moved
out vec4 colour;

ivec2 size;

ivec2 texel(ivec2 pixel) {
  pixel = clamp(pixel, ivec2(0), size - 1);
  return rows_go_up ? ivec2(pixel.x, size.y - 1 - pixel.y) : pixel;
}

float excess_at(ivec2 pixel, float replacement) {
  float e = texelFetch(excess, texel(pixel), 0).r;
  return is_special(e) ? replacement : e;
}

// Relative to the threshold, and bounded, so that a cliff has a thin border too.
float margin_at(ivec2 pixel) {
  float s = texelFetch(sharpness, texel(pixel), 0).r;
  return clamp(s / threshold - 1.0, -1.0, 2.0);
}

// The steeper side counts: at the floor of a valley narrower than a pixel the mean of both would be 0.
float steeper(float before, float here, float after) { return max(abs(here - before), abs(after - here)); }

float lines(ivec2 pixel, float e) {
  float c = level(e);
  vec2 slope = vec2(steeper(level(excess_at(pixel - ivec2(1, 0), e)), c, level(excess_at(pixel + ivec2(1, 0), e))),
                    steeper(level(excess_at(pixel - ivec2(0, 1), e)), c, level(excess_at(pixel + ivec2(0, 1), e))));
  return contour_cover(c, length(slope));
}

vec3 with_stability(vec3 base, ivec2 pixel, float across) {
  float m = margin_at(pixel);
  vec2 slope = vec2(steeper(margin_at(pixel - ivec2(1, 0)), m, margin_at(pixel + ivec2(1, 0))),
                    steeper(margin_at(pixel - ivec2(0, 1)), m, margin_at(pixel + ivec2(0, 1))));
  float border = slope.x + slope.y > 1e-6 ? cover(abs(m) / length(slope), 1.25 * line_width) : 0.0;
  float inside = m > 0.0 ? 0.07 + 0.38 * hatch_cover(across, line_width) : 0.0;
  return mix(base, warm_colour.rgb, max(inside, 0.85 * border));
}

void main() {
  ivec2 pixel = ivec2(gl_FragCoord.xy);
  size = textureSize(excess, 0);
  float e = texelFetch(excess, texel(pixel), 0).r;
  float across = (gl_FragCoord.x + gl_FragCoord.y) * 0.70711 - hatch_origin;
  float across_other = (gl_FragCoord.x - gl_FragCoord.y) * 0.70711 - cross_hatch_origin;
  colour.a = 1.0;
  if (e < kOutside) {
    colour.rgb = ground_colour.rgb;
    return;
  }
  if (e > kHole) {
    colour.rgb = hole_fill(across_other);
    return;
  }
  colour.rgb = fill(e);
  if (contours) colour.rgb = mix(colour.rgb, contour_colour.rgb, contour_colour.a * lines(pixel, e));
  if (stability) colour.rgb = with_stability(colour.rgb, pixel, across);
}
