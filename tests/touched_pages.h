#pragma once
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cmagent {

// How many pages of an object the process has. It lies in memory of no file.
inline long touched_pages(const void* object, std::size_t size) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(object) / page * page;
    const std::uintptr_t end = reinterpret_cast<std::uintptr_t>(object) + size;
    std::vector<unsigned char> touched((end - begin + page - 1) / page);
    EXPECT_EQ(mincore(reinterpret_cast<void*>(begin), end - begin, touched.data()), 0);
    return std::count(touched.begin(), touched.end(), 1);
}

}  // namespace cmagent
