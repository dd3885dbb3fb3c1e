// Files of roots in which not all is well.
#include <gtest/gtest.h>

#include "agent/base/characters.h"
#include "platform/mbedtls/roots.h"
#include "platform/mbedtls/tls_context.h"
#include "tests/contract/shapes/pem.h"
#include "tests/contract/shapes/shape.h"
#include "tests/fakes/fake_clock.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract::shapes {
namespace {

using platform::TlsLoaded;

class Roots : public testing::Test {
  protected:
    TlsLoaded load(const std::string& text) {
        const std::string file = folder_.write("roots.pem", text);
        platform::TlsTrust trust;
        trust.ca_file = file.c_str();
        return context_.load(trust);
    }
    static std::string good() { return pem({Chain().root.signed_by(keys().root)}); }
    // One that says something that must be understood.
    static std::string strange(const Bytes& name) {
        Certificate root = make_authority(name, name, keys().root);
        root.add(bytes({0x2a, 0x86, 0x48, 3}), "x", true);
        return pem({root.signed_by(keys().root)});
    }
    // The lines that name those that cannot be read.
    static std::vector<std::string> names(const TlsLoaded& loaded) {
        std::vector<std::string> lines;
        std::string_view rest = loaded.unreadable_roots.view();
        while (!rest.empty()) lines.emplace_back(take_line(rest));
        return lines;
    }

    TemporaryFolder folder_;
    fakes::FakeClock clock_;
    platform::TlsContext context_{clock_};
};

TEST_F(Roots, AreNamedWhereTheyCannotBeRead) {
    const std::string unfinished = "-----BEGIN CERTIFICATE-----\nMAMC";
    const TlsLoaded loaded =
        load("# Roots\n" + strange("Strange\x1b[2J \xc3\xa9\xff") + good() +
             "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n" + unfinished);
    EXPECT_TRUE(loaded.ok);
    EXPECT_EQ(loaded.roots, 1U);
    EXPECT_EQ(loaded.unreadable, 3U);
    const std::vector<std::string> lines = names(loaded);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "line 2 (Strange?[2J \xc3\xa9?): critical extension 1.2.840.3");
    EXPECT_NE(lines[1].find(" (): mbedTLS -0x"), std::string::npos) << lines[1];
    EXPECT_NE(lines[2].find(" (): mbedTLS -0x1080"), std::string::npos) << lines[2];
}

TEST_F(Roots, AreCountedWhereThereAreMoreThanCanBeNamed) {
    std::string many = good();
    for (int i = 0; i < 20; ++i) many += strange(Bytes(400, 'x'));
    const TlsLoaded loaded = load(many);
    EXPECT_TRUE(loaded.ok);
    EXPECT_EQ(loaded.unreadable, 20U);
    EXPECT_GE(names(loaded).size(), 4U);
    EXPECT_LT(names(loaded).size(), 20U);
}

TEST_F(Roots, MayBeOneInDer) {
    EXPECT_EQ(load(Chain().root.signed_by(keys().root)).roots, 1U);
    EXPECT_EQ(load("\x30\x03\x02\x01\x01").problem.view().substr(0, 5), "/tmp/");
    EXPECT_FALSE(load("").ok);
}

TEST_F(Roots, MayHaveLinesOfWindowsAndTextInBetween) {
    std::string text = "Root\n====\n" + good();
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
        text.replace(at, 1, "\r\n");
    }
    EXPECT_EQ(load(text).roots, 1U);
}

TEST_F(Roots, Hazard73StandBehindAsMuchTextAsOneLikes) {
    std::string text(10 * kMiB, '\n');
    EXPECT_EQ(load(text + good()).roots, 1U);
    EXPECT_EQ(load(text + "#").problem.view(),
              folder_.file("roots.pem") + ": holds no certificate that can be read");
    text.resize(platform::kMostOfRootsFile + 1);
    EXPECT_EQ(load(text).problem.view(), folder_.file("roots.pem") + ": is larger than 16 MiB");
}

TEST_F(Roots, MayStandThereTwice) {
    const TlsLoaded loaded = load(good() + good());
    EXPECT_EQ(loaded.roots, 2U);
    EXPECT_EQ(loaded.unreadable, 0U);
}

TEST_F(Roots, Hazard73AreNotReadOfADeviceWithoutAnEnd) {
    platform::TlsTrust trust;
    trust.ca_file = "/dev/zero";
    EXPECT_EQ(context_.load(trust).problem.view(),
              "/dev/zero: holds no certificate that can be read");
}

TEST_F(Roots, AreNamedWhereTheyAreTooLarge) {
    const TlsLoaded loaded = load(good() + strange(Bytes(platform::kMostOfRoot, 'x')));
    EXPECT_EQ(loaded.roots, 1U);
    EXPECT_EQ(loaded.unreadable, 1U);
}

TEST_F(Roots, AreInNoFolder) {
    platform::TlsTrust trust;
    trust.ca_file = folder_.path().c_str();
    EXPECT_EQ(context_.load(trust).problem.view(), folder_.path() + ": Is a directory");
}

}  // namespace
}  // namespace cmagent::contract::shapes
