#pragma once
#include <cstdint>

#include "agent/base/text_writer.h"
#include "agent/base/time.h"

namespace cmagent::daemon {

// A trouble that goes on: told when it begins, then in growing distances with what it has come to,
// and once when it is over (contract.md, "Log"). All zero: there is none.
class Lasting {
  public:
    enum class Say : std::uint8_t { nothing, begun, still };

    // It has failed once more. `cause`, any pointer that is another one for another cause: a new one
    // is `begun` at once.
    [[nodiscard]] Say again(Time now, const void* cause);
    [[nodiscard]] bool lasts() const { return lasts_; }
    // It is over. False: there was none, or no more than one failure, of which all was said.
    [[nodiscard]] bool end();
    // "23 min, 140 attempts": also just after end().
    void print(TextWriter& out, Time now) const;

  private:
    Time since_;
    Time next_;  // to be told again
    Millis distance_ = 0;
    std::uint32_t times_ = 0;
    bool lasts_ = false;
    const void* cause_ = nullptr;
};

// The distance that follows `before` (0: none yet) when something goes on: 1 min, 2, 4 … 60.
[[nodiscard]] Millis next_distance(Millis before);

// "40 s", "23 min", "5 h"; rounded down.
void put_span(TextWriter& out, Millis span);

}  // namespace cmagent::daemon
