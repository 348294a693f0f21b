// The map: fill, contour lines, region of instability.
uniform sampler2D excess, sharpness;
uniform vec2 texture_scale, texture_offset;  // texture coordinates from pixels
uniform bool contours;
uniform float threshold;
uniform float hatch_origin, cross_hatch_origin;  // so that hatches stay with the landscape when it is moved
out vec4 colour;

void main() {
  vec2 at = gl_FragCoord.xy * texture_scale + texture_offset;
  float e = texture(excess, at).r;
  float c = level(e);
  float slope = length(vec2(dFdx(c), dFdy(c)));
  vec3 base = fill(e);
  if (contours) {
    // On the floor of a valley as narrow as a few pixels slopes cancel, and its lines would fall to dots: look a little
    // farther too.
    float c_right = level(texture(excess, at + vec2(2.0 * texture_scale.x, 0.0)).r);
    float c_down = level(texture(excess, at + vec2(0.0, 2.0 * texture_scale.y)).r);
    float farther = 0.5 * max(abs(c_right - c), abs(c_down - c));
    base = mix(base, contour_colour.rgb, contour_colour.a * contour_cover(c, max(slope, farther)));
  }
#ifdef STABILITY
  float across = (gl_FragCoord.x + gl_FragCoord.y) * 0.70711 - hatch_origin;
  base = with_stability(base, texture(sharpness, at).r / threshold - 1.0, hatch_cover(across, line_width));
#endif
  float across_other = (gl_FragCoord.x - gl_FragCoord.y) * 0.70711 - cross_hatch_origin;
  if (is_hole(e)) base = hole_fill(across_other);
  vec2 outside = abs(at - 0.5);
  colour = vec4(max(outside.x, outside.y) > 0.5001 ? ground_colour.rgb : base, 1.0);
}
