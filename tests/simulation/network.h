#pragma once
// The way between a box and CM, and what is wrong with it at the moment.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "agent/core/pace.h"
#include "agent/core/random.h"
#include "tests/simulation/queue.h"

namespace cmagent::simulation {

// What becomes of one request.
struct Fate {
    enum Kind {
        answered,
        answer_lost,   // CM has done it
        request_lost,  // CM has not
        refused,       // no connection
        portal,        // somebody else answers
        error,         // 503
        gateway,       // somebody on the way answers, who is no portal
        cut_before,    // the connection dies, and CM has not got it
        cut_after,     // … and CM has done it
        no_handshake,  // a ticket or a handshake is refused
    } kind = answered;
    Millis there = 0;  // how long the request takes
    Millis back = 0;   // … and the answer
};

class Network {
  public:
    explicit Network(std::size_t boxes) : ways_(boxes) {}

    // blocked: by the household itself, which may let through what is no start.
    // skewed: a proxy rewrites what CM says of the time.
    enum Trouble { down, loss, slow, portal, errors, blocked, gateway, skewed, cutting, kTroubles };
    void trouble(std::size_t box, Trouble kind, Millis until) {
        Millis& end = ways_[box].until[kind];
        end = std::max(end, until);
    }
    void trouble_all(Trouble kind, Millis until) {
        for (std::size_t box = 0; box < ways_.size(); ++box) trouble(box, kind, until);
    }

    // The proxy's clock is wrong by any of these. What it has said is believed for a while after.
    void skew(std::size_t box, std::uint32_t number, Millis until) {
        constexpr Millis kBy[] = {30 * kSecond,  -30 * kSecond, 10 * kMinute,
                                  -10 * kMinute, -kHour,        -15 * kSecond};
        trouble(box, skewed, until + core::Pace::kLongestLife);
        ways_[box].skew_until = until;
        ways_[box].skew = kBy[number % std::size(kBy)];
    }
    [[nodiscard]] Millis skew_of(std::size_t box, Millis now) const {
        return now < ways_[box].skew_until ? ways_[box].skew : 0;
    }
    [[nodiscard]] Millis skewed_until(std::size_t box) const { return ways_[box].until[skewed]; }

    // Since when nothing has been wrong between this box and CM, `but` for that; later than now
    // while something is.
    [[nodiscard]] Millis sound_since(std::size_t box, Trouble but = kTroubles) const {
        Millis since = 0;
        for (std::size_t kind = 0; kind < kTroubles; ++kind) {
            if (kind != static_cast<std::size_t>(but))
                since = std::max(since, ways_[box].until[kind]);
        }
        return since;
    }

    [[nodiscard]] Fate fate(std::size_t box, bool start, Millis now, core::Random& random) const {
        const Way& way = ways_[box];
        Fate fate;
        fate.there = 3 + random.up_to(40);
        fate.back = 3 + random.up_to(40);
        if (now < way.until[slow]) {
            fate.there += random.up_to(8 * kSecond);
            fate.back += random.up_to(8 * kSecond);
        }
        const auto dice = random.next() % 10;
        if (now < way.until[blocked] && (start || now % kMinute < 50 * kSecond)) {
            fate.kind = Fate::refused;
        } else if (now < way.until[down]) {
            fate.kind = dice < 5 ? Fate::refused : Fate::request_lost;
        } else if (now < way.until[portal]) {
            fate.kind = Fate::portal;
        } else if (now < way.until[errors]) {
            fate.kind = Fate::error;
        } else if (now < way.until[gateway] && dice < 3) {
            fate.kind = Fate::gateway;
        } else if (now < way.until[cutting] && dice < 6) {
            constexpr Fate::Kind kCuts[] = {Fate::cut_before, Fate::cut_after, Fate::no_handshake};
            fate.kind = kCuts[dice / 2];
        } else if (now < way.until[loss] && dice < 6) {
            fate.kind = dice < 3 ? Fate::answer_lost : Fate::request_lost;
        }
        return fate;
    }

  private:
    struct Way {
        Millis until[kTroubles] = {};
        Millis skew = 0;
        Millis skew_until = 0;
    };
    std::vector<Way> ways_;
};

}  // namespace cmagent::simulation
