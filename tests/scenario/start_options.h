#pragma once
// What the UI asks for with a start: the usual one, or all as usual but for one thing.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/core/owner.h"
#include "agent/core/party.h"

namespace cmagent::scenario {

inline constexpr std::uint8_t kUiPlayer = 0;
inline constexpr std::uint8_t kMpvPlayer = 1;

// Two apps of the box.
inline constexpr core::Owner kNobody{};
inline constexpr core::Owner kApp{1, 2};
inline constexpr core::Owner kOtherApp{1, 3};

struct StartOptions {
    std::string subject = "viewer";
    std::map<std::string, std::string> metadata = {{"channel", "news"}};
    std::vector<std::string> terminate;
    std::string replaces;
    std::string client_version;
    core::Owner owner;
    std::uint8_t player = kUiPlayer;
    std::uint8_t application = 0;
    core::Party party;
};

inline StartOptions on_mpv() {
    StartOptions options;
    options.player = kMpvPlayer;
    return options;
}

inline StartOptions with(const std::map<std::string, std::string>& metadata) {
    StartOptions options;
    options.metadata = metadata;
    return options;
}

inline StartOptions instead_of(const std::string& session) {
    StartOptions options;
    options.replaces = session;
    return options;
}

inline StartOptions of(const core::Owner& owner, std::uint8_t player = kUiPlayer) {
    StartOptions options;
    options.owner = owner;
    options.player = player;
    return options;
}

// Callers by turns, so that none spends its share.
inline StartOptions by_turns(std::size_t turn, StartOptions options = {}) {
    options.party = core::Party::of_user(turn % 2);
    return options;
}

inline StartOptions by(const std::string& subject) {
    StartOptions options;
    options.subject = subject;
    return options;
}

}  // namespace cmagent::scenario
