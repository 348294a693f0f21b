// A process of a test's own: started with an environment, ended with the test whatever becomes of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace steplab::testing {

struct Start {
  std::vector<std::string> command;        ///< looked for in PATH
  std::vector<std::string> environment{};  ///< "NAME=value", in place of what the test has under that name
  std::string folder{};                    ///< where it works; empty: where the test does
  std::string output{};                    ///< file for both streams; empty: nowhere
  int as_input = -1, as_third = -1;        ///< descriptors that it gets as its 0 and 3
};

class Child {
 public:
  Child() = default;
  explicit Child(const Start& start);
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&& other) noexcept : process_(std::exchange(other.process_, -1)) {}
  Child& operator=(Child&& other) noexcept {
    end();
    process_ = std::exchange(other.process_, -1);
    return *this;
  }

  bool runs();
  /// Exit code, minus the signal that ended it, or nothing if it still runs after that time.
  std::optional<int> wait(std::chrono::milliseconds most);
  void send(int signal);
  /// Asks it to end; makes it, if it does not.
  void end();

 private:
  pid_t process_ = -1;
  std::optional<int> code_;
};

}  // namespace steplab::testing
