#pragma once
#include <cstddef>

namespace cmagent {

// A view of values that lie one behind the other. The values belong to their owner, and the view is
// valid as long as they are there. Two words, cheap to copy.
template <class T>
struct Span {
    T* data = nullptr;
    std::size_t size = 0;

    constexpr Span() = default;
    constexpr Span(T* first, std::size_t count) : data(first), size(count) {}
    template <std::size_t N>
    constexpr Span(T (&array)[N]) : data(array), size(N) {}

    [[nodiscard]] constexpr bool empty() const { return size == 0; }
    [[nodiscard]] constexpr T& operator[](std::size_t index) const { return data[index]; }
    [[nodiscard]] constexpr T* begin() const { return data; }
    [[nodiscard]] constexpr T* end() const { return data + size; }
};

// A caller's buffer to write into.
using Buffer = Span<char>;

}  // namespace cmagent
