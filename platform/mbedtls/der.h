#pragma once
#include <mbedtls/asn1.h>
#include <mbedtls/x509_crt.h>

#include <cstddef>
#include <string_view>

namespace cmagent::platform {

inline constexpr int kSequence = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE;
inline constexpr int kSet = MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SET;

// The forms of a GeneralName that are compared with anything, by their tags (RFC 5280 §4.2.1.6).
inline constexpr int kMailName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 1;
inline constexpr int kDnsName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2;
inline constexpr int kDirectoryName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 4;
inline constexpr int kAddressName = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 7;

// The rest of a value in DER, of which elements are taken off the front: what mbedTLS keeps of a
// certificate does not say all that has to be known. A view: the certificate must live as long.
struct Der {
    unsigned char* at = nullptr;  // null: there is no such value, or it is malformed
    const unsigned char* end = nullptr;

    Der() = default;
    Der(unsigned char* bytes, std::size_t size) : at(bytes), end(bytes + size) {}
    explicit Der(const mbedtls_x509_buf& buffer) : Der(buffer.p, buffer.len) {}

    [[nodiscard]] bool valid() const { return at != nullptr; }
    [[nodiscard]] bool empty() const { return at == nullptr || at >= end; }
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end - at); }
    [[nodiscard]] std::string_view text() const {
        return {reinterpret_cast<const char*>(at), size()};
    }
    [[nodiscard]] int tag() const { return empty() ? 0 : *at; }

    // Takes the next element and returns its content. Where there is none, or it has another tag or is
    // malformed, the content is not valid; in the last case nor is the rest.
    [[nodiscard]] Der take(int tag);
    [[nodiscard]] Der take() { return take(tag()); }
};

// The extensions that are read here, by the last number of their OID: 2.5.29.x (RFC 5280 §4.2.1).
enum class Extension : unsigned char {
    key_usage = 15,
    subject_alt_name = 17,
    name_constraints = 30,
    extended_key_usage = 37,
};

// The value of an extension; not valid where there is none. Of several of its kind the one with
// number `which`, from 0.
[[nodiscard]] Der extension(const mbedtls_x509_crt& certificate, Extension kind,
                            unsigned which = 0);

// The GeneralNames of subjectAltName, one behind the other.
[[nodiscard]] Der subject_alt_names(const mbedtls_x509_crt& certificate);

// The attributes of a Name (RFC 5280 §4.1.2.4), without regard to which of them stand together.
class Attributes {
  public:
    // `name`: the content of the Name's SEQUENCE.
    explicit Attributes(Der name) : names_(name) {}
    // False when there are no more. `kind`: the OID; `value`: a string, as a rule in UTF-8.
    [[nodiscard]] bool next(Der& kind, Der& value);
    // After that: whether it was the end of the name, and not of what can be read of it.
    [[nodiscard]] bool complete() const { return names_.valid() && names_.empty(); }

  private:
    Der names_;
    Der together_;  // the rest of the attributes that stand together with the last one
};

// The content of the subject's Name.
[[nodiscard]] Der subject_of(const mbedtls_x509_crt& certificate);

}  // namespace cmagent::platform
