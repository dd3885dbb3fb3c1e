#pragma once
// The way between a box and CM, and what is wrong with it at the moment.

#include <algorithm>
#include <vector>

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
    } kind = answered;
    Millis there = 0;  // how long the request takes
    Millis back = 0;   // … and the answer
};

class Network {
  public:
    explicit Network(std::size_t boxes) : ways_(boxes) {}

    // blocked: by the household itself, which may let through what is no start.
    enum Trouble { down, loss, slow, portal, errors, blocked, kTroubles };
    void trouble(std::size_t box, Trouble kind, Millis until) {
        Millis& end = ways_[box].until[kind];
        end = std::max(end, until);
    }
    void trouble_all(Trouble kind, Millis until) {
        for (std::size_t box = 0; box < ways_.size(); ++box) trouble(box, kind, until);
    }

    // Since when nothing has been wrong between this box and CM; later than now while something is.
    [[nodiscard]] Millis sound_since(std::size_t box) const {
        const Way& way = ways_[box];
        return *std::max_element(way.until, way.until + kTroubles);
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
        } else if (now < way.until[loss] && dice < 6) {
            fate.kind = dice < 3 ? Fate::answer_lost : Fate::request_lost;
        }
        return fate;
    }

  private:
    struct Way {
        Millis until[kTroubles] = {};
    };
    std::vector<Way> ways_;
};

}  // namespace cmagent::simulation
