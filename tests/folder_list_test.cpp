// The list of a folder that is read in the background.
#include "app/session/folder_list.h"

#include "tests/process.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace steplab::testing {
namespace {

std::shared_ptr<const FolderList::Names> whole(const FolderList& list) {
  while (list.reading()) std::this_thread::yield();
  return list.names();
}

TEST_CASE("A folder's list has its folders and the files with the extension, sorted, without hidden ones and tables") {
  const Folder folder;
  for (const char* name : {"b.json", "a.json", ".hidden.json", "a.budget.json", "picture.png", "json"})
    std::ofstream(folder / name) << "x";
  std::filesystem::create_directory(folder / "scenes");
  const FolderList list(folder.path.string(), ".json");
  const auto names = whole(list);
  CHECK(names->folders == std::vector<std::string>{"scenes"});
  CHECK(names->files == std::vector<std::string>{"a.json", "b.json"});
  CHECK(list.is_of(folder.path.string(), ".json"));
  CHECK_FALSE(list.is_of(folder.path.string(), ".png"));
  CHECK_FALSE(list.outdated());
}

TEST_CASE("A list knows that its folder has changed, and the next one shows the old names until it is whole") {
  const Folder folder;
  std::ofstream(folder / "a.json") << "x";
  const FolderList list(folder.path.string(), ".json");
  const auto names = whole(list);
  std::ofstream(folder / "b.json") << "x";
  std::filesystem::last_write_time(folder.path, std::filesystem::file_time_type{});  // whatever the clock's grain
  CHECK(list.outdated());
  const FolderList next(folder.path.string(), ".json", names);
  for (bool reading = true; reading;) {
    reading = next.reading();
    const auto shown = next.names();
    CHECK((shown->files == names->files || shown->files == std::vector<std::string>{"a.json", "b.json"}));
  }
  CHECK(next.names()->files.size() == 2);
}

TEST_CASE("A folder that is not there has an empty list") {
  const Folder folder;
  const FolderList list(folder / "none", ".json");
  CHECK(whole(list)->files.empty());
}

}  // namespace
}  // namespace steplab::testing
