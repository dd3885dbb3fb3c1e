#pragma once
#include <string_view>

#include "agent/base/text_writer.h"

namespace cmagent {

// The digits of base64 (RFC 4648 §4), of which each carries the bits of its place.
inline constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// With padding.
void write_base64(TextWriter& out, std::string_view bytes);

}  // namespace cmagent
