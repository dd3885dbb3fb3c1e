#pragma once
// The texts of a table, one after the other. In a program that can be loaded anywhere a string_view
// in a table costs 16 bytes besides its text (pointer, length, and what the loader needs to set the
// pointer); in here it costs 2.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace cmagent {

class PackedTexts {
  public:
    constexpr PackedTexts() = default;  // no texts
    constexpr PackedTexts(const std::uint16_t* bounds, const char* bytes)
        : bounds_(bounds), bytes_(bytes) {}

    // The text of the row with that number.
    [[nodiscard]] constexpr std::string_view operator[](std::size_t row) const {
        const std::size_t from = bounds_[row];
        return {bytes_ + from, bounds_[row + 1] - from};
    }

  private:
    const std::uint16_t* bounds_ = nullptr;
    const char* bytes_ = nullptr;
};

template <std::size_t kCount, std::size_t kSize>
class Packed {
    static_assert(kSize <= UINT16_MAX);

  public:
    // `text_of`: pointer to the member of a row that is its text.
    template <class Row>
    constexpr Packed(const Row (&rows)[kCount], std::string_view Row::*text_of) {
        std::size_t end = 0;
        for (std::size_t i = 0; i < kCount; ++i) {
            for (const char c : rows[i].*text_of) bytes_[end++] = c;
            bounds_[i + 1] = static_cast<std::uint16_t>(end);
        }
    }

    // Valid as long as this object lives.
    [[nodiscard]] constexpr PackedTexts texts() const { return {bounds_, bytes_}; }
    [[nodiscard]] constexpr std::string_view operator[](std::size_t row) const {
        return texts()[row];
    }

  private:
    std::uint16_t bounds_[kCount + 1] = {};  // the text of row i lies between i and i + 1
    char bytes_[kSize] = {};
};

// The texts of a constexpr table, which then need not be in the program itself:
//     constexpr auto kNames = pack<kRows, &Row::name>();
template <const auto& rows, auto text_of>
[[nodiscard]] constexpr auto pack() {
    constexpr std::size_t kSize = [] {
        std::size_t size = 0;
        for (const auto& row : rows) size += (row.*text_of).size();
        return size;
    }();
    return Packed<std::size(rows), kSize>(rows, text_of);
}

// A column of a constexpr table whose rows need not be in the program: beside its packed texts.
template <class Value, std::size_t kCount>
class Column {
  public:
    template <class Row>
    constexpr Column(const Row (&rows)[kCount], Value Row::*member) {
        for (std::size_t i = 0; i < kCount; ++i) values_[i] = rows[i].*member;
    }

    [[nodiscard]] constexpr const Value& operator[](std::size_t row) const { return values_[row]; }

  private:
    Value values_[kCount] = {};
};
//     constexpr auto kNumbers = column<kRows, &Row::number>();
template <const auto& rows, auto member>
[[nodiscard]] constexpr auto column() {
    return Column(rows, member);
}

}  // namespace cmagent
