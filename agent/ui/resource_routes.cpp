#include "agent/ui/resources.h"
#include "agent/ui/routes.h"

namespace cmagent::ui {

Answer show_page(Context&, Call& call) {
    call.reply.field("Content-Security-Policy", page_policy());
    // For browsers that do not know frame-ancestors: the page is never inside that of a stranger, who
    // could make the viewer press OK on it unseen.
    call.reply.field("X-Frame-Options", "DENY");
    call.reply.text(200, "text/html; charset=utf-8", page_html());
    return Answer::now;
}

Answer show_description(Context&, Call& call) {
    call.reply.text(200, "application/json", openapi_json());
    return Answer::now;
}

}  // namespace cmagent::ui
