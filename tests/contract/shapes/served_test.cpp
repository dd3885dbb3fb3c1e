// The same from a server of another maker, in whatever version of TLS the library has: of TLS 1.3 the
// certificates come enciphered, and in a message of another form.
#include <gtest/gtest.h>
#include <poll.h>

#include "platform/linux/tcp_stream.h"
#include "platform/mbedtls/tls_stream.h"
#include "tests/contract/openssl_server.h"
#include "tests/contract/shapes/pem.h"
#include "tests/contract/shapes/shape.h"
#include "tests/contract/tls_trust.h"
#include "tests/fakes/fake_clock.h"

namespace cmagent::contract::shapes {
namespace {

using platform::StreamFault;
using Progress = platform::Stream::Progress;

class ServedChain : public testing::Test {
  protected:
    StreamFault fault_for(Chain& chain) {
        trust(chain);
        return fault_of(chain);
    }
    void trust(Chain& chain) {
        chain.finish();
        const std::string roots = folder_.write("roots.pem", pem(chain.roots));
        platform::TlsTrust trust;
        trust.ca_file = roots.c_str();
        EXPECT_TRUE(context_.load(trust).ok);
    }
    // As the context trusts already.
    StreamFault fault_of(Chain& chain) {
        chain.finish();
        const std::string leaf = folder_.write("leaf.pem", pem({chain.sent.front()}));
        const std::string others =
            folder_.write("others.pem", pem({chain.sent.begin() + 1, chain.sent.end()}));
        const std::string key = folder_.write("leaf.key", chain.leaf.key->private_pem());
        const OpensslServer server("-cert " + leaf + " -cert_chain " + others + " -key " + key);
        Progress progress = stream_.open(server.address(), chain.host);
        for (int i = 0; progress == Progress::wait && i < 2000; ++i) {
            pollfd ready = {stream_.descriptor(), 0, 0};
            if (stream_.wanted().read) ready.events |= POLLIN;
            if (stream_.wanted().write) ready.events |= POLLOUT;
            poll(&ready, 1, 10);
            progress = stream_.advance();
        }
        return progress == Progress::done ? StreamFault::none : stream_.fault();
    }
    [[nodiscard]] std::string words() const {
        const std::string all(stream_.detail());
        return all.substr(all.find(": ") + 2);
    }

    TemporaryFolder folder_;
    fakes::FakeClock clock_{kClockOfToday};
    platform::TlsContext context_{clock_};
    platform::TcpStream tcp_;
    platform::TlsStream stream_{tcp_, context_};
};

TEST_F(ServedChain, IsTakenWhereItIsGood) {
    Chain chain;
    EXPECT_EQ(fault_for(chain), StreamFault::none) << stream_.detail();
}

TEST_F(ServedChain, Hazard41IsNamedWhereItCannotBeRead) {
    Chain chain;
    chain.middle.set(kConstraints, seq(permitted({dns("example.com")})), true);
    EXPECT_EQ(fault_for(chain), StreamFault::certificate_constrained);
    EXPECT_EQ(words(), "certificate 1 (Middle) by (Root): critical name constraints");
    Chain other;
    other.middle.set(kInhibitAnyPolicy, number(0), true);
    EXPECT_EQ(fault_for(other), StreamFault::certificate_invalid);
    EXPECT_EQ(words(), "certificate 1 (Middle) by (Root): critical extension 2.5.29.54");
}

TEST_F(ServedChain, Hazard41IsNamedWhereItMayNotBeUsed) {
    Chain chain;
    chain.middle.set(kExtendedUsage, seq(oid(bytes({0x2b, 6, 1, 5, 5, 7, 3, 2}))));
    EXPECT_EQ(fault_for(chain), StreamFault::certificate_invalid);
    EXPECT_EQ(words(), "certificate 1 (Middle) by (Root): extendedKeyUsage, mbedTLS 0x1000");
    Chain other;
    other.root.set(kConstraints, seq(excluded({dns("example.com")})), true);
    EXPECT_EQ(fault_for(other), StreamFault::certificate_constrained);
    EXPECT_EQ(words(), "certificate 0 (cm.example.com) by (Middle): a name that is not permitted");
}

TEST_F(ServedChain, MayBeInAnyOrder) {
    Chain chain;
    const Certificate next = make_authority("Next", "Middle", keys().other);
    chain.leaf.issuer = next.subject;
    chain.sent = {chain.leaf.signed_by(keys().other), chain.root.signed_by(keys().root),
                  chain.middle.signed_by(keys().root), next.signed_by(keys().middle)};
    EXPECT_EQ(fault_for(chain), StreamFault::none) << stream_.detail();
}

TEST_F(ServedChain, Hazard74WhereItIsGoodNothingIsToldOfTheFirstLook) {
    Chain chain;
    EXPECT_EQ(fault_for(chain), StreamFault::none);
    EXPECT_EQ(stream_.detail(), tcp_.detail());
}

// Of an authority that is trusted, the server sends a certificate by another one as well, as for
// clients of long ago, and that has ended.
TEST_F(ServedChain, Hazard74IsJudgedByAllRootsWhateverWasServedBefore) {
    const Certificate far = make_authority("Far", "Far", keys().other);
    Chain before;
    before.leaf.issuer = far.subject;
    before.roots = {before.root.signed_by(keys().root), far.signed_by(keys().other)};
    before.sent = {before.leaf.signed_by(keys().other), before.roots[1]};
    Chain chain;
    Certificate old = chain.root;
    old.issuer = far.subject;
    old.not_after = day(-1);
    chain.sent = {chain.leaf.signed_by(keys().middle), chain.middle.signed_by(keys().root),
                  old.signed_by(keys().other)};
    trust(before);
    EXPECT_EQ(fault_of(chain), StreamFault::none) << stream_.detail();
    trust(before);
    EXPECT_EQ(fault_of(before), StreamFault::none) << stream_.detail();
    EXPECT_EQ(fault_of(chain), StreamFault::none) << stream_.detail();
}

}  // namespace
}  // namespace cmagent::contract::shapes
