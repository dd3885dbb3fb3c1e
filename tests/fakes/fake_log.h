#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "platform/api/log.h"

namespace cmagent::fakes {

// Keeps every line.
class FakeLog final : public platform::Log {
  public:
    std::vector<std::string> lines;  // "warning state: …"

    void write(platform::LogLevel level, std::string_view line) override {
        constexpr const char* kNames[] = {"error", "warning", "info", "debug"};
        lines.push_back(std::string(kNames[static_cast<std::size_t>(level)]) + " " +
                        std::string(line));
    }
};

}  // namespace cmagent::fakes
