#pragma once
#include "agent/base/text.h"
#include "agent/cm/advice.h"
#include "agent/cm/limit.h"
#include "agent/cm/limits.h"

namespace cmagent::core {

// Who or what has ended a session, as far as CM tells: the device and the app from elsewhere, and
// CM's own words. Empty texts: not told ("Unknown" is not a name).
struct Terminator {
    Text<cm::kMaxValue> device_name;
    Text<cm::kMaxValue> application_name;
    Text<cm::kMaxValue> channel;
    Text<cm::kMaxName> started_at;
    Text<cm::kMaxSessionId> session_id;
    Text<cm::kMaxMessage> message;  // one line, in a language that nobody tells
    cm::Limit limit;      // that stood against it: the first with a number, else the first
    bool remote = false;  // somebody has done it on purpose, be it under no name

    // Takes the limit, and the texts of the first remote termination, else the message of the first
    // advice that has one. A name that is too long is left out rather than cut.
    void note(const cm::Evaluation& evaluation);
    void clear();
    // Nobody is named; there may be a message.
    [[nodiscard]] bool empty() const;
};

}  // namespace cmagent::core
