#include "agent/base/characters.h"
#include "agent/ctl/check.h"
#include "agent/ctl/commands.h"
#include "agent/ctl/daemon_program.h"
#include "agent/ctl/perform.h"
#include "agent/ctl/printable.h"
#include "agent/ctl/show.h"

namespace cmagent::ctl {
namespace {

void begin(const char* section) {
    std::printf("\n== %s ==\n", section);
}

// The metrics, a line each as they come.
void print_lines(std::string_view text) {
    while (!text.empty()) {
        print(stdout, take_line(text));
        std::fputc('\n', stdout);
    }
}

struct Section {
    const char* name;
    const char* target;
    const char* accept;
    Show show;  // null: text
};

constexpr Section kSections[] = {
    {"status", "/v1/status", "application/json", show_outline},
    {"check", "/v1/check", "application/json", show_checks},
    {"metrics", "/metrics", "text/plain", nullptr},
    // Of an event what tells of no person, device or stream.
    {"events", "/v1/events?since=kept&timeoutSeconds=0&observer=1", "application/json",
     show_plain_events},
    {"history", "/v1/history", "application/json", show_history},
};

void print_missing(const Client& client) {
    const NoDaemon why = why_unasked(client);
    std::fputs("not to be had: ", stdout);
    print(stdout, why.says);
    std::fputs("; ", stdout);
    print(stdout, why.remedy);
    std::fputc('\n', stdout);
}

void print_section(const Section& section, bool responds, Client& client) {
    begin(section.name);
    ApiRequest call;
    call.target = section.target;
    call.accept = section.accept;
    call.answer_ms = kLongestCheckMs;
    if (!responds || !client.exchange(call) || client.status() != 200) return print_missing(client);
    if (section.show == nullptr) return print_lines(client.body());
    const json::Parsed answer = json::parse(client.body(), tokens());
    answer ? section.show(stdout, answer.root) : print_missing(client);
}

}  // namespace

int report(const Arguments& arguments, Client& client) {
    std::fputs("cmagentctl " CMAGENT_VERSION " report\n", stdout);
    begin("version");
    (void)run_daemon(arguments, "--version", true);
    begin("configuration");
    (void)run_daemon(arguments, "--print-config", true);
    const bool answers = responds(client);
    for (const Section& section : kSections) print_section(section, answers, client);
    return kDone;
}

}  // namespace cmagent::ctl
