#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/cm/limits.h"

namespace cmagent::cm {

// Name and value pairs as CM knows them (`channel=news`): ordered, names unique and case-sensitive.
// Packed one after the other, so that a session with three short pairs touches one page of memory
// although 50 long ones fit.
class Metadata {
  public:
    struct Pair {
        std::string_view name;
        std::string_view value;
    };

    constexpr Metadata() = default;
    Metadata(const Metadata& other) { *this = other; }
    Metadata& operator=(const Metadata& other);  // touches only the bytes in use

    // Adds the pair, or gives a known name its new value in its old place. False, and unchanged,
    // when there is no room, the name is empty, or a limit of limits.h is passed. `value` must not
    // be a view of this very object.
    [[nodiscard]] bool set(std::string_view name, std::string_view value);
    void clear() { count_ = 0, used_ = 0; }

    // A null view where there is no such name.
    [[nodiscard]] std::string_view get(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return get(name).data() != nullptr; }
    [[nodiscard]] std::size_t size() const { return count_; }

    // The pairs in the order in which they came: for (Metadata::Pair pair : metadata). Views live
    // until the next change.
    class Iterator {
      public:
        explicit Iterator(const char* at) : at_(at) {}
        [[nodiscard]] Pair operator*() const;
        Iterator& operator++();
        [[nodiscard]] bool operator!=(const Iterator& other) const { return at_ != other.at_; }

      private:
        const char* at_;
    };
    [[nodiscard]] Iterator begin() const { return Iterator(bytes_); }
    [[nodiscard]] Iterator end() const { return Iterator(bytes_ + used_); }

  private:
    // A pair is stored as: length of name (1 byte), length of value (2 bytes, low first), name,
    // value.
    static constexpr std::size_t kHeader = 3;
    static constexpr std::size_t kNowhere = SIZE_MAX;

    [[nodiscard]] std::size_t find(std::string_view name) const;  // offset of the pair, or kNowhere
    void resize(std::size_t at, std::size_t size);

    std::uint16_t count_ = 0;
    std::uint16_t used_ = 0;
    char bytes_[kMaxPairs * (kHeader + kMaxName + kMaxValue)] = {};
};

// True for the names that CM holds immutable once a session is open (cm-api.md, "Metadata that
// cannot change once set").
[[nodiscard]] bool is_immutable(std::string_view name);

}  // namespace cmagent::cm
