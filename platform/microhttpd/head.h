#pragma once
#include <optional>

#include "platform/api/http.h"

struct MHD_Connection;

namespace cmagent::platform {

// The header fields of the request that a connection carries now.
class Head final : public HttpHeaders {
  public:
    void attach(MHD_Connection* connection) { connection_ = connection; }

    [[nodiscard]] std::string_view get(const char* name) const override;
    [[nodiscard]] std::size_t count(const char* name) const override;

    // The reason for which the request is not read on; nothing: it is. No version of libmicrohttpd
    // checks all of it (hazards.md 14 and 20). `target` is the raw one of the request line.
    [[nodiscard]] std::optional<HttpRefusal> refusal(std::string_view target,
                                                     std::string_view version) const;

  private:
    MHD_Connection* connection_ = nullptr;
};

}  // namespace cmagent::platform
