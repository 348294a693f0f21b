// One instance per piece of line: a rectangle that holds it, its round ends and a soft border.
layout(location = 0) in vec3 from;         // pixels, depth
layout(location = 1) in vec2 from_state;   // length so far in pixels; strength, or −1 − strength if the pen is lifted here
layout(location = 2) in vec3 to;
layout(location = 3) in vec2 to_state;
uniform vec2 picture;  // pixels
uniform float reach;   // half of the widest line with outline and soft border
out vec3 position;     // pixels, depth
flat out vec2 start, direction;
flat out float size, start_length;
flat out vec2 strengths;

float strength_of(float state) { return state < 0.0 ? -1.0 - state : state; }

void main() {
  vec2 way = to.xy - from.xy;
  size = length(way);
  direction = size > 1e-6 ? way / size : vec2(1.0, 0.0);
  vec2 side = vec2(-direction.y, direction.x);
  bool at_end = (gl_VertexID & 1) != 0;
  vec2 corner = at_end ? to.xy + direction * reach : from.xy - direction * reach;
  corner += side * ((gl_VertexID & 2) != 0 ? reach : -reach);
  position = vec3(corner, at_end ? to.z : from.z);
  start = from.xy;
  start_length = from_state.x;
  strengths = vec2(strength_of(from_state.y), strength_of(to_state.y));
  gl_Position = vec4(2.0 * corner / picture - 1.0, 0.0, 1.0);
  if (from_state.y < 0.0) gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
}
