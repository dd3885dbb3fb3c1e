// The promises of Listener (platform/api/listener.h; hazards.md 25).
#include "platform/linux/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "platform/linux/socket_address.h"
#include "tests/contract/loop.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

using platform::AcceptedConnection;
using platform::Descriptor;
using platform::ListenFault;
using platform::SocketAddress;

class Taken final : public platform::ConnectionListener {
  public:
    struct One {
        Descriptor fd;
        bool local = false;
        int family = 0;
        std::uint32_t user = 0;
    };
    std::vector<One> all;
    void on_connection(const AcceptedConnection& connection) override {
        all.push_back({Descriptor(connection.fd), connection.local_socket,
                       connection.from->sa_family, connection.user});
    }
};

Descriptor connect_to(std::string_view text) {
    const SocketAddress address = platform::parse_socket_address(text);
    Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int result = connect(socket.get(), address.get(), address.size);
    if (result != 0 && errno != EINPROGRESS) socket.reset();
    return socket;
}

bool has_ipv6() {
    const SocketAddress loopback = platform::parse_socket_address("[::1]:0");
    const Descriptor socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return bind(socket.get(), loopback.get(), loopback.size) == 0;
}

class ListenerTest : public testing::Test {
  protected:
    void expect_connection(std::size_t index = 0) {
        const Descriptor caller = connect_to(listener_.address(index));
        ASSERT_TRUE(caller.valid());
        const std::size_t before = taken_.all.size();
        EXPECT_TRUE(loop_.until([&] { return taken_.all.size() > before; }));
    }

    Loop loop_;
    Taken taken_;
    platform::SocketListener listener_{loop_.poller, taken_};
    TemporaryFolder folder_;
};

