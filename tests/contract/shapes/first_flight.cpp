#include "tests/contract/shapes/first_flight.h"

#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/shapes/pem.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_poller.h"
#include "tests/fakes/fake_stream.h"

namespace cmagent::contract::shapes {
namespace {

using platform::Stream;
using platform::StreamFault;

// A number in so many bytes, as sizes stand in TLS.
Bytes big(std::size_t value, int size) {
    Bytes all;
    for (int i = size - 1; i >= 0; --i) all += static_cast<char>(value >> (8 * i) & 0xff);
    return all;
}

Bytes message(int kind, const Bytes& content) {
    const Bytes whole = bytes({kind}) + big(content.size(), 3) + content;
    return bytes({0x16, 3, 3}) + big(whole.size(), 2) + whole;
}

// The beginning of a server's first flight in TLS 1.2 (RFC 5246 §7.4): its certificates are verified
// as soon as they are there, and it needs no key for that. So a certificate may be served that no
// server's library would take.
Bytes flight(const Chain& chain) {
    const bool rsa =
        chain.leaf.key->public_key().find(bytes({0x2a, 0x86, 0x48, 0x86, 0xf7})) != Bytes::npos;
    Bytes list;
    for (const Bytes& one : chain.sent) list += big(one.size(), 3) + one;
    return message(2, bytes({3, 3}) + Bytes(32, 'r') + bytes({0, 0xc0, rsa ? 0x2f : 0x2b, 0})) +
           message(11, big(list.size(), 3) + list);
}

}  // namespace

StreamFault verdict(const Chain& chain, std::string& words) {
    const TemporaryFolder folder;
    const std::string file = folder.write("roots.pem", pem(chain.roots));
    fakes::FakeClock clock{kClockOfToday};
    fakes::FakePoller poller;
    fakes::FakeStream below{poller};
    platform::TlsContext context{clock};
    platform::TlsStream stream{below, context};
    platform::TlsTrust trust;
    trust.ca_file = file.c_str();
    words.clear();
    // A root that cannot be read is none, and nobody is trusted then.
    if (const platform::TlsLoaded loaded = context.load(trust); !loaded.ok) {
        words = loaded.problem.view();
        return StreamFault::certificate_untrusted;
    }
    platform::Address peer;
    peer.bytes[3] = 1;
    below.peers[1].manner = fakes::FakePeer::Manner::accepts_at_once;
    EXPECT_EQ(stream.open(peer, chain.host), Stream::Progress::wait);
    below.send(flight(chain));
    if (stream.advance() == Stream::Progress::wait) return StreamFault::none;
    words = stream.detail();
    return stream.fault();
}

}  // namespace cmagent::contract::shapes
