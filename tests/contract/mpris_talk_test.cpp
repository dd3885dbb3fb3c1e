// What MprisTalk says to a bus, and what it concludes from what it hears: a bus that is written down
// here. The real bus with real players: tests/players.
#include "platform/players/mpris_talk.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/contract/dbus_bus.h"

namespace cmagent::contract {
namespace {

using platform::Heard;
using platform::Order;

constexpr char kHello[] = "OK 1234deadbeef\r\n";
constexpr char kVlc[] = "org.mpris.MediaPlayer2.vlc";
constexpr char kSecond[] = "org.mpris.MediaPlayer2.vlc.instance7";
constexpr char kGone[] = "org.freedesktop.DBus.Error.ServiceUnknown";

class MprisTalkTest : public testing::Test {
  protected:
    MprisTalkTest() { connect(); }

    // A new connection, up to the Hello that is answered.
    void connect(const std::string& greeting = kHello) {
        said_.clear();
        Out out(*this);
        EXPECT_EQ(talk_.begin(out.writer), 0);
        out.take();
        auth_ = said_;
        said_.clear();
        EXPECT_EQ(hear(greeting), 0);
        if (said_.compare(0, 7, "BEGIN\r\n") != 0) return;
        said_.erase(0, 7);
        const Call hello = call();
        EXPECT_EQ(hello.member, "Hello");
        rules_ = {call().arguments.at(0), call().arguments.at(0)};
        Message welcome;
        welcome.reply_to = hello.serial;
        welcome.signature = "s";
        welcome.body = Marshalled().string(":1.99").bytes;
        EXPECT_EQ(hear(welcome), Heard::kOpen);
    }

    Heard::Set hear(const std::string& bytes) {
        Heard::Set heard = 0;
        for (std::size_t at = 0; at < bytes.size(); at += portion_) {
            Out out(*this);
            heard |= talk_.take(std::string_view(bytes).substr(at, portion_), out.writer);
            out.take();
        }
        return heard;
    }
    Heard::Set hear(const Message& message) { return hear(message.bytes()); }

    void say(Order order) {
        Out out(*this);
        talk_.say(order, out.writer);
        out.take();
    }
    Call call() { return take_call(said_); }
    // Asks; the serial of the list.
    std::uint32_t ask() {
        say(Order::none);
        const Call list = call();
        EXPECT_EQ(list.member, "ListNames");
        return list.serial;
    }
    // A round without an order, of one player or of none.
    Heard::Set round(const std::string& status, const std::string& owner = ":1.5") {
        const std::uint32_t list = ask();
        if (status.empty()) return hear(lists(list, {":1.5"}));
        EXPECT_EQ(hear(lists(list, {":1.5", kVlc})), 0);
        return hear(says(call().serial, status, owner));
    }
    // An order up to the answers: what vlc says before it is done, and after.
    Heard::Set order(Order order, const std::string& before, const std::string& after,
                     const std::string& owner = ":1.5") {
        say(order);
        EXPECT_EQ(hear(lists(ask(), {kVlc})), 0);
        const Call first = call();
        const Call told = call();
        EXPECT_EQ(told.member, order == Order::stop ? "Stop" : "Quit");
        const Call then = call();
        EXPECT_EQ(hear(says(first.serial, before, owner)), 0);
        Message done;
        done.reply_to = told.serial;
        done.sender = owner;
        EXPECT_EQ(hear(done), 0);
        return hear(says(then.serial, after, owner));
    }

    // What is said in one go, as AskedPlayer sends it.
    struct Out {
        explicit Out(MprisTalkTest& of) : test(of) {}
        void take() { test.said_ += writer.view(); }
        MprisTalkTest& test;
        char bytes[platform::Talk::kMaxSaid];
        TextWriter writer{bytes};
    };

