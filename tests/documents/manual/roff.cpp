#include "tests/documents/manual/roff.h"

#include <cstdio>
#include <sstream>

namespace cmagent::manual {
namespace {

constexpr std::size_t kWidth = 76;      // of a line of the source: mandoc warns of more than 80
constexpr char kDate[] = "2026-11-27";  // of the texts of this folder

// With hyphens that can be copied, and nothing that roff would read as its own.
std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '\'') {
            out += "\\(aq";
        } else if (c == '`') {
            out += "\\(ga";
        } else if (c == '^') {
            out += "\\(ha";
        } else if (c == '~') {
            out += "\\(ti";
        } else if (c < 0x80) {
            out += text[i];
        } else {  // UTF-8 of two or three bytes
            unsigned code = c < 0xe0 ? c & 0x1fU : c & 0x0fU;
            for (int more = c < 0xe0 ? 1 : 2; more > 0; --more)
                code = code << 6 | (static_cast<unsigned char>(text[++i]) & 0x3fU);
            char name[16];
            std::snprintf(name, sizeof name, "\\[u%04X]", code);
            out += name;
        }
    }
    return out;
}

}  // namespace

Page::Page(std::string_view name, int section, std::string_view summary) {
    std::string upper;
    for (const char c : name) upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    text_ = ".\\\" Made from the program's own tables by the target manual: do not edit.\n.TH " +
            upper + ' ' + std::to_string(section) + ' ' + kDate +
            " \"cmagent @PROJECT_VERSION@\"\n";
    heading("Name");
    text_ += escaped(name) + " \\- " + escaped(summary) + '\n';
}

void Page::heading(std::string_view title) {
    std::string upper;
    for (const char c : title) upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    text_ += ".SH " + upper + '\n';
}

void Page::words(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::string line;
    for (std::string word; in >> word;) {
        const std::string next = escaped(word);
        if (!line.empty() && line.size() + next.size() >= kWidth) {
            text_ += line + '\n';
            line.clear();
        }
        if (line.empty() && next[0] == '.') line = "\\&";
        line += (line.empty() || line == "\\&" ? "" : " ") + next;
    }
    text_ += line + '\n';
}

bool Page::begins() const {
    return text_.compare(text_.rfind('\n', text_.size() - 2) + 1, 4, ".SH ") == 0;
}

void Page::paragraph(std::string_view text) {
    if (!begins()) text_ += ".PP\n";
    words(text);
}

void Page::item(std::string_view term, std::string_view value, std::string_view text) {
    text_ += ".TP\n\\fB" + escaped(term) + "\\fR";
    if (!value.empty()) text_ += " \\fI" + escaped(value) + "\\fR";
    text_ += '\n';
    words(text);
}

void Page::example(std::string_view lines) {
    text_ += begins() ? ".RS 4\n.nf\n" : ".PP\n.RS 4\n.nf\n";
    std::istringstream in{std::string(lines)};
    for (std::string line; std::getline(in, line);) text_ += escaped(line) + '\n';
    text_ += ".fi\n.RE\n";
}

void Page::see_also(std::string_view others) {
    heading("See also");
    std::istringstream in{std::string(others)};
    std::string line;
    for (std::string name; in >> name;) {
        const std::size_t bracket = name.find('(');
        line += (line.empty() ? "" : ",\n") + std::string(".BR ") +
                escaped(name.substr(0, bracket)) + ' ' + name.substr(bracket);
    }
    // A comma belongs behind the bracket, in the same line.
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i)
        out +=
            line.compare(i, 2, ",\n") == 0 ? (++i, std::string(" ,\n")) : std::string(1, line[i]);
    text_ += out + '\n';
}

std::vector<HelpRow> rows_of(std::string_view help) {
    std::vector<HelpRow> rows;
    std::istringstream in{std::string(help)};
    for (std::string line; std::getline(in, line);) {
        if (line.compare(0, 4, "  --") != 0) continue;
        std::istringstream words(line);
        HelpRow row;
        words >> row.name;
        // The value, if any, is one blank behind the name.
        const std::size_t behind = 2 + row.name.size();
        if (line.size() > behind + 1 && line[behind + 1] != ' ' &&
            line.find("  ", behind) != std::string::npos && line.find("  ", behind) > behind + 1)
            words >> row.value;
        std::getline(words >> std::ws, row.help);
        rows.push_back(row);
    }
    return rows;
}

}  // namespace cmagent::manual