TEST_F(ListenerTest, HandsOutConnectionsReadyForTheLoop) {
    ASSERT_EQ(listener_.listen("127.0.0.1:0"), ListenFault::none);
    expect_connection();
    const int fd = taken_.all.at(0).fd.get();
    EXPECT_FALSE(taken_.all[0].local);
    EXPECT_EQ(taken_.all[0].family, AF_INET);
    EXPECT_NE(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    EXPECT_NE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
    EXPECT_NE(no_delay, 0);
}

TEST_F(ListenerTest, NamesTheAddressThatTheSystemChose) {
    ASSERT_EQ(listener_.listen("127.0.0.1:0"), ListenFault::none);
    ASSERT_EQ(listener_.count(), 1U);
    EXPECT_EQ(listener_.address(0).rfind("127.0.0.1:", 0), 0U);
    EXPECT_NE(listener_.address(0), "127.0.0.1:0");
    EXPECT_EQ(listener_.address(1), "");
}

TEST_F(ListenerTest, TakesBothFamiliesOnOnePortOrTellsWhichTheBoxLacks) {
    if (!has_ipv6()) {
        EXPECT_EQ(listener_.listen("[::1]:0"), ListenFault::family_missing);
        EXPECT_EQ(listener_.listen("127.0.0.1:0"), ListenFault::none);
        return;
    }
    // A port that is free for IPv6 may be taken for IPv4 by anything else on the machine.
    std::string port;
    ListenFault fault = ListenFault::in_use;
    for (std::size_t i = 0; i < 4 && fault == ListenFault::in_use; ++i) {
        ASSERT_EQ(listener_.listen("[::]:0"), ListenFault::none);
        const std::string six(listener_.address(i));
        port = six.substr(six.rfind(':') + 1);
        fault = listener_.listen("0.0.0.0:" + port);
    }
    EXPECT_EQ(fault, ListenFault::none) << "IPv6 alone, as promised";
    const Descriptor caller = connect_to("[::1]:" + port);
    EXPECT_TRUE(loop_.until([&] { return taken_.all.size() == 1; }));
    EXPECT_EQ(taken_.all[0].family, AF_INET6);
}

TEST_F(ListenerTest, RefusesWhatIsNoAddress) {
    const std::string long_path = "unix:/" + std::string(200, 'x');
    const std::string_view none[] = {"",
                                     ":",
                                     "8790",
                                     "127.0.0.1",
                                     "127.0.0.1:",
                                     "127.0.0.1:65536",
                                     "127.0.0.1:-1",
                                     "127.0.0.1:+1",
                                     "127.0.0.1:080790",
                                     "localhost:8790",
                                     "256.0.0.1:80",
                                     "::1:8790",
                                     "[::1]",
                                     "[::1]8790",
                                     "[127.0.0.1]:80",
                                     "[]:80",
                                     "unix:",
                                     "unix:relative",
                                     long_path};
    for (const std::string_view text : none) {
        EXPECT_EQ(listener_.listen(text), ListenFault::bad_address) << text;
    }
}

TEST_F(ListenerTest, TellsWhyItCannotListen) {
    ASSERT_EQ(listener_.listen("127.0.0.1:0"), ListenFault::none);
    EXPECT_EQ(listener_.listen(std::string(listener_.address(0))), ListenFault::in_use);
    EXPECT_EQ(listener_.listen("unix:/none/agent.sock"), ListenFault::no_folder);
    folder_.write("file", "");
    EXPECT_EQ(listener_.listen("unix:" + folder_.file("file") + "/agent.sock"),
              ListenFault::no_folder);
}

// tests/e2e/late_test.py gives a box the address when the daemon runs already.
TEST_F(ListenerTest, Hazard45ListensOnAnAddressThatTheBoxDoesNotHaveYet) {
    EXPECT_EQ(listener_.listen("192.0.2.1:0"), ListenFault::not_local);
    ASSERT_EQ(listener_.count(), 1U);
    const std::string address(listener_.address(0));
    EXPECT_EQ(address.substr(0, 10), "192.0.2.1:");
    platform::SocketListener other(loop_.poller, taken_);
    EXPECT_EQ(other.listen(address), ListenFault::in_use) << "nobody else can have it meanwhile";
    if (!has_ipv6()) return;
    EXPECT_EQ(listener_.listen("[2001:db8::1]:0"), ListenFault::not_local);
    EXPECT_EQ(listener_.count(), 2U);
}

TEST_F(ListenerTest, ListensOnAUnixSocketForItsGroup) {
    const std::string address = "unix:" + folder_.file("agent.sock");
    const mode_t before = umask(0);  // the most that could go wrong
    ASSERT_EQ(listener_.listen(address), ListenFault::none);
    umask(before);
    struct stat file = {};
    ASSERT_EQ(stat(folder_.file("agent.sock").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 07777, 0660U);
    EXPECT_EQ(listener_.address(0), address);
    expect_connection();
    EXPECT_TRUE(taken_.all.at(0).local);
    EXPECT_EQ(taken_.all[0].user, getuid()) << "the kernel says who calls";
    listener_.close();
    EXPECT_NE(stat(folder_.file("agent.sock").c_str(), &file), 0) << "removed with it";
}

TEST_F(ListenerTest, ListensOnAUnixSocketForThoseWhoAreNamed) {
    const std::string file = folder_.file("agent.sock");
    const gid_t group = getegid();  // one that anybody may give to a file of his
    ASSERT_EQ(listener_.listen("unix:" + file, {0602, group}), ListenFault::none);
    struct stat status = {};
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0602U);
    EXPECT_EQ(status.st_gid, group);
}

TEST_F(ListenerTest, RefusesAFolderInWhichOthersCouldPutASocket) {
    const std::string address = "unix:" + folder_.file("agent.sock");
    const mode_t rows[] = {0702, 0707, 01777};
    for (const mode_t mode : rows) {
        chmod(folder_.path().c_str(), mode);
        EXPECT_EQ(listener_.listen(address), ListenFault::shared_folder) << std::oct << mode;
    }
    chmod(folder_.path().c_str(), 0755);
    EXPECT_EQ(listener_.listen(address), ListenFault::none);
}

TEST_F(ListenerTest, RefusesTheFolderOfAnotherUserWhichOnlyRootCanMake) {
    if (geteuid() != 0) GTEST_SKIP() << "folders of others need root";
    const std::string address = "unix:" + folder_.file("agent.sock");
    constexpr uid_t kSomebody = 4711;
    ASSERT_EQ(chown(folder_.path().c_str(), kSomebody, kSomebody), 0);
    EXPECT_EQ(listener_.listen(address), ListenFault::shared_folder);
    EXPECT_EQ(listener_.listen(address, {0660, platform::SocketRights::kOwn, kSomebody}),
              ListenFault::none)
        << "the user that the process will become";
    listener_.close();
    chmod(folder_.path().c_str(), 0775);
    EXPECT_EQ(listener_.listen(address, {0660, platform::SocketRights::kOwn, kSomebody}),
              ListenFault::shared_folder)
        << "for a group";
    ASSERT_EQ(chown(folder_.path().c_str(), 0, 0), 0);
    EXPECT_EQ(listener_.listen(address), ListenFault::none) << "but root's";
}

TEST_F(ListenerTest, LeavesNoSocketBehindThatItsGroupCannotHave) {
    const std::string file = folder_.file("agent.sock");
    // Root may give a file to any group, and nobody to none.
    constexpr uid_t kNobody = 65534;
    const uid_t own = geteuid();
    const bool root = own == 0;
    ASSERT_TRUE(!root || chown(folder_.path().c_str(), kNobody, kNobody) == 0);
    ASSERT_TRUE(!root || seteuid(kNobody) == 0);
    EXPECT_EQ(listener_.listen("unix:" + file, {0660, 4711}), ListenFault::not_permitted);
    ASSERT_EQ(seteuid(own), 0);
    struct stat status = {};
    EXPECT_NE(stat(file.c_str(), &status), 0);
}

TEST_F(ListenerTest, ReplacesASocketThatNobodyServes) {
    const std::string address = "unix:" + folder_.file("agent.sock");
    {
        const SocketAddress at = platform::parse_socket_address(address);
        const Descriptor killed(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        ASSERT_EQ(bind(killed.get(), at.get(), at.size), 0);
    }
    EXPECT_EQ(listener_.listen(address), ListenFault::none);
    expect_connection();
}

TEST_F(ListenerTest, LeavesASocketThatIsServedAndAFileThatIsNone) {
    const std::string address = "unix:" + folder_.file("agent.sock");
    ASSERT_EQ(listener_.listen(address), ListenFault::none);
    platform::SocketListener second(loop_.poller, taken_);
    EXPECT_EQ(second.listen(address), ListenFault::in_use);
    expect_connection();
    folder_.write("file", "precious");
    EXPECT_EQ(second.listen("unix:" + folder_.file("file")), ListenFault::in_use);
    EXPECT_EQ(folder_.read("file"), "precious");
}

// Somebody has cleaned the folder up, and another daemon has made its socket there.
TEST_F(ListenerTest, Hazard44RemovesNoSocketThatIsAnothersByNow) {
    const std::string address = "unix:" + folder_.file("agent.sock");
    platform::SocketListener second(loop_.poller, taken_);
    ASSERT_EQ(second.listen(address), ListenFault::none);
    ASSERT_EQ(unlink(folder_.file("agent.sock").c_str()), 0);
    ASSERT_EQ(listener_.listen(address), ListenFault::none);
    second.close();
    expect_connection();
}

// Where one was left by an earlier run, each of them sees that nobody serves it.
TEST_F(ListenerTest, Hazard44LetsOneOfManyThatStartAtOnceHaveTheSocket) {
    const std::string address = "unix:" + folder_.file("agent.sock");
    const SocketAddress at = platform::parse_socket_address(address);
    for (int round = 0; round < 20; ++round) {
        const Descriptor killed(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        unlink(folder_.file("agent.sock").c_str());
        ASSERT_EQ(bind(killed.get(), at.get(), at.size), 0);
        int go[2];
        int end[2];
        ASSERT_EQ(pipe(go), 0);
        ASSERT_EQ(pipe(end), 0);
        pid_t starts[6];
        for (pid_t& start : starts) {
            start = fork();
            if (start != 0) continue;
            alarm(60);  // should two of them serve
            char none = 0;
            close(go[1]);
            close(end[1]);
            static_cast<void>(read(go[0], &none, 1));
            platform::EpollPoller poller;
            platform::SocketListener listener(poller, taken_);
            const bool ours = listener.listen(address) == ListenFault::none;
            if (ours) static_cast<void>(read(end[0], &none, 1));  // serves until all have tried
            _exit(ours ? 0 : 1);
        }
        for (const int fd : {go[0], go[1], end[0]}) close(fd);
        int refused = 0;
        int status = 0;
        EXPECT_TRUE(loop_.until([&] {
            if (waitpid(-1, &status, WNOHANG) > 0) refused++;
            return refused == 5;
        })) << "more than one has it, in round "
            << round;
        EXPECT_TRUE(connect_to(address).valid()) << "in round " << round;
        close(end[1]);
        while (waitpid(-1, &status, 0) > 0) continue;
    }
}

TEST_F(ListenerTest, LeavesASocketThatIsServedButBusy) {
    const std::string address = "unix:" + folder_.file("busy.sock");
    const SocketAddress at = platform::parse_socket_address(address);
    const Descriptor busy(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(busy.get(), at.get(), at.size), 0);
    ASSERT_EQ(listen(busy.get(), 0), 0);
    std::vector<Descriptor> waiting;  // until the next one would have to wait to be let in
    do {
        waiting.push_back(connect_to(address));
    } while (waiting.back().valid());
    EXPECT_EQ(listener_.listen(address), ListenFault::in_use);
}

TEST_F(ListenerTest, RefusesMoreThanItsLimit) {
    for (std::size_t i = 0; i < platform::SocketListener::kMaxSockets; i++) {
        ASSERT_EQ(listener_.listen("127.0.0.1:0"), ListenFault::none);
    }
    EXPECT_EQ(listener_.listen("127.0.0.1:0"), ListenFault::failed);
}

TEST_F(ListenerTest, TakesOverTheSupervisorsSockets) {
    // In a process of its own: the protocol fixes descriptor 3 and the process id.
    const pid_t child = fork();
    if (child == 0) {
        const Descriptor made(socket(AF_INET, SOCK_STREAM, 0));
        listen(made.get(), 1);
        dup2(made.get(), 3);
        setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
        setenv("LISTEN_FDS", "1", 1);
        platform::EpollPoller poller;
        platform::SocketListener listener(poller, taken_);
        const bool taken = listener.adopt() == ListenFault::none && listener.count() == 1 &&
                           getenv("LISTEN_FDS") == nullptr && (fcntl(3, F_GETFD) & FD_CLOEXEC) != 0;
        const Descriptor caller = connect_to(listener.address(0));
        while (taken_.all.empty()) poller.wait(10);
        _exit(taken ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST_F(ListenerTest, RefusesSocketsOfTheSupervisorsThatDoNotListen) {
    const pid_t child = fork();
    if (child == 0) {
        const Descriptor made(socket(AF_INET, SOCK_DGRAM, 0));
        dup2(made.get(), 3);
        setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
        setenv("LISTEN_FDS", "1", 1);
        platform::EpollPoller poller;
        platform::SocketListener listener(poller, taken_);
        _exit(listener.adopt() == ListenFault::not_listening ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

TEST_F(ListenerTest, TakesNothingThatIsMeantForAnother) {
    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    EXPECT_EQ(listener_.adopt(), ListenFault::none);
    EXPECT_EQ(listener_.count(), 0U);
}

TEST_F(ListenerTest, Hazard25ClosesCallersWhenNoDescriptorIsLeft) {
    ASSERT_EQ(listener_.listen("127.0.0.1:0"), ListenFault::none);
    const Descriptor first = connect_to(listener_.address(0));
    const Descriptor caller = connect_to(listener_.address(0));
    rlimit before = {};
    getrlimit(RLIMIT_NOFILE, &before);
    rlimit none_left = before;
    none_left.rlim_cur = static_cast<rlim_t>(caller.get()) + 1;
    setrlimit(RLIMIT_NOFILE, &none_left);
    std::vector<Descriptor> rest;  // gaps below
    for (int fd = dup(0); fd >= 0; fd = dup(0)) rest.emplace_back(fd);

    char byte = 0;
    const bool closed = loop_.until([&] { return recv(caller.get(), &byte, 1, 0) == 0; });
    EXPECT_TRUE(closed) << "told at once, not left waiting";
    EXPECT_EQ(recv(first.get(), &byte, 1, 0), 0) << "each of them";
    EXPECT_TRUE(taken_.all.empty());
    loop_.poller.wait(0);

    rest.clear();
    setrlimit(RLIMIT_NOFILE, &before);
    expect_connection();
}

}  // namespace
}  // namespace cmagent::contract
