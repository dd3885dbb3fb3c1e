#include "agent/config/section_keys.h"

namespace cmagent::config {
namespace {

Key::Kind kind_of(platform::AdapterKey::Kind kind) {
    switch (kind) {
        case platform::AdapterKey::Kind::number:
            return Key::Kind::count;
        case platform::AdapterKey::Kind::flag:
            return Key::Kind::flag;
        case platform::AdapterKey::Kind::text:
        case platform::AdapterKey::Kind::place:
        case platform::AdapterKey::Kind::player:
            return Key::Kind::path;
        case platform::AdapterKey::Kind::command:
            return Key::Kind::command;
    }
    return Key::Kind::path;
}

}  // namespace

SectionKeys::SectionKeys(Section section, const platform::Adapters& adapters)
    : section_(section), adapters_(adapters), adapter_key_(adapters.keys.size) {}

const Key* SectionKeys::next() {
    if (adapter_key_ < adapters_.keys.size) {
        const platform::Adapters::Key& key = adapters_.keys[adapter_key_];
        of_adapter_ = {Section::adapter, key.name,  kind_of(key.kind),
                       adapter_key_++,   key.least, key.most};
        return &of_adapter_;
    }
    while (row_ < keys().size) {
        const Key& key = keys()[row_++];
        if (key.section != section_) continue;
        if (key.kind == Key::Kind::adapter) adapter_key_ = 0;
        return &key;
    }
    return nullptr;
}

}  // namespace cmagent::config
