// Names of hosts in certificates: RFC 9525, RFC 5280 §4.2.1.6.
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {
namespace {

constexpr Shape kShapes[] = {
    {"good", [](Chain&) {}},
    {"leaf directly below the root",
     [](Chain& c) {
         c.leaf.issuer = c.root.subject;
         c.sent = {c.leaf.signed_by(keys().root)};
     }},
    {"no SAN, CN is the host", [](Chain& c) { c.leaf.drop(kNames); }},
    {"SAN of another host", [](Chain& c) { c.name({dns("other.example.com")}); }},
    {"SAN with no name in it", [](Chain& c) { c.name({}); }},
    {"SAN with an empty dNSName", [](Chain& c) { c.name({dns("")}); }},
    {"SAN twice", [](Chain& c) { c.leaf.add(kNames, seq(dns("cm.example.com"))); }},
    {"SAN critical, no subject",
     [](Chain& c) {
         c.leaf.subject = seq("");
         c.leaf.set(kNames, seq(dns("cm.example.com")), true);
     }},
    {"SAN not critical, no subject", [](Chain& c) { c.leaf.subject = seq(""); }},
    {"CN of another host", [](Chain& c) { c.leaf.subject = common_name("other.example.com"); }},
    {"SAN of a mail address, CN is the host", [](Chain& c) { c.name({mail("a@example.com")}); }},
    {"SAN of a URI, CN is the host", [](Chain& c) { c.name({uri("https://cm.example.com")}); }},
    {"SAN of a directory name, CN is the host",
     [](Chain& c) { c.name({directory(common_name("cm.example.com"))}); }},
    {"SAN of an otherName, CN is the host",
     [](Chain& c) {
         c.name({der(0xa0, {oid(bytes({0x2b, 6, 1, 5, 5, 7, 8, 7})),
                            der(0xa0, der(0x16, "_https.cm.example.com"))})});
     }},
    {"SAN of 100 names, the last is the host",
     [](Chain& c) {
         Bytes names;
         for (int i = 0; i < 100; ++i) names += dns("n" + std::to_string(i) + ".example.com");
         c.leaf.set(kNames, seq(names + dns("cm.example.com")));
     }},
    {"SAN in capitals", [](Chain& c) { c.name({dns("CM.Example.COM")}); }},
    {"host in capitals", [](Chain& c) { c.host = "CM.EXAMPLE.COM"; }},
    {"dot at the end of the host", [](Chain& c) { c.host = "cm.example.com."; }},
    {"dot at the end of the SAN", [](Chain& c) { c.name({dns("cm.example.com.")}); }},
    {"dot at the end of both",
     [](Chain& c) {
         c.host = "cm.example.com.";
         c.name({dns("cm.example.com.")});
     }},
    {"dot before the SAN", [](Chain& c) { c.name({dns(".example.com")}); }},
    {"blank before the SAN", [](Chain& c) { c.name({dns(" cm.example.com")}); }},
    {"underscore in the host",
     [](Chain& c) {
         c.host = "c_m.example.com";
         c.name({dns("c_m.example.com")});
     }},
    {"host of one label",
     [](Chain& c) {
         c.host = "cm";
         c.name({dns("cm")});
     }},
    {"wildcard", [](Chain& c) { c.name({dns("*.example.com")}); }},
    {"wildcard in capitals", [](Chain& c) { c.name({dns("*.EXAMPLE.com")}); }},
    {"wildcard below a single label",
     [](Chain& c) {
         c.host = "example.com";
         c.name({dns("*.com")});
     }},
    {"wildcard below a single label with a dot",
     [](Chain& c) {
         c.host = "example.com";
         c.name({dns("*.com.")});
     }},
    {"wildcard alone", [](Chain& c) { c.name({dns("*")}); }},
    {"wildcard alone, host of one label",
     [](Chain& c) {
         c.host = "cm";
         c.name({dns("*")});
     }},
    {"wildcard behind letters", [](Chain& c) { c.name({dns("c*.example.com")}); }},
    {"wildcard before letters", [](Chain& c) { c.name({dns("*m.example.com")}); }},
    {"wildcard among letters",
     [](Chain& c) {
         c.host = "cdm.example.com";
         c.name({dns("c*m.example.com")});
     }},
    {"wildcard behind all letters", [](Chain& c) { c.name({dns("cm*.example.com")}); }},
    {"wildcard in the second label", [](Chain& c) { c.name({dns("cm.*.com")}); }},
    {"wildcard in two labels", [](Chain& c) { c.name({dns("*.*.com")}); }},
    {"two stars in a label", [](Chain& c) { c.name({dns("**.example.com")}); }},
    {"wildcard for two labels",
     [](Chain& c) { c.host = "a.b.example.com", c.name({dns("*.example.com")}); }},
    {"wildcard for no label",
     [](Chain& c) {
         c.host = "example.com";
         c.name({dns("*.example.com")});
     }},
    {"wildcard in the CN alone",
     [](Chain& c) {
         c.leaf.subject = common_name("*.example.com");
         c.leaf.drop(kNames);
     }},
    {"A-labels",
     [](Chain& c) {
         c.host = "xn--bcher-kva.example.com";
         c.name({dns("XN--bcher-kva.example.com")});
     }},
    {"wildcard for an A-label",
     [](Chain& c) {
         c.host = "xn--bcher-kva.example.com";
         c.name({dns("*.example.com")});
     }},
    {"wildcard within an A-label",
     [](Chain& c) {
         c.host = "xn--bcher-kva.example.com";
         c.name({dns("xn--*.example.com")});
     }},
    {"wildcard below A-labels",
     [](Chain& c) {
         c.host = "cm.xn--bcher-kva.example";
         c.name({dns("*.xn--bcher-kva.example")});
     }},
    {"U-label in UTF-8",
     [](Chain& c) {
         c.host = "xn--bcher-kva.example.com";
         c.name(
             {dns("b\xc3\xbc"
                  "cher.example.com")});
     }},
    {"U-label in Latin-1",
     [](Chain& c) {
         c.host = "xn--bcher-kva.example.com";
         c.name(
             {dns("b\xfc"
                  "cher.example.com")});
     }},
    {"NUL and another name behind the SAN",
     [](Chain& c) { c.name({dns(Bytes("cm.example.com\0.example.org", 27))}); }},
    {"NUL at the end of the SAN", [](Chain& c) { c.name({dns(Bytes("cm.example.com\0", 15))}); }},
    {"NUL and another name behind the CN, no SAN",
     [](Chain& c) {
         c.leaf.subject = common_name(Bytes("cm.example.com\0.example.org", 27));
         c.leaf.drop(kNames);
     }},
    {"dNSName as a constructed value", [](Chain& c) { c.name({der(0xa2, "cm.example.com")}); }},
    {"dNSName longer than its list",
     [](Chain& c) { c.leaf.set(kNames, seq(Bytes("\x82\x40") + "cm.example.com")); }},
};

}  // namespace

const Span<const Shape> kNameShapes(kShapes);

}  // namespace cmagent::contract::shapes
