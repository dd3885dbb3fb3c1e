#pragma once
// The readers' ends of logs.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "platform/linux/descriptor.h"

namespace cmagent::contract {

// What has come on a descriptor that does not block.
inline std::string read_all(const platform::Descriptor& from) {
    std::string all;
    char bytes[4096];
    for (ssize_t got = 0; (got = read(from.get(), bytes, sizeof bytes)) > 0;) {
        all.append(bytes, static_cast<std::size_t>(got));
    }
    return all;
}

// A pipe, and the text that was written into it.
class Pipe {
  public:
    Pipe() {
        int both[2];
        EXPECT_EQ(pipe2(both, O_CLOEXEC), 0);
        reading.reset(both[0]);
        writing.reset(both[1]);
        fcntl(reading.get(), F_SETFL, O_NONBLOCK);
    }
    [[nodiscard]] std::string written() const { return read_all(reading); }
    platform::Descriptor reading;
    platform::Descriptor writing;
};

}  // namespace cmagent::contract
