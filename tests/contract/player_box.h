#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "platform/api/player.h"
#include "platform/linux/descriptor.h"
#include "platform/linux/processes.h"
#include "platform/linux/socket_address.h"
#include "platform/linux/timers.h"
#include "tests/contract/loop.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {

using platform::PlayerNews;

class News final : public platform::PlayerListener {
  public:
    std::vector<PlayerNews> all;
    void on_player(PlayerNews news) override { all.push_back(news); }
};

// The services that real players use.
struct Box {
    Loop loop;
    platform::TimerfdTimers timers{loop.poller, loop.clock};
    platform::Signals signals{loop.poller};
    platform::ChildProcesses processes{signals};
    TemporaryFolder folder;
    News news;

    [[nodiscard]] bool hears(std::size_t count) {
        return loop.until([&] { return news.all.size() >= count; });
    }
    void pass(std::int64_t ms) {
        const std::int64_t until_ms = loop.clock.boot_ms() + ms;
        static_cast<void>(loop.until([&] { return loop.clock.boot_ms() >= until_ms; }));
    }
};

// mpv as an integrator would run it, but silent and without a window.
class Mpv final : public platform::ProcessListener {
  public:
    Mpv(Box& box, bool plays, bool idles) : box_(box) {
        const std::string server = "--input-ipc-server=" + socket();
        std::vector<const char*> argv = {"mpv",       "--no-config",    "--vo=null",
                                         "--ao=null", "--really-quiet", server.c_str()};
        if (idles) argv.push_back("--idle=yes");
        if (plays) argv.push_back("av://lavfi:testsrc=rate=10:size=64x64");
        argv.push_back(nullptr);
        EXPECT_TRUE(box.processes.start(argv.data(), *this));
        EXPECT_TRUE(box.loop.until([this] { return listens(); }));
    }
    ~Mpv() { box_.processes.kill(*this); }
    void on_exit(int) override { gone = true; }
    [[nodiscard]] std::string socket() const { return box_.folder.file("mpv.sock"); }
    bool gone = false;

    // By mpv's own word, on a connection of our own.
    [[nodiscard]] bool plays() const {
        const platform::Descriptor probe = connected();
        const std::string question = "{\"command\":[\"get_property\",\"idle-active\"]}\n";
        send(probe.get(), question.data(), question.size(), MSG_NOSIGNAL);
        char answer[512];
        const ssize_t size = recv(probe.get(), answer, sizeof answer, 0);
        return size > 0 &&
               std::string(answer, static_cast<std::size_t>(size)).find("\"data\":false") !=
                   std::string::npos;
    }

  private:
    [[nodiscard]] platform::Descriptor connected() const {
        const auto at = platform::parse_socket_address("unix:" + socket());
        platform::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (connect(probe.get(), at.get(), at.size) != 0) probe.reset();
        return probe;
    }
    [[nodiscard]] bool listens() const { return connected().valid(); }
    Box& box_;
};

inline bool has_mpv() {
    return access("/usr/bin/mpv", X_OK) == 0;
}

}  // namespace cmagent::contract
