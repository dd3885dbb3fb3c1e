#include "agent/ui/problem.h"

#include <iterator>

#include "agent/base/names.h"
#include "agent/base/packed.h"
#include "agent/base/text_writer.h"

namespace cmagent::ui {
namespace {

static_assert(lists_all(kProblems, &ProblemRow::problem));

// The rows as they lie in the program: texts without pointers, numbers without gaps.
constexpr auto kCodes = pack<kProblems, &ProblemRow::code>();
constexpr auto kTitles = pack<kProblems, &ProblemRow::title>();

struct Numbers {
    std::uint16_t status[std::size(kProblems)] = {};
    TextId detail[std::size(kProblems)] = {};
};
constexpr Numbers kNumbers = [] {
    Numbers numbers;
    for (std::size_t i = 0; i < std::size(kProblems); ++i) {
        numbers.status[i] = static_cast<std::uint16_t>(kProblems[i].status);
        numbers.detail[i] = kProblems[i].detail;
    }
    return numbers;
}();

struct RefusalRow {
    core::Refusal refusal;
    Problem problem;
};

constexpr RefusalRow kRefusals[] = {
    {core::Refusal::none, Problem::internal},
    {core::Refusal::not_owner, Problem::not_owner},
    {core::Refusal::no_such_session, Problem::no_such_session},
    {core::Refusal::no_such_conflict, Problem::no_such_conflict},
    {core::Refusal::no_such_stream, Problem::no_such_stream},
    {core::Refusal::conflict_over, Problem::conflict_over},
    {core::Refusal::code_not_offered, Problem::code_not_offered},
    {core::Refusal::immutable_metadata, Problem::immutable_metadata},
    {core::Refusal::invalid_field, Problem::invalid_field},
    {core::Refusal::missing_metadata, Problem::missing_metadata},
    {core::Refusal::throttled, Problem::throttled},
    {core::Refusal::replaced, Problem::replaced},
    {core::Refusal::would_displace, Problem::would_displace},
    {core::Refusal::stream_limit, Problem::stream_limit},
    {core::Refusal::too_many_sessions, Problem::too_many_sessions},
    {core::Refusal::too_many_queries, Problem::busy},
    {core::Refusal::too_many_requests, Problem::too_many_requests},
    {core::Refusal::cm_protocol, Problem::cm_protocol},
    {core::Refusal::cm_rejected, Problem::cm_rejected},
    {core::Refusal::cm_credentials, Problem::cm_credentials},
    {core::Refusal::cm_tls, Problem::cm_tls},
    {core::Refusal::cm_unreachable, Problem::cm_unreachable},
    {core::Refusal::cm_timeout, Problem::cm_timeout},
    {core::Refusal::clock_not_set, Problem::clock_not_set},
    {core::Refusal::shutting_down, Problem::shutting_down},
};
static_assert(lists_all(kRefusals, &RefusalRow::refusal));

// The connection at home is to be looked at only where it may be at fault.
TextId detail_of(Problem problem, cm::Blame blame) {
    const bool theirs = blame == cm::Blame::service;
    if (theirs && problem == Problem::cm_protocol) return TextId::service_faulty;
    if (theirs && problem == Problem::cm_unreachable) return TextId::service_down;
    return row(problem).detail;
}

}  // namespace

ProblemRow row(Problem problem) {
    const auto i = static_cast<std::size_t>(problem);
    return {problem, kCodes[i], kNumbers.status[i], kTitles[i], kNumbers.detail[i]};
}

Problem problem_of(core::Refusal refusal) {
    return kRefusals[static_cast<std::size_t>(refusal)].problem;
}

Problem problem_of(platform::HttpRefusal refusal) {
    switch (refusal) {
        case platform::HttpRefusal::malformed:
            return Problem::malformed_request;
        case platform::HttpRefusal::too_slow:
            return Problem::request_too_slow;
        case platform::HttpRefusal::body_too_long:
            return Problem::body_too_long;
        case platform::HttpRefusal::target_too_long:
            return Problem::target_too_long;
        case platform::HttpRefusal::busy:
            return Problem::busy;
        case platform::HttpRefusal::head_too_long:
            return Problem::head_too_long;
    }
    return Problem::malformed_request;
}

void begin_problem(json::Writer& writer, Problem problem, const Language& language,
                   std::string_view reason, cm::Blame blame, const TextValues& values) {
    const ComposedText detail = compose(language, detail_of(problem, blame), values);
    begin_problem(writer, problem, detail.view(), reason, blame);
}

void begin_problem(json::Writer& writer, Problem problem, std::string_view detail,
                   std::string_view reason, cm::Blame blame) {
    const ProblemRow known = row(problem);
    char bytes[64];
    TextWriter type(bytes);
    type << "urn:cmagent:problem:" << known.code;
    writer.begin_object();
    writer.member("type", type.view());
    writer.member("title", known.title);
    writer.key("status").number(known.status);
    writer.member("detail", detail);
    writer.member("code", known.code);
    writer.member_if_any("reason", reason);
    writer.member_if_any("blame", cm::blame_name(blame));
}

}  // namespace cmagent::ui
