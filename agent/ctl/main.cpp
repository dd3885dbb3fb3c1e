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
        print_help(stdout);
        return kDone;
    }
    if (arguments.version) {
        std::puts("cmagentctl " CMAGENT_VERSION);
        return kDone;
    }
    if (arguments.command == kExplain) {
        return explain(argc - arguments.rest, argv + arguments.rest);
    }
    return run_command(arguments);
}
