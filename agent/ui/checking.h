#pragma once
#include <string_view>

#include "agent/base/time.h"

namespace cmagent::ui {

// Tries what a viewer will need (contract.md, "check"): the daemon does.
class Checking {
  public:
    // What was found last, as JSON, where that is not older than 10 s: all who ask share it, so that
    // asking often costs CM nothing. Empty: a check is under way now, and LocalApi::on_checked() will
    // tell what it finds.
    [[nodiscard]] virtual std::string_view check(Time now) = 0;

  protected:
    ~Checking() = default;
};

}  // namespace cmagent::ui
