#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/time.h"
#include "agent/core/ids.h"
#include "agent/core/stream_request.h"

namespace cmagent::core {

// The accounts that CM has refused lately, in each application by itself: they have no credit
// (contract.md, "Credit"). A household box knows one or two; the oldest refusal makes room.
class Refused {
  public:
    static constexpr std::size_t kAccounts = 16;
    static constexpr Millis kLife = 15 * kMinute;

    // Stands for an account, which is not kept itself: a digest with a salt that the box has drawn.
    // Two accounts with one key would only be asked to wait.
    using Key = std::uint64_t;
    struct Entry {
        Key account = 0;     // 0: free
        bool limit = false;  // by a 409; else by a 410
        Time at{};           // by the clock of this boot, before which it may be

        [[nodiscard]] bool holds(Time now) const { return account != 0 && now < at + kLife; }
    };

    // By a 409 (`limit`) or a 410.
    void note(const StreamRequest& stream, bool limit, Time now, Ids& ids);
    // CM has granted the account a start.
    void lift(const StreamRequest& stream);
    // Why the account has no credit, for the integrator; empty: nothing is known against it.
    [[nodiscard]] std::string_view reason(const StreamRequest& stream, Time now) const;

    // For what is kept; 0: none was needed yet.
    [[nodiscard]] std::uint64_t salt() const { return salt_; }
    [[nodiscard]] const Entry* begin() const { return entries_; }
    [[nodiscard]] const Entry* end() const { return entries_ + kAccounts; }
    void restore(std::uint64_t salt) { salt_ = salt; }
    void restore(const Entry& entry) { place(entry.account) = entry; }

  private:
    [[nodiscard]] Key key(const StreamRequest& stream) const;
    // The account's own, or that of the oldest refusal.
    [[nodiscard]] Entry& place(Key account);

    std::uint64_t salt_ = 0;
    Entry entries_[kAccounts] = {};
};

}  // namespace cmagent::core
