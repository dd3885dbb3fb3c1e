#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/names.h"
#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"

namespace cmagent::core {

// What a call came to (contract.md, "Metrics").
enum class CallResult : std::uint8_t { accepted, denied, refused, unreachable, unknown };
[[nodiscard]] std::string_view name(CallResult result);

// A call that came to nothing, though somebody could mend it: of a limit that is reached nobody could.
struct Failure {
    // Of this reason and application, one after the other; 0: there was none.
    std::uint32_t count = 0;
    std::uint8_t application = 0;
    cm::Meaning meaning{};
    int status = 0;           // 0: none came
    std::string_view reason;  // a literal; the meaning's name where the answer has none
    Time at{};
    std::int64_t wall_ms = 0;  // 0: the box had no clock
    Text<160> detail;          // as cm::Answer::detail, cut
};

// What came of the calls to CM since the start of the daemon: for status and metrics. Of an answer
// that nobody waits for any more nothing is known.
class Calls {
  public:
    // Failures of one reason. A box sees a few of the sixty that there are; what is more than fits is
    // counted as "other".
    struct Reason {
        std::string_view reason;
        std::uint32_t count = 0;
    };
    static constexpr std::size_t kReasons = 24;

    void note(cm::Call asked, std::uint8_t application, const cm::Answer& answer, Time now,
              std::int64_t wall_ms);

    [[nodiscard]] std::uint32_t count(cm::Call call, CallResult result) const {
        return counts_[static_cast<std::size_t>(call)][static_cast<std::size_t>(result)];
    }
    [[nodiscard]] const Failure& newest_failure() const { return failure_; }
    [[nodiscard]] const Reason* begin() const { return reasons_; }
    [[nodiscard]] const Reason* end() const { return reasons_ + used_; }

  private:
    void count_reason(std::string_view reason);

    std::uint32_t counts_[kCountOf<cm::Call>][kCountOf<CallResult>] = {};
    Failure failure_;
    std::size_t used_ = 0;
    Reason reasons_[kReasons] = {};
};

}  // namespace cmagent::core
