#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "platform/linux/descriptor.h"
#include "platform/linux/processes.h"
#include "platform/linux/socket_address.h"
#include "platform/linux/timers.h"
#include "platform/players/list.h"
#include "tests/contract/loop.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {

using platform::PlayerNews;

class News final : public platform::PlayerListener {
  public:
    std::vector<PlayerNews> all;
    std::vector<std::string> lines;
    void on_player(PlayerNews news) override { all.push_back(news); }
    void on_output(std::string_view line) override { lines.emplace_back(line); }
};

// A command as the configuration keeps it. The words live as long as this.
struct Words {
    Words(std::initializer_list<std::string> list)
        : count(static_cast<std::uint32_t>(list.size())) {
        for (const std::string& word : list) bytes += word + '\0';
    }
    [[nodiscard]] platform::AdapterValue value() const {
        return {{bytes.c_str(), bytes.size() - 1}, count};
    }

    std::string bytes;
    std::uint32_t count;
};

// The settings of a player, as the configuration would give them to its driver.
class Settings {
  public:
    Settings() { settings_.begin(kAdapters); }
    Settings& set(std::string_view key, const Words& words) { return put(key, words.value()); }
    Settings& set(std::string_view key, const std::string& text) { return put(key, {text, 0}); }
    Settings& set_flag(std::string_view key) { return put(key, {"", 1}); }
    operator const platform::AdapterSettings&() const { return settings_; }

  private:
    static constexpr const platform::Adapters& kAdapters = platform::PlayerDrivers::kAdapters;

    Settings& put(std::string_view key, platform::AdapterValue value) {
        std::size_t place = 0;
        while (kAdapters.keys[place].name != key) ++place;
        settings_.set(place, value);
        return *this;
    }
    platform::AdapterSettings settings_;
};

// The services that real players use.
struct Box {
    Loop loop;
    platform::TimerfdTimers timers{loop.poller, loop.clock};
    platform::Signals signals{loop.poller};
    platform::ChildProcesses processes{signals, loop.poller};
    TemporaryFolder folder;
    News news;
    const platform::PlayerServices services{loop.poller, processes, timers};

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
    void on_output(std::string_view) override {}
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
