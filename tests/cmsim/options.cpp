#include "tests/cmsim/options.h"

#include <cmath>
#include <cstdlib>

#include "tests/cmsim/published.h"
#include "tests/cmsim/wording.h"

namespace cmagent::cmsim {
namespace {

struct Option {
    const char* name;
    const char* value;  // that the option takes, for the help; nullptr: none
    const char* help;
    void (*set)(Options&, const std::string& value);
};

Millis seconds(const char* option, const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || !(value >= 0.01 && value <= 86'400)) {
        throw Usage(std::string(option) + ": expected seconds from 0.01 to 86400");
    }
    return static_cast<Millis>(std::lround(value * 1000));
}

const Option kOptions[] = {
    {"--listen", "ADDR", "HOST:PORT, [HOST]:PORT or PORT (127.0.0.1:8443); port 0: a free one",
     [](Options& o, const std::string& v) { o.listen = v; }},
    {"--control", "ADDR", "of the control port, plain HTTP (127.0.0.1:8444)",
     [](Options& o, const std::string& v) { o.control = v; }},
    {"--ttl", "S", "a session lives so long without a heartbeat, fractions allowed (60)",
     [](Options& o, const std::string& v) { o.ttl = seconds("--ttl", v); }},
    {"--window", "S", "a stream counts so long after its last event (90; as --ttl where given)",
     [](Options& o, const std::string& v) { o.window = seconds("--window", v); }},
    {"--idle-close", "S", "closes connections that were idle for so long (never)",
     [](Options& o, const std::string& v) { o.idle_close = seconds("--idle-close", v); }},
    {"--dialect", "D", "of the bodies: service, guide, reference or published (service)",
     [](Options& o, const std::string& v) {
         const auto dialect = dialect_named(v);
         if (!dialect) throw Usage("--dialect: expected service, guide, reference or published");
         o.dialect = *dialect;
     }},
    {"--policies", "FILE", "applications and policies in JSON, instead of the demo's",
     [](Options& o, const std::string& v) { o.policies_file = v; }},
    {"--fault", "JSON", "as POST /control/faults takes it; may be repeated",
     [](Options& o, const std::string& v) { o.faults.push_back(v); }},
    {"--cert", "FILE", "the server's certificate chain, PEM, instead of one made now",
     [](Options& o, const std::string& v) { o.certificate_file = v; }},
    {"--key", "FILE", "its key, PEM", [](Options& o, const std::string& v) { o.key_file = v; }},
    {"--write-ca", "FILE", "writes the throw-away CA for clients to trust",
     [](Options& o, const std::string& v) { o.ca_out_file = v; }},
    {"--san", "NAME", "a further name or address in the certificate; may be repeated",
     [](Options& o, const std::string& v) { o.names.push_back(v); }},
    {"--bad-cert", "HOW", "expired, not-yet-valid, wrong-host, self-signed or without-san",
     [](Options& o, const std::string& v) {
         const auto fault = certificate_fault_named(v);
         if (!fault) throw Usage("--bad-cert: unknown: " + v);
         o.certificate_fault = *fault;
     }},
    {"--client-ca", "FILE", "clients need a certificate of this CA",
     [](Options& o, const std::string& v) { o.client_ca_file = v; }},
    {"--plain", nullptr, "HTTP without TLS",
     [](Options& o, const std::string&) { o.plain = true; }},
    {"--version", nullptr, "prints the version",
     [](Options& o, const std::string&) { o.version = true; }},
    {"--help", nullptr, "prints this", [](Options& o, const std::string&) { o.help = true; }},
};

constexpr const char* kHelpOnPolicies = R"help(
Applications (the user name of HTTP Basic, with an empty password):
  demo-app      3 streams; the newcomer is blocked
  demo-app-2    2 streams a channel; the metadata "channel" is required
  demo-fifo     1 stream; the latest wins, the older one gets 409 on its heartbeat
  demo-devices  2 devices; the metadata "deviceId" is required
  demo-partner  shares the policy of demo-app

A policies file:
  {"callsPerMinute": 200,
   "policies": [{"name": "household",
                 "rules": [{"name": "3 streams cap", "attribute": "streamId", "threshold": 3,
                            "scope": [], "precedence": "oldest", "message": "…"}]}],
   "applications": [{"id": "demo-app", "name": "Demo application", "policies": ["household"]}]}
  attribute: streamId counts sessions, another name its distinct values. scope: only sessions that
  agree in these metadata are counted together. precedence: oldest blocks the newcomer, latest
  displaces the oldest. What attribute and scope name becomes required metadata.
)help";

constexpr const char* kHelpOnFaults = R"help(
Faults, for --fault and POST /control/faults: {"match":{…},"fault":{…}}
  match: call (init heartbeat end streams metadata, any of these, connect), application, idp,
  subject, session; skip spares so many calls first, count hits so many.
  fault: status body contentType headers portal published, in place of the answer's own;
  listed leavesOut thresholdOff, of its body; leaseMs dateOffsetMs secondDateMs, of its dates;
  codesHeeded freesTooLate, of X-Terminate; taken, whether CM takes the call;
  delayMs bytesPerSecond interim framing endless garbage truncateAfter silence reset then welcome.
leavesOut, a list of:
)help";

constexpr const char* kHelpOnPublished = R"help(
published, one of these, byte for byte (--dialect published goes through all that fit):
)help";

constexpr const char* kHelpOnTheRest = R"help(
The control port lists sessions and requests, ends sessions and moves the clock too:
tests/cmsim/README.md has it with examples.

Exit status: 0 done (SIGTERM, SIGINT), 64 usage, 69 cannot listen, 70 internal, 78 configuration
)help";

std::string row(std::string left, const char* right) {
    left.insert(0, "  ");
    left.resize(20, ' ');
    return left + right + "\n";
}

const Option& option_named(const std::string& name) {
    for (const Option& option : kOptions) {
        if (name == option.name) return option;
    }
    throw Usage("unknown option " + name);
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::size_t equals = arguments[i].find('=');
        const Option& option = option_named(arguments[i].substr(0, equals));
        std::string value;
        if (equals != std::string::npos) {
            if (option.value == nullptr) throw Usage(std::string(option.name) + " takes no value");
            value = arguments[i].substr(equals + 1);
        } else if (option.value != nullptr) {
            if (++i == arguments.size()) throw Usage(std::string(option.name) + " needs a value");
            value = arguments[i];
        }
        option.set(options, value);
    }
    if (options.certificate_file.empty() != options.key_file.empty()) {
        throw Usage("--cert and --key go together");
    }
    return options;
}

std::string help_text() {
    std::string text =
        "cmsim: a local stand-in for Adobe Pass Concurrency Monitoring, REST API v2\n\n"
        "Usage: cmsim [OPTION…]\n\n";
    for (const Option& option : kOptions) {
        const std::string value = option.value == nullptr ? "" : std::string(" ") + option.value;
        text += row(option.name + value, option.help);
    }
    text += kHelpOnPolicies;
    text += kHelpOnFaults;
    for (const Omission& omission : omissions()) text += row(omission.name, omission.help);
    text += kHelpOnPublished;
    for (const PublishedBody& body : published_bodies()) {
        text += "  " + std::string(body.name) + "\n";
    }
    return text + kHelpOnTheRest;
}

}  // namespace cmagent::cmsim
