#include "agent/ui/tokens.h"

#include "agent/base/characters.h"
#include "agent/ui/caller.h"
#include "agent/ui/client_key.h"

namespace cmagent::ui {
namespace {

constexpr std::string_view kPlayer = "player:";

template <class Named>
IndexSet named(const Named* list, std::size_t count, std::string_view name) {
    for (std::size_t i = 1; i < count; ++i) {
        if (list[i].name == name) return IndexSet::of(i);
    }
    return name == core::kDefaultName ? IndexSet::of(0) : IndexSet();
}

// The rest of a line: the names of applications and players. Of what it names none it is for all.
void read_names(std::string_view names, const core::Settings& settings, core::Bearer& into) {
    bool applications = false;
    bool players = false;
    IndexSet usable;
    IndexSet on;
    while (!names.empty()) {
        std::string_view name = take_until(names, ' ');
        if (name.empty()) continue;
        if (name.front() == '#') break;
        if (slice(name, 0, kPlayer.size()) != kPlayer) {
            applications = true;
            usable.add(named(settings.applications, settings.application_count, name));
            continue;
        }
        name.remove_prefix(kPlayer.size());
        players = true;
        on.add(named(settings.players, settings.player_count, name));
    }
    into.applications = (applications ? usable : IndexSet::all()).bits();
    into.players = (players ? on : IndexSet::all()).bits();
}

}  // namespace

void TokenTable::read(std::string_view text, const core::Settings& settings) {
    count_ = 0;
    while (!text.empty() && count_ < kMost) {
        std::string_view line = take_line(text);
        if (line.empty()) continue;
        core::Bearer& bearer = bearers_[count_++];
        bearer = {};
        const core::Owner digest = digest_of(take_until(line, ' '));
        bearer.high = digest.high;
        bearer.low = digest.low;
        read_names(line, settings, bearer);
    }
}

const core::Bearer* TokenTable::find(std::string_view token) const {
    const core::Owner digest = digest_of(token);
    const core::Bearer* found = nullptr;
    for (const core::Bearer& bearer : all()) {
        if (digest == core::Owner{bearer.high, bearer.low}) found = &bearer;
    }
    return found;
}

const core::Bearer* TokenTable::find(core::Party party) const {
    for (const core::Bearer& bearer : all()) {
        if (bearer.party() == party) return &bearer;
    }
    return nullptr;
}

std::string_view bearer_token(std::string_view authorization) {
    const std::string_view scheme = take_until(authorization, ' ');
    return same_ignoring_case(scheme, "Bearer") ? trim_blanks(authorization) : std::string_view();
}

}  // namespace cmagent::ui
