#include "platform/api/adapter.h"

#include <cstring>

namespace cmagent::platform {

void AdapterSettings::begin(const Adapters& adapters) {
    adapters_ = &adapters;
    adapter_ = 0;
    for (std::size_t i = 0; i < adapters.keys.size; ++i)
        values_[i] = {"", adapters.keys[i].otherwise};
}

Command AdapterSettings::command(const char* key) const {
    const AdapterValue& value = get(key);
    return {value.text.data(), value.number};
}

// A driver asks for keys of its own, which are there.
const AdapterValue& AdapterSettings::get(const char* key) const {
    std::size_t place = 0;
    while (std::strcmp(adapters_->keys[place].name, key) != 0) ++place;
    return values_[place];
}

bool operator==(const AdapterSettings& a, const AdapterSettings& b) {
    if (a.adapters_ != b.adapters_ || a.adapter_ != b.adapter_) return false;
    for (std::size_t i = 0; i < a.adapters_->keys.size; ++i) {
        const AdapterValue& x = a.values_[i];
        const AdapterValue& y = b.values_[i];
        if (x.number != y.number || x.text != y.text) return false;
    }
    return true;
}

}  // namespace cmagent::platform
