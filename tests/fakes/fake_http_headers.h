#pragma once
#include <strings.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/api/http.h"

namespace cmagent::fakes {

// Names and values, in the order in which the client has sent them.
using HttpFields = std::vector<std::pair<std::string, std::string>>;

class FakeHttpHeaders final : public platform::HttpHeaders {
  public:
    explicit FakeHttpHeaders(HttpFields fields = {}) : fields_(std::move(fields)) {}

    [[nodiscard]] std::string_view get(const char* name) const override {
        for (const auto& [field, value] : fields_) {
            if (strcasecmp(field.c_str(), name) == 0) return value;
        }
        return {};
    }
    [[nodiscard]] std::size_t count(const char* name) const override {
        std::size_t found = 0;
        for (const auto& field : fields_) {
            if (strcasecmp(field.first.c_str(), name) == 0) ++found;
        }
        return found;
    }

  private:
    HttpFields fields_;
};

}  // namespace cmagent::fakes
