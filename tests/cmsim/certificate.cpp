#include "tests/cmsim/certificate.h"

#include <arpa/inet.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/base64.h>
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <mbedtls/x509_crt.h>

#include <array>

#include "tests/cmsim/date.h"
#include "tests/cmsim/mbedtls_version.h"
#include "tests/cmsim/random.h"

namespace cmagent::cmsim {
namespace {

constexpr Millis kDay = 86'400'000;
constexpr std::size_t kPemSize = 4096;  // a certificate with a dozen names has 1 KiB

class Key {
  public:
    explicit Key(Random& random) {
        mbedtls_pk_init(&key_);
        check(mbedtls_pk_setup(&key_, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), "key");
        check(mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(key_),
                                  mbedtls_ctr_drbg_random, random.get()),
              "key");
    }
    ~Key() { mbedtls_pk_free(&key_); }
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    mbedtls_pk_context* get() { return &key_; }
    std::string pem() {
        std::array<unsigned char, kPemSize> text{};
        check(mbedtls_pk_write_key_pem(&key_, text.data(), text.size()), "key to PEM");
        return reinterpret_cast<const char*>(text.data());
    }

  private:
    mbedtls_pk_context key_;
};

struct Validity {
    Millis from;
    Millis to;
};

Validity validity(CertificateFault fault, Millis now) {
    switch (fault) {
        case CertificateFault::expired:
            return {now - 30 * kDay, now - kDay};
        case CertificateFault::not_yet_valid:
            return {now + kDay, now + 30 * kDay};
        default:
            return {now - kDay, now + 3650 * kDay};
    }
}

// RFC 5280 §4.2.1.6: GeneralNames, written from the end of the buffer to its front.
class AlternativeNames {
  public:
    explicit AlternativeNames(const std::vector<std::string>& names) {
        for (const std::string& name : names) add(name);
        const auto length = static_cast<std::size_t>(buffer_.data() + buffer_.size() - at_);
        check(mbedtls_asn1_write_len(&at_, buffer_.data(), length), "names");
        check(mbedtls_asn1_write_tag(&at_, buffer_.data(),
                                     MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE),
              "names");
    }
    [[nodiscard]] const unsigned char* data() const { return at_; }
    [[nodiscard]] std::size_t size() const {
        return static_cast<std::size_t>(buffer_.data() + buffer_.size() - at_);
    }

  private:
    void add(const std::string& name) {
        constexpr unsigned char kDns = 2;
        constexpr unsigned char kAddress = 7;
        std::array<unsigned char, 16> address{};
        if (inet_pton(AF_INET, name.c_str(), address.data()) == 1) {
            return add(kAddress, address.data(), 4);
        }
        if (inet_pton(AF_INET6, name.c_str(), address.data()) == 1) {
            return add(kAddress, address.data(), 16);
        }
        add(kDns, reinterpret_cast<const unsigned char*>(name.data()), name.size());
    }
    void add(unsigned char tag, const unsigned char* value, std::size_t size) {
        unsigned char* const start = buffer_.data();
        check(mbedtls_asn1_write_raw_buffer(&at_, start, value, size), "name");
        check(mbedtls_asn1_write_len(&at_, start, size), "name");
        check(mbedtls_asn1_write_tag(
                  &at_, start, static_cast<unsigned char>(MBEDTLS_ASN1_CONTEXT_SPECIFIC | tag)),
              "name");
    }

    std::array<unsigned char, 2048> buffer_{};
    unsigned char* at_ = buffer_.data() + buffer_.size();
};

class CertificateWriter {
  public:
    CertificateWriter(const std::string& subject, Key& key, const std::string& issuer,
                      Key& issuer_key, Random& random)
        : random_(random) {
        mbedtls_x509write_crt_init(&certificate_);
        mbedtls_x509write_crt_set_version(&certificate_, MBEDTLS_X509_CRT_VERSION_3);
        mbedtls_x509write_crt_set_md_alg(&certificate_, MBEDTLS_MD_SHA256);
        check(mbedtls_x509write_crt_set_subject_name(&certificate_, subject.c_str()), "subject");
        check(mbedtls_x509write_crt_set_issuer_name(&certificate_, issuer.c_str()), "issuer");
        mbedtls_x509write_crt_set_subject_key(&certificate_, key.get());
        mbedtls_x509write_crt_set_issuer_key(&certificate_, issuer_key.get());
        std::array<unsigned char, 16> serial{};
        check(mbedtls_ctr_drbg_random(random.get(), serial.data(), serial.size()), "serial");
        serial[0] = static_cast<unsigned char>((serial[0] & 0x7fu) | 0x40u);  // positive
        check(set_serial(&certificate_, serial.data(), serial.size()), "serial");
    }
    ~CertificateWriter() { mbedtls_x509write_crt_free(&certificate_); }
    CertificateWriter(const CertificateWriter&) = delete;
    CertificateWriter& operator=(const CertificateWriter&) = delete;

