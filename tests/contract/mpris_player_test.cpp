// MprisPlayer on a bus that is written down here: what it tells, and what it says no more. The real bus
// with real players: tests/players.
#include "platform/players/mpris_player.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/players/dbus_address.h"
#include "tests/contract/dbus_bus.h"
#include "tests/contract/player_box.h"

namespace cmagent::contract {
namespace {

constexpr char kVlc[] = "org.mpris.MediaPlayer2.vlc";

class ScriptedBus : public testing::Test {
  protected:
    ScriptedBus() { listen(); }

    void listen() {
        const auto at = platform::parse_socket_address("unix:" + path_);
        listening_.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        EXPECT_EQ(bind(listening_.get(), at.get(), at.size), 0);
        EXPECT_EQ(::listen(listening_.get(), 4), 0);
    }
    // Whoever connects within the time.
    bool accept(std::int64_t limit_ms = 30'000) {
        heard_.clear();
        return box_.loop.until(
            [this] {
                connection_.reset(
                    accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
                return connection_.valid();
            },
            limit_ms);
    }
    // Up to the Hello that is answered.
    void welcome() {
        ASSERT_TRUE(accept());
        ASSERT_TRUE(hears("\r\n"));
        heard_.clear();
        say("OK 1234\r\n");
        ASSERT_TRUE(hears("arg0namespace"));
        heard_.erase(0, std::string("BEGIN\r\n").size());
        Message hello;
        hello.reply_to = take_call(heard_).serial;
        take_call(heard_);
        take_call(heard_);
        say(hello.bytes());
    }
    bool hears(const std::string& text) {
        return box_.loop.until([&] {
            char bytes[4096];
            const ssize_t got = recv(connection_.get(), bytes, sizeof bytes, 0);
            if (got > 0) heard_.append(bytes, static_cast<std::size_t>(got));
            return heard_.find(text) != std::string::npos;
        });
    }
    void say(const std::string& bytes) {
        ASSERT_EQ(send(connection_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }
    // The next question is answered: vlc says this.
    void answer(const std::string& status) {
        ASSERT_TRUE(hears("ListNames"));
        Call list;
        do list = take_call(heard_);
        while (list.member != "ListNames" && !list.member.empty());
        say(lists(list.serial, {kVlc}).bytes());
        ASSERT_TRUE(hears("PlaybackStatus"));
        Call asked;
        do asked = take_call(heard_);
        while (asked.member == "Stop");
        say(says(asked.serial, status, ":1.5").bytes());
        while (!heard_.empty()) {
            asked = take_call(heard_);
            if (asked.member == "Get") say(says(asked.serial, status, ":1.5").bytes());
        }
    }
    bool is_left() {
        return box_.loop.until([this] {
            char byte;
            return recv(connection_.get(), &byte, 1, 0) == 0;
        });
    }

    Box box_;
    std::string path_ = box_.folder.file("bus");
    platform::Descriptor listening_;
    platform::Descriptor connection_;
    std::string heard_;
    const std::string bus_ = "tcp:host=nowhere;unix:path=" + path_ + ",guid=1234";
    const std::string name_ = "vlc";
    Settings settings_ = Settings().set("bus", bus_).set("name", name_);
    platform::MprisPlayer driver_{box_.services, settings_, box_.news};
    platform::Player& player_ = driver_.player();
};

// A wrong one would be found by the first stop alone.
TEST(MprisSettings, ABusThatNobodyCanReachAndAWholeNameAreRefused) {
    const auto refused = [](const std::string& bus, const std::string& name) {
        const platform::AdapterFault fault =
            platform::MprisPlayer::kAdapter.check(Settings().set("bus", bus).set("name", name));
        return std::string(fault ? fault.key : "");
    };
    EXPECT_EQ(refused("", "vlc"), "");
    EXPECT_EQ(refused("tcp:host=nowhere;unix:abstract=a,guid=1234", "vlc"), "");
    for (const char* bus : {"tcp:host=127.0.0.1,port=1", "/run/user/1000/bus", "unix:dir=/tmp"})
        EXPECT_EQ(refused(bus, "vlc"), "bus") << bus;
    EXPECT_EQ(refused("", "org.gnome.Music"), "");
    EXPECT_EQ(refused("", "org.mpris.MediaPlayer2.vlc"), "name");
}

TEST_F(ScriptedBus, APauseOfThePlayersOwnIsToldOnce) {
    player_.join();
    welcome();
    answer("Playing");
    ASSERT_TRUE(box_.hears(1));
    say(signal("PropertiesChanged").bytes());
    answer("Paused");
    ASSERT_TRUE(box_.hears(2));
    say(signal("PropertiesChanged").bytes());
    answer("Paused");
    say(signal("PropertiesChanged").bytes());
    answer("Playing");
    ASSERT_TRUE(box_.hears(3));
    EXPECT_EQ(box_.news.all, (std::vector<PlayerNews>{PlayerNews::playing, PlayerNews::paused,
                                                      PlayerNews::playing}));
}

TEST_F(ScriptedBus, WhoeverJoinsLaterIsToldToo) {
    player_.join();
    welcome();
    answer("Paused");
    ASSERT_TRUE(box_.hears(1));
    player_.join();
    answer("Paused");
    ASSERT_TRUE(box_.hears(2));
    EXPECT_EQ(box_.news.all.back(), PlayerNews::paused);
}

TEST_F(ScriptedBus, Hazard48ABusThatDoesNotTakeUsIsUnreachableAndSaysWhy) {
    player_.stop();
    ASSERT_TRUE(accept());
    ASSERT_TRUE(hears("AUTH EXTERNAL"));
    say("OK 1234\r\n");
    ASSERT_TRUE(hears("Hello"));
    connection_.reset();  // so does the bus of another user
    ASSERT_TRUE(box_.hears(1));
    EXPECT_EQ(box_.news.all[0], PlayerNews::unreachable);
    EXPECT_EQ(box_.news.lines, (std::vector<std::string>{"the bus does not take this user"}));
}

TEST_F(ScriptedBus, ABusThatDoesNotTakeUsIsAskedLessAndLessOften) {
    player_.join();
    int connections = 0;
    const std::int64_t until_ms = box_.loop.clock.boot_ms() + 1500;
    while (box_.loop.clock.boot_ms() < until_ms) connections += accept(100) ? 1 : 0;
    EXPECT_LE(connections, 4);
    EXPECT_TRUE(box_.news.all.empty());
}

TEST_F(ScriptedBus, ABusThatGoesIsNoEndOfThePicture) {
    player_.join();
    welcome();
    answer("Playing");
    ASSERT_TRUE(box_.hears(1));
    connection_.reset();
    listening_.reset();
    unlink(path_.c_str());
    box_.pass(400);
    EXPECT_EQ(box_.news.all.size(), 1U);
    player_.stop();
    ASSERT_TRUE(box_.hears(2));
    EXPECT_EQ(box_.news.all[1], PlayerNews::unreachable);
}

TEST_F(ScriptedBus, NothingIsSaidForAnOrderThatWasGivenUp) {
    player_.join();
    welcome();
    answer("Playing");
    ASSERT_TRUE(box_.hears(1));
    player_.stop();
    ASSERT_TRUE(hears("ListNames"));
    player_.cancel();
    EXPECT_TRUE(is_left()) << "an answer that comes now would lead to the order";
    EXPECT_EQ(box_.news.all.size(), 1U);
}

TEST_F(ScriptedBus, ItIsLeftAloneWhereNothingPlays) {
    player_.join();
    welcome();
    player_.leave();
    EXPECT_TRUE(is_left());
}

// --- addresses ---

std::string path_of(const platform::SocketAddress& address) {
    if (address.size == 0) return "nowhere";
    const char* const bytes = reinterpret_cast<const char*>(address.get());
    return {bytes + sizeof(sa_family_t), address.size - sizeof(sa_family_t)};
}

TEST(DbusAddress, IsReadAsTheSpecificationSays) {
    const struct {
        const char* text;
        std::string path;
    } kRows[] = {
        {"unix:path=/run/bus", "/run/bus"},
        {"unix:guid=00ff,path=/run/bus", "/run/bus"},
        {"unix:path=/a%20b%2cc,guid=1", "/a b,c"},
        {"unix:abstract=/tmp/x", std::string("\0/tmp/x", 7)},
        {"tcp:host=localhost,path=/no;nonce-tcp:path=/no;unix:path=/yes", "/yes"},
        {"unix:tmpdir=/tmp;unix:path=/first;unix:path=/second", "/first"},
        {"unix:path=/broken%2;unix:path=/whole", "/whole"},
        {"unix:path=/broken%zz", "nowhere"},
        {"tcp:host=localhost", "nowhere"},
        {"unix:runtime=yes", "nowhere"},
        {"unix:", "nowhere"},
        {"path=/run/bus", "nowhere"},
        {";,=:", "nowhere"},
        {"", "/run/user/" + std::to_string(geteuid()) + "/bus"},
    };
    for (const auto& row : kRows) EXPECT_EQ(path_of(platform::dbus_address(row.text)), row.path);
    const std::string longest = "/" + std::string(107, 'x');
    EXPECT_EQ(path_of(platform::dbus_address("unix:path=" + longest)), longest);
    EXPECT_EQ(path_of(platform::dbus_address("unix:path=" + longest + "x")), "nowhere");
    EXPECT_EQ(path_of(platform::dbus_address("unix:abstract=" + longest)), "nowhere");
}

}  // namespace
}  // namespace cmagent::contract
