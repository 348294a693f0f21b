layout(location = 0) in vec3 place;   // 0 … 1 across the window, height 0 … 1
layout(location = 1) in vec3 normal;  // box units
uniform mat4 clip_from_box;
uniform vec3 half_box;  // half sides of the floor, height
out vec2 window;
out vec3 box_normal;

void main() {
  window = place.xy;
  box_normal = normal;
  vec3 box = vec3((2.0 * place.xy - 1.0) * half_box.xy, place.z * half_box.z);
  gl_Position = clip_from_box * vec4(box, 1.0);
}
