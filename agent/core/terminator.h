#pragma once
#include "agent/base/text.h"
#include "agent/cm/advice.h"
#include "agent/cm/limits.h"

namespace cmagent::core {

// The device and the app that ended a session from elsewhere, as far as CM names them. Empty
// texts: not told ("Unknown" is not a name).
struct Terminator {
    Text<cm::kMaxValue> device_name;
    Text<cm::kMaxValue> application_name;
    Text<cm::kMaxValue> channel;
    Text<cm::kMaxName> started_at;
    Text<cm::kMaxSessionId> session_id;

    // Takes the texts of the first remote termination. A text that is too long is left out rather
    // than cut.
    void note(const cm::Evaluation& evaluation);
    void clear();
    [[nodiscard]] bool empty() const;
};

}  // namespace cmagent::core
