// Plays many seeds, each a world of its own, and stops at the first in which something does not
// hold: it is printed, cut down to the incidents that it takes, and told.
//
//   simulation --seeds 2000 --hours 6            seeds 1 to 2000
//   simulation --seed 17 --hours 6 --tell        one seed, as a story
//   simulation --lives 1000000 --hours 24        as many seeds as make so many sessions

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "tests/simulation/shrink.h"
#include "tests/simulation/world.h"

namespace cmagent::simulation {
namespace {

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 1000;
    std::uint64_t lives = 0;  // 0: as many as there are
    Millis hours = 6;
    bool tell = false;
    bool shrink = true;
};

struct Name {
    const char* name;
    void (*set)(Options& options, std::uint64_t value);
    bool has_value;
};

constexpr Name kNames[] = {
    {"--seeds", [](Options& o, std::uint64_t v) { o.seeds = v; }, true},
    {"--seed", [](Options& o, std::uint64_t v) { o.first = v, o.seeds = 1; }, true},
    {"--from", [](Options& o, std::uint64_t v) { o.first = v; }, true},
    {"--hours", [](Options& o, std::uint64_t v) { o.hours = static_cast<Millis>(v); }, true},
    {"--lives", [](Options& o, std::uint64_t v) { o.lives = v, o.seeds = UINT64_MAX; }, true},
    {"--tell", [](Options& o, std::uint64_t) { o.tell = true; }, false},
    {"--no-shrink", [](Options& o, std::uint64_t) { o.shrink = false; }, false},
};

bool read(int argc, char** argv, Options& options) {
    for (int i = 1; i < argc; ++i) {
        const Name* found = nullptr;
        for (const Name& one : kNames) {
            if (std::strcmp(one.name, argv[i]) == 0) found = &one;
        }
        if (found == nullptr || (found->has_value && i + 1 == argc)) return false;
        found->set(options, found->has_value ? std::strtoull(argv[++i], nullptr, 10) : 0);
    }
    return true;
}

// Returns the exit status.
int explain(const Plan& plan, const std::string& failure, const Options& options) {
    std::printf("seed %llu fails: %s\n", static_cast<unsigned long long>(plan.seed),
                failure.c_str());
    std::printf("again: simulation --seed %llu --hours %lld --tell\n",
                static_cast<unsigned long long>(plan.seed), static_cast<long long>(options.hours));
    if (!options.shrink) return 1;
    const Plan small = shrunk(plan);
    std::printf("it takes %zu of %zu incidents:\n", small.incidents.size(), plan.incidents.size());
    World world(small, true);
    world.run();
    std::printf("%s\n", world.judge.failure().c_str());
    return 1;
}

int run(const Options& options) {
    Service::Counts total;
    double hours = 0;
    double played = 0;
    std::uint64_t seeds = 0;
    std::uint64_t own = 0;
    std::uint64_t outcomes[kCountOf<core::Outcome>] = {};
    const std::clock_t begun = std::clock();
    for (; seeds < options.seeds; ++seeds) {
        if (options.lives > 0 && total.granted >= options.lives) break;
        const Plan plan = make_plan(options.first + seeds, options.hours * kHour);
        World world(plan, options.tell);
        world.run();
        if (world.judge.failed()) return explain(plan, world.judge.failure(), options);
        const Service::Counts& counts = world.service.counts();
        total.granted += counts.granted;
        own += world.judge.own_streams_ended();
        for (std::size_t i = 0; i < std::size(outcomes); ++i)
            outcomes[i] += world.judge.outcomes(static_cast<core::Outcome>(i));
        played += static_cast<double>(world.judge.played()) / kMinute;
        total.heartbeats += counts.heartbeats;
        total.denied += counts.denied;
        total.throttled += counts.throttled;
        hours += static_cast<double>(plan.length) / kHour * static_cast<double>(plan.profile.boxes);
    }
    const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    std::printf(
        "%llu seeds, %.0f hours of boxes: %llu session lives, %llu heartbeats, %llu 409, "
        "%llu 429; nothing violated\n%.0f minutes of play a life, %.1f CPU seconds, %.0f lives a "
        "second\n",
        static_cast<unsigned long long>(seeds), hours,
        static_cast<unsigned long long>(total.granted),
        static_cast<unsigned long long>(total.heartbeats),
        static_cast<unsigned long long>(total.denied),
        static_cast<unsigned long long>(total.throttled),
        played / static_cast<double>(total.granted), seconds,
        static_cast<double>(total.granted) / seconds);
    std::printf("conflicts:");
    for (std::size_t i = 2; i < std::size(outcomes); ++i) {
        std::printf(" %llu %s,", static_cast<unsigned long long>(outcomes[i]),
                    std::string(name(static_cast<core::Outcome>(i))).c_str());
    }
    std::printf(" %llu own streams ended\n", static_cast<unsigned long long>(own));
    return 0;
}

}  // namespace
}  // namespace cmagent::simulation

int main(int argc, char** argv) {
    cmagent::simulation::Options options;
    if (!cmagent::simulation::read(argc, argv, options)) {
        std::fprintf(stderr,
                     "usage: simulation [--seeds N | --seed S | --lives N] [--from S] [--hours H] "
                     "[--tell] [--no-shrink]\n");
        return 64;
    }
    return cmagent::simulation::run(options);
}
