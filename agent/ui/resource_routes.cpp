#include "agent/ui/resources.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

Outcome show_page(ApiState&, RequestContext& request) {
    request.reply.field("Content-Security-Policy", page_policy());
    // For browsers that do not know frame-ancestors: the page is never inside that of a stranger, who
    // could make the viewer press OK on it unseen.
    request.reply.field("X-Frame-Options", "DENY");
    request.reply.text(200, "text/html; charset=utf-8", page_html());
    return Outcome::answered;
}

Outcome show_description(ApiState&, RequestContext& request) {
    request.reply.text(200, "application/json", openapi_json());
    return Outcome::answered;
}

}  // namespace cmagent::ui
