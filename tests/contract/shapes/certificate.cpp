#include "tests/contract/shapes/certificate.h"

#include <mbedtls/ecp.h>
#include <mbedtls/version.h>

#include <algorithm>
#include <cstdlib>

#include "platform/mbedtls/compat.h"
#include "platform/mbedtls/random.h"

namespace cmagent::contract::shapes {
namespace {

void check(bool done) {
    if (!done) std::abort();
}

}  // namespace

Key::Key() {
    mbedtls_pk_init(&pk_);
    check(platform::compat::start_crypto());
    check(mbedtls_pk_setup(&pk_, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0);
    check(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk_), platform::random_bytes,
                              nullptr) == 0);
    unsigned char der[256];
    const int size = mbedtls_pk_write_pubkey_der(&pk_, der, sizeof der);
    check(size > 0);
    public_key_.assign(reinterpret_cast<char*>(der + sizeof der - size),
                       static_cast<std::size_t>(size));
}

Key::Key(Bytes public_key) : public_key_(std::move(public_key)) {
    mbedtls_pk_init(&pk_);
}

Key::~Key() {
    mbedtls_pk_free(&pk_);
}

std::string Key::private_pem() const {
    unsigned char pem[1024];
    check(mbedtls_pk_write_key_pem(&pk_, pem, sizeof pem) == 0);
    return reinterpret_cast<char*>(pem);
}

Bytes Key::sign(const Bytes& text, mbedtls_md_type_t digest) const {
    const mbedtls_md_info_t* const kind = mbedtls_md_info_from_type(digest);
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    unsigned char hash[64];
    // A library for boxes may know a digest by name only.
    const bool computes = kind != nullptr && mbedtls_md(kind, bytes, text.size(), hash) == 0;
    if (!computes) return seq({number(1), number(1)});
    unsigned char signature[256];
    std::size_t size = 0;
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    const int result = mbedtls_pk_sign(&pk_, digest, hash, mbedtls_md_get_size(kind), signature,
                                       sizeof signature, &size, platform::random_bytes, nullptr);
#else
    const int result = mbedtls_pk_sign(&pk_, digest, hash, mbedtls_md_get_size(kind), signature,
                                       &size, platform::random_bytes, nullptr);
#endif
    check(result == 0);
    return Bytes(reinterpret_cast<char*>(signature), size);
}

Bytes id_ce(int number) {
    return bytes({0x55, 0x1d, number});
}

void Certificate::add(const Bytes& oid, const Bytes& value, bool critical) {
    extensions.push_back({oid, seq({shapes::oid(oid), critical ? kTrue : Bytes(), octets(value)})});
}

void Certificate::add(Number number, const Bytes& value, bool critical) {
    add(id_ce(number), value, critical);
}

void Certificate::set(const Bytes& oid, const Bytes& value, bool critical) {
    extensions.erase(std::remove_if(extensions.begin(), extensions.end(),
                                    [&](const Extension& one) { return one.oid == oid; }),
                     extensions.end());
    add(oid, value, critical);
}

void Certificate::set(Number number, const Bytes& value, bool critical) {
    set(id_ce(number), value, critical);
}

void Certificate::drop(Number number) {
    set(number, "");
    extensions.pop_back();
}

Bytes Certificate::signed_by(const Key& signer) const {
    Bytes all;
    for (const Extension& one : extensions) all += one.der;
    if (!extensions.empty()) all = der(0xa3, seq(all));
    const Bytes tbs = seq({version, serial, algorithm, issuer, seq({not_before, not_after}),
                           subject, key->public_key(), all, last});
    return seq({tbs, outer_algorithm.empty() ? algorithm : outer_algorithm,
                der(0x03, Bytes(1, '\0') + signer.sign(tbs, digest))}) +
           behind;
}

}  // namespace cmagent::contract::shapes
