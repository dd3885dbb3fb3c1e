#include <sysexits.h>

#include <cstdio>
#include <cstring>

#include "agent/ctl/explain.h"

int main(int argc, char** argv) {
    if (argc >= 2 && std::strcmp(argv[1], "explain") == 0) {
        return cmagent::ctl::explain(argc - 2, argv + 2);
    }
    std::fputs("usage: cmagentctl explain [--status 409] FILE|-\n", stderr);
    return EX_USAGE;
}
