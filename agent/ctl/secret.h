#pragma once
// What no other user of the box shall read. A command line is no place for it: `ps` shows it to
// all.

#include <string_view>

#include "agent/base/text.h"

namespace cmagent::ctl {

// A secret out of a file; the view is of `line`.
struct Secret {
    char line[1024];
    std::string_view text;
};

// Reads a token or a key: the first word of the first line that is no remark, so that the daemon's
// own token file can be given. Empty: there is none; false, with errno set: the file cannot be
// read.
[[nodiscard]] bool read_word(const char* file, Secret& into);

// The same of the whole first line that is not empty, without its end. "-": of standard input.
[[nodiscard]] bool read_line(const char* file, Secret& into);

// A key (contract.md, "Owner") that no session was started with. False, with errno set, where the
// system gives no random bytes.
using Key = Text<32>;
[[nodiscard]] bool make_key(Key& into);

}  // namespace cmagent::ctl
