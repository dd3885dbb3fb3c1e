#include "tests/scenario/written_pages.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace cmagent::scenario {
namespace {

std::uintptr_t g_begin = 0;
std::size_t g_size = 0;
volatile std::size_t g_written = 0;
struct sigaction g_before;

// The first write to a page that may not be written to: from now on it may.
void on_write(int /*signal*/, siginfo_t* fault, void* /*context*/) {
    const auto page = static_cast<std::uintptr_t>(getpagesize());
    const auto at = reinterpret_cast<std::uintptr_t>(fault->si_addr);
    if (at - g_begin >= g_size) abort();
    g_written = g_written + 1;
    mprotect(reinterpret_cast<void*>(at / page * page), page, PROT_READ | PROT_WRITE);
}

}  // namespace

WrittenPages::WrittenPages(void* object, std::size_t size) {
    g_begin = reinterpret_cast<std::uintptr_t>(object);
    g_size = size;
    g_written = 0;
    struct sigaction action = {};
    action.sa_sigaction = on_write;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, &g_before);
    mprotect(object, size, PROT_READ);
}

WrittenPages::~WrittenPages() {
    mprotect(reinterpret_cast<void*>(g_begin), g_size, PROT_READ | PROT_WRITE);
    sigaction(SIGSEGV, &g_before, nullptr);
}

std::size_t WrittenPages::count() const {
    return g_written;
}

}  // namespace cmagent::scenario