    void set_validity(Validity validity) {
        check(mbedtls_x509write_crt_set_validity(&certificate_, x509_time(validity.from).c_str(),
                                                 x509_time(validity.to).c_str()),
              "validity");
    }
    void set_ca(bool is_ca) {
        check(mbedtls_x509write_crt_set_basic_constraints(&certificate_, is_ca ? 1 : 0, -1), "CA");
    }
    void set_names(const std::vector<std::string>& names) {
        const AlternativeNames value(names);
        check(mbedtls_x509write_crt_set_extension(&certificate_, MBEDTLS_OID_SUBJECT_ALT_NAME,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), 0,
                                                  value.data(), value.size()),
              "names");
    }
    std::string pem() {
        std::array<unsigned char, kPemSize> text{};
        check(mbedtls_x509write_crt_pem(&certificate_, text.data(), text.size(),
                                        mbedtls_ctr_drbg_random, random_.get()),
              "certificate to PEM");
        return reinterpret_cast<const char*>(text.data());
    }

  private:
    Random& random_;
    mbedtls_x509write_cert certificate_;
};

constexpr const char* kCaName = "CN=cmsim throw-away CA,O=cmsim";

std::string make_ca(Key& key, Random& random, Millis now) {
    CertificateWriter writer(kCaName, key, kCaName, key, random);
    writer.set_validity(validity(CertificateFault::none, now));
    writer.set_ca(true);
    return writer.pem();
}

}  // namespace

std::optional<CertificateFault> certificate_fault_named(std::string_view name) {
    constexpr std::pair<std::string_view, CertificateFault> kNames[] = {
        {"expired", CertificateFault::expired},
        {"not-yet-valid", CertificateFault::not_yet_valid},
        {"wrong-host", CertificateFault::wrong_host},
        {"self-signed", CertificateFault::self_signed},
        {"without-san", CertificateFault::without_san},
    };
    for (const auto& [known, fault] : kNames) {
        if (known == name) return fault;
    }
    return std::nullopt;
}

Credentials make_credentials(const std::vector<std::string>& names, CertificateFault fault,
                             Millis now) {
    check(start_cryptography(), "cryptography");
    Random random;
    Key ca_key(random);
    Key key(random);
    Credentials credentials;
    credentials.ca = make_ca(ca_key, random, now);
    credentials.key = key.pem();

    const bool self_signed = fault == CertificateFault::self_signed;
    const std::vector<std::string> others = {"cm.elsewhere.example"};
    const std::vector<std::string>& held = fault == CertificateFault::wrong_host ? others : names;
    const std::string subject = "CN=" + held.front() + ",O=cmsim";
    CertificateWriter writer(subject, key, self_signed ? subject : kCaName,
                             self_signed ? key : ca_key, random);
    writer.set_validity(validity(fault, now));
    writer.set_ca(false);
    if (fault != CertificateFault::without_san) writer.set_names(held);
    credentials.certificate = writer.pem();
    return credentials;
}

std::string pin_of(const std::string& certificate) {
    mbedtls_x509_crt parsed;
    mbedtls_x509_crt_init(&parsed);
    check(
        mbedtls_x509_crt_parse(&parsed, reinterpret_cast<const unsigned char*>(certificate.c_str()),
                               certificate.size() + 1),
        "certificate");
    std::array<unsigned char, kPemSize> der{};
    const int size = mbedtls_pk_write_pubkey_der(&parsed.pk, der.data(), der.size());
    mbedtls_x509_crt_free(&parsed);
    check(size, "public key");
    std::array<unsigned char, 32> digest{};
    const unsigned char* const start = der.data() + der.size() - size;  // it is written at the end
    check(sha256(start, static_cast<std::size_t>(size), digest.data()), "digest");
    std::array<unsigned char, 64> text{};
    std::size_t length = 0;
    check(mbedtls_base64_encode(text.data(), text.size(), &length, digest.data(), digest.size()),
          "base64");
    return "sha256/" + std::string(reinterpret_cast<const char*>(text.data()), length);
}

}  // namespace cmagent::cmsim
