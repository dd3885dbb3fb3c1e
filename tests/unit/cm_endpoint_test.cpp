#include "agent/cm/endpoint.h"

#include <gtest/gtest.h>

#include <string>

#include "agent/base/host.h"

namespace cmagent::cm {
namespace {

UrlFault fault_of(std::string_view url) {
    Endpoint endpoint;
    return parse_url(url, endpoint);
}

TEST(Endpoint, IsReadFromAUrl) {
    const struct {
        const char* url;
        Endpoint endpoint;
    } kRows[] = {
        {"https://streams-stage.adobeprimetime.com/v2",
         {"streams-stage.adobeprimetime.com", 443, "/v2", true}},
        {"https://cm.example", {"cm.example", 443, "", true}},
        {"https://cm.example///", {"cm.example", 443, "", true}},
        {"HTTPS://cm_1.example:8443/a/b%20c/", {"cm_1.example", 8443, "/a/b%20c", true}},
        {"https://[2001:db8::1]/v2", {"2001:db8::1", 443, "/v2", true}},
        {"https://[::ffff:1.2.3.4]:65535", {"::ffff:1.2.3.4", 65535, "", true}},
        {"http://localhost:8080/v2", {"localhost", 8080, "/v2", false}},
        {"http://LocalHost", {"LocalHost", 80, "", false}},
        {"http://127.0.0.1:1", {"127.0.0.1", 1, "", false}},
        {"http://127.255.255.255", {"127.255.255.255", 80, "", false}},
        {"http://[::1]:81/", {"::1", 81, "", false}},
    };
    for (const auto& row : kRows) {
        Endpoint endpoint;
        ASSERT_EQ(parse_url(row.url, endpoint), UrlFault::none) << row.url;
        EXPECT_EQ(endpoint.host, row.endpoint.host);
        EXPECT_EQ(endpoint.port, row.endpoint.port);
        EXPECT_EQ(endpoint.base_path, row.endpoint.base_path);
        EXPECT_EQ(endpoint.tls, row.endpoint.tls);
    }
}

TEST(Endpoint, NamesWhatIsWrongWithAUrl) {
    const struct {
        const char* url;
        UrlFault fault;
    } kRows[] = {
        {"", UrlFault::not_http},
        {"ftp://cm.example", UrlFault::not_http},
        {"https:/cm.example", UrlFault::not_http},
        {"cm.example", UrlFault::not_http},
        {"https://", UrlFault::no_host},
        {"https:///v2", UrlFault::no_host},
        {"https://:443", UrlFault::no_host},
        {"https://[]", UrlFault::no_host},
        {"https://[::1", UrlFault::no_host},
        {"https://[::1]x", UrlFault::no_host},
        {"https://[cm.example]", UrlFault::no_host},
        {"https://[::::]", UrlFault::no_host},
        {"https://cm example", UrlFault::no_host},
        {"https://cm\r\nX: y", UrlFault::no_host},
        {"https://cm.example:", UrlFault::bad_port},
        {"https://cm.example:0", UrlFault::bad_port},
        {"https://cm.example:65536", UrlFault::bad_port},
        {"https://cm.example:99999999999999999999999", UrlFault::bad_port},
        {"https://cm.example:+1", UrlFault::bad_port},
        {"https://cm.example:1:2", UrlFault::bad_port},
        {"https://cm.example/v2?a=b", UrlFault::has_query},
        {"https://cm.example/v2#a", UrlFault::has_query},
        {"https://cm.example?", UrlFault::has_query},
        {"https://user@cm.example", UrlFault::has_credentials},
        {"https://user:password@cm.example/v2", UrlFault::has_credentials},
        {"https://cm.example/a b", UrlFault::bad_path},
        {"https://cm.example/a\r\nX: y", UrlFault::bad_path},
        {"https://cm.example/\xC3\xA9", UrlFault::bad_path},
    };
    for (const auto& row : kRows) EXPECT_EQ(fault_of(row.url), row.fault) << row.url;
}

// contract.md, "cm.url": "http://" is refused unless the host is loopback.
TEST(Endpoint, WithoutTlsIsForLoopbackOnly) {
    for (const char* host :
         {"cm.example", "10.0.0.1", "126.0.0.1", "128.0.0.1", "0.0.0.0", "127.example.org",
          "127.0.0.1.example.org", "127.0.0.01", "127.0.0", "127.0.0.0.1", "127.0.0.256",
          "127.0.0.", "127..0.1", "localhost.example.org", "[::2]", "[::]", "notlocalhost",
          "[::ffff:127.0.0.1]"}) {
        EXPECT_EQ(fault_of("http://" + std::string(host) + "/v2"), UrlFault::plain_beyond_loopback)
            << host;
    }
}

TEST(Endpoint, HasLimits) {
    const std::string host(kMaxHostName, 'h');
    EXPECT_EQ(fault_of("https://" + host), UrlFault::none);
    EXPECT_EQ(fault_of("https://" + host + "h"), UrlFault::no_host);
    const std::string path = "/" + std::string(kMaxBasePath - 1, 'p');
    EXPECT_EQ(fault_of("https://h" + path), UrlFault::none);
    EXPECT_EQ(fault_of("https://h" + path + "p"), UrlFault::bad_path);
}

}  // namespace
}  // namespace cmagent::cm
