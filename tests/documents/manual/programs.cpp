// cmagentd(8), cmagentctl(1), cmsim(1)

#include <cstdio>
#include <cstdlib>

#include "agent/ctl/command_list.h"
#include "agent/ctl/option_list.h"
#include "agent/daemon/options.h"
#include "tests/cmsim/options.h"
#include "tests/documents/manual/pages.h"

namespace cmagent::manual {
namespace {

std::string commands_of(const ctl::Option& option) {
    std::string names;
    for (std::size_t i = 1; i < kCountOf<ctl::Command>; ++i) {
        const auto command = static_cast<ctl::Command>(i);
        if (!option.commands.has(command)) continue;
        names += (names.empty() ? "" : ", ") + std::string(ctl::text_of(command).name);
    }
    return names;
}

}  // namespace

std::string daemon_help() {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* const out = open_memstream(&text, &size);
    daemon::print_help(out);
    std::fclose(out);
    std::string help(text, size);
    std::free(text);
    return help;
}

std::string daemon_page() {
    Page page("cmagentd", 8, "the Concurrency Monitoring agent of a box");
    page.heading("Synopsis");
    page.item("cmagentd", "[OPTION...]", "in the foreground, for a supervisor.");
    page.heading("Description");
    page.paragraph(
        "Keeps a box within its household's stream limit: opens a session at Adobe Pass "
        "Concurrency "
        "Monitoring when playback starts, keeps it alive, and stops playback when the service says "
        "so. Apps and the device's interface talk to it by a local HTTP API, a shell by "
        "cmagentctl(1).");
    page.heading("Options");
    for (const HelpRow& row : rows_of(daemon_help())) page.item(row.name, row.value, row.help);
    page.heading("Signals");
    page.item("SIGTERM, SIGINT", "",
              "end it in good order; all sessions are ended at the service, or kept "
              "(session.onShutdown).");
    page.item("SIGUSR2", "", "ends it for a restart: sessions are kept.");
    page.item("SIGHUP", "", "reads the configuration again.");
    page.heading("Exit status");
    page.item("0", "", "done");
    page.item("64", "", "usage");
    page.item("69", "",
              "what is to be its alone is another's (a port, the state): try again later");
    page.item("70", "", "internal");
    page.item("78", "", "configuration: a file has to be repaired first");
    page.heading("Files");
    page.item("@CMAKE_INSTALL_PREFIX@/lib/cmagent/cmagent.json", "",
              "the vendor's configuration, of the image");
    page.item("@CMAKE_INSTALL_FULL_SYSCONFDIR@/cmagent/cmagent.json", "", "the device's");
    page.item("@CMAKE_INSTALL_FULL_SYSCONFDIR@/cmagent/conf.d/*.json", "",
              "more, in the order of their names; see cmagent.json(5)");
    page.item("@CMAKE_INSTALL_FULL_DOCDIR@/examples/cmagent.json", "", "an example");
    page.item("/var/lib/cmagent", "", "what must survive a power cut (state.dir)");
    page.heading("Environment");
    page.item("CREDENTIALS_DIRECTORY", "",
              "and any other variable: names of files in the configuration may begin with it.");
    page.item("LISTEN_FDS, LISTEN_PID", "",
              "sockets of a supervisor take the place of http.listen.");
    page.item("NOTIFY_SOCKET, WATCHDOG_USEC", "", "readiness and life are told to a supervisor.");
    page.see_also("cmagentctl(1) cmagent.json(5)");
    return page.text();
}

std::string ctl_page() {
    Page page("cmagentctl", 1, "talk to cmagentd from a shell");
    page.heading("Synopsis");
    page.item("cmagentctl", "[OPTION...] COMMAND [OPTION...] [WORD...]", "one command at a time.");
    page.heading("Description");
    page.paragraph(
        "Everything that the local API of cmagentd(8) offers, and \"run\", which plays only while "
        "the "
        "service allows it. \"cmagentctl COMMAND --help\" says what a command takes.");
    page.heading("Commands");
    for (std::size_t i = 1; i < kCountOf<ctl::Command>; ++i) {
        const ctl::CommandText text = ctl::text_of(static_cast<ctl::Command>(i));
        page.item(text.name, text.words, text.help);
    }
    page.heading("Options");
    for (std::size_t n = 0; n < ctl::option_count(); ++n) {
        const ctl::Option option = ctl::nth_option(n);
        const std::string commands = commands_of(option);
        page.item(option.name, option.value,
                  std::string(option.help) + (commands.empty() ? "" : " (" + commands + ")"));
    }
    page.heading("Exit status");
    page.item("0", "", "done");
    page.item("1", "", "refused: the problem is on standard error");
    page.item("64", "", "usage");
    page.item("69", "", "the daemon cannot be reached");
    page.paragraph("Of \"run\" the player's.");
    page.heading("Examples");
    page.paragraph("Plays a stream when the service allows it and not longer:");
    page.example(
        "cmagentctl run --idp IDP --subject-file FILE --metadata channel=News -- mpv stream.m3u8");
    page.paragraph("What keeps a viewer from watching:");
    page.example("cmagentctl check\ncmagentctl status\ncmagentctl history");
    page.see_also("cmagentd(8) cmagent.json(5)");
    return page.text();
}

std::string cmsim_page() {
    const std::string help = cmsim::help_text();
    Page page("cmsim", 1, "a local stand-in for Adobe Pass Concurrency Monitoring");
    page.heading("Synopsis");
    page.item("cmsim", "[OPTION...]", "until it is ended by SIGTERM or SIGINT.");
    page.heading("Description");
    page.paragraph(
        "Answers like Concurrency Monitoring, REST API v2: real policies, real TLS, and any fault "
        "that is asked for, so that an interface or an agent is tried without an account and "
        "without a network.");
    page.heading("Options");
    for (const HelpRow& row : rows_of(help)) page.item(row.name, row.value, row.help);
    // What follows the options, as the program prints it: sections that begin at the margin.
    page.heading("Applications, policies and faults");
    const std::size_t rest = help.find("\n\n", help.rfind("  --help"));
    const std::size_t status = help.rfind("\nExit status");
    page.example(help.substr(rest + 2, status - rest - 2));
    page.heading("Exit status");
    page.paragraph(help.substr(status + sizeof "\nExit status:" - 1));
    page.see_also("cmagentd(8) cmagent.json(5)");
    return page.text();
}

}  // namespace cmagent::manual