    std::size_t portion_ = 1024;
    platform::MprisTalk talk_{"unix:path=/nowhere", "vlc"};
    std::string said_;
    std::string auth_;
    std::vector<std::string> rules_;
};

TEST_F(MprisTalkTest, SaysWhoWeAreAndWhatIsToBeSignalled) {
    std::string hex;
    for (const char digit : std::to_string(geteuid())) hex += std::string("3") + digit;
    EXPECT_EQ(auth_, std::string("\0AUTH EXTERNAL ", 15) + hex + "\r\n");
    ASSERT_EQ(rules_.size(), 2u);
    EXPECT_NE(rules_[0].find("path='/org/mpris/MediaPlayer2'"), std::string::npos);
    EXPECT_NE(rules_[1].find("arg0namespace='org.mpris.MediaPlayer2'"), std::string::npos);
}

TEST_F(MprisTalkTest, ABusThatDoesNotTakeUsSaysWhy) {
    const std::size_t before = said_.size();
    Out out(*this);
    (void)talk_.begin(out.writer);
    EXPECT_EQ(hear("REJECTED EXTERNAL\r\n"), Heard::kRefused);
    EXPECT_EQ(said_.size(), before);
    EXPECT_STREQ(talk_.why(), "the bus does not take this user");
}

TEST_F(MprisTalkTest, AsksAllWhoHaveTheNameAndNobodyElse) {
    EXPECT_EQ(hear(lists(ask(), {"org.freedesktop.DBus", ":1.5", kVlc, kSecond,
                                 "org.mpris.MediaPlayer2.vlcat", "org.mpris.MediaPlayer2",
                                 "org.mpris.MediaPlayer2.mpv", "org.mpris.MediaPlayer3.vlc"})),
              0);
    const Call first = call();
    EXPECT_EQ(first.destination, kVlc);
    EXPECT_EQ(first.path, "/org/mpris/MediaPlayer2");
    EXPECT_EQ(first.interface, "org.freedesktop.DBus.Properties");
    EXPECT_EQ(first.member, "Get");
    EXPECT_EQ(first.signature, "ss");
    EXPECT_EQ(first.arguments,
              (std::vector<std::string>{"org.mpris.MediaPlayer2.Player", "PlaybackStatus"}));
    EXPECT_EQ(call().destination, kSecond);
    EXPECT_TRUE(said_.empty());
}

TEST_F(MprisTalkTest, AStopIsSeenWhereStoppedFollowsSomethingElse) {
    EXPECT_EQ(order(Order::stop, "Playing", "Stopped"), Heard::kIdle);
    EXPECT_EQ(order(Order::stop, "Paused", "Stopped"), Heard::kIdle);
    EXPECT_EQ(order(Order::stop, "Playing", "Paused") & Heard::kAnswer, Heard::kPlaying);
}

TEST_F(MprisTalkTest, Hazard48APlayerThatAlwaysSaysStoppedProvesNothingByIt) {
    EXPECT_EQ(order(Order::stop, "Stopped", "Stopped"), Heard::kPlaying);
    EXPECT_EQ(order(Order::force, "Stopped", "Stopped"), Heard::kPlaying);
    EXPECT_EQ(hear(lists(ask(), {":1.5"})), Heard::kIdle) << "it is gone";
}

TEST_F(MprisTalkTest, Hazard48WhatItHasSaidOfAnEarlierPictureProvesNothingEither) {
    EXPECT_EQ(order(Order::stop, "Playing", "Stopped"), Heard::kIdle);
    EXPECT_EQ(order(Order::stop, "Stopped", "Stopped"), Heard::kPlaying);
}

TEST_F(MprisTalkTest, Hazard48WhoHasTheNameNowIsNotWhoHadIt) {
    (void)round("Playing", ":1.5");
    EXPECT_EQ(order(Order::stop, "Stopped", "Stopped", ":1.6"), Heard::kPlaying);
}

TEST_F(MprisTalkTest, EachOfSeveralMustHaveStopped) {
    say(Order::stop);
    (void)hear(lists(ask(), {kVlc, kSecond}));
    std::vector<Call> calls;
    while (!said_.empty()) calls.push_back(call());
    ASSERT_EQ(calls.size(), 6u);
    EXPECT_EQ(calls[4].member, "Stop");
    EXPECT_EQ(calls[4].destination, kSecond);
    EXPECT_EQ(calls[4].interface, "org.mpris.MediaPlayer2.Player");
    EXPECT_EQ(hear(says(calls[0].serial, "Playing", ":1.5")), 0);
    EXPECT_EQ(hear(says(calls[3].serial, "Playing", ":1.6")), 0);
    EXPECT_EQ(hear(says(calls[2].serial, "Stopped", ":1.5")), 0);
    EXPECT_EQ(hear(says(calls[5].serial, "Playing", ":1.6")) & Heard::kAnswer, Heard::kPlaying);
    (void)hear(lists(ask(), {kVlc, kSecond}));
    EXPECT_EQ(hear(says(call().serial, "Stopped", ":1.5")), 0) << "the order is not said again";
    EXPECT_EQ(hear(says(call().serial, "Stopped", ":1.6")), Heard::kIdle);
}

TEST_F(MprisTalkTest, SignalsOnlyMakeItAsk) {
    (void)round("Playing");
    EXPECT_EQ(hear(signal("PropertiesChanged")), Heard::kMoved);
    EXPECT_EQ(hear(signal("NameOwnerChanged", "org.freedesktop.DBus")), Heard::kMoved);
    EXPECT_TRUE(said_.empty());
}

TEST_F(MprisTalkTest, AnOrderMakesEarlierAnswersVoid) {
    const std::uint32_t list = ask();
    (void)hear(lists(list, {kVlc}));
    const Call asked = call();
    say(Order::stop);
    EXPECT_EQ(hear(says(asked.serial, "Playing", ":1.5")), 0) << "but it is known to have played";
    (void)hear(lists(ask(), {kVlc}));
    (void)call();
    (void)call();
    EXPECT_EQ(hear(says(call().serial, "Stopped", ":1.5")), Heard::kIdle);
}

TEST_F(MprisTalkTest, AListOfBeforeTheOrderNamesNobodyForIt) {
    const std::uint32_t old = ask();
    say(Order::stop);
    const std::uint32_t list = ask();
    EXPECT_EQ(hear(lists(old, {kVlc})), 0);
    EXPECT_TRUE(said_.empty());
    (void)hear(lists(list, {kVlc}));
    EXPECT_EQ(call().member, "Get");
}

TEST_F(MprisTalkTest, WhatHasGoneMeanwhileIsAskedForAgain) {
    say(Order::stop);
    (void)hear(lists(ask(), {kVlc}));
    const std::uint32_t before = call().serial;
    const std::uint32_t stop = call().serial;
    const std::uint32_t then = call().serial;
    EXPECT_EQ(hear(error(before, kGone)), 0);
    EXPECT_EQ(hear(error(stop, kGone)), 0);
    EXPECT_EQ(hear(error(then, "org.freedesktop.DBus.Error.NoReply")), Heard::kPlaying)
        << "the next round shows it";
    EXPECT_EQ(hear(lists(ask(), {})), Heard::kIdle);
}

TEST_F(MprisTalkTest, WhoeverQuitsMayHaveTakenBackWhatIsAsked) {
    EXPECT_EQ(round("Playing"), Heard::kPlaying | Heard::kResumed);
    said_.clear();
    say(Order::force);
    (void)hear(lists(ask(), {kVlc}));
    const std::uint32_t before = call().serial;
    (void)call();
    EXPECT_EQ(hear(says(before, "Playing", ":1.5")), 0);
    EXPECT_EQ(hear(error(call().serial, "org.freedesktop.DBus.Error.UnknownMethod", ":1.5")),
              Heard::kPlaying)
        << "the next round shows it";
    EXPECT_EQ(hear(lists(ask(), {})), Heard::kIdle);
}

TEST_F(MprisTalkTest, ARefusalIsToldWithItsReason) {
    say(Order::stop);
    (void)hear(lists(ask(), {kVlc}));
    (void)call();
    const std::uint32_t stop = call().serial;
    EXPECT_EQ(hear(error(stop, "org.freedesktop.DBus.Error.AccessDenied")), Heard::kRefused);
    EXPECT_STREQ(talk_.why(), "org.freedesktop.DBus.Error.AccessDenied");
    connect();
    say(Order::force);
    (void)hear(lists(ask(), {kVlc}));
    (void)call();
    const std::uint32_t quit = call().serial;
    EXPECT_EQ(hear(error(quit, "org.freedesktop.DBus.Error.UnknownMethod", ":1.5")),
              Heard::kRefused)
        << "the player's own";
    connect();
    (void)hear(lists(ask(), {kVlc}));
    EXPECT_EQ(hear(error(call().serial, std::string(300, 'x'), ":1.5")), Heard::kRefused);
    EXPECT_EQ(std::string(talk_.why()), std::string(95, 'x'));
}

TEST_F(MprisTalkTest, TellsAPauseOfThePlayersOwn) {
    EXPECT_EQ(round("Playing"), Heard::kPlaying | Heard::kResumed);
    EXPECT_EQ(round("Paused"), Heard::kPlaying | Heard::kPaused);
    EXPECT_EQ(round("Buffering"), Heard::kPlaying) << "whatever that is";
}

TEST_F(MprisTalkTest, ItsOwnEndIsWhatTwoReadingsSay) {
    EXPECT_EQ(round("Stopped"), Heard::kIdle) << "nothing has played";
    (void)round("Playing");
    EXPECT_EQ(round("Stopped"), Heard::kPlaying) << "between two tracks";
    EXPECT_EQ(round("Playing") & Heard::kAnswer, Heard::kPlaying);
    EXPECT_EQ(round("Stopped"), Heard::kPlaying);
    EXPECT_EQ(round("Stopped"), Heard::kIdle);
    EXPECT_EQ(round("Stopped"), Heard::kIdle);
}

TEST_F(MprisTalkTest, WhoHasGoneHasEndedAtOnce) {
    EXPECT_EQ(round(""), Heard::kIdle) << "nobody was there";
    (void)round("Playing", ":1.5");
    EXPECT_EQ(round(""), Heard::kIdle);
    (void)round("Playing", ":1.6");
    EXPECT_EQ(round("Playing", ":1.7"), Heard::kIdle) << "another has its name";
}

TEST_F(MprisTalkTest, ASecondPlayerEndsNothing) {
    (void)round("Playing", ":1.5");
    (void)hear(lists(ask(), {kVlc, kSecond}));
    const std::uint32_t first = call().serial;
    EXPECT_EQ(hear(says(call().serial, "Playing", ":1.6")), 0);
    EXPECT_EQ(hear(says(first, "Playing", ":1.5")), Heard::kPlaying | Heard::kResumed);
}

TEST_F(MprisTalkTest, Hazard48ANameThatNobodyHadIsNoEvidence) {
    say(Order::stop);
    EXPECT_EQ(hear(lists(ask(), {":1.5"})), Heard::kRefused) << "it may be a wrong one";
    EXPECT_STREQ(talk_.why(), "nobody has the name");
    connect();
    EXPECT_EQ(order(Order::stop, "Playing", "Stopped"), Heard::kIdle);
    say(Order::stop);
    EXPECT_EQ(hear(lists(ask(), {})), Heard::kRefused) << "of the next picture it was not told";
}

TEST_F(MprisTalkTest, Hazard48NobodyOnAnotherBusIsNoEvidence) {
    (void)round("Playing");
    connect("OK another\r\n");
    EXPECT_EQ(round(""), Heard::kPlaying) << "it may play on without its bus";
    EXPECT_EQ(round(""), Heard::kPlaying);
    say(Order::stop);
    EXPECT_EQ(hear(lists(ask(), {})), Heard::kRefused);
    connect("OK another\r\n");
    EXPECT_EQ(order(Order::stop, "Playing", "Stopped"), Heard::kIdle) << "it has come back";
}

TEST_F(MprisTalkTest, WhatPlayedOnTheSameBusIsKnownStill) {
    (void)round("Playing");
    connect();
    EXPECT_EQ(order(Order::stop, "Stopped", "Stopped"), Heard::kIdle) << "it has stopped meanwhile";
    (void)round("Playing");
    connect();
    say(Order::stop);
    EXPECT_EQ(hear(lists(ask(), {})), Heard::kIdle);
}

TEST_F(MprisTalkTest, WhoHasPlayedBeforeEightOthersIsForgotten) {
    for (int i = 1; i <= 8; ++i)
        (void)order(Order::stop, "Playing", "Paused", ":1." + std::to_string(i));
    EXPECT_EQ(order(Order::stop, "Stopped", "Stopped", ":1.1"), Heard::kIdle);
    for (int i = 1; i <= 9; ++i)
        (void)order(Order::stop, "Playing", "Paused", ":1." + std::to_string(i));
    EXPECT_EQ(order(Order::stop, "Stopped", "Stopped", ":1.1"), Heard::kPlaying);
}

TEST_F(MprisTalkTest, TooManyWithTheNameAreARefusal) {
    std::vector<std::string> names;
    for (int i = 0; i < 30; ++i) names.push_back(kVlc + std::string(".i") + std::to_string(i));
    portion_ = 4096;
    EXPECT_EQ(hear(lists(ask(), names)), Heard::kRefused);
}

// --- the bytes ---

TEST_F(MprisTalkTest, ReadsWhateverTheCuts) {
    for (portion_ = 1; portion_ < 40; ++portion_) {
        connect();
        EXPECT_EQ(order(Order::stop, "Playing", "Stopped"), Heard::kIdle) << portion_;
    }
}

TEST_F(MprisTalkTest, ReadsBothByteOrders) {
    (void)hear(lists(ask(), {":1.5", kVlc, "org.x"}, true));
    EXPECT_EQ(hear(says(call().serial, "Playing", ":1.5", true)),
              Heard::kPlaying | Heard::kResumed);
}

TEST_F(MprisTalkTest, ListsAreReadWhateverTheirLength) {
    std::vector<std::string> names(400, "org.example.Something.quite.long.to.be.read");
    names.push_back(std::string(255, 'n'));
    names.push_back(kVlc);
    EXPECT_EQ(hear(lists(ask(), names)), 0);
    EXPECT_EQ(call().destination, kVlc);
}

TEST_F(MprisTalkTest, MessagesOverTheBufferArePassedOver) {
    Message metadata = signal("PropertiesChanged");
    metadata.signature = "sa{sv}as";
    metadata.body = std::string(50'000, 'm');
    const std::uint32_t list = ask();
    EXPECT_EQ(hear(metadata.bytes() + lists(list, {kVlc}).bytes()), Heard::kMoved);
    Message endless = signal("PropertiesChanged", std::string(2000, 's'));
    EXPECT_EQ(hear(endless.bytes() + says(call().serial, "Paused", ":1.5").bytes()),
              Heard::kPlaying | Heard::kPaused)
        << "its head is too long to be read";
}

TEST_F(MprisTalkTest, FieldsThatNobodyKnowsArePassedOver) {
    (void)hear(lists(ask(), {kVlc}));
    Message odd = says(call().serial, "Playing", ":1.5");
    odd.strange = Marshalled().byte(42).signature("o").string("/strange").bytes;
    EXPECT_EQ(hear(odd), Heard::kPlaying | Heard::kResumed);
    (void)hear(lists(ask(), {kVlc}));
    Message odder = says(call().serial, "Stopped", ":1.5");
    odder.strange = Marshalled().byte(42).signature("ai").align(4).number(0).bytes;
    EXPECT_EQ(hear(odder), 0) << "of a kind that no specification has: the whole message";
    EXPECT_EQ(round("Playing"), Heard::kPlaying | Heard::kResumed) << "and what follows is read";
}

TEST_F(MprisTalkTest, AnAnswerThatIsNoTextIsUnknown) {
    (void)hear(lists(ask(), {kVlc}));
    Message number = says(call().serial, "Playing", ":1.5");
    number.body = Marshalled().signature("u").align(4).number(1).bytes + std::string(4, '\0');
    EXPECT_EQ(hear(number), Heard::kPlaying);
    (void)hear(lists(ask(), {kVlc}));
    Message lies = says(call().serial, "Playing", ":1.5");
    lies.body[4] = 100;  // its length
    EXPECT_EQ(hear(lies), Heard::kPlaying);
    (void)hear(lists(ask(), {kVlc}));
    Message empty = says(call().serial, "", ":1.5");
    empty.body = "\1s";
    EXPECT_EQ(hear(empty), Heard::kPlaying);
}

TEST_F(MprisTalkTest, WhatIsNoBusIsRefused) {
    EXPECT_EQ(hear("HTTP/1.1 400 Bad Request\r\n\r\n"), Heard::kRefused);
    connect();
    std::string broken = lists(ask(), {kVlc, kSecond}).bytes();
    broken[broken.size() - 37 - 4] = 127;  // the length of the second name
    EXPECT_EQ(hear(broken) & Heard::kRefused, Heard::kRefused);
    Out out(*this);
    (void)talk_.begin(out.writer);
    EXPECT_EQ(hear(std::string(600, 'x')), Heard::kRefused) << "a line without an end";
}

// Nothing that is received makes it read what was not received, or never end.
TEST_F(MprisTalkTest, OddBytesDoNoHarm) {
    std::uint32_t seed = 1;
    const auto random = [&seed] { return (seed = seed * 1664525 + 1013904223) >> 16; };
    for (int i = 0; i < 4000; ++i) {
        if (i % 8 == 0) connect();
        std::string bytes = i % 2 == 0 ? lists(ask(), {":1.1", kVlc}).bytes()
                                       : says(ask() + 2, "Playing", ":1.5").bytes();
        for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        portion_ = 1 + random() % 200;
        (void)hear(bytes);
        portion_ = 1024;
        said_.clear();
    }
}

}  // namespace
}  // namespace cmagent::contract
