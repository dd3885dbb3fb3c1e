#pragma once
// What is going to happen, in order. Time jumps from one thing to the next.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace cmagent::simulation {

using Millis = std::int64_t;

inline constexpr Millis kSecond = 1000;
inline constexpr Millis kMinute = 60 * kSecond;
inline constexpr Millis kHour = 60 * kMinute;

class Queue {
  public:
    using Deed = std::function<void()>;

    [[nodiscard]] Millis now() const { return now_; }

    // Deeds of the same moment are done in the order in which they were added.
    void at(Millis time, Deed deed) {
        heap_.push_back({std::max(time, now_), count_++, std::move(deed)});
        std::push_heap(heap_.begin(), heap_.end(), Later{});
    }

    // Does what comes next; false where nothing is left until then.
    bool step(Millis until) {
        if (heap_.empty() || heap_.front().time > until) {
            now_ = until;
            return false;
        }
        std::pop_heap(heap_.begin(), heap_.end(), Later{});
        const Entry entry = std::move(heap_.back());
        heap_.pop_back();
        now_ = entry.time;
        entry.deed();
        return true;
    }

  private:
    struct Entry {
        Millis time;
        std::uint64_t number;
        Deed deed;
    };
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const {
            return a.time != b.time ? a.time > b.time : a.number > b.number;
        }
    };

    Millis now_ = 0;
    std::uint64_t count_ = 0;
    std::vector<Entry> heap_;
};

}  // namespace cmagent::simulation
