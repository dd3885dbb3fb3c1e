#pragma once
#include <string_view>

#include "agent/base/text_writer.h"

namespace cmagent {

// The digits of base64 (RFC 4648 §4): the digit for a value of six bits stands at that place.
inline constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Writes `bytes` as base64, with padding.
void write_base64(TextWriter& out, std::string_view bytes);

}  // namespace cmagent
