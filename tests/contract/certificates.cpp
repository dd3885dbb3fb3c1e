#include "tests/contract/certificates.h"

#include <mbedtls/asn1write.h>
#include <mbedtls/base64.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/md.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <cstdio>
#include <cstdlib>

#include "platform/mbedtls/compat.h"

namespace cmagent::contract {
namespace {

void check(int result, const char* what) {
    if (result >= 0) return;
    std::fprintf(stderr, "%s: -0x%04x\n", what, static_cast<unsigned>(-result));
    std::abort();
}

struct Random {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context generator;
    Random() {
        mbedtls_entropy_init(&entropy);
        mbedtls_ctr_drbg_init(&generator);
        check(mbedtls_ctr_drbg_seed(&generator, mbedtls_entropy_func, &entropy, nullptr, 0),
              "seed");
        if (!platform::compat::start_crypto()) std::abort();
    }
    ~Random() {
        mbedtls_ctr_drbg_free(&generator);
        mbedtls_entropy_free(&entropy);
    }
};

Random& random_source() {
    static Random random;
    return random;
}

struct Key {
    mbedtls_pk_context pk;
    Key() { mbedtls_pk_init(&pk); }
    ~Key() { mbedtls_pk_free(&pk); }
};

void generate(Key& key, bool weak) {
    auto* const random = &random_source().generator;
    const auto type = weak ? MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY;
    check(mbedtls_pk_setup(&key.pk, mbedtls_pk_info_from_type(type)), "key");
    if (weak) {
        check(mbedtls_rsa_gen_key(mbedtls_pk_rsa(key.pk), mbedtls_ctr_drbg_random, random, 1024,
                                  65537),
              "RSA key");
    } else {
        check(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key.pk),
                                  mbedtls_ctr_drbg_random, random),
              "EC key");
    }
}

void parse(Key& key, const std::string& pem) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(pem.c_str());
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
    check(mbedtls_pk_parse_key(&key.pk, bytes, pem.size() + 1, nullptr, 0, mbedtls_ctr_drbg_random,
                               &random_source().generator),
          "parse key");
#else
    check(mbedtls_pk_parse_key(&key.pk, bytes, pem.size() + 1, nullptr, 0), "parse key");
#endif
}

std::string date(int days) {
    const time_t at = time(nullptr) + time_t{days} * 86400;
    char text[16];
    tm utc = {};
    gmtime_r(&at, &utc);
    strftime(text, sizeof text, "%Y%m%d%H%M%S", &utc);
    return text;
}

std::string der(unsigned char tag, const std::string& content) {
    std::string out(1, static_cast<char>(tag));
    // Enough for the sizes of the tests: one length byte, or 0x81 and one.
    if (content.size() > 127) out += static_cast<char>(0x81);
    out += static_cast<char>(content.size());
    return out + content;
}

void set_extension(mbedtls_x509write_cert& certificate, const char* oid, std::size_t oid_size,
                   const std::string& value) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(value.data());
    check(mbedtls_x509write_crt_set_extension(&certificate, oid, oid_size, 0, bytes, value.size()),
          "extension");
}

void set_extensions(mbedtls_x509write_cert& certificate, const Wish& wish) {
    check(mbedtls_x509write_crt_set_basic_constraints(&certificate, wish.authority ? 1 : 0, -1),
          "basic constraints");
    if (!wish.dns_names.empty() || !wish.addresses.empty()) {
        std::string names;
        for (const std::string& name : wish.dns_names) names += der(0x82, name);  // [2] dNSName
        for (const std::string& address : wish.addresses) names += der(0x87, address);  // [7]
        set_extension(certificate, MBEDTLS_OID_SUBJECT_ALT_NAME,
                      MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), der(0x30, names));
    }
}

void set_serial(mbedtls_x509write_cert& certificate) {
    static int next = 1;
    mbedtls_mpi serial;
    mbedtls_mpi_init(&serial);
    check(mbedtls_mpi_lset(&serial, next++), "serial");
    check(mbedtls_x509write_crt_set_serial(&certificate, &serial), "serial");
    mbedtls_mpi_free(&serial);
}

std::string pin_of(Key& key) {
    unsigned char spki[512];
    const int size = mbedtls_pk_write_pubkey_der(&key.pk, spki, sizeof spki);
    check(size, "public key");
    unsigned char digest[32];
    check(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), spki + sizeof spki - size,
                     static_cast<std::size_t>(size), digest),
          "digest");
    unsigned char text[64];
    std::size_t length = 0;
    check(mbedtls_base64_encode(text, sizeof text, &length, digest, sizeof digest), "base64");
    return "sha256/" + std::string(reinterpret_cast<char*>(text), length);
}

}  // namespace

Identity make_identity(const Wish& wish, const Identity* issuer) {
    Key own;
    Key signer;
    generate(own, wish.weak_key);
    Identity identity;
    identity.name = "CN=" + wish.common_name;
    identity.pin = pin_of(own);
    if (issuer != nullptr) parse(signer, issuer->key);

    mbedtls_x509write_cert certificate;
    mbedtls_x509write_crt_init(&certificate);
    mbedtls_x509write_crt_set_version(&certificate, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(&certificate, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(&certificate, &own.pk);
    mbedtls_x509write_crt_set_issuer_key(&certificate, issuer != nullptr ? &signer.pk : &own.pk);
    check(mbedtls_x509write_crt_set_subject_name(&certificate, identity.name.c_str()), "subject");
    const std::string& signed_by = issuer != nullptr ? issuer->name : identity.name;
    check(mbedtls_x509write_crt_set_issuer_name(&certificate, signed_by.c_str()), "issuer");
    check(mbedtls_x509write_crt_set_validity(&certificate, date(wish.days_from).c_str(),
                                             date(wish.days_to).c_str()),
          "validity");
    set_serial(certificate);
    set_extensions(certificate, wish);

    unsigned char pem[4096];
    check(mbedtls_x509write_crt_pem(&certificate, pem, sizeof pem, mbedtls_ctr_drbg_random,
                                    &random_source().generator),
          "certificate");
    identity.certificate = reinterpret_cast<char*>(pem);
    check(mbedtls_pk_write_key_pem(&own.pk, pem, sizeof pem), "write key");
    identity.key = reinterpret_cast<char*>(pem);
    mbedtls_x509write_crt_free(&certificate);
    return identity;
}

const Identity& authority() {
    static const Identity identity = [] {
        Wish wish;
        wish.common_name = "Throw-away authority";
        wish.dns_names.clear();
        wish.authority = true;
        return make_identity(wish, nullptr);
    }();
    return identity;
}

}  // namespace cmagent::contract
