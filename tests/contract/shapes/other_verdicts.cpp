#include "tests/contract/shapes/other_verdicts.h"

#include <mbedtls/base64.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "platform/mbedtls/certificate_name.h"
#include "tests/contract/shapes/pem.h"
#include "tests/temporary_folder.h"

namespace cmagent::contract::shapes {
namespace {

bool is_there(const char* program) {
    return std::system((std::string("command -v ") + program + " >/dev/null").c_str()) == 0;
}

// One line of a shell's for each: "0" where it is accepted. A server's certificate that GnuTLS or
// OpenSSL cannot read is refused.
std::string script(const std::string& folder, const Chain& chain, std::size_t number) {
    const std::string at = folder + "/" + std::to_string(number);
    const bool is_address = platform::CertificateHost(chain.host.c_str()).is_address();
    std::ostringstream text;
    // As a client of OpenSSL's with its usual level of security, and curl's rule of wildcards.
    text << "openssl verify -auth_level 2 -purpose sslserver -no-CApath -no-CAstore "
         << (is_address ? "-verify_ip '" : "-verify_hostname '") << chain.host << "' -CAfile " << at
         << ".roots -untrusted " << at << ".chain " << at << ".leaf >/dev/null 2>&1; echo $?\n";
    text << "certtool --verify --verify-hostname '" << chain.host
         << "' --verify-purpose 1.3.6.1.5.5.7.3.1 --load-ca-certificate " << at
         << ".roots --infile " << at << ".chain >/dev/null 2>&1; echo $?\n";
    return text.str();
}

}  // namespace

std::string pem(const std::vector<Bytes>& certificates) {
    std::string all;
    for (const Bytes& one : certificates) {
        std::vector<unsigned char> text(one.size() * 2 + 16);
        std::size_t size = 0;
        (void)mbedtls_base64_encode(text.data(), text.size(), &size,
                                    reinterpret_cast<const unsigned char*>(one.data()), one.size());
        all += "-----BEGIN CERTIFICATE-----\n";
        for (std::size_t i = 0; i < size; i += 64) {
            all.append(reinterpret_cast<char*>(text.data()) + i,
                       std::min<std::size_t>(64, size - i));
            all += '\n';
        }
        all += "-----END CERTIFICATE-----\n";
    }
    return all;
}

std::optional<std::vector<Verdicts>> ask_others(const std::vector<Chain>& chains) {
    if (!is_there("openssl") || !is_there("certtool")) return std::nullopt;
    const TemporaryFolder folder;
    const std::string path = folder.file("");
    std::string text;
    for (std::size_t i = 0; i < chains.size(); ++i) {
        const std::string name = std::to_string(i);
        (void)folder.write((name + ".roots").c_str(), pem(chains[i].roots));
        (void)folder.write((name + ".chain").c_str(), pem(chains[i].sent));
        (void)folder.write((name + ".leaf").c_str(), pem({chains[i].sent.front()}));
        text += script(path, chains[i], i);
    }
    const std::string file = folder.write("script", text);
    const std::string answers = folder.file("answers");
    (void)std::system(("sh " + file + " >" + answers).c_str());
    std::ifstream lines(answers);
    std::vector<Verdicts> all(chains.size());
    for (Verdicts& one : all) {
        int openssl = 1, gnutls = 1;
        lines >> openssl >> gnutls;
        one = {openssl == 0, gnutls == 0};
    }
    return all;
}

}  // namespace cmagent::contract::shapes
