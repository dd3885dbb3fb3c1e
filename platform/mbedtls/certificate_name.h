#pragma once
#include <mbedtls/x509_crt.h>

#include <string_view>

namespace cmagent::platform {

// A host as certificates name it: by a name, or by an address of 4 or 16 bytes.
class CertificateHost {
  public:
    // `host` must be zero-terminated, and live as long as this. What the system's resolver takes for
    // an address is one ("127.1"), and never a name.
    explicit CertificateHost(const char* host);

    // nullptr for an address: that is no name to tell the server (RFC 6066 §3).
    [[nodiscard]] const char* server_name() const { return is_address() ? nullptr : host_; }
    [[nodiscard]] bool is_address() const { return size_ > 0; }
    // The GeneralName that would name the host alone: its tag and its content.
    [[nodiscard]] int tag() const;
    [[nodiscard]] std::string_view content() const;

    // Whether the certificate names the host in its subjectAltName: an address as an iPAddress, a
    // name as a dNSName (RFC 9525 §6.3). A wildcard is the whole first label and stands for one;
    // two labels at least stand behind it, for nobody has all names below a single one. mbedTLS 2.28
    // knows no addresses, both versions take "*.com" and the common name.
    [[nodiscard]] bool is_named_by(const mbedtls_x509_crt& certificate) const;

  private:
    [[nodiscard]] bool matches(int tag, std::string_view name) const;

    const char* host_;
    char address_[16];
    std::size_t size_ = 0;  // of the address
};

}  // namespace cmagent::platform
