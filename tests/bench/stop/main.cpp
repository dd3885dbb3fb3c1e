// Times the agent from the last byte of a 410 to the order on a player's socket.
//
//   bench_stop FOLDER alone|together|shaking|hostile COUNT
//
// Prints the port of its CM, whose root is in FOLDER/ca.pem; reads the port of the agent; prints the
// microseconds of COUNT orders and more, one a line. Its players are FOLDER/0.sock to FOLDER/6.sock.
// It has a real-time priority where it may, so that what is told late is the agent's doing.

#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/bench/stop/slots.h"

int main(int argc, char** argv) {
    if (argc != 4) return 64;
    sched_param priority = {};
    priority.sched_priority = 10;
    if (sched_setscheduler(0, SCHED_FIFO, &priority) != 0) std::perror("without real time");
    const std::string_view word = argv[2];
    const bench::Manner manner = word == "together"  ? bench::Manner::together
                                 : word == "shaking" ? bench::Manner::shaking
                                 : word == "hostile" ? bench::Manner::hostile
                                                     : bench::Manner::alone;
    bench::start_players(argv[1]);
    bench::start_cm(manner, argv[1]);
    unsigned port = 0;
    if (std::scanf("%u", &port) != 1) return 65;
    bench::play(manner, static_cast<std::uint16_t>(port),
                static_cast<std::size_t>(std::atoi(argv[3])));
    std::fflush(stdout);
    std::_Exit(0);
}
