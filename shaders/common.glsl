// Shared by all fragment shaders: where contour lines are and what the landscape is filled with (see levels.h).
uniform vec4 low_colour, high_colour, contour_colour, ground_colour, warm_colour;
uniform bool logarithmic;
uniform float first_level;    // excess of contour 0
uniform float inverse_step;   // levels per unit of excess, or per factor of two
uniform float top;            // excess at the top of the fill
uniform float inverse_rise;   // 1 / log2(1 + top / first_level)
uniform float line_width;     // pixels
uniform float hatch_period;   // pixels between hatch lines

// Stands for "not finite" in the textures, as much of it as is left between it and an ordinary neighbour.
bool is_hole(float e) { return abs(e) > 1e35; }

float level(float e) {
  // Below −1 there are no lines: a floor keeps differences finite where e → 0.
  float c = logarithmic ? log2(max(e, 1e-37) / first_level) * inverse_step : (e - first_level) * inverse_step;
  return max(c, -1.0);
}

const float kContourOpacity = 0.85;

float rise(float e) {
  float share = clamp(e / top, 0.0, 1.0);
  return logarithmic ? log2(1.0 + share * top / first_level) * inverse_rise : share;
}

// How much of a pixel a line of this width covers whose middle is `distance` pixels away.
float cover(float distance, float width) { return clamp(0.5 * width + 0.5 - distance, 0.0, 1.0); }

// Contour line at the nearest integer ≥ 0 of c, which changes by `slope` per pixel. Lines denser than one in three
// pixels fade into the fill; a plate that happens to lie at an integer is not painted.
float contour_cover(float c, float slope) {
  float nearest = max(floor(c + 0.5), 0.0);
  float dense = 1.0 - smoothstep(0.16, 0.33, slope);
  float flat_plate = smoothstep(1e-5, 1e-4, slope);
  return cover(abs(c - nearest) / max(slope, 1e-7), line_width) * kContourOpacity * dense * flat_plate;
}

// Diagonal lines; `along` is the coordinate across them in pixels.
float hatch_cover(float across, float width) {
  float phase = mod(across, hatch_period) - 0.5 * hatch_period;
  return cover(abs(phase), width);
}

vec3 fill(float e) { return mix(low_colour.rgb, high_colour.rgb, rise(e)); }

// The landscape where it is not finite: the highest colour, quietly hatched.
vec3 hole_fill(float across) { return mix(high_colour.rgb, contour_colour.rgb, 0.35 * hatch_cover(across, line_width)); }

// How far the sharpness is above the threshold, over the threshold's size. Weight decay can make that negative.
float margin_of(float sharpness, float threshold) { return (sharpness - threshold) / max(abs(threshold), 1e-30); }

// `margin`: sharpness over threshold, minus 1. Hatched where positive, with a thin line at 0.
vec3 with_stability(vec3 base, float margin, float hatch) {
  margin = clamp(margin, -1.0, 2.0);  // so that a cliff has a thin border too
  float slope = length(vec2(dFdx(margin), dFdy(margin)));
  float border = slope > 1e-6 ? cover(abs(margin) / slope, 1.25 * line_width) : 0.0;
  float inside = margin > 0.0 ? 0.05 + 0.34 * hatch : 0.0;
  return mix(base, warm_colour.rgb, max(inside, 0.85 * border));
}
