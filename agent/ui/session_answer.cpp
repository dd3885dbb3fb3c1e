#include "agent/ui/session_answer.h"

#include "agent/base/text_writer.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {

void answer_session(Reply& reply, int status, const core::Session& session,
                    const core::Core& core) {
    reply.field("ETag", etag(session, core, reply.caller()));
    write_session(reply.json(), session, core, reply.caller());
    reply.finish(status);
}

void answer_started(Reply& reply, const core::Session& session, const core::Core& core) {
    char bytes[64];
    TextWriter location(bytes);
    location << "/v1/sessions/" << session.id.view();
    reply.field("Location", location.view());
    answer_session(reply, 201, session, core);
}

}  // namespace cmagent::ui
