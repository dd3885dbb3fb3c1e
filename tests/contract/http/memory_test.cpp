// The local port's share of a box's memory: its 2.2 MiB are meant for static storage, of which only
// touched pages count.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <vector>

#include "tests/contract/http/port_fixture.h"

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
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> touched((kSize + page - 1) / page);
    ASSERT_EQ(mincore(fresh, kSize, touched.data()), 0);
    EXPECT_LE(std::count(touched.begin(), touched.end(), 1), kMaxPages);

    port->stop();
    munmap(fresh, kSize);
}

}  // namespace
}  // namespace cmagent::platform
