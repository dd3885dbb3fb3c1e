// Name constraints: RFC 5280 §4.2.1.10. On the middle certificate, unless the shape says otherwise.
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {
namespace {

void constrain(Chain& c, const Bytes& lists, bool critical = false) {
    c.middle.set(kConstraints, seq(lists), critical);
}

Bytes net(std::initializer_list<int> address_and_mask) {
    return address(address_and_mask);
}

void host_four(Chain& c) {
    c.host = "192.0.2.7";
    c.name({address({192, 0, 2, 7})});
}
void host_six(Chain& c) {
    c.host = "2001:db8::7";
    c.name({address({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7})});
}

Bytes name_in(const Bytes& organisation, unsigned tag = 0x0c) {
    return seq({attribute(10, organisation, tag), attribute(3, "cm.example.com")});
}
Bytes organisation(const Bytes& organisation, unsigned tag = 0x0c) {
    return directory(seq(attribute(10, organisation, tag)));
}

constexpr Shape kShapes[] = {
    {"permits the domain, critical",
     [](Chain& c) { constrain(c, permitted({dns("example.com")}), true); }},
    {"permits the domain", [](Chain& c) { constrain(c, permitted({dns("example.com")})); }},
    {"permits another, critical",
     [](Chain& c) { constrain(c, permitted({dns("example.org")}), true); }},
    {"permits another", [](Chain& c) { constrain(c, permitted({dns("example.org")})); }},
    {"permits two domains",
     [](Chain& c) {
         constrain(c, permitted({dns("example.org"), dns("example.com")}));
     }},
    {"excludes the domain, critical",
     [](Chain& c) { constrain(c, excluded({dns("example.com")}), true); }},
    {"excludes the domain", [](Chain& c) { constrain(c, excluded({dns("example.com")})); }},
    {"excludes another, critical",
     [](Chain& c) { constrain(c, excluded({dns("example.org")}), true); }},
    {"excludes another", [](Chain& c) { constrain(c, excluded({dns("example.org")})); }},
    {"permits the domain, excludes the host",
     [](Chain& c) {
         constrain(c, permitted({dns("example.com")}) + excluded({dns("cm.example.com")}));
     }},
    {"permits the host alone", [](Chain& c) { constrain(c, permitted({dns("cm.example.com")})); }},
    {"permits what is below the domain",
     [](Chain& c) { constrain(c, permitted({dns(".example.com")})); }},
    {"permits what is below the host",
     [](Chain& c) { constrain(c, permitted({dns(".cm.example.com")})); }},
    {"excludes what is below the domain",
     [](Chain& c) { constrain(c, excluded({dns(".example.com")})); }},
    {"permits all", [](Chain& c) { constrain(c, permitted({dns("")})); }},
    {"excludes all", [](Chain& c) { constrain(c, excluded({dns("")})); }},
    {"permits a part of a label", [](Chain& c) { constrain(c, permitted({dns("ample.com")})); }},
    {"excludes a part of a label", [](Chain& c) { constrain(c, excluded({dns("ample.com")})); }},
    {"permits the domain in capitals",
     [](Chain& c) { constrain(c, permitted({dns("EXAMPLE.com")})); }},
    {"excludes the domain in capitals",
     [](Chain& c) { constrain(c, excluded({dns("EXAMPLE.com")})); }},
    {"root permits the domain, critical",
     [](Chain& c) { c.root.set(kConstraints, seq(permitted({dns("example.com")})), true); }},
    {"root permits another, critical",
     [](Chain& c) { c.root.set(kConstraints, seq(permitted({dns("example.org")})), true); }},
    {"root permits another",
     [](Chain& c) { c.root.set(kConstraints, seq(permitted({dns("example.org")}))); }},
    {"root excludes the domain",
     [](Chain& c) { c.root.set(kConstraints, seq(excluded({dns("example.com")}))); }},
    {"root and middle permit different domains",
     [](Chain& c) {
         c.root.set(kConstraints, seq(permitted({dns("example.org")})));
         constrain(c, permitted({dns("example.com")}));
     }},
    {"leaf permits another",
     [](Chain& c) { c.leaf.set(kConstraints, seq(permitted({dns("example.org")}))); }},
    {"one of two names is not permitted",
     [](Chain& c) {
         constrain(c, permitted({dns("example.com")}));
         c.name({dns("cm.example.com"), dns("cm.example.org")});
     }},
    {"CN is not permitted, SAN is",
     [](Chain& c) {
         constrain(c, permitted({dns("example.com")}));
         c.leaf.subject = common_name("cm.example.org");
     }},
    {"wildcard within the permitted",
     [](Chain& c) {
         constrain(c, permitted({dns("example.com")}));
         c.name({dns("*.example.com")});
     }},
    {"wildcard over the excluded host",
     [](Chain& c) {
         constrain(c, excluded({dns("cm.example.com")}));
         c.name({dns("*.example.com")});
     }},
    {"wildcard over another excluded host",
     [](Chain& c) {
         constrain(c, excluded({dns("other.example.com")}));
         c.name({dns("*.example.com")});
     }},
    {"wildcard over the permitted host",
     [](Chain& c) {
         constrain(c, permitted({dns("cm.example.com")}));
         c.name({dns("*.example.com")});
     }},
    {"permits addresses, leaf has a name",
     [](Chain& c) {
         constrain(c, permitted({net({192, 0, 2, 0, 255, 255, 255, 0})}));
     }},
    {"permits the IPv4 net",
     [](Chain& c) {
         host_four(c), constrain(c, permitted({net({192, 0, 2, 0, 255, 255, 255, 0})}));
     }},
    {"permits another IPv4 net",
     [](Chain& c) {
         host_four(c), constrain(c, permitted({net({198, 51, 100, 0, 255, 255, 255, 0})}));
     }},
    {"excludes the IPv4 net",
     [](Chain& c) {
         host_four(c), constrain(c, excluded({net({192, 0, 2, 0, 255, 255, 255, 0})}));
     }},
    {"excludes all of IPv4",
     [](Chain& c) {
         host_four(c), constrain(c, excluded({net({0, 0, 0, 0, 0, 0, 0, 0})}));
     }},
    {"permits an IPv4 net with holes in its mask",
     [](Chain& c) {
         host_four(c), constrain(c, permitted({net({192, 0, 2, 7, 255, 0, 255, 255})}));
     }},
    {"IPv4 net of five bytes",
     [](Chain& c) {
         host_four(c), constrain(c, permitted({net({192, 0, 2, 0, 24})}));
     }},
    {"permits names, leaf has an address",
     [](Chain& c) { host_four(c), constrain(c, permitted({dns("example.com")})); }},
    {"permits the IPv6 net",
     [](Chain& c) {
         host_six(c);
         constrain(c,
                   permitted({net({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                   0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})}));
     }},
    {"permits an IPv4 net, leaf has an IPv6",
     [](Chain& c) {
         host_six(c), constrain(c, permitted({net({192, 0, 2, 0, 255, 255, 255, 0})}));
     }},
    {"excludes all of IPv4, leaf has an IPv6",
     [](Chain& c) {
         host_six(c), constrain(c, excluded({net({0, 0, 0, 0, 0, 0, 0, 0})}));
     }},
    {"permits the organisation",
     [](Chain& c) {
         c.leaf.subject = name_in("Example");
         constrain(c, permitted({organisation("Example")}));
     }},
    {"permits another organisation",
     [](Chain& c) {
         c.leaf.subject = name_in("Example");
         constrain(c, permitted({organisation("Other")}));
     }},
    {"excludes the organisation",
     [](Chain& c) {
         c.leaf.subject = name_in("Example");
         constrain(c, excluded({organisation("Example")}));
     }},
    {"permits the organisation in capitals",
     [](Chain& c) {
         c.leaf.subject = name_in("Example");
         constrain(c, permitted({organisation("EXAMPLE")}));
     }},
    {"excludes the organisation as another kind of string",
     [](Chain& c) {
         c.leaf.subject = name_in("Example", 0x13);
         constrain(c, excluded({organisation("Example")}));
     }},
    {"permits an organisation, leaf has no subject",
     [](Chain& c) {
         c.leaf.subject = seq("");
         c.leaf.set(kNames, seq(dns("cm.example.com")), true);
         constrain(c, permitted({organisation("Example")}));
     }},
    {"root permits another organisation than the middle's",
     [](Chain& c) { c.root.set(kConstraints, seq(permitted({organisation("Example")}))); }},
    {"permits a directory name that cannot be read",
     [](Chain& c) { constrain(c, permitted({directory(seq("\x31\x7f"))})); }},
    {"permits mail addresses, leaf has none",
     [](Chain& c) { constrain(c, permitted({mail("example.com")})); }},
    {"permits the leaf's mail address",
     [](Chain& c) {
         c.name({dns("cm.example.com"), mail("a@example.com")});
         constrain(c, permitted({mail("example.com")}));
     }},
    {"excludes the leaf's mail address",
     [](Chain& c) {
         c.name({dns("cm.example.com"), mail("a@example.com")});
         constrain(c, excluded({mail("example.com")}));
     }},
    {"excludes the mail address in the leaf's subject",
     [](Chain& c) {
         c.leaf.subject =
             seq(der(0x31, seq({oid(bytes({0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1})),
                                der(0x16, "a@example.com")})));
         constrain(c, excluded({mail("example.com")}));
     }},
    {"excludes the leaf's URI",
     [](Chain& c) {
         c.name({dns("cm.example.com"), uri("https://cm.example.com/")});
         constrain(c, excluded({uri("cm.example.com")}));
     }},
    {"permits a registered ID, leaf has none",
     [](Chain& c) { constrain(c, permitted({der(0x88, "\x2a\x03")})); }},
    {"excludes a registered ID, leaf has one",
     [](Chain& c) {
         c.name({dns("cm.example.com"), der(0x88, "\x2a\x03")});
         constrain(c, excluded({der(0x88, "\x2a\x03")}));
     }},
    {"says nothing", [](Chain& c) { constrain(c, ""); }},
    {"permits nothing in its list", [](Chain& c) { constrain(c, permitted({})); }},
    {"is no sequence", [](Chain& c) { c.middle.set(kConstraints, octets("x")); }},
    {"has something behind it",
     [](Chain& c) { c.middle.set(kConstraints, seq(permitted({dns("example.com")})) + kTrue); }},
    {"has a list of another kind",
     [](Chain& c) { constrain(c, der(0xa2, seq(dns("example.com")))); }},
    {"permits a depth",
     [](Chain& c) {
         constrain(c, der(0xa0, seq({dns("example.com"), der(0x80, bytes({1}))})));
     }},
    {"twice, the second excludes the domain",
     [](Chain& c) {
         c.middle.add(kConstraints, seq(permitted({dns("example.com")})));
         c.middle.add(kConstraints, seq(excluded({dns("example.com")})));
     }},
    {"dNSName as a constructed value excludes the domain",
     [](Chain& c) { constrain(c, excluded({der(0xa2, "example.com")})); }},
    {"self-issued authority below need not be permitted",
     [](Chain& c) {
         c.middle.set(kConstraints, seq(permitted({organisation("Example"), dns("example.com")})));
         Certificate next = make_authority("Middle", "Middle", keys().other);
         c.leaf.subject = name_in("Example");
         c.sent = {c.leaf.signed_by(keys().other), next.signed_by(keys().middle),
                   c.middle.signed_by(keys().root)};
     }},
};

}  // namespace

const Span<const Shape> kConstraintShapes(kShapes);

}  // namespace cmagent::contract::shapes
