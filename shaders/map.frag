// The map: fill, contour lines, region of instability.
uniform sampler2D excess, sharpness;
uniform vec2 texture_scale, texture_offset;  // texture coordinates from pixels
uniform bool contours;
uniform float threshold;
uniform float hatch_origin, cross_hatch_origin;  // so that hatches stay with the landscape when it is moved
out vec4 colour;

// 0 where the level bends within a pixel or two, as on the floor of a narrow valley: the two sides of a line that runs
// along it cannot be told apart there, and would fall to dots.
float smooth_here(vec2 at, float c, float slope) {
  vec2 right = vec2(1.5 * texture_scale.x, 0.0), down = vec2(0.0, 1.5 * texture_scale.y);
  float bend = max(abs(level(texture(excess, at - right).r) + level(texture(excess, at + right).r) - 2.0 * c),
                   abs(level(texture(excess, at - down).r) + level(texture(excess, at + down).r) - 2.0 * c));
  return 1.0 - smoothstep(0.10, 0.22, bend) * smoothstep(0.7, 1.8, bend / max(slope, 1e-6));
}

void main() {
  vec2 at = gl_FragCoord.xy * texture_scale + texture_offset;
  float e = texture(excess, at).r;
  float c = level(e);
  float slope = length(vec2(dFdx(c), dFdy(c)));
  vec3 base = fill(e);
  if (contours) base = mix(base, contour_colour.rgb, contour_colour.a * contour_cover(c, slope) * smooth_here(at, c, slope));
#ifdef STABILITY
  float across = (gl_FragCoord.x + gl_FragCoord.y) * 0.70711 - hatch_origin;
  base = with_stability(base, margin_of(texture(sharpness, at).r, threshold), hatch_cover(across, line_width));
#endif
  float across_other = (gl_FragCoord.x - gl_FragCoord.y) * 0.70711 - cross_hatch_origin;
  if (is_hole(e)) base = hole_fill(across_other);
  vec2 outside = abs(at - 0.5);
  colour = vec4(max(outside.x, outside.y) > 0.5001 ? ground_colour.rgb : base, 1.0);
}
