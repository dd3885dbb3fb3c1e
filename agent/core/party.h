#pragma once
#include <cstddef>
#include <cstdint>

namespace cmagent::core {

// Whose share: all that one caller does counts together (contract.md, "Shares"). A name for a
// caller, no proof: two callers of one digest would only share what each has a right to. Zero is
// the anonymous one: all callers of whom nothing is known.
class Party {
  public:
    constexpr Party() = default;
    // By a digest of what is secret, which nobody can aim at: its 62 lowest bits.
    [[nodiscard]] static constexpr Party of_key(std::uint64_t digest) { return {kKey, digest}; }
    [[nodiscard]] static constexpr Party of_token(std::uint64_t digest) { return {kToken, digest}; }
    // The peer on a unix socket.
    [[nodiscard]] static constexpr Party of_user(std::uint32_t user) { return {kUser, user}; }
    // As it was kept: value().
    [[nodiscard]] static constexpr Party of_value(std::uint64_t value) { return {0, value}; }

    [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
    [[nodiscard]] constexpr bool anonymous() const { return value_ == 0; }
    // Anybody can make himself a new key, but neither a token nor a user of the box.
    [[nodiscard]] constexpr bool by_key() const { return (value_ & ~kDigest) == kKey; }
    // A token may be revoked.
    [[nodiscard]] constexpr bool by_token() const { return (value_ & ~kDigest) == kToken; }
    [[nodiscard]] constexpr bool operator==(Party other) const { return value_ == other.value_; }
    [[nodiscard]] constexpr bool operator!=(Party other) const { return value_ != other.value_; }

  private:
    static constexpr std::uint64_t kKey = std::uint64_t{1} << 62;
    static constexpr std::uint64_t kUser = std::uint64_t{2} << 62;
    static constexpr std::uint64_t kToken = std::uint64_t{3} << 62;
    static constexpr std::uint64_t kDigest = kKey - 1;

    // Of 0 nothing but the kept value itself is known.
    constexpr Party(std::uint64_t kind, std::uint64_t digest)
        : value_(kind == 0 ? digest : kind | (digest & kDigest)) {}

    std::uint64_t value_ = 0;
};

// The places of one kind (listeners, sessions, …), from the view of a party that wants one: of all
// places one party has three quarters at the most, and never the last, unless there is but one
// (contract.md, "Shares").
class Share {
  public:
    constexpr Share(std::size_t places, Party party) : places_(places), party_(party) {}

    [[nodiscard]] static constexpr std::size_t of(std::size_t places) {
        return places < 2 ? places : places - (places + 3) / 4;
    }
    // One place that is taken.
    constexpr void count(Party by) {
        ++taken_;
        own_ += by == party_ ? 1U : 0U;
    }
    [[nodiscard]] constexpr bool spent() const { return own_ >= of(places_); }
    // The party may take one more, and there is one.
    [[nodiscard]] constexpr bool has_room() const { return taken_ < places_ && !spent(); }

  private:
    std::size_t places_;
    std::size_t taken_ = 0;
    std::size_t own_ = 0;
    Party party_;
};

}  // namespace cmagent::core
