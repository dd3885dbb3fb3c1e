#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/core/time.h"

namespace cmagent::core {

// Subjects whose starts CM does not want to hear of for a while (cm-api.md, 429). A household box knows one or two.
class Throttle {
  public:
    static constexpr std::size_t kSubjects = 8;

    void silence(std::string_view idp, std::string_view subject, Time until) {
        Entry& entry = entry_for(key(idp, subject));
        entry = {key(idp, subject), until, static_cast<std::uint8_t>(entry.in_a_row + 1)};
    }
    // A start of the subject got another answer than 429. One that was sent before the silence does not end it.
    void clear(std::string_view idp, std::string_view subject, Time now) {
        const std::uint64_t wanted = key(idp, subject);
        for (Entry& entry : entries_) {
            if (entry.key == wanted && entry.until <= now) entry = {};
        }
    }
    // Whether the last answer to a start of the subject was a 429 as well.
    [[nodiscard]] bool again(std::string_view idp, std::string_view subject) const {
        const std::uint64_t wanted = key(idp, subject);
        for (const Entry& entry : entries_) {
            if (entry.key == wanted) return entry.in_a_row > 0;
        }
        return false;
    }
    [[nodiscard]] Millis left(std::string_view idp, std::string_view subject, Time now) const {
        const std::uint64_t wanted = key(idp, subject);
        for (const Entry& entry : entries_) {
            if (entry.key == wanted && now < entry.until) return entry.until - now;
        }
        return 0;
    }

  private:
    struct Entry {
        std::uint64_t key = 0;  // 0: free
        Time until{};
        std::uint8_t in_a_row = 0;
    };

    // FNV-1a: the subject itself is not kept. A collision would only delay a start.
    [[nodiscard]] static std::uint64_t key(std::string_view idp, std::string_view subject) {
        std::uint64_t hash = 0xcbf29ce484222325u;
        const auto mix = [&hash](std::string_view text) {
            for (const char c : text)
                hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        };
        mix(idp);
        hash *= 0x100000001b3u;  // a byte that no text holds: ("a", "bc") is not ("ab", "c")
        mix(subject);
        return hash | 1;
    }
    // Its own entry, a free one, or the one that is over first.
    [[nodiscard]] Entry& entry_for(std::uint64_t wanted) {
        Entry* best = entries_;
        for (Entry& entry : entries_) {
            if (entry.key == wanted) return entry;
            if (entry.until < best->until) best = &entry;
        }
        if (best->key != wanted) *best = {};
        return *best;
    }

    Entry entries_[kSubjects] = {};
};

}  // namespace cmagent::core
