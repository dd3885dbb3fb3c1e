#include "agent/lib/daemon_address.h"

#include <gtest/gtest.h>

#include <string>

namespace cmagent::lib {
namespace {

TEST(DaemonAddress, IsReadFromAUrl) {
    const struct {
        const char* url;
        DaemonAddress address;
    } kRows[] = {
        {"http://127.0.0.1:8790", {"", "127.0.0.1", "8790", "127.0.0.1:8790"}},
        {"http://localhost/", {"", "localhost", "80", "localhost"}},
        {"http://[::1]:8790/", {"", "::1", "8790", "[::1]:8790"}},
        {"http://[fe80::1%eth0]", {"", "fe80::1%eth0", "80", "[fe80::1%eth0]"}},
        {"unix:/run/cmagent.sock", {"/run/cmagent.sock", "", "", "localhost"}},
    };
    for (const auto& row : kRows) {
        DaemonAddress address;
        ASSERT_TRUE(parse_url(row.url, address)) << row.url;
        EXPECT_EQ(address.socket, row.address.socket);
        EXPECT_EQ(address.host, row.address.host);
        EXPECT_EQ(address.port, row.address.port);
        EXPECT_EQ(address.authority, row.address.authority);
    }
}

TEST(DaemonAddress, WhatIsNoneIsRefused) {
    const std::string long_path = "unix:/" + std::string(107, 'p');
    const std::string long_host = "http://" + std::string(254, 'h');
    for (const std::string& url :
         {std::string(), std::string("127.0.0.1:8790"), std::string("https://x"),
          std::string("http://"), std::string("http://x:"), std::string("http://x:0"),
          std::string("http://x:65536"), std::string("http://x/v1"), std::string("http://u@x"),
          std::string("http://x\r\nY: z"), std::string("http://[::1"), std::string("http://[::1]x"),
          std::string("http://[::1]x:1"), std::string("unix:"), std::string("unix:x"), long_path,
          long_host}) {
        DaemonAddress address;
        EXPECT_FALSE(parse_url(url, address)) << url;
    }
}

}  // namespace
}  // namespace cmagent::lib
