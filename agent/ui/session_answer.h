#pragma once
#include "agent/core/core.h"
#include "agent/ui/reply.h"

namespace cmagent::ui {

// A session with its ETag.
void answer_session(Reply& reply, int status, const core::Session& session, const core::Core& core);
// 201, with the Location of the session.
void answer_started(Reply& reply, const core::Session& session, const core::Core& core);

}  // namespace cmagent::ui
