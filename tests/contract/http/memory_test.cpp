// The local port's share of a box's memory: its 2.7 MiB are meant for static storage, of which only
// touched pages count.

#include <sys/mman.h>

#include <new>
#include <string>
#include <vector>

#include "platform/microhttpd/limits.h"
#include "tests/contract/http/port_fixture.h"
#include "tests/touched_pages.h"

namespace cmagent::platform {
namespace {

TEST(PortMemory, APortWithoutClientsTouchesFewPages) {
    // The records of 32 connections and their surroundings; the bytes of their requests not at all.
    constexpr long kMaxPages = 6;
    constexpr std::size_t kSize = sizeof(MicrohttpdPort);
    void* const fresh =
        mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(fresh, MAP_FAILED);
    ASSERT_EQ(madvise(fresh, kSize, MADV_NOHUGEPAGE), 0);

    EpollPoller poller;
    fakes::FakeClock clock;
    Echo echo;
    auto* const port = new (fresh) MicrohttpdPort(poller, clock);
    ASSERT_TRUE(port->start(echo));
    EXPECT_LE(touched_pages(fresh, kSize), kMaxPages);

    port->stop();
    munmap(fresh, kSize);
}

struct PortMemoryTest : PortTest {
    // So many clients, each with a long field and a long body; then they go.
    void crowd(std::size_t count) {
        std::vector<Client> clients;
        for (std::size_t i = 0; i < count; ++i) {
            clients.push_back(connect());
            clients.back().send(post("/echo", std::string(9000, 'b'),
                                     "X-Long: " + std::string(9000, 'f') + "\r\n"));
            turn();
        }
        clients.clear();
        turn();
    }
    [[nodiscard]] long pages() const { return touched_pages(port.get(), sizeof *port); }
};

TEST_F(PortMemoryTest, Hazard72WhatConnectionsHaveTouchedIsGivenBackWhenTheyHaveGone) {
    crowd(1);
    const long one = pages();
    crowd(kMaxConnections - kFreeConnections);
    EXPECT_GT(pages(), one + 60);
    pass(kGiveBackMs - 1);
    EXPECT_GT(pages(), one + 60) << "the next ones may be about to come";
    EXPECT_FALSE(port->take_quiet());
    pass(1);
    EXPECT_LE(pages(), one);
    EXPECT_TRUE(port->take_quiet()) << "the time for others to do the same";
    EXPECT_FALSE(port->take_quiet());
    EXPECT_EQ(port->next_deadline(), INT64_MAX) << "once is enough";
    EXPECT_EQ(status_of(exchange(get("/"))), 200);
}

TEST_F(PortMemoryTest, Hazard72NoMemoryOfAConnectionThatLivesIsGivenBack) {
    crowd(2);
    pass(kGiveBackMs - 100);
    Client slow = connect();  // in the place of one that has gone
    slow.send("GET / HTTP/1.1\r\nHost: local");
    turn();
    const long before = pages();
    pass(200);
    EXPECT_LT(pages(), before) << "what the other has left";
    slow.send("host\r\n\r\n");
    turn();
    (void)slow.poll();
    EXPECT_EQ(status_of(slow.received), 200);
}

}  // namespace
}  // namespace cmagent::platform
