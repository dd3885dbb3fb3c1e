#pragma once
#include <cstddef>

#include "agent/base/text.h"
#include "agent/base/wipe.h"

namespace cmagent::platform {

// The system takes back the pages that lie within `whole` and of which `touched` bytes from its begin
// have touched one: they read as zero from now on. What of a page is another's stays as it is.
void take_back(Buffer whole, std::size_t touched);

// The same of a text that holds subjects and is seldom needed: all that was touched reads as zero.
inline void forget(Buffer whole, std::size_t touched) {
    wipe(whole.data, touched);
    take_back(whole, touched);
}

}  // namespace cmagent::platform
