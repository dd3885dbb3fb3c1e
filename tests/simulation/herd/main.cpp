// herd [FILE.svg]: a million boxes after a regional power cut, and after an outage of CM. Says how
// much they ask of CM at most and how long it takes until every box is served; ends with 1 beyond
// the bounds that the README states.

#include <algorithm>
#include <cstdio>

#include "tests/simulation/herd/herd.h"
#include "tests/simulation/herd/plot.h"

namespace cmagent::herd {
namespace {

// What is promised, for a CM that can take twice the steady state.
constexpr double kMostOffered = 10.0;  // in multiples of the steady state, for a second
constexpr Millis kServedWithin = 2 * cmagent::kMinute;

bool judge(const char* name, const Load& load, const Region& region) {
    const double peak =
        static_cast<double>(*std::max_element(load.offered.begin(), load.offered.end())) /
        region.steady();
    std::printf(
        "%s: at most %.1f times the steady state of %.0f calls a second; every box served "
        "within %.1f s; %u stopped\n",
        name, peak, region.steady(), static_cast<double>(load.last_served) / kSecond, load.stopped);
    return peak <= kMostOffered && load.last_served <= kServedWithin && load.stopped == 0;
}

}  // namespace
}  // namespace cmagent::herd

int main(int argc, char** argv) {
    using namespace cmagent::herd;
    const Region region;
    const Load power = after_power_cut(region, 5 * cmagent::kMinute);
    const Load outage = after_outage(region, cmagent::kMinute, 5 * cmagent::kMinute);
    const bool kept_in_a_power_cut = judge("power cut", power, region);
    const bool kept_in_an_outage = judge("outage of a minute", outage, region);
    if (argc > 1 && !plot(argv[1], region, power, outage)) {
        std::fprintf(stderr, "%s cannot be written\n", argv[1]);
        return 70;
    }
    return kept_in_a_power_cut && kept_in_an_outage ? 0 : 1;
}
