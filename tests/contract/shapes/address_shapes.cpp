// Addresses in certificates: RFC 9110 §4.3.5, RFC 5280 §4.2.1.6.
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {
namespace {

constexpr const char* kFour = "192.0.2.7";
constexpr const char* kSix = "2001:db8::7";

Bytes four() {
    return address({192, 0, 2, 7});
}
Bytes six() {
    return address({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7});
}
Bytes mapped() {
    return address({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7});
}

void host(Chain& c, const char* host, const Bytes& name) {
    c.host = host;
    c.leaf.subject = common_name(host);
    c.leaf.set(kNames, seq(name));
}

constexpr Shape kShapes[] = {
    {"IPv4", [](Chain& c) { host(c, kFour, four()); }},
    {"IPv6", [](Chain& c) { host(c, kSix, six()); }},
    {"IPv6 written otherwise", [](Chain& c) { host(c, "2001:DB8:0:0::0007", six()); }},
    {"IPv4 among names", [](Chain& c) { host(c, kFour, dns("a.example") + four()); }},
    {"another IPv4", [](Chain& c) { host(c, "192.0.2.8", four()); }},
    {"another IPv6", [](Chain& c) { host(c, "2001:db8::8", six()); }},
    {"IPv4 as a dNSName", [](Chain& c) { host(c, kFour, dns(kFour)); }},
    {"IPv6 as a dNSName", [](Chain& c) { host(c, kSix, dns(kSix)); }},
    {"IPv4 in the CN alone",
     [](Chain& c) {
         host(c, kFour, "");
         c.leaf.drop(kNames);
     }},
    {"IPv4 in the CN, SAN of a name", [](Chain& c) { host(c, kFour, dns("a.example")); }},
    {"IPv4 as a URI", [](Chain& c) { host(c, kFour, uri("https://192.0.2.7")); }},
    {"IPv4 as a URI without more", [](Chain& c) { host(c, kFour, uri(kFour)); }},
    {"wildcard for a part of an IPv4", [](Chain& c) { host(c, kFour, dns("*.0.2.7")); }},
    {"IPv4 mapped into an IPv6", [](Chain& c) { host(c, kFour, mapped()); }},
    {"host is a mapped IPv4", [](Chain& c) { host(c, "::ffff:192.0.2.7", four()); }},
    {"IPv4 with a mask",
     [](Chain& c) {
         host(c, kFour, address({192, 0, 2, 7, 255, 255, 255, 255}));
     }},
    {"address of five bytes",
     [](Chain& c) {
         host(c, kFour, address({192, 0, 2, 7, 0}));
     }},
    {"address of no byte", [](Chain& c) { host(c, kFour, address({})); }},
    {"IPv4 alone for a name", [](Chain& c) { c.name({four()}); }},
    {"IPv4 that spells the host",
     [](Chain& c) {
         host(c, "host", address({'h', 'o', 's', 't'}));
     }},
    {"host is an IPv4 of two numbers",
     [](Chain& c) {
         host(c, "192.519", address({192, 0, 2, 7}));
     }},
    {"host is an IPv4 of two numbers, as a dNSName",
     [](Chain& c) { host(c, "192.519", dns("192.519")); }},
    {"dot at the end of an IPv4", [](Chain& c) { host(c, "192.0.2.7.", four()); }},
    {"dot at the end of an IPv4, as a dNSName",
     [](Chain& c) { host(c, "192.0.2.7.", dns(kFour)); }},
};

}  // namespace

const Span<const Shape> kAddressShapes(kShapes);

}  // namespace cmagent::contract::shapes
