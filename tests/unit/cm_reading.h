#pragma once
// Responses as text, and a reader that has taken them in.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "agent/cm/response.h"

namespace cmagent::cm {

// A reader with its buffer.
struct Reading {
    std::vector<char> bytes = std::vector<char>(kMaxBody);
    ResponseReader reader{{bytes.data(), bytes.size()}};

    std::size_t feed(const std::string& text) { return reader.feed(text.data(), text.size()); }
};

inline std::unique_ptr<Reading> read(const std::string& text) {
    auto reading = std::make_unique<Reading>();
    (void)reading->feed(text);
    return reading;
}

inline ResponseFault fault_of(const std::string& text) {
    return read(text)->reader.fault();
}

inline const std::string kOk = "HTTP/1.1 200 OK\r\n";

}  // namespace cmagent::cm
