#include "agent/base/host.h"

#include <gtest/gtest.h>

#include <string>

namespace cmagent {
namespace {

TEST(Host, IsTakenApartFromItsPort) {
    const struct {
        const char* text;
        const char* host;
        const char* port;  // null: none
        bool bracketed;
    } kRows[] = {
        {"", "", nullptr, false},
        {"cm.example", "cm.example", nullptr, false},
        {"cm.example:", "cm.example", "", false},
        {"cm.example:80", "cm.example", "80", false},
        {":80", "", "80", false},
        {"::1", "", ":1", false},
        {"[::1]", "::1", nullptr, true},
        {"[::1]:80", "::1", "80", true},
        {"[]:", "", "", true},
    };
    for (const auto& row : kRows) {
        const auto split = split_host_and_port(row.text);
        ASSERT_TRUE(split) << row.text;
        EXPECT_EQ(split->host, row.host) << row.text;
        EXPECT_EQ(split->bracketed, row.bracketed) << row.text;
        EXPECT_EQ(split->has_port(), row.port != nullptr) << row.text;
        EXPECT_EQ(split->port, row.port == nullptr ? "" : row.port) << row.text;
    }
}

TEST(Host, BracketsMustBeClosedAndTheEndButForAPort) {
    for (const char* text : {"[", "[::1", "[::1]x", "[::1]80", "[::1]]:80"})
        EXPECT_FALSE(split_host_and_port(text)) << text;
}

TEST(Port, IsUpToFiveDigits) {
    EXPECT_EQ(read_port("0"), 0);
    EXPECT_EQ(read_port("00080"), 80);
    EXPECT_EQ(read_port("65535"), 65535);
    for (const char* text : {"", "65536", "000080", "+80", "-1", "8 0", "0x50", "80:80"})
        EXPECT_FALSE(read_port(text)) << text;
}

TEST(Ipv4Address, IsFourNumbers) {
    for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "1.20.255.4"})
        EXPECT_TRUE(is_ipv4_address(text)) << text;
    for (const char* text : {"", "127", "127...", "127.0.0", "127.0.0.", "127.0.0.1.",
                             "127.0.0.0.1", "127.999.1.2", "256.0.0.1", "127.0.0.01", "127.0.0.1x",
                             "127..0.1", ".127.0.0.1", "127.0.0.-1", "127.0.0.1 "})
        EXPECT_FALSE(is_ipv4_address(text)) << text;
}

TEST(Ipv6Address, IsEightGroupsOrFewerAroundAGap) {
    for (const char* text : {"::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8",
                             "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "ABCD:ef01::", "::ffff:1.2.3.4",
                             "1:2:3:4:5:6:1.2.3.4", "fe80::1:0:0:1"})
        EXPECT_TRUE(is_ipv6_address(text)) << text;
    for (const char* text : {"",
                             ":",
                             ":1",
                             "1:",
                             "1",
                             "1:2",
                             ":::",
                             "1:::2",
                             "1::2::3",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1:2:3:4:5:6:7:8::",
                             "::1:2:3:4:5:6:7:8",
                             "12345::",
                             "g::",
                             "1.2.3.4",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::1.2.3",
                             "::1.2.3.4:1",
                             "fe80::1%eth0",
                             "[::1]",
                             "::1 "})
        EXPECT_FALSE(is_ipv6_address(text)) << text;
}

TEST(HostName, IsOfCharactersThatNamesHave) {
    for (const char* text : {"a", "cm_1.example", "CM-1.example.", "127.0.0.1"})
        EXPECT_TRUE(is_host_name(text)) << text;
    for (const char* text : {"", "a b", "a/b", "a:1", "[::1]", "caf\xC3\xA9"})
        EXPECT_FALSE(is_host_name(text)) << text;
    EXPECT_TRUE(is_host_name(std::string(kMaxHostName, 'a')));
    EXPECT_FALSE(is_host_name(std::string(kMaxHostName + 1, 'a')));
}

TEST(Host, InBracketsIsAnAddressOfIpv6) {
    for (const char* text : {"cm.example", "127.0.0.1:80", "[::1]:80"})
        EXPECT_TRUE(is_host(*split_host_and_port(text))) << text;
    for (const char* text : {"", ":80", "[]", "[cm.example]", "[127.0.0.1]:80", "::1", "a b"})
        EXPECT_FALSE(is_host(*split_host_and_port(text))) << text;
}

TEST(Loopback, IsThisMachineAndNoName) {
    for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.255.0.3", "::1"})
        EXPECT_TRUE(is_loopback(host)) << host;
    for (const char* host : {"", "localhost.", "localhost.example", "128.0.0.1", "126.0.0.1",
                             "127...", "127.999.1.2", "127.0.0", "127.1", "127.0.0.1.example",
                             "127.example.org", "::2", "[::1]", "::ffff:127.0.0.1"})
        EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace cmagent
