#include "platform/api/server_chain.h"

namespace cmagent::platform {

const CertificateFacts* ServerChain::first_to_end() const {
    const CertificateFacts* first = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
        if (first == nullptr || certificates[i].ends < first->ends) first = &certificates[i];
    }
    return first;
}

}  // namespace cmagent::platform
