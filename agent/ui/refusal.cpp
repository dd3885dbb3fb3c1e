#include "agent/ui/refusal.h"

#include "agent/base/decimal.h"
#include "agent/base/text_writer.h"
#include "agent/cm/advice.h"
#include "agent/ui/conflict_json.h"
#include "agent/ui/evaluation_json.h"
#include "agent/ui/session_json.h"
#include "agent/ui/violation_line.h"

namespace cmagent::ui {
namespace {

std::int64_t whole_seconds(Millis ms) {
    return (ms + 999) / 1000;
}

// 429, of CM or of our own.
void answer_throttled(Reply& reply, const RefusalDetails& refused) {
    TextValues values;
    values.n = whole_seconds(refused.retry_after);
    char digits[kMaxDecimal];
    reply.field("Retry-After", write_decimal(values.n, digits));
    reply.problem(problem_of(refused.refusal), refused.reason, refused.blame, values);
}

void answer_missing(Reply& reply, const RefusalDetails& refused, const core::Core& core) {
    json::Writer& writer = reply.json();
    begin_problem(writer, Problem::missing_metadata, reply.language(), refused.reason,
                  cm::Blame::app);
    writer.key("missing").begin_array();
    if (refused.stream != nullptr) {
        const core::RequiredNames::List& required =
            core.ledgers().required_names.of(refused.stream->application);
        for (std::size_t i = 0; i < required.count; ++i) {
            const std::string_view name = required.names[i].view();
            if (!refused.stream->metadata.has(name)) writer.string(name);
        }
    }
    writer.end_array().end_object();
    reply.finish_problem(Problem::missing_metadata);
}

void answer_replaced(Reply& reply, const RefusalDetails& refused) {
    json::Writer& writer = reply.json();
    begin_problem(writer, Problem::replaced, reply.language(), refused.reason);
    if (refused.replacement != nullptr) {
        writer.member("replacedBy", refused.replacement->id);
    }
    writer.end_object();
    reply.finish_problem(Problem::replaced);
}

// A stream that is there, but without a code, is not gone for the viewer.
void answer_no_stream(Reply& reply, const RefusalDetails& refused) {
    const TextId detail = refused.reason.empty() ? TextId::gone : TextId::stream_stays;
    begin_problem(reply.json(), Problem::no_such_stream, compose(reply.language(), detail).view(),
                  refused.reason);
    reply.json().end_object();
    reply.finish_problem(Problem::no_such_stream);
}

}  // namespace

void answer_refusal(Reply& reply, const RefusalDetails& refused, const core::Core& core) {
    switch (refused.refusal) {
        case core::Refusal::throttled:
        case core::Refusal::too_many_requests:
            return answer_throttled(reply, refused);
        case core::Refusal::missing_metadata:
            return answer_missing(reply, refused, core);
        case core::Refusal::replaced:
            return answer_replaced(reply, refused);
        case core::Refusal::no_such_stream:
            return answer_no_stream(reply, refused);
        case core::Refusal::invalid_field:
            // The core judges the one thing that parsed_request.h cannot: the metadata that the
            // session holds and the metadata that comes must fit together.
            return reply.invalid("metadata", "too-many");
        default:
            return reply.problem(problem_of(refused.refusal), refused.reason, refused.blame);
    }
}

void answer_refusal(ApiState& api, RequestContext& request, core::Refusal refusal,
                    const core::StreamRequest& stream) {
    RefusalDetails refused;
    refused.refusal = refusal;
    refused.stream = &stream;
    const core::Ledgers& ledgers = api.core.ledgers();
    // Of all that is refused without asking, a throttle was told by CM before, or is the app's own.
    const bool too_many = refusal == core::Refusal::too_many_requests;
    if (too_many || refusal == core::Refusal::throttled) refused.blame = cm::Blame::app;
    refused.retry_after =
        too_many ? ledgers.rates.wait() : ledgers.throttle.remaining(stream, request.now);
    answer_refusal(request.reply, refused, api.core);
}

void answer_done(ApiState& api, RequestContext& request, core::Refusal refusal,
                 const core::StreamRequest& stream) {
    refusal == core::Refusal::none ? request.reply.empty(204)
                                   : answer_refusal(api, request, refusal, stream);
}

void answer_conflict(Reply& reply, const core::Conflict& conflict, ApiState& api, int status) {
    const cm::Evaluation evaluation = cm::Evaluation::read(conflict.text(), api.tokens);
    const Wording wording = reply.caller().wording();
    reply.field("ETag", etag(conflict, evaluation, reply.caller(), api.core));

    json::Writer& writer = reply.json();
    begin_problem(writer, Problem::stream_limit,
                  line_of(evaluation, conflict.failed, wording).view(), {}, cm::Blame::household);
    write_conflict(writer, conflict);
    write_violations(writer.key("violations"), evaluation, wording,
                     here_for(reply.caller(), api.core));
    write_obligations(writer.key("obligations"), evaluation);
    writer.end_object();

    if (status < 300) return reply.finish(status);
    char bytes[64];
    TextWriter location(bytes);
    location << "/v1/conflicts/" << conflict.id.view();
    reply.field("Location", location.view());
    reply.finish_problem(Problem::stream_limit);
}

ETag present_tag(const core::Conflict& conflict, const Caller& caller, ApiState& api) {
    const cm::Evaluation evaluation = cm::Evaluation::read(conflict.text(), api.tokens);
    return etag(conflict, evaluation, caller, api.core);
}

}  // namespace cmagent::ui
