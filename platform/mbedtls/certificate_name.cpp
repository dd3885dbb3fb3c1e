#include "platform/mbedtls/certificate_name.h"

#include <arpa/inet.h>

#include "agent/base/characters.h"
#include "agent/base/text.h"
#include "platform/mbedtls/der.h"

namespace cmagent::platform {

CertificateHost::CertificateHost(const char* host) : host_(host) {
    in_addr four;
    if (inet_aton(host, &four) != 0) {
        size_ = sizeof four;
        std::memcpy(address_, &four, sizeof four);
    } else if (inet_pton(AF_INET6, host, address_) == 1) {
        size_ = sizeof address_;
    }
}

int CertificateHost::tag() const {
    return is_address() ? kAddressName : kDnsName;
}

std::string_view CertificateHost::content() const {
    return is_address() ? std::string_view(address_, size_) : host_;
}

bool CertificateHost::is_named_by(const mbedtls_x509_crt& certificate) const {
    Der names = subject_alt_names(certificate);
    while (!names.empty()) {
        const int tag = names.tag();
        if (matches(tag, names.take().text())) return true;
    }
    return false;
}

bool CertificateHost::matches(int tag, std::string_view name) const {
    if (tag != this->tag() || name.empty()) return false;
    std::string_view host = content();
    if (is_address()) return name == host;
    if (slice(name, 0, 2) == "*.") {
        name.remove_prefix(1);
        const std::size_t dot = host.find('.');
        if (dot == 0 || name.find('.', 1) == std::string_view::npos) return false;
        host = slice(host, dot);
    }
    return same_ignoring_case(name, host);
}

}  // namespace cmagent::platform
