#include <sysexits.h>

#include <cstdio>

#include "agent/ctl/arguments.h"
#include "agent/ctl/commands.h"
#include "agent/ctl/explain.h"

int main(int argc, char** argv) {
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
        return kDone;
    }
    if (arguments.version) {
        std::puts("cmagentctl " CMAGENT_VERSION);
        return kDone;
    }
    // A word is an argument of main() to its end, with the zero behind it.
    if (arguments.command == Command::explain) return explain(arguments.words.list[0].data());
    return run_command(arguments);
}
