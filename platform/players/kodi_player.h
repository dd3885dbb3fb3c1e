#pragma once
#include "platform/players/json_player.h"

namespace cmagent::platform {

// Kodi, by its JSON-RPC. Whatever plays counts, music and a slide show like a film. It is stopped
// when it says that no player is active, or is gone, and forced by `Application.Quit`.
class KodiPlayer final : public JsonPlayer {
  public:
    static constexpr AdapterKey kKeys[] = {kForceKey, kUrlKey};
    static constexpr Adapter kAdapter{"kodi", Adapter::Playback::in_player, kKeys,
                                      make_asked_player<KodiPlayer>, check_url};

    KodiPlayer(const PlayerServices& services, const AdapterSettings& settings,
               PlayerListener& listener)
        : JsonPlayer(services, settings, listener, {kWords, settings.text(kUrl)}) {}

  private:
    // It tells all that happens unasked, over TCP and WebSocket. While it opens a picture no player
    // is active yet, and it has media already.
    static constexpr char kWords[] =
        "\0"
        "&XBMC.GetInfoBooleans\",\"params\":{\"booleans\":[\"Player.HasMedia\"]},\"id\":10}\0"
        "&Player.GetActivePlayers\",\"id\":#}\0"
        "&Input.ExecuteAction\",\"params\":{\"action\":\"stop\"},\"id\":0}\0"
        "&Application.Quit\",\"id\":0}\0"
        "{\"id\":#\0"
        "{\"id\":0\0"
        "{\"error\":*\0"
        "\0"
        "\0"
        "{\"result\":{\"player.hasmedia\":true\0"
        "{\"method\":\"player.*\0"
        "{\"result\":[]\0";
};

}  // namespace cmagent::platform
