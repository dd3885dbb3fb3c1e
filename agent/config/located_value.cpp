#include "agent/config/located_value.h"

namespace cmagent::config {
namespace {

// By a plain name, or by one of a text.
template <class Name>
json::Item find(json::Item object, const Name& name) {
    for (const json::Item member : json::ArrayForEach(object)) {
        if (member.name().equals(name)) return member;
    }
    return {};
}

template <class Name>
void find_in_layers(const Name& name, LocatedValue& into) {
    for (const json::Item layer : into.up->layers) into.lay(find(layer, name));
}

}  // namespace

void LocatedValue::lay(json::Item next) {
    if (!next) return;
    const bool patches = json::IsObject(next) && json::IsObject(value);
    if (!patches) layers.clear();
    value = json::IsNull(next) ? json::Item() : next;
    if (json::IsObject(next)) (void)layers.add(next);  // There is room: one of each file.
}

LocatedValue LocatedValue::member(std::string_view of) const {
    LocatedValue found{this, of};
    find_in_layers(of, found);
    return found;
}

LocatedValue LocatedValue::member(const json::String& of) const {
    LocatedValue found{this, of.raw()};
    find_in_layers(of, found);
    return found;
}

bool Members::next(LocatedValue& into) {
    for (;;) {
        while (!(at_ != json::ArrayForEach::End{})) {
            if (layer_ == object_.layers.size()) return false;
            at_ = json::ArrayForEach(object_.layers[layer_++]).begin();
        }
        const json::String name = (*at_).name();
        ++at_;
        if (is_known(name)) continue;
        into = object_.member(name);
        if (into.value) return true;
    }
}

// Whether a layer before that in which at_ is names it.
bool Members::is_known(const json::String& name) const {
    for (std::size_t i = 0; i + 1 < layer_; ++i) {
        if (find(object_.layers[i], name)) return true;
    }
    return false;
}

}  // namespace cmagent::config
