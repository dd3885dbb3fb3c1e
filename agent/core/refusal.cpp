#include "agent/core/refusal.h"

namespace cmagent::core {

Refusal refusal_for(cm::Meaning meaning) {
    switch (meaning) {
        case cm::Meaning::throttled:
            return Refusal::throttled;
        case cm::Meaning::invalid:
        case cm::Meaning::incomplete:
            return Refusal::cm_rejected;
        case cm::Meaning::unauthorized:
            return Refusal::cm_credentials;
        case cm::Meaning::insecure:
            return Refusal::cm_tls;
        case cm::Meaning::clock_not_set:
            return Refusal::clock_not_set;
        case cm::Meaning::unreachable:
            return Refusal::cm_unreachable;
        case cm::Meaning::busy:
            return Refusal::too_many_queries;
        case cm::Meaning::unclear:
            return Refusal::cm_timeout;
        default:
            return Refusal::cm_protocol;
    }
}

}  // namespace cmagent::core
