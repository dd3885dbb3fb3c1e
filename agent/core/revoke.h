#pragma once
#include "agent/core/event.h"
#include "agent/core/ledgers.h"

namespace cmagent::core {

// Ends what was begun with a token that is gone, or is no longer for it: sessions (`revoked`), and
// the conflicts that its bearer could have resolved.
void revoke(const Tokens& event, Ledgers& ledgers);

}  // namespace cmagent::core
