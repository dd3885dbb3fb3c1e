#pragma once
#include <cstddef>

namespace cmagent {

// Up to N values, kept by value. `add` refuses when there is no room.
template <class T, std::size_t N>
class List {
  public:
    [[nodiscard]] bool add(const T& value) {
        if (count_ == N) return false;
        values_[count_++] = value;
        return true;
    }
    void clear() { count_ = 0; }

    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] const T& operator[](std::size_t index) const { return values_[index]; }
    [[nodiscard]] const T* begin() const { return values_; }
    [[nodiscard]] const T* end() const { return values_ + count_; }
    static constexpr std::size_t capacity() { return N; }

  private:
    std::size_t count_ = 0;
    T values_[N] = {};
};

template <class T, std::size_t N>
[[nodiscard]] bool operator==(const List<T, N>& a, const List<T, N>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!(a[i] == b[i])) return false;
    }
    return true;
}

}  // namespace cmagent
