#pragma once
// The verdict of an application's policies on a newcomer.

#include <vector>

#include "tests/cmsim/answer.h"
#include "tests/cmsim/policy.h"
#include "tests/cmsim/session.h"

namespace cmagent::cmsim {

// A session that has to give way, and the violation that it is told of.
struct Loser {
    Session* session;
    Violation violation;
};

// Denied where there are violations; else let in, at the cost of the losers.
struct Verdict {
    std::vector<Violation> violations;
    std::vector<Loser> losers;
};

// All policies of the newcomer's application must allow it. `newcomer` is a session of its
// household that starts, or one that goes on with the given metadata: it does not count against
// itself.
Verdict judge(const Agreement& agreement, const Session& newcomer, const Metadata& metadata);

// The violation that a session is told whose slot the control port took: of the first rule of its
// policies, with all other sessions that the rule counts. Empty where no policy has a rule.
std::vector<Violation> displacement_of(const Agreement& agreement, const Session& session);

}  // namespace cmagent::cmsim
