// cmagentd: the command line, and a life for the daemon.

#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <new>
#include <utility>

#include "agent/base/bytes.h"
#include "agent/core/print_states.h"
#include "agent/daemon/configuration_file.h"
#include "agent/daemon/daemon.h"
#include "agent/daemon/folded_log.h"
#include "agent/daemon/options.h"
#include "agent/daemon/token_file.h"
#include "platform/linux/clock.h"
#include "platform/linux/log.h"
#include "platform/linux/process_guard.h"

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

// False: there is a fault, which is printed.
bool accept(const config::ConfigurationFault& fault, const char* file) {
    if (!fault) return true;
    char text[1024];
    const std::string_view line = config::print(fault, file, {text, sizeof text});
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
    return false;
}

bool read(const char* file) {
    return accept(read_configuration(file, configuration), file);
}

// With the file of tokens, which the daemon refuses with the configuration.
bool check(const char* file) {
    static TokenFile tokens;
    if (!read(file)) return false;
    return accept(tokens.read(configuration.http.token_file), configuration.http.token_file);
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

int run(const Options& options) {
    static platform::LinuxClock clock;
    const config::ConfigurationFault fault = read_configuration(options.file, configuration);
    // Nothing of a configuration with a fault is used.
    const auto target = fault ? platform::LogTarget::standard_error : configuration.log_target;
    const auto level = fault ? platform::LogLevel::error : configuration.log_level;
    auto& lines = make<platform::QueuedLog>(sink_of(options.log_target.value_or(target)), clock);
    auto& log = make<FoldedLog>(lines, clock, options.log_level.value_or(level));
    if (!fault) return make<Daemon>(core_state, configuration, options, log, lines).run();
    char text[1024];
    log.write(platform::LogLevel::error, config::print(fault, options.file, {text, sizeof text}));
    lines.finish();
    return EX_CONFIG;
}

int perform(const Options& options) {
    switch (options.task) {
        case Options::Task::run:
            return run(options);
        case Options::Task::check_configuration:
            return check(options.file) ? EX_OK : EX_CONFIG;
        case Options::Task::print_states:
            return print_state_diagrams();
        case Options::Task::version:
            std::puts("cmagentd " CMAGENT_VERSION);
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
    const Options options = parse_options(argc, argv);
    if (!options.problem.empty()) {
        std::fprintf(stderr, "cmagentd: %.*s; see --help\n",
                     static_cast<int>(options.problem.view().size()),
                     options.problem.view().data());
        return EX_USAGE;
    }
    return perform(options);
}
