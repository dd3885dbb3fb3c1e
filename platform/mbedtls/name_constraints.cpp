#include "platform/mbedtls/name_constraints.h"

#include <mbedtls/oid.h>

#include "agent/base/characters.h"
#include "agent/base/text.h"

namespace cmagent::platform {
namespace {

constexpr int kPermitted = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 0;
constexpr int kExcluded = MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED | 1;

enum class Match : unsigned char { no, yes, unclear };

Match match_if(bool is) {
    return is ? Match::yes : Match::no;
}

// "example.com" holds itself and what is below it; ".example.com", which RFC 5280 does not know, only
// the latter; "" all names.
Match match_dns(std::string_view base, std::string_view name) {
    if (base.empty()) return Match::yes;
    if (name.size() < base.size()) return Match::no;
    const std::size_t before = name.size() - base.size();
    if (!same_ignoring_case(slice(name, before), base)) return Match::no;
    return match_if(base.front() == '.' ? before > 0 : before == 0 || name[before - 1] == '.');
}

// `base` is an address and a mask.
Match match_address(std::string_view base, std::string_view name) {
    if (base.size() != 8 && base.size() != 32) return Match::unclear;
    if (base.size() != 2 * name.size()) return Match::no;
    bool same = true;
    for (std::size_t i = 0; i < name.size(); ++i) {
        same = same && ((name[i] ^ base[i]) & base[name.size() + i]) == 0;
    }
    return match_if(same);
}

// `base` is the beginning of the name. What kind of string a value is does not matter, nor capitals.
Match match_directory(Der base, Der name) {
    Attributes expected(base.take(kSequence));
    Attributes given(name.take(kSequence));
    Der kind, value, other_kind, other_value;
    while (expected.next(kind, value)) {
        if (!given.next(other_kind, other_value)) return Match::no;
        if (kind.text() != other_kind.text()) return Match::no;
        if (!same_ignoring_case(value.text(), other_value.text())) return Match::no;
    }
    return expected.complete() ? Match::yes : Match::unclear;
}

Match match(int tag, Der base, Der name) {
    if (tag == kDnsName) return match_dns(base.text(), name.text());
    if (tag == kAddressName) return match_address(base.text(), name.text());
    if (tag == kDirectoryName) return match_directory(base, name);
    return Match::unclear;
}

// Of a list of subtrees: whether there are any of this form, and whether the name is in one.
struct Found {
    bool form = false;
    bool name = false;
    bool unclear = false;
};

Found find(Der subtrees, int tag, Der name) {
    Found found;
    while (!subtrees.empty()) {
        Der subtree = subtrees.take(kSequence);
        const int form = subtree.tag();
        const Der base = subtree.take();
        // Behind the base would stand depths, which RFC 5280 does not use.
        found.unclear = found.unclear || !base.valid() || !subtree.empty();
        if (!base.valid()) break;
        if (((form ^ tag) & MBEDTLS_ASN1_TAG_VALUE_MASK) != 0) continue;
        found.form = true;
        const Match is = match(tag, base, name);
        if (is == Match::unclear) found.unclear = true;
        if (is == Match::yes) found.name = true;
    }
    return found;
}

bool permit_name_by(Der constraints, int tag, Der name) {
    Der lists = constraints.take(kSequence);
    if (!lists.valid() || !constraints.empty()) return false;
    while (!lists.empty()) {
        const int kind = lists.tag();
        const Found found = find(lists.take(), tag, name);
        if (found.unclear || (kind != kPermitted && kind != kExcluded)) return false;
        if (kind == kPermitted ? found.form && !found.name : found.name) return false;
    }
    return lists.valid();
}

bool is_self_issued(const mbedtls_x509_crt& certificate) {
    return Der(certificate.issuer_raw).text() == Der(certificate.subject_raw).text();
}

Der view_of(std::string_view text) {
    // Only ever read.
    auto* const bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
    return {bytes, text.size()};
}

}  // namespace

bool NameConstraints::permit(const mbedtls_x509_crt& certificate, int depth,
                             const CertificateHost& host) {
    bool permitted = (depth > 0 && is_self_issued(certificate)) || permit_all(certificate);
    if (depth == 0 && !permit_name(host.tag(), view_of(host.content()))) permitted = false;
    for (unsigned i = 0;; ++i) {
        const Der constraints = extension(certificate, Extension::name_constraints, i);
        if (!constraints.valid()) return permitted;
        if (count_ == kMost) return false;
        constraints_[count_++] = constraints;
    }
}

bool NameConstraints::permit_all(const mbedtls_x509_crt& certificate) const {
    const Der subject = subject_of(certificate);
    if (!subject.empty() && !permit_name(kDirectoryName, Der(certificate.subject_raw)))
        return false;
    Attributes attributes(subject);
    Der kind, value;
    while (attributes.next(kind, value)) {
        const bool mail = kind.text() == MBEDTLS_OID_PKCS9_EMAIL;
        if (mail && !permit_name(kMailName, value)) return false;
    }
    Der names = subject_alt_names(certificate);
    while (!names.empty()) {
        const int tag = names.tag();
        if (!permit_name(tag, names.take())) return false;
    }
    return true;
}

bool NameConstraints::permit_name(int tag, Der name) const {
    for (std::size_t i = 0; i < count_; ++i) {
        if (!permit_name_by(constraints_[i], tag, name)) return false;
    }
    return true;
}

}  // namespace cmagent::platform
