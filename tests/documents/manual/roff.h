#pragma once
// Pages of man(7), and the rows of a program's help that they are made from.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmagent::manual {

// The files that are made: a name in platform/packaging, and the text. @NAME@ is CMake's to fill in.
using Files = std::vector<std::pair<std::string, std::string>>;

class Page {
  public:
    // "cmagentd", 8, "the Concurrency Monitoring agent"
    Page(std::string_view name, int section, std::string_view summary);

    void heading(std::string_view title);
    void paragraph(std::string_view text);
    // A term in bold, what follows it in italics, and an explanation.
    void item(std::string_view term, std::string_view value, std::string_view text);
    void example(std::string_view lines);
    void see_also(std::string_view others);
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    void words(std::string_view text);
    [[nodiscard]] bool begins() const;  // directly under a heading

    std::string text_;
};

// A row of a help, "  --config FILE   a file of …".
struct HelpRow {
    std::string name;
    std::string value;
    std::string help;
};
// Those that begin with `--`.
[[nodiscard]] std::vector<HelpRow> rows_of(std::string_view help);

}  // namespace cmagent::manual
