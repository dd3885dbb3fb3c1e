#pragma once
// Enumerators and their names, in one list:
//
//     enum class Colour : std::uint8_t { red, green };
//     constexpr Named<Colour> kRows[] = {{Colour::red, "red"}, {Colour::green, "green"}};
//     constexpr auto kColours = names_of<kRows>();
//     … kColours[Colour::green] …
//
// A list with a row that is missing, doubled or in another place than its enumerator does not
// compile. The names lie in the program without pointers: see nth_word().

#include <cstddef>
#include <iterator>
#include <string_view>

#include "agent/base/text.h"

namespace cmagent {

// Whether an enumerator has this value. The compiler is asked for it: it prints the value of an
// enumerator as "Colour::red", any other as "(Colour)2".
template <auto value>
[[nodiscard]] constexpr bool is_enumerator() {
    std::string_view printed = __PRETTY_FUNCTION__;
    printed.remove_suffix(1);  // the bracket behind the value
    while (printed.back() != ':' && printed.back() != ')') printed.remove_suffix(1);
    return printed.back() == ':';
}

template <class Enum, std::size_t from = 0>
[[nodiscard]] constexpr std::size_t count_enumerators() {
    if constexpr (is_enumerator<static_cast<Enum>(from)>()) {
        return count_enumerators<Enum, from + 1>();
    } else {
        return from;
    }
}

// How many enumerators an `enum class` has whose values are 0, 1, 2 …
template <class Enum>
inline constexpr std::size_t kCountOf = count_enumerators<Enum>();

// Whether each row of a table stands at the place of its enumerator, which is its member `value`.
template <class Row, class Enum, std::size_t kRows>
[[nodiscard]] constexpr bool in_order(const Row (&rows)[kRows], Enum Row::*value) {
    for (std::size_t i = 0; i < kRows; ++i) {
        if (static_cast<std::size_t>(rows[i].*value) != i) return false;
    }
    return true;
}
// … and there is one for every enumerator: to be asserted where a table is read by enumerators.
template <class Row, class Enum, std::size_t kRows>
[[nodiscard]] constexpr bool lists_all(const Row (&rows)[kRows], Enum Row::*value) {
    return kRows == kCountOf<Enum> && in_order(rows, value);
}

// A row of the list.
template <class Enum>
struct Named {
    Enum value;
    std::string_view name;
};

// The names of an enumeration; kSize: their bytes, with a zero behind each.
template <class Enum, std::size_t kSize>
class Names {
  public:
    template <std::size_t kCount>
    constexpr explicit Names(const Named<Enum> (&rows)[kCount]) {
        std::size_t end = 0;
        for (const Named<Enum>& row : rows) {
            for (const char c : row.name) list_[end++] = c;
            ++end;
        }
    }

    [[nodiscard]] std::string_view operator[](Enum value) const {
        return nth_word(list_, static_cast<std::size_t>(value));
    }
    // For nth_word(), where the enumerators are known as numbers alone.
    [[nodiscard]] constexpr const char* list() const { return list_; }

  private:
    char list_[kSize] = {};
};

// The names of a constexpr list, which itself need not be in the program.
template <const auto& rows>
[[nodiscard]] constexpr auto names_of() {
    using Enum = decltype(rows[0].value);
    static_assert(in_order(rows, &Named<Enum>::value), "each row stands where its enumerator does");
    static_assert(std::size(rows) == kCountOf<Enum>, "each enumerator has a row");
    constexpr std::size_t kSize = [] {
        std::size_t size = 0;
        for (const auto& row : rows) size += row.name.size() + 1;
        return size;
    }();
    return Names<Enum, kSize>(rows);
}

}  // namespace cmagent
