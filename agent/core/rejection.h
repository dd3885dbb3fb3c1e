#pragma once
#include <string_view>

#include "agent/base/text.h"
#include "agent/cm/answer.h"
#include "agent/cm/request.h"
#include "agent/core/refusal.h"

namespace cmagent::core {

// CM's own words about a request that it rejects, for the integrator who reads the problem
// (contract.md, "Problems"). Words that hold what is nobody else's are left out.
class Rejection {
  public:
    // What CM may have echoed, and nobody may read.
    struct Secrets {
        std::string_view subject;
        std::string_view application_id;  // the user of HTTP Basic
        const cm::Codes* codes = nullptr;
    };

    // The reason of a refusal by this answer: of `cm_rejected` and `cm_credentials` what CM says,
    // else the answer's own. The view is good until the next call.
    [[nodiscard]] std::string_view reason_for(Refusal refusal, const cm::Answer& answer,
                                              const Secrets& secrets);

  private:
    // Of CM's words; the rest is cut, and ends in "...".
    static constexpr std::size_t kMaxReason = 200;

    Text<kMaxReason> text_;
};

}  // namespace cmagent::core
