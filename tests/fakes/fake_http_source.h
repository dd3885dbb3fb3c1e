#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <string>

#include "platform/api/http.h"

namespace cmagent::fakes {

// A stream whose content the test provides.
class FakeHttpSource final : public platform::HttpSource {
  public:
    std::string content;   // can be taken now
    bool endless = false;  // there is always more
    bool end = false;      // after the content
    int times_gone = 0;
    std::function<void()> within_take = [] {};

    [[nodiscard]] Taken take(char* into, std::size_t size) override {
        within_take();
        if (endless) {
            std::memset(into, 'x', size);
            return {size, false};
        }
        const std::size_t bytes = std::min(size, content.size());
        content.copy(into, bytes);
        content.erase(0, bytes);
        return {bytes, end};
    }
    void gone() override { ++times_gone; }
};

}  // namespace cmagent::fakes
