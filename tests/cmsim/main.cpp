// cmsim: the program. Options, signals, and the parts put together.

#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <system_error>

#include "tests/cmsim/catalogue.h"
#include "tests/cmsim/certificate.h"
#include "tests/cmsim/control.h"
#include "tests/cmsim/json_input.h"
#include "tests/cmsim/loop.h"
#include "tests/cmsim/options.h"
#include "tests/cmsim/server.h"
#include "tests/cmsim/simulator.h"
#include "tests/cmsim/tls.h"

namespace cmagent::cmsim {
namespace {

constexpr const char* kBase = "/v2";

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw InvalidInput(path + ": cannot be read");
    return text.str();
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    if (!file) throw InvalidInput(path + ": cannot be written");
}

Millis wall_clock() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<Millis>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

// The time of day at the start, carried on by a clock that no one can set.
Simulator::Clock steady_clock() {
    const Millis offset = wall_clock() - Loop::monotonic();
    return [offset] { return offset + Loop::monotonic(); };
}

Agreement agreement_of(const Options& options) {
    Agreement agreement =
        options.policies_file.empty()
            ? demo_agreement()
            : read_agreement(read_file(options.policies_file), options.policies_file);
    // A lease that is short for a test is the window too.
    agreement.ttl = options.ttl.value_or(agreement.ttl);
    agreement.window = options.window.value_or(options.ttl.value_or(kCountingWindow));
    return agreement;
}

Credentials credentials_of(const Options& options) {
    if (!options.certificate_file.empty()) {
        return {read_file(options.certificate_file), read_file(options.key_file), ""};
    }
    return make_credentials(options.names, options.certificate_fault, wall_clock());
}

// So many descriptors as the system lets us have: each box may keep two connections.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// SIGTERM and SIGINT stop the loop.
class Signals {
  public:
    explicit Signals(Loop& loop) : loop_(loop) {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigprocmask(SIG_BLOCK, &signals, nullptr);
        descriptor_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
        loop_.watch(descriptor_, EPOLLIN, [this](std::uint32_t) { loop_.stop(); });
    }
    ~Signals() {
        loop_.unwatch(descriptor_);
        close(descriptor_);
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

  private:
    Loop& loop_;
    int descriptor_;
};

std::string url_of(const Server& server, bool plain) {
    // The name that the certificate is made for comes before the address.
    const std::string port = std::to_string(server.port());
    return std::string(plain ? "http" : "https") + "://localhost:" + port + kBase;
}

ServerHooks cm_hooks(const Options& options, Simulator& simulator, TlsServer* tls, Stage& stage) {
    ServerHooks hooks;
    hooks.answer = [&](const Request& request, ConnectionNumber connection) {
        return simulator.answer(request, connection);
    };
    hooks.transport = [tls](int descriptor) {
        return tls ? tls->serve(descriptor) : std::make_unique<Transport>(descriptor);
    };
    hooks.welcome = [&](ConnectionNumber) { return simulator.welcome(); };
    hooks.handshake_failed = [&](ConnectionNumber) { ++stage.handshakes_failed; };
    hooks.malformed = [&](ConnectionNumber) { ++stage.requests_malformed; };
    hooks.idle_close = options.idle_close;
    return hooks;
}

void serve(const Options& options) {
    Simulator simulator(agreement_of(options), options.dialect, kBase, steady_clock(),
                        std::random_device{}());
    for (const std::string& fault : options.faults) simulator.faults().add(fault, "--fault");
    std::unique_ptr<TlsServer> tls;
    std::string pin;
    if (!options.plain) {
        const Credentials credentials = credentials_of(options);
        if (!options.ca_out_file.empty()) write_file(options.ca_out_file, credentials.ca);
        const std::string client_ca =
            options.client_ca_file.empty() ? "" : read_file(options.client_ca_file);
        tls = std::make_unique<TlsServer>(credentials, client_ca);
        pin = pin_of(credentials.certificate);
    }

    Loop loop;
    const Signals signals(loop);
    Stage stage{simulator};
    Server server(loop, options.listen, cm_hooks(options, simulator, tls.get(), stage));
    stage.server = &server;
    stage.shut_down = [&] { loop.after(0, [&] { loop.stop(); }); };
    stage.url = url_of(server, options.plain);
    stage.pin = pin;
    ServerHooks control_hooks;
    control_hooks.answer = [&](const Request& request, ConnectionNumber) {
        return Delivery{wire(control(request, stage))};
    };
    control_hooks.transport = [](int descriptor) {
        return std::make_unique<Transport>(descriptor);
    };
    const Server control_server(loop, options.control, std::move(control_hooks));

    std::printf("cmsim: listening on %s, control on http://%s/control\n", stage.url.c_str(),
                control_server.authority().c_str());
    std::fflush(stdout);
    loop.run();
}

int run(const std::vector<std::string>& arguments) {
    try {
        const Options options = parse_options(arguments);
        if (options.help) {
            std::fputs(help_text().c_str(), stdout);
        } else if (options.version) {
            std::puts("cmsim " CMAGENT_VERSION);
        } else {
            raise_descriptor_limit();
            serve(options);
        }
        return EX_OK;
    } catch (const Usage& error) {
        std::fprintf(stderr, "cmsim: %s; see --help\n", error.what());
        return EX_USAGE;
    } catch (const InvalidInput& error) {
        std::fprintf(stderr, "cmsim: %s\n", error.what());
        return EX_CONFIG;
    } catch (const CannotListen& error) {
        std::fprintf(stderr, "cmsim: %s\n", error.what());
        return EX_UNAVAILABLE;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cmsim: %s\n", error.what());
        return EX_SOFTWARE;
    }
}

}  // namespace
}  // namespace cmagent::cmsim

int main(int count, char** values) {
    return cmagent::cmsim::run({values + 1, values + count});
}
