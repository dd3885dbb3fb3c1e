#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/limits.h"
#include "agent/cm/metadata.h"
#include "agent/core/owner.h"
#include "agent/core/party.h"

namespace cmagent::core {

// A viewer's wish: whose it is, the account (idp, subject), the app, the player, and the stream's
// metadata. Kept with a session and, when the limit was reached, with the conflict, so that the
// start can be asked again.
struct StreamRequest {
    std::uint8_t application = 0;  // index into Settings::applications
    std::uint8_t player = 0;       // index into Settings::players
    Owner owner;
    Party party;  // who has asked for it
    Text<cm::kMaxIdp> idp;
    Text<cm::kMaxSubject> subject;
    // The app's, as CM is told; empty: the agent's own.
    Text<cm::kMaxClientVersion> client_version;
    cm::Metadata metadata;  // last: it has 16 KB, of which the first few hundred bytes are used

    [[nodiscard]] bool of_subject(std::string_view of_idp, std::string_view of_subject) const {
        return idp == of_idp && subject == of_subject;
    }
    [[nodiscard]] bool of_subject(ConstText of_idp, ConstText of_subject) const {
        return this->of_subject(of_idp.view(), of_subject.view());
    }
    // Adds every pair, or none where they would leave no place for the agent's own: a start that
    // could not carry its reference could not be found again (contract.md, "Outcome unknown").
    [[nodiscard]] bool add(const cm::Metadata& pairs);
    // Becomes what a start of `wish` says to CM: `device` is under its own metadata. False, and of
    // no use: they do not fit.
    [[nodiscard]] bool take(const StreamRequest& wish, const cm::Metadata& device);
    void clear();
};

}  // namespace cmagent::core
