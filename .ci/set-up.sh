# What ./run and ./test share: the packages and the build. Sourced, not run.

# What building and running need, with a display of its own for machines that have none.
STEPLAB_PACKAGES=(g++ cmake ninja-build ccache libeigen3-dev nlohmann-json3-dev libcli11-dev libimgui-dev libglfw3-dev libepoxy-dev
  libstb-dev pkg-config xvfb xauth libgl1-mesa-dri fonts-inter fonts-dejavu-core)
# What the tests need on top of it.
STEPLAB_TEST_PACKAGES=(doctest-dev libbenchmark-dev python3-jsonschema xdotool)

# steplab_packages PACKAGE…: installs those that are not there yet, through apt; says what it does, and nothing if there is
# nothing to do.
steplab_packages() {
  local missing=() package
  for package in "$@"; do
    [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null; then
    echo "Steplab needs these Debian packages, and there is no apt-get to install them: ${missing[*]}" >&2
    return 1
  fi
  local sudo=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "Steplab needs these packages; as root, run: apt-get install ${missing[*]}" >&2
      return 1
    fi
    sudo=(sudo)
  fi
  echo "Steplab: installing with apt-get: ${missing[*]}" >&2
  "${sudo[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "${missing[@]}" >&2
}

# steplab_build PRESET TESTS TARGET…: configures where needed, then builds what changed. TESTS is ON or OFF: whether the tests take
# part; once they do they stay. Quiet unless something fails or takes time.
steplab_build() {
  local preset=$1 tests=$2 log
  shift 2
  log=$(mktemp)
  # An old build folder may have been made elsewhere or for another processor: configure notes both.
  local stamp="build/$preset/.made-for" here
  here="$PWD $(sed -n '/^flags/{p;q}' /proc/cpuinfo | cksum)"
  if [[ -f $stamp && "$(<"$stamp")" != "$here" ]]; then rm -rf "build/$preset"; fi
  if [[ ! -f build/$preset/build.ninja || ! -f $stamp ]] ||
    { [[ $tests == ON ]] && ! grep -q '^BUILD_TESTING:BOOL=ON$' "build/$preset/CMakeCache.txt"; }; then
    echo "Steplab: configuring build/$preset" >&2
    if ! cmake --preset "$preset" -DBUILD_TESTING="$tests" >"$log" 2>&1; then
      cat "$log" >&2
      rm -f "$log"
      return 1
    fi
    echo "$here" >"$stamp"
  fi
  [[ -f build/$preset/.built ]] || echo "Steplab: building (the first time takes a few minutes)" >&2
  if ! cmake --build --preset "$preset" --target "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  touch "build/$preset/.built"
  rm -f "$log"
}
