#pragma once
// Which function answers what (contract.md, "Local HTTP API"): the table is in routes.cpp, the
// functions are in *_routes.cpp.

#include <string_view>

#include "agent/base/text.h"
#include "agent/ui/api_state.h"

namespace cmagent::ui {

enum class Outcome : std::uint8_t {
    answered,
    pending,  // a PendingRequest was added
};
using Handler = Outcome (*)(ApiState& api, RequestContext& request);

// The texts are kept in the row: pointers to them would cost more.
struct Route {
    char method[8];
    char path[28];  // may hold one {id}
    Handler handler;
};

struct Routes {
    const Route* data;
    std::size_t size;
    [[nodiscard]] const Route* begin() const { return data; }
    [[nodiscard]] const Route* end() const { return data + size; }
};
[[nodiscard]] Routes routes();

// Finds the route, or answers 404, 405 (with Allow) or OPTIONS. `request.id` is set on the way.
[[nodiscard]] Outcome dispatch(ApiState& api, RequestContext& request);

// "GET, PATCH, DELETE" and so on, for the path; empty: nothing is there.
using Methods = Text<64>;
[[nodiscard]] Methods methods_of(std::string_view path);

// session_routes.cpp
Outcome start_session(ApiState& api, RequestContext& request);
Outcome list_sessions(ApiState& api, RequestContext& request);
Outcome show_session(ApiState& api, RequestContext& request);
Outcome change_session(ApiState& api, RequestContext& request);
Outcome end_session(ApiState& api, RequestContext& request);
Outcome confirm_stopped(ApiState& api, RequestContext& request);
Outcome log_out(ApiState& api, RequestContext& request);

// conflict_routes.cpp
Outcome show_conflict(ApiState& api, RequestContext& request);
Outcome resolve_conflict(ApiState& api, RequestContext& request);
Outcome give_up_conflict(ApiState& api, RequestContext& request);

// service_routes.cpp
Outcome show_streams(ApiState& api, RequestContext& request);
Outcome show_required_metadata(ApiState& api, RequestContext& request);
Outcome show_status(ApiState& api, RequestContext& request);
Outcome show_health(ApiState& api, RequestContext& request);
Outcome show_metrics(ApiState& api, RequestContext& request);

// resource_routes.cpp
Outcome show_page(ApiState& api, RequestContext& request);
Outcome show_description(ApiState& api, RequestContext& request);

// event_routes.cpp
Outcome show_events(ApiState& api, RequestContext& request);

}  // namespace cmagent::ui
