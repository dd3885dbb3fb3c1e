#pragma once
#include "agent/cm/answer.h"

namespace cmagent::core {

// Whether CM can be reached, by the last answer to anything that was asked.
class Reachability {
  public:
    // True: reachable() has changed. An answer that somebody else gave (not_cm …) tells nothing
    // about CM.
    [[nodiscard]] bool note(cm::Meaning meaning) {
        const bool reached = is_word_of_cm(meaning);
        if (!reached && meaning != cm::Meaning::unreachable) return false;
        if (reached != unreachable_) return false;
        unreachable_ = !reached;
        return true;
    }
    [[nodiscard]] bool reachable() const { return !unreachable_; }

  private:
    bool unreachable_ = false;
};

}  // namespace cmagent::core
