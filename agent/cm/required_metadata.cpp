#include "agent/cm/required_metadata.h"

#include "agent/base/text.h"
#include "agent/cm/limits.h"
#include "agent/cm/listing.h"

namespace cmagent::cm {

RequiredMetadata::RequiredMetadata(json::Item body)
    : list_(find_listing(body, {"metadata", "data"}).entries) {
    for (const json::String name : *this) {
        Text<kMaxName> plain;
        if (!name.raw().empty() && unescape(name, plain)) continue;
        list_ = {};
        return;
    }
}

json::String RequiredMetadata::Iterator::operator*() const {
    const json::Item entry = *element_;
    if (by_name_) return entry.name();
    const json::Item name =
        json::IsString(entry) ? entry : json::GetObjectItemCaseSensitive(entry, "name");
    return json::GetStringValue(name);
}

}  // namespace cmagent::cm
