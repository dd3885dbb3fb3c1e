#include "platform/api/server_chain.h"

namespace cmagent::platform {

std::int64_t CertificateFacts::days_left(std::int64_t wall_ms) const {
    constexpr std::int64_t kDay = 86'400;
    const std::int64_t left = ends - wall_ms / 1000;
    return (left < 0 ? left - kDay + 1 : left) / kDay;
}

const CertificateFacts* ServerChain::first_to_end() const {
    const CertificateFacts* first = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
        if (first == nullptr || certificates[i].ends < first->ends) first = &certificates[i];
    }
    return first;
}

}  // namespace cmagent::platform
