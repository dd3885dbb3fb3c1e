#pragma once
// Which pages of an object are written to, from a moment on: those that a box's memory would have if
// the object were static and zero. Reading takes no memory.

#include <cstddef>

namespace cmagent::scenario {

// One at a time. The object must begin and end with a page.
class WrittenPages {
  public:
    WrittenPages(void* object, std::size_t size);
    ~WrittenPages();
    WrittenPages(const WrittenPages&) = delete;
    WrittenPages& operator=(const WrittenPages&) = delete;

    [[nodiscard]] std::size_t count() const;
};

}  // namespace cmagent::scenario
