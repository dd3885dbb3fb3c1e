#include "agent/ctl/printable.h"

#include "agent/base/text.h"
#include "agent/base/utf8.h"

namespace cmagent::ctl {
namespace {

// The character at the start of a text, as it is to be printed.
struct Character {
    std::size_t size;
    bool printable;
};

Character first_of(std::string_view text) {
    const std::size_t unprintable = unprintable_length(text);
    if (unprintable > 0) return {unprintable, false};
    const std::size_t sequence = sequence_length(text);
    return sequence > 0 ? Character{sequence, true} : Character{1, false};
}

template <class Instead>
void print(std::FILE* out, std::string_view text, Instead instead) {
    while (!text.empty()) {
        const Character character = first_of(text);
        const std::string_view bytes = slice(text, 0, character.size);
        if (character.printable) {
            std::fwrite(bytes.data(), 1, bytes.size(), out);
        } else {
            instead(bytes);
        }
        text.remove_prefix(character.size);
    }
}

}  // namespace

void print(std::FILE* out, std::string_view text) {
    print(out, text, [out](std::string_view) { std::fputc('?', out); });
}

void print_json(std::FILE* out, std::string_view json) {
    print(out, json, [out](std::string_view bytes) {
        const bool white_space = bytes == "\n" || bytes == "\r" || bytes == "\t";
        if (white_space) {
            std::fputc(' ', out);
        } else {
            std::fprintf(out, "\\u%04x", static_cast<unsigned>(decode(bytes)));
        }
    });
}

}  // namespace cmagent::ctl
