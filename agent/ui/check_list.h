#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/bytes.h"
#include "agent/json/write.h"

namespace cmagent::ui {

enum class Checked : std::uint8_t {
    ok,
    warning,  // nothing is lost by it now
    fault,
    untried,  // because of an earlier fault
};

// What a check has found, line by line, as the JSON text of GET /v1/check. Nothing of a person, and
// no id of an application, is ever added.
class CheckList {
  public:
    void begin();
    // `says`: what was found; `remedy`: what to do, empty where nothing is.
    void add(const char* check, std::string_view subject, Checked result, std::string_view says,
             std::string_view remedy = {});
    // No line follows. The text is valid until begin().
    [[nodiscard]] std::string_view finish();

  private:
    // 8 applications and players, 16 addresses with their handshakes, 8 sockets, 40 files: some 100
    // lines, of 255 bytes of a path and 300 of a reason at the most, and seldom of more than 200.
    char text_[32 * kKiB];
    json::Writer writer_{text_};
    bool faulty_ = false;
};

}  // namespace cmagent::ui
