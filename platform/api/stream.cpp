#include "platform/api/stream.h"

namespace cmagent::platform {

std::string_view stream_fault_name(StreamFault fault) {
    switch (fault) {
        case StreamFault::none:
            return "none";
        case StreamFault::connect_failed:
            return "connect-failed";
        case StreamFault::closed:
            return "closed";
        case StreamFault::clock_not_set:
            return "clock-not-set";
        case StreamFault::certificate_expired:
            return "certificate-expired";
        case StreamFault::certificate_not_yet_valid:
            return "certificate-not-yet-valid";
        case StreamFault::certificate_wrong_host:
            return "certificate-wrong-host";
        case StreamFault::certificate_untrusted:
            return "certificate-untrusted";
        case StreamFault::certificate_invalid:
            return "certificate-invalid";
        case StreamFault::pin_mismatch:
            return "pin-mismatch";
        case StreamFault::handshake_failed:
            return "handshake-failed";
        case StreamFault::out_of_memory:
            return "out-of-memory";
    }
    return "unknown";
}

}  // namespace cmagent::platform
