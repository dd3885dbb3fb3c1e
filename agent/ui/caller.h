#pragma once
#include <cstdint>
#include <string_view>

#include "agent/core/bearer.h"
#include "agent/core/owner.h"
#include "agent/core/party.h"
#include "agent/core/settings.h"
#include "agent/core/stream_request.h"
#include "agent/ui/texts.h"

namespace cmagent::ui {

// A set of applications, or of players, by their index in core::Settings.
class IndexSet {
  public:
    [[nodiscard]] static constexpr IndexSet all() { return IndexSet(0xff); }
    constexpr IndexSet() = default;
    constexpr explicit IndexSet(std::uint8_t bits) : bits_(bits) {}

    [[nodiscard]] constexpr bool has(std::size_t index) const { return (bits_ >> index & 1) != 0; }
    [[nodiscard]] constexpr bool meets(IndexSet other) const { return (bits_ & other.bits_) != 0; }
    [[nodiscard]] constexpr bool within(IndexSet other) const {
        return (bits_ & ~other.bits_) == 0;
    }
    [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
    [[nodiscard]] static constexpr IndexSet of(std::size_t index) {
        return IndexSet(static_cast<std::uint8_t>(1U << index));
    }
    constexpr void add(IndexSet more) { bits_ = static_cast<std::uint8_t>(bits_ | more.bits_); }

    [[nodiscard]] constexpr bool operator==(IndexSet other) const { return bits_ == other.bits_; }

  private:
    static_assert(core::kMaxApplications <= 8 && core::kMaxPlayers <= 8);
    std::uint8_t bits_ = 0;
};

// The caller of a request, as far as the answer depends on it.
struct Caller {
    const Language* language = nullptr;
    CmMessages cm_messages = CmMessages::after;
    IndexSet applications = IndexSet::all();  // whose sessions and conflicts it may see
    IndexSet players = IndexSet::all();       // on which it may start
    core::Owner owner;                        // by the `clientKey` of the request
    bool observer = false;                    // listens for nobody
    core::Party party;                        // by his token, or as a user on a unix socket
    bool wrong_token = false;                 // it has shown one that nobody has
    // An origin of allowedOrigins: it gets CORS fields. Empty: none, or the agent's own. A view of
    // the request, or "*" for what is anybody's.
    std::string_view origin;

    // Whose share all that he does counts in (contract.md, "Shares").
    [[nodiscard]] core::Party share() const {
        return party.anonymous() && owner ? core::Party::of_key(owner.low) : party;
    }
    // Becomes the bearer of a token.
    void take(const core::Bearer& bearer) {
        party = bearer.party();
        applications = IndexSet(bearer.applications);
        players = IndexSet(bearer.players);
    }
    [[nodiscard]] bool sees(const core::StreamRequest& stream) const {
        return applications.has(stream.application);
    }
    // Nothing of the box is hidden from it.
    [[nodiscard]] bool sees_all() const { return applications == IndexSet::all(); }
    [[nodiscard]] Wording wording() const { return {*language, cm_messages}; }
};

}  // namespace cmagent::ui
