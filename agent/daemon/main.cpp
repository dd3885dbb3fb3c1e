// cmagentd: the command line, and a life for the daemon.

#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <utility>

#include "agent/base/bytes.h"
#include "agent/config/effective.h"
#include "agent/core/print_states.h"
#include "agent/daemon/configuration_file.h"
#include "agent/daemon/daemon.h"
#include "agent/daemon/folded_log.h"
#include "agent/daemon/options.h"
#include "agent/daemon/preparation.h"
#include "agent/daemon/token_file.h"
#include "agent/daemon/version.h"
#include "platform/linux/clock.h"
#include "platform/linux/log.h"
#include "platform/linux/process_guard.h"
#include "platform/linux/residence.h"
#include "platform/players/list.h"

namespace cmagent::daemon {
namespace {

// In static storage and zero at the start: pages that are never needed are never touched.
core::Core core_state;
config::Configuration configuration;

int print_state_diagrams() {
    static char page[16 * kKiB];
    const std::size_t size = core::print_states({page, sizeof page});
    std::fwrite(page, 1, size, stdout);
    return size > 0 ? EX_OK : EX_SOFTWARE;
}

platform::LogSink sink_of(platform::LogTarget target) {
    if (target == platform::LogTarget::syslog) return platform::LogSink("/dev/log");
    return platform::LogSink(STDERR_FILENO);
}

// In static storage, and never destroyed: memory, threads and descriptors end with the process.
template <class Kind, class... Arguments>
Kind& make(Arguments&&... arguments) {
    alignas(Kind) static char place[sizeof(Kind)];
    return *new (place) Kind(std::forward<Arguments>(arguments)...);
}

int refuse(const config::ConfigurationFault& fault, platform::Log& log) {
    char text[1024];
    log.write(platform::LogLevel::error, config::print(fault, {text, sizeof text}));
    return EX_CONFIG;
}

// The lines of a start that say what is wrong, alone.
class Findings final : public platform::Log {
  public:
    void write(platform::LogLevel level, std::string_view line) override {
        if (level > platform::LogLevel::warning) return;
        std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    }
};

// What a start reads and finds, in its order (contract.md, "check-config").
int check(const Options& options) {
    static platform::LinuxClock clock;
    static Findings log;
    const config::ConfigurationFault fault = read_configuration(options.places, configuration);
    if (fault) return refuse(fault, log);
    Preparation preparation(configuration,
                            {make<platform::TlsContext>(clock), make<TokenFile>(), log});
    int status = preparation.read();
    if (status == EX_OK) status = preparation.check_sockets();
    if (status == EX_OK) status = preparation.become_user();
    if (status == EX_OK) preparation.check_state();
    return status;
}

void print_key(std::string_view key, const char* file, std::uint32_t line) {
    std::fprintf(stderr, "%.*s: %s:%u\n", static_cast<int>(key.size()), key.data(), file,
                 static_cast<unsigned>(line));
}

int print_configuration(const Options& options) {
    static Findings log;
    static char section[config::kMaxSection];
    const auto fault = read_configuration(options.places, configuration, print_key);
    if (fault) return refuse(fault, log);
    const char* separator = "{\n ";
    for (std::size_t i = 0;; ++i) {
        const std::string_view text = print_section(
            configuration, platform::PlayerDrivers::kAdapters, i, {section, sizeof section});
        if (text.empty()) break;
        std::printf("%s%.*s", separator, static_cast<int>(text.size()), text.data());
        separator = ",\n ";
    }
    std::puts("\n}");
    return EX_OK;
}

int run(const Options& options) {
    static platform::LinuxClock clock;
    const config::ConfigurationFault fault = read_configuration(options.places, configuration);
    // Nothing of a configuration with a fault is used.
    const auto target = fault ? platform::LogTarget::standard_error : configuration.log_target;
    const auto level = fault ? platform::LogLevel::error : configuration.log_level;
    auto& lines = make<platform::QueuedLog>(sink_of(options.log_target.value_or(target)), clock);
    auto& log = make<FoldedLog>(lines, clock, options.log_level.value_or(level));
    if (!fault) return make<Daemon>(core_state, configuration, options, log, lines).run();
    const int status = refuse(fault, log);
    lines.finish();
    return status;
}

int perform(const Options& options) {
    switch (options.task) {
        case Options::Task::run:
            return run(options);
        case Options::Task::check_configuration:
            return check(options);
        case Options::Task::print_configuration:
            return print_configuration(options);
        case Options::Task::print_states:
            return print_state_diagrams();
        case Options::Task::version:
            print_version(stdout);
            return EX_OK;
        case Options::Task::help:
            print_help(stdout);
            return EX_OK;
    }
    return EX_SOFTWARE;
}

}  // namespace
}  // namespace cmagent::daemon

int main(int argc, char** argv) {
    using namespace cmagent::daemon;
    cmagent::platform::guard_process();
    cmagent::platform::keep_heap_small();
    const Options options = parse_options(argc, argv);
    if (!options.problem.empty()) {
        std::fprintf(stderr, "cmagentd: %.*s; see --help\n",
                     static_cast<int>(options.problem.view().size()),
                     options.problem.view().data());
        return EX_USAGE;
    }
    const int status = perform(options);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    // A configuration that was printed to a full disk is none.
    std::perror("cmagentd: standard output");
    return status == EX_OK ? EX_SOFTWARE : status;
}
