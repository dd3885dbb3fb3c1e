// Which of the roots mbedTLS is given for a chain.
#include "platform/mbedtls/root_store.h"

#include <gtest/gtest.h>

#include "platform/mbedtls/certificate_reading.h"
#include "tests/contract/shapes/shape.h"

namespace cmagent::contract::shapes {
namespace {

using platform::RootStore;

// Certificates as mbedTLS reads them, one behind the other.
class Read {
  public:
    explicit Read(std::vector<Bytes> certificates = {}) : certificates_(std::move(certificates)) {
        mbedtls_x509_crt_init(&chain);
        for (Bytes& one : certificates_) {
            auto* const at = reinterpret_cast<unsigned char*>(one.data());
            EXPECT_EQ(platform::read_certificate({at, one.size()}, chain).result, 0);
        }
    }
    ~Read() { mbedtls_x509_crt_free(&chain); }
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;

    [[nodiscard]] std::vector<Bytes> all() const {
        std::vector<Bytes> bytes;
        for (const mbedtls_x509_crt* at = &chain; at != nullptr; at = at->next) {
            if (at->raw.p != nullptr) bytes.emplace_back(platform::Der(at->raw).text());
        }
        return bytes;
    }

    mbedtls_x509_crt chain;

  private:
    std::vector<Bytes> certificates_;
};

Bytes root(const Bytes& name) {
    return make_authority(name, name, keys().root).signed_by(keys().root);
}
Bytes below(const Bytes& issuer) {
    return make_authority("Middle", issuer, keys().middle).signed_by(keys().root);
}

std::vector<Bytes> found(const RootStore& roots, std::vector<Bytes> sent) {
    const Read chain(std::move(sent));
    Read into;
    EXPECT_EQ(roots.find(chain.chain, into.chain), 0);
    return into.all();
}

TEST(RootStore, FindsTheIssuersOfAChain) {
    RootStore roots;
    // Of the same authority there may be two, as when its key was exchanged.
    const std::vector<Bytes> all = {root("A"), root("B"), root("C"), root("B")};
    for (const Bytes& one : all) ASSERT_TRUE(roots.add(Read({one}).chain));
    EXPECT_EQ(found(roots, {below("B")}), (std::vector<Bytes>{all[1], all[3]}));
    EXPECT_EQ(found(roots, {below("C"), below("A")}), (std::vector<Bytes>{all[2], all[0]}));
    EXPECT_EQ(found(roots, {below("A"), below("A")}), (std::vector<Bytes>{all[0]})) << "once";
    EXPECT_EQ(found(roots, {below("a")}), (std::vector<Bytes>{all[0]})) << "as mbedTLS compares";
    EXPECT_EQ(found(roots, {root("C")}), (std::vector<Bytes>{all[2]})) << "the root itself";
    EXPECT_TRUE(found(roots, {below("D")}).empty());
}

TEST(RootStore, Hazard74GivesAChainNoMoreThanAChainCanNeed) {
    RootStore roots;
    std::vector<Bytes> sent;
    for (int i = 0; i < 100; ++i) {
        const Bytes name = "Root " + std::to_string(i);
        ASSERT_TRUE(roots.add(Read({root(name)}).chain));
        sent.push_back(below(name));
    }
    EXPECT_EQ(found(roots, sent).size(), 16U);
}

}  // namespace
}  // namespace cmagent::contract::shapes
