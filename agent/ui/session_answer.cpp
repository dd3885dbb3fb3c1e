#include "agent/ui/session_answer.h"

#include <cstdio>

#include "agent/ui/session_json.h"

namespace cmagent::ui {

void answer_session(Reply& reply, int status, const core::Session& session,
                    const core::Settings& settings) {
    reply.field("ETag", etag(session, reply.language()).view());
    write_session(reply.json(), session, settings, reply.language());
    reply.finish(status);
}

void answer_started(Reply& reply, const core::Session& session, const core::Settings& settings) {
    char location[64];
    const std::string_view id = session.id.view();
    const int size = std::snprintf(location, sizeof location, "/v1/sessions/%.*s",
                                   static_cast<int>(id.size()), id.data());
    reply.field("Location", {location, static_cast<std::size_t>(size)});
    answer_session(reply, 201, session, settings);
}

}  // namespace cmagent::ui
