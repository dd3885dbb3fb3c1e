#pragma once
#include <cstddef>
#include <string_view>

#include "agent/base/span.h"
#include "agent/lib/cmagent.h"

namespace cmagent::lib {

// What was written, or why it was not.
struct Written {
    int result = CMAGENT_OK;
    std::size_t size = 0;
};

// The body of `POST /v1/sessions`, without `replaces`.
[[nodiscard]] Written write_start(Buffer into, const cmagent_request& request,
                                  std::string_view client_key);
// The body of a choice.
[[nodiscard]] Written write_choice(Buffer into, const char* const* codes, std::size_t count);

}  // namespace cmagent::lib
