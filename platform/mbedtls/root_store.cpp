#include "platform/mbedtls/root_store.h"

#include <mbedtls/platform.h>

#include <cstring>
#include <utility>

#include "agent/base/hash.h"
#include "platform/mbedtls/certificate_reading.h"

namespace cmagent::platform {
namespace {

// A server may send a hundred certificates, each of another issuer; a chain of mbedTLS has ten.
constexpr unsigned kMostFound = 16;

// The same for any two names that mbedTLS takes for one: it looks past capitals, and past the kind
// of a string.
std::uint32_t hash_of(const mbedtls_x509_buf& name) {
    Fnv1a hash;
    Attributes attributes(Der(name).take(kSequence));
    Der kind, value;
    while (attributes.next(kind, value)) {
        for (const char c : value.text()) hash.add(static_cast<unsigned char>(c) | 0x20U);
    }
    return static_cast<std::uint32_t>(hash.value());
}

bool is_among(const mbedtls_x509_crt* chain, const unsigned char* certificate) {
    while (chain != nullptr && chain->raw.p != certificate) chain = chain->next;
    return chain != nullptr;
}

}  // namespace

RootStore::~RootStore() {
    while (first_ != nullptr) mbedtls_free(std::exchange(first_, first_->next));
}

bool RootStore::add(const mbedtls_x509_crt& root) {
    const std::size_t size = root.raw.len;
    Root* const kept = static_cast<Root*>(mbedtls_calloc(1, sizeof(Root) + size));
    if (kept == nullptr) return false;
    kept->name = hash_of(root.subject_raw);
    kept->size = static_cast<std::uint32_t>(size);
    std::memcpy(kept->bytes(), root.raw.p, size);
    (last_ != nullptr ? last_->next : first_) = kept;
    last_ = kept;
    return true;
}

int RootStore::find(const mbedtls_x509_crt& chain, mbedtls_x509_crt& into) const {
    unsigned left = kMostFound;
    for (const mbedtls_x509_crt* at = &chain; at != nullptr; at = at->next) {
        const std::uint32_t name = hash_of(at->issuer_raw);
        for (Root* root = first_; root != nullptr; root = root->next) {
            if (root->name != name || left == 0 || is_among(&into, root->bytes())) continue;
            const CertificateReading reading = read_certificate({root->bytes(), root->size}, into);
            if (reading.result != 0) return reading.result;
            --left;
        }
    }
    return 0;
}

void RootStore::swap(RootStore& other) {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
}

}  // namespace cmagent::platform
