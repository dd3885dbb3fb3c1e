#pragma once
#include <cstddef>

#include "agent/base/bytes.h"
#include "agent/config/configuration.h"

namespace cmagent::config {

inline constexpr std::size_t kMaxSection = 16 * kKiB;  // eight players with all their keys

// Writes section `number`, one of each name of the outermost object, of what a configuration comes to,
// defaults and all, as a member of JSON: `"cm":{"url":…}`. Empty: there is no such section. Of secrets
// only that they are set ("<set>"): applications' ids, all words of a command but its program; the
// device's metadata is left out (contract.md, "report").
[[nodiscard]] std::string_view print_section(const Configuration& from,
                                             const platform::Adapters& adapters, std::size_t number,
                                             Buffer into);

}  // namespace cmagent::config
