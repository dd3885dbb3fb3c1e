#include "agent/ui/streams_answer.h"

#include "agent/ui/refusal.h"
#include "agent/ui/streams_json.h"

namespace cmagent::ui {

void answer_streams(Reply& reply, const core::Look& look, ApiState& api, Time now) {
    if (look.refusal != core::Refusal::none) {
        RefusalDetails refused;
        refused.refusal = look.refusal;
        refused.blame = look.blame;
        refused.reason = look.reason;
        refused.retry_after = look.call_at - now;
        return answer_refusal(reply, refused, api.core);
    }
    write_streams(reply.json(), look, look.streams(api.tokens), here_for(reply.caller(), api.core),
                  now);
    reply.finish(200);
}

void answer_outlook(Reply& reply, const core::Look& look, const core::StreamRequest& wish,
                    ApiState& api, Time now) {
    const cm::RunningStreams streams = look.streams(api.tokens);
    const core::Ledgers& ledgers = api.core.ledgers();
    const core::Outlook outlook(ledgers.limits, look, streams, wish, now, ledgers.wall_ms());
    write_outlook(reply.json(), outlook, look, streams, here_for(reply.caller(), api.core), now);
    reply.finish(200);
}

}  // namespace cmagent::ui
