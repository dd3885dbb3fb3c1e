#pragma once
#include "platform/players/json_player.h"

namespace cmagent::platform {

// mpv, through the unix socket of its JSON IPC (`--input-ipc-server`). It is stopped when it is idle
// (`idle-active`), or gone, and forced by `quit`.
class MpvPlayer final : public JsonPlayer {
  public:
    static constexpr char kSocket[] = "socket";
    static constexpr AdapterKey kKeys[] = {kForceKey,
                                           {kSocket, AdapterKey::Kind::place, 1,
                                            107,  // sockaddr_un, without the zero
                                            AdapterKey::Need::required}};
    static constexpr Adapter kAdapter{"mpv", Adapter::Playback::in_player, kKeys,
                                      make_asked_player<MpvPlayer>};

    MpvPlayer(const PlayerServices& services, const AdapterSettings& settings,
              PlayerListener& listener)
        : JsonPlayer(services, settings, listener, {kWords, settings.text(kSocket)}) {}

  private:
    // An mpv that does not know the property has no data in its answer: it is taken for one that
    // plays, until it is gone.
    static constexpr char kWords[] =
        "{\"command\":[\"observe_property\",1,\"idle-active\"],\"request_id\":10}\n\0"
        "\0"
        "{\"command\":[\"get_property\",\"idle-active\"],\"request_id\":#}\n\0"
        "{\"command\":[\"stop\"],\"request_id\":0}\n\0"
        "{\"command\":[\"quit\"],\"request_id\":0}\n\0"
        "{\"request_id\":#\0"
        "{\"request_id\":0\0"
        "\0"
        "\0"
        "\0"
        "\0"
        "{\"event\":\"property-change\"\0"
        "{\"data\":true\0";
};

}  // namespace cmagent::platform
