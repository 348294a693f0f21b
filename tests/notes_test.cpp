// What texts cite can be opened: notes with their sections, pages, files.
#include "paths.h"
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kSource = STEPLAB_SOURCE_DIR;

std::string read(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Files below folders of the project (or files themselves) with one of these extensions.
std::vector<fs::path> files(std::initializer_list<const char*> places, const std::set<std::string>& extensions) {
  std::vector<fs::path> found;
  for (const char* place : places) {
    if (fs::is_regular_file(kSource / place)) found.push_back(kSource / place);
    if (!fs::is_directory(kSource / place)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kSource / place))
      if (extensions.contains(entry.path().extension())) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::vector<fs::path> pages() {
  return files({"README.md", "CONTRIBUTING.md", "THIRD_PARTY.md", "CHANGELOG.md", "docs", "core", "app", "tests"},
               {".md"});
}

/// One line: comments run on, and pieces of a string literal are one.
std::string flat(const std::string& text) {
  std::string joined;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string_view line = std::string_view(text).substr(from, end - from);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    for (const char* mark : {"///<", "///", "//"})
      if (line.starts_with(mark)) {
        line.remove_prefix(std::string_view(mark).size());
        break;
      }
    joined.append(line).push_back(' ');
    from = end + 1;
  }
  std::string one;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    const char c = joined[i];
    if (c == '"' && !one.empty()) {
      const std::size_t next = joined.find_first_not_of(' ', i + 1);
      if (next != joined.npos && next > i + 1 && joined[next] == '"') {
        i = next;
        continue;
      }
    }
    if (c == '\\' && i + 1 < joined.size() && joined[i + 1] == 'n') {
      one.push_back(' ');
      ++i;
    } else if (c != ' ' || one.empty() || one.back() != ' ') {
      one.push_back(c);
    }
  }
  return one;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Headings of a page, in small letters.
std::vector<std::string> headings(const fs::path& page) {
  std::vector<std::string> found;
  std::ifstream stream(page);
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with("#")) found.push_back(lower(line.substr(line.find_first_not_of("# "))));
  return found;
}

bool begins_with_label(const std::string& heading, const std::string& label) {
  return heading.starts_with(label) && (heading.size() == label.size() || heading[label.size()] == ' ' ||
                                        heading[label.size()] == ':' || heading[label.size()] == ',');
}

struct Citation {
  std::string page;
  std::vector<std::string> sections;
};

/// "docs/notes/PAGE.md", or that and ", A.4 and A.5", ", test 2", ", 9.1".
std::vector<Citation> citations(const std::string& text) {
  static const std::regex form(R"(^docs/notes/([a-z-]+\.md))");
  static const std::regex section(R"(^(?:, and|,| and) (test [0-9]|[A-Z]?\.?[0-9]+(?:\.[0-9]+)*[a-z]?)(?![\w%]))");
  std::vector<Citation> found;
  for (std::size_t at = text.find("docs/notes/"); at != text.npos; at = text.find("docs/notes/", at + 1)) {
    std::string rest = text.substr(at, 200);
    std::smatch match;
    if (!std::regex_search(rest, match, form)) continue;
    Citation citation{match[1], {}};
    for (rest = match.suffix(); std::regex_search(rest, match, section); rest = match.suffix())
      citation.sections.push_back(lower(match[1]));
    found.push_back(citation);
  }
  return found;
}

std::vector<fs::path> citing_files() {
  auto all = files({"core", "app", "tests", "assets"}, {".h", ".cpp", ".json"});
  for (const auto& page : pages()) all.push_back(page);
  return all;
}

TEST_CASE("Every citation of the notes opens: the page is there and has the section") {
  std::map<std::string, std::vector<std::string>> known;
  for (const auto& page : files({"docs/notes"}, {".md"})) known[page.filename()] = headings(page);
  std::size_t sections = 0;
  for (const auto& file : citing_files()) {
    if (file.filename() == "notes_test.cpp") continue;
    for (const auto& [page, cited] : citations(flat(read(file)))) {
      INFO(fs::relative(file, kSource).string() << " cites " << page);
      REQUIRE(known.contains(page));
      for (const auto& label : cited) {
        INFO("section " << label);
        CHECK(std::ranges::any_of(known[page], [&](const auto& each) { return begins_with_label(each, label); }));
        ++sections;
      }
    }
  }
  CHECK(sections > 80);
}

TEST_CASE("No text speaks of our notes without naming the page") {
  for (const auto& file : citing_files()) {
    if (file.filename() == "notes_test.cpp") continue;
    const std::string text = lower(flat(read(file)));
    for (std::size_t at = text.find("our notes"); at != text.npos; at = text.find("our notes", at + 1)) {
      if (at > 0 && std::isalpha(static_cast<unsigned char>(text[at - 1]))) continue;
      INFO(fs::relative(file, kSource).string() << ": " << text.substr(at, 60));
      CHECK(text.substr(at, 60).find("docs/notes/") != std::string::npos);
    }
  }
}

TEST_CASE("Every link between the project's pages leads to a file, and every file that a page names is there") {
  static const std::regex link(R"(\]\(([^)#:]+)(?:#[^)]*)?\))");
  static const std::regex named(
      R"(`((?:core|app|tests|docs|assets|shaders|\.ci)/[\w./-]+\.(?:h|cpp|md|json|sh|cmake))`)");
  std::size_t links = 0, names = 0;
  for (const auto& page : pages()) {
    std::ifstream stream(page);
    for (std::string line; std::getline(stream, line);) {
      INFO(fs::relative(page, kSource).string() << ": " << line);
      for (std::sregex_iterator at(line.begin(), line.end(), link), end; at != end; ++at, ++links)
        CHECK(fs::exists(page.parent_path() / (*at)[1].str()));
      for (std::sregex_iterator at(line.begin(), line.end(), named), end; at != end; ++at, ++names)
        if ((*at)[1].str().find("NAME") == std::string::npos) CHECK(fs::exists(kSource / (*at)[1].str()));
    }
  }
  CHECK(links > 20);
  CHECK(names > 30);
}

TEST_CASE("The glossary has every word once, in order, each with a meaning of its own") {
  struct Word {
    std::string term, meaning;
  };
  std::vector<Word> words;
  std::ifstream stream(kSource / "docs/words.md");
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("## "))
      words.push_back({line.substr(3), ""});
    else if (!words.empty() && !line.empty() && !line.starts_with("- "))
      words.back().meaning += line;
    else if (line.starts_with("- "))
      CHECK((line.starts_with("- symbol: ") || line.starts_with("- unit: ")));
  }
  CHECK(words.size() > 60);
  CHECK(std::ranges::is_sorted(words, {}, [](const Word& word) { return lower(word.term); }));
  std::set<std::string> terms, meanings;
  for (const auto& [term, meaning] : words) {
    CAPTURE(term);
    CHECK(terms.insert(term).second);
    CHECK(meaning.size() > 15);
    CHECK(meanings.insert(meaning).second);
  }
}

TEST_CASE("Every room says in a page what lives there") {
  for (const char* top : {"core", "app"})
    for (const auto& entry : fs::directory_iterator(kSource / top))
      if (entry.is_directory()) {
        CAPTURE(entry.path().string());
        CHECK(fs::exists(entry.path() / "README.md"));
      }
}

}  // namespace
