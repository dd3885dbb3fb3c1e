#pragma once
// The players that cmagentd can stop. A new one is its driver in this folder, its #include here and
// its name in CMakeLists.txt: agent/config and agent/daemon follow the driver's description.

#include <algorithm>
#include <cstddef>

#include "platform/api/adapter.h"
#include "platform/players/exec_player.h"
#include "platform/players/kodi_player.h"
#include "platform/players/mpris_player.h"
#include "platform/players/mpv_player.h"
#include "platform/players/process_player.h"
#include "platform/players/thunder_player.h"
#include "platform/players/ui_player.h"

namespace cmagent::platform {

template <class... Drivers>
struct DriverList {
    static constexpr Adapter kDescriptions[] = {Drivers::kAdapter...};
    static constexpr auto kTables = tabulate<kDescriptions>();
    static constexpr Adapters kAdapters = kTables.view(CMAGENT_PLAYERS_LEFT_OUT);
    // A place for any of them.
    static constexpr std::size_t kSize = std::max({sizeof(Drivers)...});
    static constexpr std::size_t kAlignment = std::max({alignof(Drivers)...});
};

// In the order in which `adapter` offers them; the first is the default. CMakeLists.txt lists those
// that this build has (CMAGENT_PLAYERS).
using PlayerDrivers = DriverList<CMAGENT_PLAYER_CLASSES>;

}  // namespace cmagent::platform
