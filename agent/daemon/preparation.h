#pragma once
#include <optional>

#include "agent/config/configuration.h"
#include "agent/daemon/token_file.h"
#include "platform/api/listener.h"
#include "platform/api/log.h"
#include "platform/linux/accounts.h"
#include "platform/mbedtls/tls_context.h"

namespace cmagent::daemon {

// Each reads again, too, on SIGHUP. False: it cannot be used, which the log says, with `consequence`
// in front.
[[nodiscard]] bool read_trust(const config::Configuration& from, platform::TlsContext& into,
                              platform::Log& log, const char* consequence);
[[nodiscard]] bool read_tokens(const config::Configuration& from, TokenFile& into,
                               platform::Log& log, const char* consequence);

// A command of a player that this user cannot run now.
[[nodiscard]] platform::AdapterFault command_fault(const platform::AdapterSettings& settings);

// What a start reads, looks up and finds before it tells anybody anything: a start and --check-config
// do it here, in this order, so that both say the same (contract.md, "check-config"). Each step
// returns an exit status (sysexits), and has told the log why.
class Preparation {
  public:
    // All must outlive this.
    struct Into {
        platform::TlsContext& tls;
        TokenFile& tokens;
        platform::Log& log;
    };
    Preparation(const config::Configuration& configuration, const Into& into)
        : configuration_(configuration), into_(into) {}

    // The files of `cm`, the tokens, the accounts.
    [[nodiscard]] int read();
    // For the sockets, once the accounts are known.
    [[nodiscard]] platform::SocketRights rights() const;
    // The folders of unix sockets, which a start sees when it listens.
    [[nodiscard]] int check_sockets();
    // Takes `process.nice` and `process.realtime`, becomes `process.user`, and sees that this user can
    // run the players' commands, and that no two players are one. There is no way back.
    [[nodiscard]] int become_user();
    // Warns of a state folder that cannot be written, which a start does when it writes.
    void check_state();

  private:
    [[nodiscard]] int refuse(const char* key, const char* value, const char* why);
    [[nodiscard]] int find_accounts();
    void take_priority();
    [[nodiscard]] int find_players();
    [[nodiscard]] int refuse_player(std::size_t player, const char* key, const char* why);

    const config::Configuration& configuration_;
    Into into_;
    std::optional<platform::User> user_;  // none: the process stays what it is
    std::optional<gid_t> group_;
};

}  // namespace cmagent::daemon
