// Lays the coverage of a group of strokes onto the picture: first the outline, then the line. Premultiplied alpha.
uniform sampler2D coverage;
uniform vec4 colour, outline_colour;
out vec4 result;

void main() {
  vec2 covered = texelFetch(coverage, ivec2(gl_FragCoord.xy), 0).rg;
  float line = covered.x * colour.a, below = covered.y * outline_colour.a * (1.0 - line);
  result = vec4(line * colour.rgb + below * outline_colour.rgb, line + below);
}
