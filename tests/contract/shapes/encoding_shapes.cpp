// How certificates are written, with which algorithms, and extensions that say other things: RFC 5280
// §4.1, §4.2; X.690.
#include <mbedtls/base64.h>

#include <cstring>
#include <deque>

#include "tests/contract/shapes/public_keys.h"
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {
namespace {

Bytes ecdsa_with(int digest) {
    return seq(oid(bytes({0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, digest})));
}
Bytes ecdsa_with_sha1() {
    return seq(oid(bytes({0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01})));
}
const Bytes& unknown() {
    static const Bytes is = bytes({0x2a, 3, 4, 5});
    return is;
}
const Bytes& poison() {  // RFC 6962 §3.1
    static const Bytes is = bytes({0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3});
    return is;
}
const Bytes& features() {  // RFC 7633: the server is to show that it was not revoked
    static const Bytes is = bytes({0x2b, 6, 1, 5, 5, 7, 1, 24});
    return is;
}
Bytes must_staple() {
    return seq(number(5));
}
Bytes policy() {
    return seq(seq(oid(bytes({0x67, 0x81, 0x0c, 1, 2, 1}))));
}

void set_key(Chain& c, const char* base64) {
    unsigned char der[1024];
    std::size_t size = 0;
    (void)mbedtls_base64_decode(der, sizeof der, &size,
                                reinterpret_cast<const unsigned char*>(base64),
                                std::strlen(base64));
    static std::deque<Key> made;  // for as long as the program
    c.leaf.key = &made.emplace_back(Bytes(reinterpret_cast<char*>(der), size));
}
void serial(Chain& c, const Bytes& value) {
    c.leaf.serial = der(0x02, value);
}
// The leaf with `from`, which stands in it once, changed to `to` after it was signed.
void change(Chain& c, const Bytes& from, const Bytes& to) {
    c.finish();
    Bytes& leaf = c.sent.front();
    leaf.replace(leaf.find(from), from.size(), to);
}
Bytes extension(const Bytes& id, const Bytes& critical, const Bytes& value) {
    return seq({oid(id), critical, octets(value)});
}

constexpr Shape kShapes[] = {
    {"serial number 0", [](Chain& c) { serial(c, bytes({0})); }},
    {"serial number below 0", [](Chain& c) { serial(c, bytes({0x80})); }},
    {"serial number of 20 bytes", [](Chain& c) { serial(c, Bytes(20, 0x11)); }},
    {"serial number of 21 bytes", [](Chain& c) { serial(c, Bytes(21, 0x11)); }},
    {"serial number of no byte", [](Chain& c) { serial(c, ""); }},
    {"serial number with a zero in front",
     [](Chain& c) {
         serial(c, bytes({0, 1}));
     }},
    {"unknown extension", [](Chain& c) { c.leaf.add(unknown(), "x"); }},
    {"unknown extension, critical", [](Chain& c) { c.leaf.add(unknown(), "x", true); }},
    {"unknown extension of the middle, critical",
     [](Chain& c) { c.middle.add(unknown(), "x", true); }},
    {"unknown extension of the root, critical", [](Chain& c) { c.root.add(unknown(), "x", true); }},
    {"unknown extension twice",
     [](Chain& c) { c.leaf.add(unknown(), "x"), c.leaf.add(unknown(), "x"); }},
    {"basicConstraints twice", [](Chain& c) { c.middle.add(kBasic, seq(kTrue), true); }},
    {"precertificate",
     [](Chain& c) {
         c.leaf.add(poison(), bytes({5, 0}), true);
     }},
    {"must staple", [](Chain& c) { c.leaf.add(features(), must_staple()); }},
    {"must staple, critical", [](Chain& c) { c.leaf.add(features(), must_staple(), true); }},
    {"place of a revocation list",
     [](Chain& c) {
         c.leaf.add(bytes({0x55, 0x1d, 31}),
                    seq(seq(der(0xa0, der(0xa0, uri("http://example.com/crl"))))));
     }},
    {"place of a responder",
     [](Chain& c) {
         c.leaf.add(
             bytes({0x2b, 6, 1, 5, 5, 7, 1, 1}),
             seq(seq({oid(bytes({0x2b, 6, 1, 5, 5, 7, 0x30, 1})), uri("http://example.com/")})));
     }},
    {"policy",
     [](Chain& c) { c.leaf.set(kPolicies, policy()), c.middle.set(kPolicies, policy()); }},
    {"policy of the leaf, critical", [](Chain& c) { c.leaf.set(kPolicies, policy(), true); }},
    {"policy demanded, none given",
     [](Chain& c) { c.middle.set(kPolicyConstraints, seq(der(0x80, bytes({0}))), true); }},
    {"policy demanded and given",
     [](Chain& c) {
         c.middle.set(kPolicyConstraints, seq(der(0x80, bytes({0}))), true);
         c.middle.set(kPolicies, policy()), c.leaf.set(kPolicies, policy());
     }},
    {"any policy inhibited", [](Chain& c) { c.middle.set(kInhibitAnyPolicy, number(0), true); }},
    {"algorithm beside the signature is another",
     [](Chain& c) { c.leaf.outer_algorithm = ecdsa_with(3); }},
    {"algorithm with a NULL",
     [](Chain& c) {
         c.leaf.algorithm =
             seq({oid(bytes({0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02})), bytes({5, 0})});
     }},
    {"ECDSA with SHA-384",
     [](Chain& c) { c.leaf.algorithm = ecdsa_with(3), c.leaf.digest = MBEDTLS_MD_SHA384; }},
    {"ECDSA with SHA-512",
     [](Chain& c) { c.leaf.algorithm = ecdsa_with(4), c.leaf.digest = MBEDTLS_MD_SHA512; }},
    {"ECDSA with SHA-224",
     [](Chain& c) { c.leaf.algorithm = ecdsa_with(1), c.leaf.digest = MBEDTLS_MD_SHA224; }},
    {"leaf signed with SHA-1",
     [](Chain& c) { c.leaf.algorithm = ecdsa_with_sha1(), c.leaf.digest = MBEDTLS_MD_SHA1; }},
    {"middle signed with SHA-1",
     [](Chain& c) { c.middle.algorithm = ecdsa_with_sha1(), c.middle.digest = MBEDTLS_MD_SHA1; }},
    {"root signed with SHA-1",
     [](Chain& c) { c.root.algorithm = ecdsa_with_sha1(), c.root.digest = MBEDTLS_MD_SHA1; }},
    {"unknown algorithm", [](Chain& c) { c.leaf.algorithm = seq(oid(unknown())); }},
    {"RSA of 1024 bits", [](Chain& c) { set_key(c, kRsa1024); }},
    {"RSA of 2048 bits", [](Chain& c) { set_key(c, kRsa2048); }},
    {"RSA with the exponent 3", [](Chain& c) { set_key(c, kRsaExponent3); }},
    {"P-224", [](Chain& c) { set_key(c, kP224); }},
    {"P-384", [](Chain& c) { set_key(c, kP384); }},
    {"P-521", [](Chain& c) { set_key(c, kP521); }},
    {"secp256k1", [](Chain& c) { set_key(c, kSecp256k1); }},
    {"Ed25519", [](Chain& c) { set_key(c, kEd25519); }},
    {"version 2", [](Chain& c) { c.leaf.version = der(0xa0, number(1)); }},
    {"version 4", [](Chain& c) { c.leaf.version = der(0xa0, number(3)); }},
    {"version 1 with extensions", [](Chain& c) { c.leaf.version.clear(); }},
    {"version 1 said in full, with extensions",
     [](Chain& c) { c.leaf.version = der(0xa0, number(0)); }},
    {"issuer without a name", [](Chain& c) { c.middle.subject = c.leaf.issuer = seq(""); }},
    {"something behind the certificate", [](Chain& c) { c.leaf.behind = "more"; }},
    {"something behind what is signed", [](Chain& c) { c.leaf.last = kTrue; }},
    {"something behind an extension",
     [](Chain& c) {
         c.leaf.extensions.back().der =
             seq({oid(id_ce(kNames)), octets(seq(dns("cm.example.com"))), kTrue});
     }},
    {"something behind the names",
     [](Chain& c) { c.leaf.set(kNames, seq(dns("cm.example.com")) + kTrue); }},
    {"critical is said to be false",
     [](Chain& c) {
         c.leaf.extensions.back().der =
             extension(id_ce(kNames), bytes({1, 1, 0}), seq(dns("cm.example.com")));
     }},
    {"critical is true by another number",
     [](Chain& c) {
         c.leaf.extensions.back().der =
             extension(id_ce(kNames), bytes({1, 1, 1}), seq(dns("cm.example.com")));
     }},
    {"size in more bytes than it needs",
     [](Chain& c) {
         c.leaf.set(kNames, bytes({0x30, 0x81, 0x10}) + dns("cm.example.com"));
     }},
    {"size without an end",
     [](Chain& c) {
         c.leaf.set(kNames, bytes({0x30, 0x80}) + dns("cm.example.com") + bytes({0, 0}));
     }},
    {"no extension in the list",
     [](Chain& c) {
         c.leaf.extensions = {{"", ""}};
     }},
    {"signature was changed",
     [](Chain& c) {
         c.finish();
         Bytes& leaf = c.sent.front();
         leaf.back() = static_cast<char>(leaf.back() ^ 1);
     }},
    {"name was changed after the signature",
     [](Chain& c) { c.name({dns("cm.example.net")}), change(c, "example.net", "example.com"); }},
    {"subject of strings of two bytes",
     [](Chain& c) { c.leaf.subject = common_name(Bytes("\0c\0m", 4), 0x1e); }},
    {"subject with control characters",
     [](Chain& c) { c.leaf.subject = common_name("cm\r\n\x1b[2J"); }},
    {"subject of 4000 bytes", [](Chain& c) { c.leaf.subject = common_name(Bytes(4000, 'x')); }},
};

}  // namespace

const Span<const Shape> kEncodingShapes(kShapes);

}  // namespace cmagent::contract::shapes
