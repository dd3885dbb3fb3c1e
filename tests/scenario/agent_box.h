#pragma once
// A box in virtual time: the whole agent, as the daemon joins it, on fakes of its surroundings.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/configuration.h"
#include "agent/daemon/agent.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_http_port.h"
#include "tests/fakes/fake_log.h"
#include "tests/fakes/fake_poller.h"
#include "tests/fakes/fake_processes.h"
#include "tests/fakes/fake_resolver.h"
#include "tests/fakes/fake_store.h"
#include "tests/fakes/fake_stream.h"
#include "tests/fakes/fake_timers.h"
#include "tests/scenario/link_cm.h"

namespace cmagent::daemon {

// The parts of the box that outlive a run of the agent.
struct Surroundings {
    fakes::FakeClock clock;
    fakes::FakeFlash flash;
    fakes::FakeLog log;
    platform::Log* written = &log;   // what the agent writes into
    fakes::FakeProcesses processes;  // of the players' commands
    link::Cm cm;
};

// One run of the agent, from its start to its end, be that orderly or not.
class AgentBox {
  public:
    explicit AgentBox(Surroundings& surroundings) : around_(surroundings) {
        const config::Source file[] = {{"", kConfiguration}};
        EXPECT_FALSE(config::parse_configuration(file, platform::PlayerDrivers::kAdapters,
                                                 *configuration_, {}));
        link_settings_.endpoint = configuration_->endpoint;
        platform::Addresses addresses;
        addresses.list[addresses.count++].bytes[3] = 1;
        resolver_.know("cm.example", addresses);
        core_->configure(configuration_->settings);
        core_->seed({1, {1, 1}});
        core_->listen(&agent_);
        players_.build(*configuration_, {poller, around_.processes, timers_}, agent_);
        api_->start(1, now());
        port.start(*api_);
        agent_.begin(true);
        run_loop();
    }
    ~AgentBox() {
        port.stop();
        link_->close();
    }

    // A request of a UI, and all that follows without delay.
    platform::HttpTicket ask(const std::string& method, const std::string& target,
                             const std::string& body = "") {
        fakes::FakeHttpRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.fields = {{"Host", "localhost"}};
        if (!body.empty()) request.fields.emplace_back("Content-Type", "application/json");
        const platform::HttpTicket ticket = port.ask(request);
        run_loop();
        return ticket;
    }
    platform::HttpTicket start() {
        return ask("POST", "/v1/sessions", R"({"idp":"acme","subject":"a-viewer"})");
    }
    void shut_down() {
        agent_.shut_down();
        run_loop();
    }
    [[nodiscard]] bool idle() const { return agent_.idle(); }
    // The daemon's last step before it ends in good order.
    void keep() {
        agent_.keep();
        store_.flush(0);
    }

    // Everything that happens at this moment.
    void run_loop() {
        for (int rounds = 0; turn(); ++rounds) ASSERT_LT(rounds, 1000) << "the loop spins";
    }
    // Lets the time pass, stopping at every deadline on the way.
    void pass(Millis span) {
        const Time end = now() + span;
        run_loop();
        while (next_deadline() <= end) {
            timers_.advance(std::max<Millis>(0, next_deadline() - now()));
            run_loop();
        }
        timers_.advance(end - now());
        run_loop();
    }

    // The network's answer to every attempt to connect.
    void network(const fakes::FakePeer& peer, const std::string& words) {
        for (fakes::FakeStream* stream : {&one_, &other_}) {
            stream->peers[1] = peer;
            stream->words = words;
        }
    }

    fakes::FakeHttpPort port;
    fakes::FakePoller poller;

  private:
    static constexpr char kConfiguration[] = R"({
        "cm": {"url": "https://cm.example/v2", "applicationId": "demo-app"},
        "session": {"startsPerMinute": 60000, "maxSessions": 16},
        "player": {"adapter": "exec", "stop": ["stop-it"]},
        "players": {"app": {"adapter": "ui"}}})";

    [[nodiscard]] Time now() { return {around_.clock.boot_ms()}; }
    [[nodiscard]] Time next_deadline() const {
        return earlier(agent_.next_deadline(), api_->next_deadline());
    }
    // One turn of the daemon's loop. False: nothing is left to be done at this moment.
    bool turn() {
        agent_.turn();
        api_->on_time(now());
        agent_.turn();
        return next_deadline() <= now() || resolver_.turn() || around_.cm.serve(one_) ||
               around_.cm.serve(other_) || poller.turn() || around_.processes.turn() ||
               store_.turn();
    }

    Surroundings& around_;
    fakes::FakeResolver resolver_;
    fakes::FakeStream one_{poller};
    fakes::FakeStream other_{poller};
    fakes::FakeTimers timers_{around_.clock};
    fakes::FakeStore store_{around_.flash, agent_};
    std::unique_ptr<config::Configuration> configuration_ =
        std::make_unique<config::Configuration>();
    std::unique_ptr<core::Core> core_ = std::make_unique<core::Core>();
    link::LinkSettings link_settings_;
    std::vector<json::Token> tokens_ = std::vector<json::Token>(cm::kMaxBodyTokens);
    std::unique_ptr<link::Link> link_ = std::make_unique<link::Link>(
        link::LinkWorld{
            link_settings_, resolver_, poller, around_.clock, {tokens_.data(), tokens_.size()}},
        one_, other_, agent_);
    Players players_;
    std::unique_ptr<ui::LocalApi> api_ =
        std::make_unique<ui::LocalApi>(*core_, around_.clock, port);
    Agent agent_{{*core_, *link_, players_, *api_, store_, around_.clock, *around_.written,
                  link_settings_.endpoint}};
};

}  // namespace cmagent::daemon
