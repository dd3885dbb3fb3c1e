#pragma once
#include <string_view>

#include "agent/base/time.h"
#include "agent/core/conflicts.h"
#include "agent/core/session.h"
#include "agent/ui/caller.h"
#include "agent/ui/parsed_request.h"
#include "agent/ui/reply.h"
#include "platform/api/http.h"

namespace cmagent::ui {

// One request on its way to an answer. All that it refers to lives until the handler returns.
struct RequestContext {
    const platform::HttpRequest& http;
    platform::HttpTicket ticket;
    Time now;
    const Caller& caller;
    Reply& reply;

    // Set by dispatch() as the route needs them (routes.h).
    std::string_view id{};  // the part of the path in the place of {id}
    const core::Session* session = nullptr;
    const core::Conflict* conflict = nullptr;
    const ParsedRequest* parsed = nullptr;
};

}  // namespace cmagent::ui
