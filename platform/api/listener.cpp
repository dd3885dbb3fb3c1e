#include "platform/api/listener.h"

namespace cmagent::platform {

std::string_view listen_fault_text(ListenFault fault) {
    switch (fault) {
        case ListenFault::none:
            return "none";
        case ListenFault::bad_address:
            return "neither ADDRESS:PORT, [ADDRESS]:PORT nor unix:/PATH";
        case ListenFault::family_missing:
            return "the box lacks this address family";
        case ListenFault::in_use:
            return "address in use";
        case ListenFault::not_permitted:
            return "not permitted";
        case ListenFault::not_local:
            return "the box has no such address";
        case ListenFault::failed:
            return "cannot listen";
    }
    return "unknown";
}

}  // namespace cmagent::platform
