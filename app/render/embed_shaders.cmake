# Builds shaders/* into the program, so that it runs from any folder.
file(GLOB SHADER_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/shaders/*.glsl ${CMAKE_SOURCE_DIR}/shaders/*.vert
     ${CMAKE_SOURCE_DIR}/shaders/*.frag)
list(SORT SHADER_FILES)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${SHADER_FILES})
set(SHADER_TABLE "#include \"app/render/shader_library.h\"\n\nnamespace steplab::render {\n\nstd::span<const ShaderFile> shipped_shaders() {\n  static constexpr ShaderFile kFiles[] = {\n")
foreach(SHADER_FILE IN LISTS SHADER_FILES)
  get_filename_component(SHADER_NAME "${SHADER_FILE}" NAME)
  file(READ "${SHADER_FILE}" SHADER_TEXT)
  string(APPEND SHADER_TABLE "      {\"${SHADER_NAME}\", R\"glsl(${SHADER_TEXT})glsl\"},\n")
endforeach()
string(APPEND SHADER_TABLE "  };\n  return kFiles;\n}\n\n}  // namespace steplab::render\n")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/generated/shipped_shaders.cpp CONTENT "${SHADER_TABLE}")
list(APPEND RENDER_SOURCES ${CMAKE_BINARY_DIR}/generated/shipped_shaders.cpp)
