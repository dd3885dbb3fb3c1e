#include "agent/base/back_off.h"

namespace cmagent {

bool BackOff::begin(Time now) {
    if (now < at_) return false;
    at_ = {};
    return true;
}

void BackOff::fail(Time now) {
    pause_ = pause_ == 0 ? first_ : 2 * pause_;
    if (pause_ > longest_) pause_ = longest_;
    at_ = now + pause_;
}

void BackOff::end() {
    pause_ = 0;
    at_ = {};
}

}  // namespace cmagent
