#include "agent/ui/resources.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

void show_page(ApiState&, RequestContext& request) {
    request.reply.field("Content-Security-Policy", page_policy());
    // For browsers that do not know frame-ancestors. A foreign page with this one in a frame could
    // make the viewer press OK on it unseen.
    request.reply.field("X-Frame-Options", "DENY");
    request.reply.constant("text/html; charset=utf-8", page_html());
}

void show_client(ApiState&, RequestContext& request) {
    Reply& reply = request.reply;
    reply.may_be_kept();
    // A page that isolates itself (Cross-Origin-Embedder-Policy) loads it, too.
    reply.field("Cross-Origin-Resource-Policy", "cross-origin");
    ETag tag;
    (void)tag.assign(client_tag());
    if (not_modified(request, tag)) return;
    reply.field("ETag", tag);
    reply.constant("text/javascript; charset=utf-8", client_script());
}

void show_description(ApiState&, RequestContext& request) {
    request.reply.constant("application/json", openapi_json());
}

}  // namespace cmagent::ui
