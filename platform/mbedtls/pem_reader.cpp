#include "platform/mbedtls/pem_reader.h"

#include <mbedtls/pem.h>

#include "agent/base/text.h"

namespace cmagent::platform {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
constexpr std::size_t kDashes = 5;                     // both marks begin with so many
constexpr std::string_view kBehindMark{"\0 \r\n", 4};  // of kBegin; "\0": as yet nothing

}  // namespace

bool PemReader::next(std::string_view& text) {
    while (!text.empty()) {
        if (place_ != Place::head && matched_ == 0) {
            pass_to_dash(text);
            continue;
        }
        const char c = text.front();
        if (place_ == Place::head && !take_head(c)) return true;
        text.remove_prefix(1);
        if (matched_ > 0 && take_mark(c)) return true;
    }
    return false;
}

void PemReader::pass_to_dash(std::string_view& text) {
    const std::string_view passed = slice(text, 0, text.find('-'));
    for (std::size_t at = 0; (at = passed.find('\n', at)) != std::string_view::npos; ++at) ++line_;
    if (place_ == Place::inside) base64_.take(passed);
    text = slice(text, passed.size());
    if (text.empty()) return;
    matched_ = 1;
    text.remove_prefix(1);
}

// At most a space, at most a CR, and LF, in this order.
bool PemReader::take_head(char c) {
    const std::size_t before = kBehindMark.find(last_);
    const std::size_t now = kBehindMark.find(c);
    if (now == std::string_view::npos || now <= before) {
        place_ = Place::between;
        return false;
    }
    last_ = c;
    if (c != '\n') return true;
    ++line_;
    place_ = Place::inside;
    return true;
}

bool PemReader::take_mark(char c) {
    const bool inside = place_ == Place::inside;
    const std::string_view mark = inside ? kEnd : kBegin;
    if (c != mark[matched_]) {
        // What looked like a mark is not one; but the last dashes may begin one.
        if (inside) base64_.take("-");
        if (c == '\n') ++line_;
        const std::size_t dashes = matched_ == kDashes ? kDashes : 1;
        matched_ = c == '-' ? dashes : 0;
        return false;
    }
    if (++matched_ < mark.size()) return false;
    matched_ = 0;
    closed_ = inside;
    place_ = inside ? Place::between : Place::head;
    if (inside) return true;
    last_ = '\0';
    line_of_block_ = line_;
    base64_ = Base64Reader(room_);
    return false;
}

int PemReader::result() const {
    if (!closed_) return MBEDTLS_ERR_PEM_NO_HEADER_FOOTER_PRESENT;
    return base64_.complete() && base64_.size() > 0 ? 0 : MBEDTLS_ERR_PEM_INVALID_DATA;
}

}  // namespace cmagent::platform
