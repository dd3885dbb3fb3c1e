#pragma once
#include <cstdint>
#include <string_view>

#include "agent/core/owner.h"
#include "agent/core/party.h"
#include "agent/core/settings.h"
#include "agent/ui/texts.h"

namespace cmagent::ui {

// A set of applications, by their index in core::Settings.
class ApplicationSet {
  public:
    [[nodiscard]] static constexpr ApplicationSet all() { return ApplicationSet(0xff); }
    constexpr ApplicationSet() = default;

    [[nodiscard]] constexpr bool has(std::size_t index) const { return (bits_ >> index & 1) != 0; }
    [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
    constexpr void add(std::size_t index) { bits_ = static_cast<std::uint8_t>(bits_ | 1 << index); }

  private:
    static_assert(core::kMaxApplications <= 8);
    constexpr explicit ApplicationSet(std::uint8_t bits) : bits_(bits) {}
    std::uint8_t bits_ = 0;
};

// The caller of a request, as far as the answer depends on it.
struct Caller {
    const Language* language = nullptr;
    CmMessages cm_messages = CmMessages::after;
    ApplicationSet applications = ApplicationSet::all();  // whose sessions and conflicts it may see
    core::Owner owner;                                    // by the `clientKey` of the request
    bool observer = false;                                // listens for nobody
    core::Party party;  // by his token, or as a user on a unix socket
    // An origin of allowedOrigins: it gets CORS fields. Empty: none, or the agent's own. A view of
    // the request.
    std::string_view origin;

    // Whose share all that he does counts in (contract.md, "Shares").
    [[nodiscard]] core::Party share() const {
        return party.anonymous() && owner ? core::Party::of_key(owner.low) : party;
    }
    [[nodiscard]] Wording wording() const { return {*language, cm_messages}; }
};

}  // namespace cmagent::ui
