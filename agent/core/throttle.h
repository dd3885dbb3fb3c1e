#pragma once
#include <cstddef>
#include <cstdint>

#include "agent/base/time.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

// Subjects whose starts CM does not want to hear of for a while (cm-api.md, 429). A household box
// knows one or two. Of a stream only the subject counts.
class Throttle {
  public:
    static constexpr std::size_t kSubjects = 8;

    void silence(const StreamRequest& stream, Time until);
    // A start of the subject got another answer than 429. The answer to a start that was sent
    // before the silence does not end it.
    void clear(const StreamRequest& stream, Time now);
    // Whether the last answer to a start of the subject was a 429 as well.
    [[nodiscard]] bool again(const StreamRequest& stream) const;
    // How long a start of the subject would have to wait; 0: not at all.
    [[nodiscard]] Millis remaining(const StreamRequest& stream, Time now) const;

  private:
    // Stands for a subject, which is not kept itself. Two subjects with one key would only delay a
    // start.
    using Key = std::uint64_t;
    struct Entry {
        Key subject = 0;  // 0: free
        Time until{};
    };

    [[nodiscard]] static Key key(const StreamRequest& stream);
    [[nodiscard]] const Entry* find(Key subject) const;

    Entry entries_[kSubjects] = {};
};

}  // namespace cmagent::core
