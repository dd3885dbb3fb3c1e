#include "agent/cm/listing.h"

namespace cmagent::cm {
namespace {

using json::Item;

Item first_member(Item object, std::initializer_list<const char*> names) {
    for (const char* const name : names) {
        const Item member = json::GetObjectItemCaseSensitive(object, name);
        if (member) return member;
    }
    return {};
}

bool is_list(Item item, bool in_envelope) {
    if (json::IsArray(item)) return true;
    const bool named = in_envelope || json::GetArraySize(item) > 0;
    return json::IsObject(item) && named && !first_member(item, {"status", "error"});
}

}  // namespace

Listing find_listing(Item body, std::initializer_list<const char*> names) {
    Listing found = {body, {}};
    for (Item inner = first_member(body, names); inner; inner = first_member(inner, names)) {
        found = {inner, found.entries};
    }
    if (!is_list(found.entries, static_cast<bool>(found.envelope))) found.entries = {};
    return found;
}

}  // namespace cmagent::cm
