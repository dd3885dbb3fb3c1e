#include "agent/base/base64.h"

#include <cstdint>

#include "agent/base/text.h"

namespace cmagent {

void write_base64(TextWriter& out, std::string_view bytes) {
    for (; !bytes.empty(); bytes = slice(bytes, 3)) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = (bits << 8) | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        }
        out << kBase64Digits[bits >> 18] << kBase64Digits[(bits >> 12) & 63]
            << (bytes.size() > 1 ? kBase64Digits[(bits >> 6) & 63] : '=')
            << (bytes.size() > 2 ? kBase64Digits[bits & 63] : '=');
    }
}

}  // namespace cmagent
