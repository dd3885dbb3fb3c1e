#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"

namespace cmagent::core {

// Subjects whose starts CM does not want to hear of for a while (cm-api.md, 429). A household box knows one or two.
class Throttle {
  public:
    static constexpr std::size_t kSubjects = 8;

    void silence(std::string_view idp, std::string_view subject, Time until);
    // A start of the subject got another answer than 429. One that was sent before the silence does not end it.
    void clear(std::string_view idp, std::string_view subject, Time now);
    // Whether the last answer to a start of the subject was a 429 as well.
    [[nodiscard]] bool again(std::string_view idp, std::string_view subject) const;
    [[nodiscard]] Millis remaining(std::string_view idp, std::string_view subject, Time now) const;

  private:
    // Stands for a subject, which is not kept itself. That two have the same would only delay a start.
    using Key = std::uint32_t;
    struct Entry {
        Key subject = 0;  // 0: free
        Time until{};
    };

    [[nodiscard]] static Key key(std::string_view idp, std::string_view subject);
    [[nodiscard]] const Entry* find(Key subject) const;

    Entry entries_[kSubjects] = {};
};

}  // namespace cmagent::core
