#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {

const Keys& keys() {
    static const Keys all;
    return all;
}

Certificate make_authority(const Bytes& name, const Bytes& issuer, const Key& key) {
    Certificate authority;
    authority.issuer = common_name(issuer);
    authority.subject = common_name(name);
    authority.key = &key;
    authority.not_before = day(-100);
    authority.not_after = day(100);
    authority.set(kBasic, seq(kTrue), true);
    authority.set(kUsage, bits(0x06), true);
    return authority;
}

Chain::Chain() {
    root = make_authority("Root", "Root", keys().root);
    middle = make_authority("Middle", "Root", keys().middle);
    leaf.issuer = middle.subject;
    leaf.subject = common_name("cm.example.com");
    leaf.key = &keys().leaf;
    leaf.set(kNames, seq(dns("cm.example.com")));
}

void Chain::finish() {
    if (roots.empty()) roots = {root.signed_by(keys().root)};
    if (sent.empty()) sent = {leaf.signed_by(keys().middle), middle.signed_by(keys().root)};
}

}  // namespace cmagent::contract::shapes
