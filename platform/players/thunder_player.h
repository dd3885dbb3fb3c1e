#pragma once
#include "platform/players/json_player.h"

namespace cmagent::platform {

// A plugin of Thunder (WPEFramework), of R4 and R5, by the JSON-RPC of its Controller. It is stopped
// when its state says so: deactivated, or suspended where `suspend` is set, or one in which it is
// not loaded. Forced by `deactivate`.
//
// What the sources of R4.4 and R5.3 say (Source/Thunder/Controller.cpp, PluginServer.cpp and .h):
//
// - An order is answered when it is done, or with an error: in progress, or an illegal state, which
//   `activation` is one of. Then the state decides, and the order is said again.
// - A request has a job of its own: an answer to a later one may come first.
// - status@CALLSIGN gives an array of one, or that one alone, and in it the whole configuration.
// - A WebSocket that asks for a subprotocol may get no JSON-RPC: for `json`, the body goes to the
//   plugin as it is.
// - A token stands in the query of an upgrade, and in a field of a POST.
class ThunderPlayer final : public JsonPlayer {
    [[nodiscard]] static AdapterFault check(const AdapterSettings& settings);

  public:
    static constexpr char kCallsign[] = "callsign";
    static constexpr char kSuspend[] = "suspend";
    static constexpr char kSecretFile[] = "secretFile";
    static constexpr AdapterKey kKeys[] = {
        kForceKey,
        kUrlKey,
        {kCallsign, AdapterKey::Kind::place, 1, 64, AdapterKey::Need::required},
        {kSuspend, AdapterKey::Kind::flag, 0, 0, AdapterKey::Need::optional},
        {kSecretFile, AdapterKey::Kind::text, 1, 255, AdapterKey::Need::optional}};
    static constexpr Adapter kAdapter{"thunder", Adapter::Playback::in_player, kKeys,
                                      make_asked_player<ThunderPlayer>, check};

    ThunderPlayer(const PlayerServices& services, const AdapterSettings& settings,
                  PlayerListener& listener)
        : JsonPlayer(
              services, settings, listener,
              {kWords, settings.text(kUrl), settings.text(kCallsign),
               settings.flag(kSuspend) ? "suspend" : "deactivate", settings.text(kSecretFile)}) {}

  private:
    static constexpr char kWords[] =
        "&Controller.1.register\",\"params\":{\"event\":\"statechange\",\"id\":\"cmagent\"},\"id\":"
        "10}\0"
        "\0"
        "&Controller.1.status@$\",\"id\":#}\0"
        "&Controller.1.%\",\"params\":{\"callsign\":\"$\"},\"id\":0}\0"
        "&Controller.1.deactivate\",\"params\":{\"callsign\":\"$\"},\"id\":0}\0"
        "{\"id\":#\0"
        "{\"id\":0\0"
        "{\"error\":*\0"
        "~activation\"\0"
        "~deactivation\"\0"
        "\0"
        "{\"method\":*\0"
        "~deactivated\"\0"
        "~%*\0"  // suspended
        "~hibernated\"\0"
        "~precondition\"\0"
        "~unavailable\"\0"
        "~destroyed\"\0";
};

}  // namespace cmagent::platform
