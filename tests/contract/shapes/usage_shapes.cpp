// What a certificate may be used for: RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12.
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {
namespace {

Bytes purpose(int number) {
    return oid(bytes({0x2b, 6, 1, 5, 5, 7, 3, number}));
}
const Bytes& server() {
    static const Bytes is = purpose(1);
    return is;
}
const Bytes& client() {
    static const Bytes is = purpose(2);
    return is;
}
const Bytes& any() {
    static const Bytes is = oid(bytes({0x55, 0x1d, 0x25, 0}));
    return is;
}
const Bytes& mail_protection() {
    static const Bytes is = purpose(4);
    return is;
}
void purposes(Certificate& certificate, const Bytes& list, bool critical = false) {
    certificate.set(kExtendedUsage, seq(list), critical);
}
void path_length(Certificate& certificate, int length) {
    certificate.set(kBasic, seq({kTrue, number(length)}), true);
}
// One more authority below the middle one.
void add_authority(Chain& c) {
    const Certificate next = make_authority("Next", "Middle", keys().other);
    c.leaf.issuer = next.subject;
    c.sent = {c.leaf.signed_by(keys().other), next.signed_by(keys().middle),
              c.middle.signed_by(keys().root)};
}
void make_version_1(Certificate& certificate) {
    certificate.version.clear();
    certificate.extensions.clear();
}

constexpr Shape kShapes[] = {
    {"leaf for servers", [](Chain& c) { purposes(c.leaf, server()); }},
    {"leaf for servers, critical", [](Chain& c) { purposes(c.leaf, server(), true); }},
    {"leaf for clients", [](Chain& c) { purposes(c.leaf, client()); }},
    {"leaf for clients and servers", [](Chain& c) { purposes(c.leaf, client() + server()); }},
    {"leaf for anything", [](Chain& c) { purposes(c.leaf, any()); }},
    {"leaf for mail", [](Chain& c) { purposes(c.leaf, mail_protection()); }},
    {"leaf for something unknown",
     [](Chain& c) {
         purposes(c.leaf, oid(bytes({0x2a, 3, 4})));
     }},
    {"leaf for nothing", [](Chain& c) { purposes(c.leaf, ""); }},
    {"leaf for Netscape's step-up",
     [](Chain& c) {
         purposes(c.leaf, oid(bytes({0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 4, 1})));
     }},
    {"middle for servers", [](Chain& c) { purposes(c.middle, server()); }},
    {"middle for clients", [](Chain& c) { purposes(c.middle, client()); }},
    {"middle for clients, critical", [](Chain& c) { purposes(c.middle, client(), true); }},
    {"middle for anything", [](Chain& c) { purposes(c.middle, any()); }},
    {"middle for mail, leaf for servers",
     [](Chain& c) { purposes(c.middle, mail_protection()), purposes(c.leaf, server()); }},
    {"middle for clients and servers", [](Chain& c) { purposes(c.middle, client() + server()); }},
    {"root for servers", [](Chain& c) { purposes(c.root, server()); }},
    {"root for clients", [](Chain& c) { purposes(c.root, client()); }},
    {"leaf signs", [](Chain& c) { c.leaf.set(kUsage, bits(0x80), true); }},
    {"leaf enciphers keys", [](Chain& c) { c.leaf.set(kUsage, bits(0x20), true); }},
    {"leaf agrees on keys", [](Chain& c) { c.leaf.set(kUsage, bits(0x08), true); }},
    {"leaf signs and agrees on keys", [](Chain& c) { c.leaf.set(kUsage, bits(0x88)); }},
    {"leaf signs certificates alone", [](Chain& c) { c.leaf.set(kUsage, bits(0x04), true); }},
    {"leaf has no usage", [](Chain& c) { c.leaf.set(kUsage, der(0x03, bytes({0})), true); }},
    {"leaf's usage is 0",
     [](Chain& c) {
         c.leaf.set(kUsage, der(0x03, bytes({0, 0})), true);
     }},
    {"middle's usage is unknown", [](Chain& c) { c.middle.drop(kUsage); }},
    {"middle signs no certificates", [](Chain& c) { c.middle.set(kUsage, bits(0x82), true); }},
    {"root's usage is unknown", [](Chain& c) { c.root.drop(kUsage); }},
    {"root signs no certificates", [](Chain& c) { c.root.set(kUsage, bits(0x82), true); }},
    {"middle is not said to be an authority", [](Chain& c) { c.middle.drop(kBasic); }},
    {"middle is no authority", [](Chain& c) { c.middle.set(kBasic, seq(""), true); }},
    {"middle is said not to be an authority",
     [](Chain& c) {
         c.middle.set(kBasic, seq(bytes({1, 1, 0})), true);
     }},
    {"middle is an authority, not critical", [](Chain& c) { c.middle.set(kBasic, seq(kTrue)); }},
    {"leaf is an authority", [](Chain& c) { c.leaf.set(kBasic, seq(kTrue), true); }},
    {"leaf is no authority", [](Chain& c) { c.leaf.set(kBasic, seq(""), true); }},
    {"leaf is an authority and signs certificates alone",
     [](Chain& c) { c.leaf.set(kBasic, seq(kTrue), true), c.leaf.set(kUsage, bits(0x04), true); }},
    {"root is not said to be an authority", [](Chain& c) { c.root.drop(kBasic); }},
    {"root is no authority", [](Chain& c) { c.root.set(kBasic, seq(""), true); }},
    {"root is an authority, not critical", [](Chain& c) { c.root.set(kBasic, seq(kTrue)); }},
    {"path length 0", [](Chain& c) { path_length(c.middle, 0); }},
    {"path length 0, one authority below",
     [](Chain& c) { path_length(c.middle, 0), add_authority(c); }},
    {"path length 1, one authority below",
     [](Chain& c) { path_length(c.middle, 1), add_authority(c); }},
    {"root's path length 0", [](Chain& c) { path_length(c.root, 0); }},
    {"root's path length 1", [](Chain& c) { path_length(c.root, 1); }},
    {"path length below 0", [](Chain& c) { path_length(c.middle, -1); }},
    {"path length of what is no authority",
     [](Chain& c) { c.leaf.set(kBasic, seq(number(0)), true); }},
    {"path length 0, a self-issued authority below",
     [](Chain& c) {
         path_length(c.middle, 0);
         const Certificate next = make_authority("Middle", "Middle", keys().other);
         c.sent = {c.leaf.signed_by(keys().other), next.signed_by(keys().middle),
                   c.middle.signed_by(keys().root)};
     }},
    {"root of version 1", [](Chain& c) { make_version_1(c.root); }},
    {"middle of version 1", [](Chain& c) { make_version_1(c.middle); }},
    {"leaf of version 1", [](Chain& c) { make_version_1(c.leaf); }},
    {"leaf is Netscape's for clients",
     [](Chain& c) {
         c.leaf.set(bytes({0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 1, 1}), bits(0x80));
     }},
};

}  // namespace

const Span<const Shape> kUsageShapes(kShapes);

}  // namespace cmagent::contract::shapes
