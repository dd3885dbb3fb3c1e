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

void show_description(ApiState&, RequestContext& request) {
    request.reply.constant("application/json", openapi_json());
}

}  // namespace cmagent::ui
