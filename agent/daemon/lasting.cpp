#include "agent/daemon/lasting.h"

namespace cmagent::daemon {

Lasting::Say Lasting::again(Time now, const void* cause) {
    if (!lasts_) {
        *this = {};
        lasts_ = true;
        since_ = now;
        next_ = now;
    }
    times_++;
    const bool changed = cause != cause_;
    cause_ = cause;
    if (now < next_) return changed ? Say::begun : Say::nothing;
    const bool first = distance_ == 0;
    distance_ = next_distance(distance_);
    next_ = now + distance_;
    return first ? Say::begun : Say::still;
}

bool Lasting::end() {
    const bool lasted = lasts_ && times_ > 1;
    lasts_ = false;
    return lasted;
}

void Lasting::print(TextWriter& out, Time now) const {
    put_span(out, now - since_);
    out << ", " << times_ << " attempts";
}

Millis next_distance(Millis before) {
    if (before < kMinute) return kMinute;
    return before < 32 * kMinute ? 2 * before : 60 * kMinute;
}

void put_span(TextWriter& out, Millis span) {
    if (span < kMinute) {
        out << span / kSecond << " s";
    } else if (span < 120 * kMinute) {
        out << span / kMinute << " min";
    } else {
        out << span / (60 * kMinute) << " h";
    }
}

}  // namespace cmagent::daemon
