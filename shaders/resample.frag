// Brings a field onto the pixels of the picture: cubic where it is coarser (Keys 1981, which keeps parabolas exactly),
// linear where it is finer.
uniform sampler2D source;
uniform vec2 cells_per_pixel, first_cell;  // cell coordinates of the pixel centre: gl_FragCoord · this + that
uniform bool cubic;
out float value;

float cell(ivec2 at) {
  ivec2 last = textureSize(source, 0) - 1;
  return texelFetch(source, clamp(at, ivec2(0), last), 0).r;
}

// Continues the field beyond its border in a straight line.
float extended(ivec2 at, float replacement) {
  ivec2 last = textureSize(source, 0) - 1;
  ivec2 inside = clamp(at, ivec2(0), last);
  float e = cell(inside);
  if (inside != at) {
    float inner = cell(2 * inside - at);
    if (!is_special(e) && !is_special(inner)) e = 2.0 * e - inner;
  }
  return is_special(e) ? replacement : e;
}

vec4 keys_weights(float t) {
  vec4 powers = vec4(1.0, t, t * t, t * t * t);
  return 0.5 * vec4(dot(powers, vec4(0, -1, 2, -1)), dot(powers, vec4(2, 0, -5, 3)), dot(powers, vec4(0, 1, 4, -3)),
                    dot(powers, vec4(0, 0, -1, 1)));
}

float bilinear(ivec2 base, vec2 t, float replacement) {
  vec2 low = vec2(extended(base, replacement), extended(base + ivec2(1, 0), replacement));
  vec2 high = vec2(extended(base + ivec2(0, 1), replacement), extended(base + ivec2(1, 1), replacement));
  vec2 column = mix(low, high, t.y);
  return mix(column.x, column.y, t.x);
}

float bicubic(ivec2 base, vec2 t, float replacement) {
  vec4 across = keys_weights(t.x), up = keys_weights(t.y);
  float sum = 0.0;
  for (int row = 0; row < 4; ++row) {
    float line = 0.0;
    for (int column = 0; column < 4; ++column)
      line += across[column] * extended(base + ivec2(column - 1, row - 1), replacement);
    sum += up[row] * line;
  }
  return sum;
}

void main() {
  vec2 place = gl_FragCoord.xy * cells_per_pixel + first_cell;
  vec2 size = vec2(textureSize(source, 0));
  if (any(lessThan(place, vec2(-0.5001))) || any(greaterThan(place, size - 0.4999))) {
    value = -3e38;
    return;
  }
  float nearest = cell(ivec2(floor(place + 0.5)));
  ivec2 base = ivec2(floor(place));
  vec2 t = place - floor(place);
  if (is_special(nearest)) value = nearest;
  else value = cubic ? bicubic(base, t, nearest) : bilinear(base, t, nearest);
}
