#include "agent/ctl/secret.h"

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "agent/base/hex.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"

namespace cmagent::ctl {
namespace {

constexpr const char* kBlank = " \t\r\n";

// The first line for which `text_of` finds a text.
bool read_first(const char* file, Secret& into, std::string_view (*text_of)(std::string_view)) {
    std::FILE* const in = std::strcmp(file, "-") == 0 ? stdin : std::fopen(file, "re");
    if (in == nullptr) return false;
    // What follows on standard input is for the player of `cmagentctl run`.
    if (in == stdin) std::setvbuf(stdin, nullptr, _IONBF, 0);
    while (into.text.empty() && std::fgets(into.line, sizeof into.line, in) != nullptr) {
        into.text = text_of(behind_mark(into.line));
    }
    const bool read = std::ferror(in) == 0;
    if (in != stdin) std::fclose(in);
    return read;
}

std::string_view word_of(std::string_view line) {
    const std::size_t start = line.find_first_not_of(kBlank);
    if (start == std::string_view::npos || line[start] == '#') return {};
    const std::string_view rest = slice(line, start);
    return slice(rest, 0, rest.find_first_of(kBlank));
}

std::string_view without_end(std::string_view line) {
    return slice(line, 0, line.find_first_of("\r\n"));
}

}  // namespace

bool read_word(const char* file, Secret& into) {
    return read_first(file, into, word_of);
}

bool read_line(const char* file, Secret& into) {
    return read_first(file, into, without_end);
}

bool make_key(Key& into) {
    std::uint64_t random[2];
    std::FILE* const in = std::fopen("/dev/urandom", "re");
    if (in == nullptr) return false;
    const bool read = std::fread(random, sizeof random, 1, in) == 1;
    std::fclose(in);
    char digits[Key::capacity()];
    TextWriter out(digits);
    for (const std::uint64_t number : random) write_hex(out, number, 16);
    return into.assign(out.view()) && read;
}

}  // namespace cmagent::ctl
