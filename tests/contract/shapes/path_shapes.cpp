// Ways from a leaf to a root, and times: RFC 5280 §6, §4.1.2.5; RFC 8446 §4.4.2.
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {
namespace {

Bytes middle(const Chain& c) {
    return c.middle.signed_by(keys().root);
}
Bytes leaf(const Chain& c) {
    return c.leaf.signed_by(keys().middle);
}
// So many authorities between root and leaf.
void lengthen(Chain& c, int authorities) {
    c.leaf.issuer = common_name("A1");
    c.sent = {c.leaf.signed_by(keys().other)};
    for (int i = 1; i <= authorities; ++i) {
        const bool last = i == authorities;
        const Certificate one = make_authority(
            "A" + std::to_string(i), last ? "Root" : "A" + std::to_string(i + 1), keys().other);
        c.sent.push_back(one.signed_by(last ? keys().root : keys().other));
    }
}
// Middle's key, vouched for by somebody whom nobody knows.
Bytes cross(const Chain& c) {
    Certificate one = c.middle;
    one.issuer = common_name("Unknown");
    return one.signed_by(keys().another);
}
Bytes key_id(const Bytes& value) {
    return octets(value);
}
Bytes issuer_key_id(const Bytes& value) {
    return seq(der(0x80, value));
}

constexpr Shape kShapes[] = {
    {"self-signed leaf",
     [](Chain& c) {
         c.leaf.issuer = c.leaf.subject;
         c.sent = {c.leaf.signed_by(keys().leaf)};
     }},
    {"self-signed leaf that is trusted",
     [](Chain& c) {
         c.leaf.issuer = c.leaf.subject;
         c.roots = c.sent = {c.leaf.signed_by(keys().leaf)};
     }},
    {"self-signed leaf that is trusted, for another host",
     [](Chain& c) {
         c.leaf.issuer = c.leaf.subject;
         c.name({dns("other.example.com")});
         c.roots = c.sent = {c.leaf.signed_by(keys().leaf)};
     }},
    {"leaf of an authority that is trusted itself", [](Chain& c) { c.roots = c.sent = {leaf(c)}; }},
    {"middle is trusted, its root is not",
     [](Chain& c) {
         c.roots = {middle(c)};
         c.sent = {leaf(c)};
     }},
    {"middle is missing", [](Chain& c) { c.sent = {leaf(c)}; }},
    {"root is sent, too",
     [](Chain& c) {
         c.sent = {leaf(c), middle(c), c.root.signed_by(keys().root)};
     }},
    {"unknown root is sent",
     [](Chain& c) {
         c.sent = {leaf(c), middle(c), c.root.signed_by(keys().root)};
         c.roots = {make_authority("Other", "Other", keys().other).signed_by(keys().other)};
     }},
    {"middle twice",
     [](Chain& c) {
         c.sent = {leaf(c), middle(c), middle(c)};
     }},
    {"leaf twice",
     [](Chain& c) {
         c.sent = {leaf(c), leaf(c), middle(c)};
     }},
    {"middle before the leaf",
     [](Chain& c) {
         c.sent = {middle(c), leaf(c)};
     }},
    {"something else in between",
     [](Chain& c) {
         c.sent = {leaf(c), make_authority("Other", "Other", keys().other).signed_by(keys().other),
                   middle(c)};
     }},
    {"two authorities in the wrong order",
     [](Chain& c) {
         lengthen(c, 2);
         std::swap(c.sent[1], c.sent[2]);
     }},
    {"way to nowhere first",
     [](Chain& c) {
         c.sent = {leaf(c), cross(c), middle(c)};
     }},
    {"way to nowhere last",
     [](Chain& c) {
         c.sent = {leaf(c), middle(c), cross(c)};
     }},
    {"expired middle first",
     [](Chain& c) {
         Certificate old = c.middle;
         old.not_after = day(-1);
         c.sent = {leaf(c), old.signed_by(keys().root), middle(c)};
     }},
    {"expired root beside the new one",
     [](Chain& c) {
         Certificate old = c.root;
         old.not_after = day(-1);
         c.roots = {old.signed_by(keys().root), c.root.signed_by(keys().root)};
     }},
    {"root of the same name and another key first",
     [](Chain& c) {
         Certificate other = c.root;
         other.key = &keys().other;
         c.roots = {other.signed_by(keys().other), c.root.signed_by(keys().root)};
     }},
    {"root of the same name and another key alone",
     [](Chain& c) {
         Certificate other = c.root;
         other.key = &keys().other;
         c.roots = {other.signed_by(keys().other)};
     }},
    {"two authorities vouch for each other",
     [](Chain& c) {
         const Certificate back = make_authority("Back", "Middle", keys().other);
         c.middle.issuer = back.subject;
         c.sent = {leaf(c), c.middle.signed_by(keys().other), back.signed_by(keys().middle)};
     }},
    {"8 authorities in between", [](Chain& c) { lengthen(c, 8); }},
    {"9 authorities in between", [](Chain& c) { lengthen(c, 9); }},
    {"signed by another key",
     [](Chain& c) {
         c.sent = {c.leaf.signed_by(keys().other), middle(c)};
     }},
    {"middle signed by another key",
     [](Chain& c) {
         c.sent = {leaf(c), c.middle.signed_by(keys().other)};
     }},
    {"issuer in other capitals", [](Chain& c) { c.leaf.issuer = common_name("MIDDLE"); }},
    {"issuer as another kind of string",
     [](Chain& c) { c.leaf.issuer = common_name("Middle", 0x13); }},
    {"issuer with blanks around it", [](Chain& c) { c.leaf.issuer = common_name(" Middle "); }},
    {"key identifiers that fit",
     [](Chain& c) {
         c.middle.set(kKeyId, key_id("1"));
         c.leaf.set(kIssuerKeyId, issuer_key_id("1"));
     }},
    {"key identifiers that do not fit",
     [](Chain& c) {
         c.middle.set(kKeyId, key_id("1"));
         c.leaf.set(kIssuerKeyId, issuer_key_id("2"));
     }},
    {"key identifier of the issuer alone",
     [](Chain& c) { c.leaf.set(kIssuerKeyId, issuer_key_id("1")); }},
    {"serial number of the issuer that does not fit",
     [](Chain& c) {
         c.leaf.set(kIssuerKeyId,
                    seq({der(0xa1, directory(common_name("Root"))), der(0x82, bytes({9}))}));
     }},
    {"leaf has expired",
     [](Chain& c) {
         c.leaf.not_after = day(-1);
         c.leaf.not_before = day(-2);
     }},
    {"leaf of the future", [](Chain& c) { c.leaf.not_before = day(2); }},
    {"middle has expired", [](Chain& c) { c.middle.not_after = day(-1); }},
    {"middle of the future", [](Chain& c) { c.middle.not_before = day(2); }},
    {"root has expired", [](Chain& c) { c.root.not_after = day(-1); }},
    {"root of the future", [](Chain& c) { c.root.not_before = day(2); }},
    {"leaf ends before it begins",
     [](Chain& c) {
         c.leaf.not_before = day(5);
         c.leaf.not_after = day(-5);
     }},
    {"leaf outlives its authorities", [](Chain& c) { c.leaf.not_after = day(3000); }},
    {"GeneralizedTime before 2050",
     [](Chain& c) { c.leaf.not_before = generalized("20200101000000Z"); }},
    {"ends in 2050", [](Chain& c) { c.leaf.not_after = generalized("20500101000000Z"); }},
    {"ends in 9999", [](Chain& c) { c.leaf.not_after = generalized("99991231235959Z"); }},
    {"begins in 1950", [](Chain& c) { c.leaf.not_before = der(0x17, "500101000000Z"); }},
    {"UTCTime of 49 is 2049", [](Chain& c) { c.leaf.not_after = der(0x17, "491231235959Z"); }},
    {"UTCTime without seconds", [](Chain& c) { c.leaf.not_before = der(0x17, "2001010000Z"); }},
    {"UTCTime with an offset",
     [](Chain& c) { c.leaf.not_before = der(0x17, "200101000000+0100"); }},
    {"UTCTime without a zone", [](Chain& c) { c.leaf.not_before = der(0x17, "200101000000"); }},
    {"GeneralizedTime with a fraction",
     [](Chain& c) { c.leaf.not_before = generalized("20200101000000.5Z"); }},
    {"day that is not in the calendar",
     [](Chain& c) { c.leaf.not_before = der(0x17, "200230000000Z"); }},
    {"time that is no number", [](Chain& c) { c.leaf.not_before = der(0x17, "2001O1000000Z"); }},
};

}  // namespace

const Span<const Shape> kPathShapes(kShapes);

}  // namespace cmagent::contract::shapes
