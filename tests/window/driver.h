// Drives the real program on a desk: events in, its report and its pixels out. Nothing waits for a fixed time: every
// event is followed until the program has shown a frame that knows of it.
#pragma once

#include "tests/window/desk.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace steplab::testing {

using Json = nlohmann::json;
using Condition = std::function<bool(const Json& report)>;

struct Point {
  double x = 0, y = 0;
};

class Driver {
 public:
  /// Starts the window with these arguments and waits until it is there. Width 0: the size is the program's matter.
  /// `name`: of its files, where there are several at a time.
  explicit Driver(Desk& desk, const std::vector<std::string>& args = {}, int width = kWidth, int height = kHeight,
                  const std::string& name = "report");
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// The newest frame's.
  Json report() const;
  Json scene() const { return report()["scene"]; }
  /// The first report for which it holds; the test fails with `what` if none comes.
  Json wait_until(const std::string& what, const Condition& condition) const;
  /// The report when no further frame will come by itself.
  Json settled() const;

  bool has(const std::string& item) const;
  /// Where the item stands.
  Rect rect(const std::string& item) const;

  // The mouse. It stands still, in the frame that is shown, when these return.
  void move(Point to);
  void press(int mouse_button = 1);
  void release(int mouse_button = 1);
  void click(Point at, int mouse_button = 1);
  void click(const std::string& item) { click(centre(item)); }
  /// Opens a menu or a list and clicks an entry of it, once it has found its place.
  void choose(const std::string& menu, const std::string& entry);
  /// Two clicks count as one double click only where frames are quick: again and again until the condition holds. For
  /// what single clicks do not harm.
  void double_click(const std::string& item, const Condition& done);
  void drag(Point from, Point to);
  /// Over the item; positive notches turn up.
  void wheel(const std::string& item, int notches);
  Point centre(const std::string& item) const;
  /// Away from everything that looks different when hovered.
  void park() { move({3, 3}); }

  // The keyboard.
  void key(const std::string& chord);  ///< in xdotool's names: "ctrl+shift+z"
  void type(const std::string& text);
  /// Into a box, in place of what is there, with Return.
  void type_into(const std::string& item, const std::string& text);

  void resize(int width, int height);

  /// What is shown of the item, once nothing moves any more; the mouse is parked.
  Pixels picture(const std::string& item);
  Pixels picture();

  /// Exit code and what was printed, once the program has ended by itself.
  int exit_code();
  std::string printed() const;
  bool runs() { return program_.runs(); }
  /// By its key; the exit code.
  int quit();
  /// By a signal; the exit code, or minus the signal if that ended it.
  int end_by(int signal);

 private:
  bool wait_for_key_events(std::ptrdiff_t count);

  Desk& desk_;
  std::string report_path_, output_path_;
  Child program_;
};

bool has_item(const Json& report, const std::string& name);

/// Runs the program where it is expected to end by itself: exit code and what it printed.
struct Ended {
  int code = -1;
  std::string printed;
};
Ended run_to_end(const Desk& desk, const std::vector<std::string>& args,
                 const std::vector<std::string>& environment = {});  ///< in place of the desk's

}  // namespace steplab::testing
