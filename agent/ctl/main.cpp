#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "agent/ctl/arguments.h"
#include "agent/ctl/commands.h"
#include "agent/ctl/explain.h"
#include "agent/ctl/forget.h"

namespace {

// Where one of the three streams is closed, its number would become a socket's or the terminal's:
// what is said on standard error would go to the daemon.
void open_closed_streams() {
    int fd = 0;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) close(fd);
}

// A report on a disk that is full is none, whatever it was about.
int with_output(int status) {
    using namespace cmagent::ctl;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    std::fprintf(stderr, "cmagentctl: standard output: %s\n", std::strerror(errno));
    return status == kDone ? kRefused : status;
}

}  // namespace

int main(int argc, char** argv) {
    open_closed_streams();
    using namespace cmagent::ctl;
    const Arguments arguments = parse_arguments(argc, argv);
    if (!arguments.problem.empty()) {
        const std::string_view problem = arguments.problem.view();
        std::fprintf(stderr, "cmagentctl: %.*s; see cmagentctl --help\n",
                     static_cast<int>(problem.size()), problem.data());
        return EX_USAGE;
    }
    if (arguments.help) {
        print_help(stdout, arguments.command);
        return with_output(kDone);
    }
    if (arguments.version) {
        std::puts("cmagentctl " CMAGENT_VERSION "\nbuild: " CMAGENT_BUILD);
        return with_output(kDone);
    }
    // A word is an argument of main() to its end, with the zero behind it.
    if (arguments.command == Command::explain) return explain(arguments.words.list[0].data());
    if (arguments.command == Command::forget) return forget(arguments);
    return with_output(run_command(arguments));
}
