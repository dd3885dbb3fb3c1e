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

const char* AdapterSettings::place_key() const {
    for (std::size_t i = 0; i < adapters_->keys.size; ++i) {
        const Adapters::Key& key = adapters_->keys[i];
        if (key.kind == AdapterKey::Kind::place && !values_[i].text.empty()) return key.name;
    }
    return nullptr;
}

bool AdapterSettings::is_at_place_of(const AdapterSettings& other) const {
    if (adapter_ != other.adapter_ || place_key() == nullptr) return false;
    for (std::size_t i = 0; i < adapters_->keys.size; ++i) {
        const bool place = adapters_->keys[i].kind == AdapterKey::Kind::place;
        if (place && values_[i].text != other.values_[i].text) return false;
    }
    return true;
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
