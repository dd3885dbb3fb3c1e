#pragma once
// Which function answers what (contract.md, "Local HTTP API"): the table is in routes.cpp, the
// functions are in *_routes.cpp.

#include <string_view>

#include "agent/base/text.h"
#include "agent/ui/context.h"

namespace cmagent::ui {

enum class Answer : std::uint8_t {
    now,
    later,  // a Waiter was added
};
using Function = Answer (*)(Context& context, Call& call);

// The texts are kept in the row: pointers to them would cost more.
struct Route {
    char method[8];
    char path[28];  // may hold one {id}
    Function function;
};

struct Routes {
    const Route* data;
    std::size_t size;
    [[nodiscard]] const Route* begin() const { return data; }
    [[nodiscard]] const Route* end() const { return data + size; }
};
[[nodiscard]] Routes routes();

// Finds the route, or answers 404, 405 (with Allow) or OPTIONS. `call.id` is set on the way.
[[nodiscard]] Answer dispatch(Context& context, Call& call);

// "GET, PATCH, DELETE" and so on, for the path; empty: nothing is there.
using Methods = Text<64>;
[[nodiscard]] Methods methods_of(std::string_view path);

// session_routes.cpp
Answer start_session(Context& context, Call& call);
Answer list_sessions(Context& context, Call& call);
Answer show_session(Context& context, Call& call);
Answer change_session(Context& context, Call& call);
Answer end_session(Context& context, Call& call);
Answer confirm_stopped(Context& context, Call& call);
Answer log_out(Context& context, Call& call);

// conflict_routes.cpp
Answer show_conflict(Context& context, Call& call);
Answer resolve_conflict(Context& context, Call& call);
Answer give_up_conflict(Context& context, Call& call);

// service_routes.cpp
Answer show_streams(Context& context, Call& call);
Answer show_required_metadata(Context& context, Call& call);
Answer show_status(Context& context, Call& call);
Answer show_health(Context& context, Call& call);
Answer show_metrics(Context& context, Call& call);

// resource_routes.cpp
Answer show_page(Context& context, Call& call);
Answer show_description(Context& context, Call& call);

// event_routes.cpp
Answer show_events(Context& context, Call& call);

}  // namespace cmagent::ui
