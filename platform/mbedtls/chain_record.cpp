#include "platform/mbedtls/chain_record.h"

#include "agent/base/civil.h"
#include "agent/base/text_writer.h"
#include "platform/mbedtls/certificate_reading.h"
#include "platform/mbedtls/tls_fault.h"

namespace cmagent::platform {
namespace {

// Somebody else has shown it.
constexpr std::uint32_t kOfAnother =
    MBEDTLS_X509_BADCERT_NOT_TRUSTED | MBEDTLS_X509_BADCERT_CN_MISMATCH | kNotPinned;

void take(AnyText into, Der name) {
    char bytes[decltype(CertificateFacts::subject)::capacity()];
    TextWriter words(bytes, WhenFull::cut);
    print_name(words, name);
    (void)assign(into, words.view());
}

}  // namespace

std::int64_t end_of(const mbedtls_x509_crt& certificate) {
    const mbedtls_x509_time& end = certificate.valid_to;
    const std::int64_t days = days_from_civil(end.year, end.mon, end.day);
    return ((days * 24 + end.hour) * 60 + end.min) * 60 + end.sec;
}

void ChainRecord::note(const mbedtls_x509_crt& certificate, int depth, std::uint32_t flags) {
    const std::size_t last = ServerChain::kKept - 1;
    const auto number = static_cast<std::size_t>(depth);
    const std::size_t place = number < last ? number : last;
    const std::int64_t ends = end_of(certificate);
    CertificateFacts& facts = pending_.certificates[place];
    if (pending_.count <= place) {
        pending_.count = place + 1;
    } else if (place == last && facts.ends <= ends) {
        return;
    }
    const CertificateNames names = names_of(Der(certificate.raw));
    take(facts.subject, names.subject);
    take(facts.issuer, names.issuer);
    facts.ends = ends;
    if (depth > 0) return;
    if ((flags & kOfAnother) == 0) seen_ = pending_;
    pending_.count = 0;
}

}  // namespace cmagent::platform
