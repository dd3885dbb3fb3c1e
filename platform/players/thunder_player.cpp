#include "platform/players/thunder_player.h"

#include "agent/base/characters.h"

namespace cmagent::platform {

// Thunder's own names are of these; it stands in a text of JSON and in a method's name.
AdapterFault ThunderPlayer::check(const AdapterSettings& settings) {
    if (const AdapterFault fault = check_url(settings)) return fault;
    if (*settings.text(kUrl) == 't')
        return {kUrl, "must be ws:// or http://: Thunder speaks no JSON-RPC over TCP"};
    if (all_of(settings.text(kCallsign), is_unreserved)) return {};
    return {kCallsign, "must consist of letters, digits and -._~"};
}

}  // namespace cmagent::platform
