#pragma once
#include <string>
#include <string_view>

namespace cmagent {

// A moment as cm::write_rfc3339() writes it, to the second, in the form that cm::read_http_date()
// reads. The C library is not asked: on 32 bits its calendar ends in 2038.
inline std::string as_http_date(std::string_view rfc3339) {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const std::string text(rfc3339);
    const auto month = static_cast<std::size_t>(std::stoi(text.substr(5, 2)));
    return "X, " + text.substr(8, 2) + " " + std::string(kMonths.substr(3 * (month - 1), 3)) + " " +
           text.substr(0, 4) + " " + text.substr(11, 8) + " GMT";
}

}  // namespace cmagent
