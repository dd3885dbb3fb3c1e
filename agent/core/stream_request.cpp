#include "agent/core/stream_request.h"

namespace cmagent::core {

bool StreamRequest::add(const cm::Metadata& pairs) {
    std::size_t size = metadata.size();
    for (const cm::Metadata::Pair pair : pairs) size += metadata.has(pair.name) ? 0 : 1;
    constexpr std::size_t kMaxOwnPairs = cm::kMaxPairs - cm::kMaxAgentPairs;
    if (size > kMaxOwnPairs) return false;
    for (const cm::Metadata::Pair pair : pairs) (void)metadata.set(pair.name, pair.value);
    return true;
}

bool StreamRequest::take(const StreamRequest& wish, const cm::Metadata& device) {
    application = wish.application;
    player = wish.player;
    owner = wish.owner;
    party = wish.party;
    idp = wish.idp;
    subject = wish.subject;
    client_version = wish.client_version;
    metadata = device;
    return add(wish.metadata);
}

void StreamRequest::clear() {
    application = 0;
    player = 0;
    owner = {};
    party = {};
    idp.clear();
    subject.clear();
    metadata.clear();
    client_version.clear();
}

}  // namespace cmagent::core
