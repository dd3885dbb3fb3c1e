#pragma once
#include <mbedtls/md.h>
#include <mbedtls/pk.h>

#include <string>
#include <vector>

#include "tests/contract/shapes/der_writing.h"

namespace cmagent::contract::shapes {

// A pair of keys of P-256, made once; or a public key alone.
class Key {
  public:
    Key();
    explicit Key(Bytes public_key);  // SubjectPublicKeyInfo
    ~Key();
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    [[nodiscard]] const Bytes& public_key() const { return public_key_; }
    [[nodiscard]] std::string private_pem() const;
    // ECDSA; nonsense where the library lacks the digest.
    [[nodiscard]] Bytes sign(const Bytes& text, mbedtls_md_type_t digest) const;

  private:
    mutable mbedtls_pk_context pk_;
    Bytes public_key_;
};

// id-ce 2.5.29.x
enum Number : int {
    kKeyId = 14,
    kUsage = 15,
    kNames = 17,
    kBasic = 19,
    kConstraints = 30,
    kPolicies = 32,
    kIssuerKeyId = 35,
    kPolicyConstraints = 36,
    kExtendedUsage = 37,
    kInhibitAnyPolicy = 54,
};

// A certificate before it is signed. The parts are DER, and may be anything.
struct Certificate {
    struct Extension {
        Bytes oid;
        Bytes der;
    };

    Bytes version = der(0xa0, number(2));  // "": version 1
    Bytes serial = der(0x02, bytes({0x5a, 0x01}));
    Bytes algorithm = seq(oid(bytes({0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02})));
    Bytes outer_algorithm;  // "": the same
    mbedtls_md_type_t digest = MBEDTLS_MD_SHA256;
    Bytes issuer;
    Bytes not_before = day(-1);
    Bytes not_after = day(30);
    Bytes subject;
    const Key* key = nullptr;
    std::vector<Extension> extensions;
    Bytes last;    // of what is signed, behind the extensions
    Bytes behind;  // everything

    // Takes the place of the extension that was there.
    void set(const Bytes& oid, const Bytes& value, bool critical = false);
    void set(Number number, const Bytes& value, bool critical = false);
    void add(const Bytes& oid, const Bytes& value, bool critical = false);
    void add(Number number, const Bytes& value, bool critical = false);
    void drop(Number number);
    [[nodiscard]] Bytes signed_by(const Key& signer) const;
};

[[nodiscard]] Bytes id_ce(int number);

}  // namespace cmagent::contract::shapes
