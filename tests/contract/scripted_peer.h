#pragma once
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

#include "platform/linux/descriptor.h"
#include "tests/contract/player_box.h"

namespace cmagent::contract {

// A player of the test's own behind a port of this box: it says what the test says.
class ScriptedPeer {
  public:
    explicit ScriptedPeer(Box& box) : box_(box) { listen(0); }

    [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

    void listen_again() { listen(port_); }
    void stop_listening() { listening_.reset(); }
    void close() { connection_.reset(); }

    [[nodiscard]] bool accept() {
        heard_.clear();
        return box_.loop.until([this] {
            connection_.reset(
                accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            return connection_.valid();
        });
    }
    // Whether this is said, behind what was found before.
    [[nodiscard]] bool hears(const std::string& text) {
        return box_.loop.until(
            [&] {
                read();
                const std::size_t at = heard_.find(text);
                if (at != std::string::npos) heard_.erase(0, at + text.size());
                return at != std::string::npos;
            },
            3000);
    }
    // Whether it hung up.
    [[nodiscard]] bool hears_the_end() {
        return box_.loop.until([this] {
            char bytes[512];
            return recv(connection_.get(), bytes, sizeof bytes, 0) == 0;
        });
    }
    // What was said within that time.
    [[nodiscard]] std::string rest(std::int64_t ms) {
        box_.pass(ms);
        read();
        return heard_;
    }
    void say(std::string_view text) {
        ASSERT_EQ(send(connection_.get(), text.data(), text.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(text.size()));
    }

  private:
    void listen(std::uint16_t port) {
        sockaddr_in at = {};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        listening_.reset(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const int on = 1;
        setsockopt(listening_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        ASSERT_EQ(bind(listening_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
        ASSERT_EQ(::listen(listening_.get(), 4), 0);
        socklen_t size = sizeof at;
        getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
    }
    void read() {
        char bytes[2048];
        const ssize_t got = recv(connection_.get(), bytes, sizeof bytes, 0);
        if (got > 0) heard_.append(bytes, static_cast<std::size_t>(got));
    }

    Box& box_;
    std::uint16_t port_ = 0;
    platform::Descriptor listening_;
    platform::Descriptor connection_;
    std::string heard_;
};

}  // namespace cmagent::contract
