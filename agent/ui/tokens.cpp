#include "agent/ui/tokens.h"

#include "agent/base/characters.h"

namespace cmagent::ui {
namespace {

bool same_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference = static_cast<unsigned char>(difference | (a[i] ^ b[i]));
    }
    return difference == 0;
}

IndexSet named(std::string_view names, const core::Settings& settings) {
    if (trim_blanks(names).empty()) return IndexSet::all();
    IndexSet found;
    while (!names.empty()) {
        const std::string_view name = take_until(names, ' ');
        if (name == "default") found.add(0);
        for (std::size_t i = 0; i < settings.application_count; ++i) {
            if (!name.empty() && settings.applications[i].name == name) found.add(i);
        }
    }
    return found;
}

}  // namespace

std::optional<IndexSet> find_token(std::string_view tokens, std::string_view token,
                                   const core::Settings& settings) {
    std::optional<IndexSet> found;
    while (!tokens.empty()) {
        std::string_view line = take_until(tokens, '\n');
        if (!line.empty() && line.back() == '\r')
            line = trim_blanks(slice(line, 0, line.size() - 1));
        if (line.empty() || line.front() == '#') continue;
        const std::string_view candidate = take_until(line, ' ');
        if (same_in_constant_time(candidate, token)) found = named(line, settings);
    }
    return found;
}

std::string_view bearer_token(std::string_view authorization) {
    const std::string_view scheme = take_until(authorization, ' ');
    return same_ignoring_case(scheme, "Bearer") ? trim_blanks(authorization) : std::string_view();
}

}  // namespace cmagent::ui
