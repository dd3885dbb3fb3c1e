// One attempt to reach a host, as the daemon makes it: the connector over the real drivers.
//
//   bench_connect HOST PORT CAFILE BUDGET_MS      prints "reached MS" or "REASON MS"; exit 0 or 1

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "agent/link/connector.h"
#include "platform/linux/clock.h"
#include "platform/linux/poller.h"
#include "platform/linux/resolver.h"
#include "platform/linux/tcp_stream.h"
#include "platform/linux/worker.h"
#include "platform/mbedtls/tls_context.h"
#include "platform/mbedtls/tls_stream.h"

using namespace cmagent;

namespace {

class Outcome final : public link::ConnectorListener {
  public:
    void on_connected() override { told_ = reached_ = true; }
    void on_connect_failed(const cm::Answer& failure) override {
        told_ = true;
        reason_ = failure.reason;
    }
    [[nodiscard]] bool told() const { return told_; }
    [[nodiscard]] bool reached() const { return reached_; }
    [[nodiscard]] std::string_view reason() const { return reached_ ? "reached" : reason_; }

  private:
    bool told_ = false;
    bool reached_ = false;
    std::string_view reason_;
};

}  // namespace

int main(int, char** arguments) {
    platform::EpollPoller poller;
    platform::LinuxClock clock;
    platform::Worker worker(poller);
    platform::SystemResolver resolver(worker);
    platform::TlsContext context(clock);
    platform::TlsTrust trust;
    trust.ca_file = arguments[3];
    if (!worker.start() || !context.load(trust).ok) return 2;
    platform::TcpStream tcp;
    platform::TlsStream stream(tcp, context);
    link::AddressBook book;
    Outcome outcome;
    link::Connector connector(stream, resolver, poller, clock, book, outcome);
    cm::Endpoint endpoint;
    endpoint.host = arguments[1];
    endpoint.port = static_cast<std::uint16_t>(atoi(arguments[2]));
    endpoint.tls = true;
    const Time begin{clock.boot_ms()};
    connector.start(endpoint, atoi(arguments[4]));
    while (!outcome.told()) {
        const Time now{clock.boot_ms()};
        if (connector.next_deadline() <= now) {
            connector.on_time(now);
        } else {
            poller.wait(std::min<Millis>(connector.next_deadline() - now, 1'000));
        }
    }
    const Millis took = Time{clock.boot_ms()} - begin;
    std::printf("%.*s %lld\n", static_cast<int>(outcome.reason().size()), outcome.reason().data(),
                static_cast<long long>(took));
    return outcome.reached() ? 0 : 1;
}
