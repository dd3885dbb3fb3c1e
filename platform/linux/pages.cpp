#include "platform/api/pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace cmagent::platform {

void take_back(Buffer whole, std::size_t touched) {
    const auto page = static_cast<std::uintptr_t>(getpagesize());
    const auto begin = reinterpret_cast<std::uintptr_t>(whole.data);
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t last =
        std::min((begin + touched + page - 1) / page, (begin + whole.size) / page) * page;
    if (touched > 0 && first < last)
        (void)madvise(whole.data + (first - begin), last - first, MADV_DONTNEED);
}

}  // namespace cmagent::platform
