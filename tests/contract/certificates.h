#pragma once
#include <string>
#include <vector>

namespace cmagent::contract {

// A certificate and its key, as PEM.
struct Identity {
    std::string certificate;
    std::string key;
    std::string name;  // subject; and the issuer of the certificates that it signs
    std::string pin;   // sha256/<base64>, of its own key
};

// How a certificate is to look. The defaults are those of a good server certificate.
struct Wish {
    std::string common_name = "localhost";
    std::vector<std::string> dns_names = {"localhost"};  // both empty: no subjectAltName at all
    std::vector<std::string> addresses;                  // in network order
    int days_from = -1;                                  // valid from, to: days from now
    int days_to = 30;
    bool authority = false;
    bool weak_key = false;  // RSA of 1024 bits
};

// Signed by `issuer`, or by itself where that is null.
[[nodiscard]] Identity make_identity(const Wish& wish, const Identity* issuer);

// A throw-away authority; the same one for all tests of the process, for keys take time.
[[nodiscard]] const Identity& authority();

}  // namespace cmagent::contract
