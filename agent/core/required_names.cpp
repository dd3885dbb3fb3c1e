#include "agent/core/required_names.h"

namespace cmagent::core {

bool RequiredNames::lacks(std::uint8_t application, const cm::Metadata& metadata) const {
    const List& list = lists_[application];
    if (!list.known) return false;
    for (std::size_t i = 0; i < list.count; ++i) {
        if (!metadata.has(list.names[i].view())) return true;
    }
    return false;
}

void RequiredNames::learn(std::uint8_t application, const cm::RequiredMetadata& answer) {
    List& list = lists_[application];
    list.known = true;
    list.count = 0;
    for (const json::String name : answer) {
        if (list.count == cm::kMaxRequestPairs) return;
        (void)unescape(name, list.names[list.count++]);  // never too long
    }
}

}  // namespace cmagent::core
