#include "agent/ui/metrics.h"

#include <iterator>

#include "agent/base/names.h"
#include "agent/base/text_writer.h"

namespace cmagent::ui {
namespace {

using Counters = core::Counters;

struct Counter {
    char name[28];  // without cmagent_
    char help[48];
    std::uint32_t Counters::*value;
};

constexpr Counter kCounters[] = {
    {"starts_total", "Sessions that CM has granted.", &Counters::starts},
    {"zaps_total", "Starts that replaced a session.", &Counters::zaps},
    {"failed_attempts_total", "Starts that CM has denied.", &Counters::failed_attempts},
    {"dismissed_total", "Sessions that a limit has ended.", &Counters::dismissed},
    {"killed_total", "Sessions ended by a start of this box.", &Counters::killed},
    {"completed_total", "Sessions that ended otherwise.", &Counters::completed},
    {"conflicts_total", "Conflicts, whatever call was refused.", &Counters::conflicts},
    {"remote_terminations_total", "Sessions that were ended from elsewhere.",
     &Counters::remote_terminations},
    {"silent_restarts_total", "Sessions renewed that CM had lost.", &Counters::silent_restarts},
    {"graces_total", "Times that a session went on without CM.", &Counters::graces},
    {"unconfirmed_stops_total", "Stops that no player confirmed.", &Counters::unconfirmed_stops},
    {"outcomes_unknown_total", "Starts whose answer was lost.", &Counters::outcomes_unknown},
    {"throttles_total", "Times that CM has throttled.", &Counters::throttles},
    {"lifetimes_missing_total", "Answers of CM without a usable Expires.",
     &Counters::lifetimes_missing},
};

constexpr core::State kStates[] = {core::State::starting, core::State::active, core::State::grace,
                                   core::State::stopping};

void add_head(TextWriter& out, const char* name, const char* type, const char* help) {
    out << "# HELP cmagent_" << name << ' ' << help << "\n# TYPE cmagent_" << name << ' ' << type
        << '\n';
}

void add_gauge(TextWriter& out, const char* name, const char* help, std::int64_t value) {
    add_head(out, name, "gauge", help);
    out << "cmagent_" << name << ' ' << value << '\n';
}

void add_counters(TextWriter& out, const core::Core& core) {
    for (const Counter& counter : kCounters) {
        add_head(out, counter.name, "counter", counter.help);
        out << "cmagent_" << counter.name << ' ' << core.ledgers().counters.*counter.value << '\n';
    }
}

// Of a family that begins with its first row: name="labels".
void add_counters(TextWriter& out, Span<const DaemonCounter> counters) {
    std::string_view before;
    for (const DaemonCounter& counter : counters) {
        if (before != counter.name) add_head(out, counter.name, "counter", counter.help);
        before = counter.name;
        out << "cmagent_" << counter.name;
        if (*counter.label != '\0') out << '{' << counter.label << '}';
        out << ' ' << *counter.value << '\n';
    }
}

void add_sessions(TextWriter& out, const core::Core& core) {
    add_head(out, "sessions", "gauge", "Sessions by their state.");
    for (const core::State state : kStates) {
        unsigned count = 0;
        for (const core::Session& session : core.ledgers().sessions) {
            count += session.shown() && session.state() == state ? 1 : 0;
        }
        out << "cmagent_sessions{state=\"" << core::name(state) << "\"} " << count << '\n';
    }
}

void add_answers(TextWriter& out, const ApiState& api) {
    add_head(out, "http_answers_total", "counter", "Answers of the local API by their status.");
    for (unsigned hundreds = 2; hundreds < std::size(api.answers); ++hundreds) {
        out << "cmagent_http_answers_total{status=\"" << hundreds << "xx\"} "
            << api.answers[hundreds] << '\n';
    }
}

constexpr Named<cm::Call> kCallRows[] = {
    {cm::Call::start, "start"},       {cm::Call::heartbeat, "heartbeat"},
    {cm::Call::end, "end"},           {cm::Call::running_streams, "streams"},
    {cm::Call::metadata, "metadata"},
};
constexpr auto kCalls = names_of<kCallRows>();

void add_calls(TextWriter& out, const core::Calls& calls) {
    add_head(out, "cm_calls_total", "counter", "Calls to CM by what they came to.");
    for (const Named<cm::Call>& call : kCallRows) {
        for (std::size_t i = 0; i < kCountOf<core::CallResult>; ++i) {
            const auto result = static_cast<core::CallResult>(i);
            out << "cmagent_cm_calls_total{call=\"" << kCalls[call.value] << "\",outcome=\""
                << core::name(result) << "\"} " << calls.count(call.value, result) << '\n';
        }
    }
    add_head(out, "cm_failures_total", "counter", "Calls to CM that failed, by their reason.");
    for (const core::Calls::Reason& reason : calls) {
        out << "cmagent_cm_failures_total{reason=\"" << reason.reason << "\"} " << reason.count
            << '\n';
    }
}

void put_seconds(TextWriter& out, std::uint64_t ms) {
    out << ms / 1000 << '.' << ms / 100 % 10 << ms / 10 % 10 << ms % 10;
}

// One line of the histogram: "cmagent_cm_call_seconds_SUFFIX{call="start"".
TextWriter& begin_times(TextWriter& out, const char* suffix, cm::Call call) {
    return out << "cmagent_cm_call_seconds_" << suffix << "{call=\"" << kCalls[call] << '"';
}

void add_times(TextWriter& out, const cm::CallTimes* times) {
    if (times == nullptr) return;
    add_head(out, "cm_call_seconds", "histogram", "From a call's first byte to its answer's last.");
    for (const Named<cm::Call>& row : kCallRows) {
        const cm::CallTimes& of_call = times[static_cast<std::size_t>(row.value)];
        std::uint32_t count = 0;
        for (std::size_t i = 0; i < cm::CallTimes::kBuckets; ++i) {
            count += of_call.counts[i];
            begin_times(out, "bucket", row.value) << ",le=\"";
            if (i + 1 < cm::CallTimes::kBuckets) {
                put_seconds(out, static_cast<std::uint64_t>(cm::CallTimes::kBounds[i]));
            } else {
                out << "+Inf";
            }
            out << "\"} " << count << '\n';
        }
        begin_times(out, "sum", row.value) << "} ";
        put_seconds(out, of_call.sum_ms);
        begin_times(out << '\n', "count", row.value) << "} " << count << '\n';
    }
}

void add_build(TextWriter& out, const DaemonFacts& facts) {
    add_head(out, "build_info", "gauge", "What runs here.");
    out << "cmagent_build_info{version=\"" CMAGENT_VERSION "\",mbedtls=\"" << facts.tls_library
        << "\",microhttpd=\"" << facts.http_library << "\"} 1\n";
}

// Of CM, as far as it is known.
void add_cm(TextWriter& out, ApiState& api) {
    const core::Ledgers& ledgers = api.core.ledgers();
    const core::Credit& credit = ledgers.credit;
    if (credit.reach() != core::Reach::unknown)
        add_gauge(out, "cm_reachable", "Whether CM answered last.", credit.reachable() ? 1 : 0);
    std::int64_t refused = 0;
    for (std::size_t i = 0; i < api.core.settings().application_count; ++i)
        refused += ledgers.registrations[i] == core::Registration::refused ? 1 : 0;
    add_gauge(out, "cm_refused_applications", "Applications whose id CM does not take.", refused);
    const platform::CertificateFacts* const first =
        api.facts.chain == nullptr ? nullptr : api.facts.chain->first_to_end();
    if (first != nullptr)
        add_gauge(out, "cm_certificate_end_time_seconds",
                  "When a certificate of CM's chain ends, since 1970.", first->ends);
}

}  // namespace

std::string_view write_metrics(ApiState& api, Buffer into) {
    TextWriter out(into);
    add_build(out, api.facts);
    add_gauge(out, "start_time_seconds", "When the daemon started, since 1970; 0: no clock yet.",
              api.start_time());
    add_cm(out, api);
    add_gauge(out, "state_on_flash", "Whether the flash has all that it should.",
              api.facts.state.on_flash ? 1 : 0);
    add_gauge(out, "clock_set", "Whether the box's clock is after the build date.",
              api.clock_set() ? 1 : 0);
    add_gauge(out, "listeners", "Listeners of /v1/events.",
              static_cast<std::int64_t>(api.listeners()));
    const std::uint64_t wrong = api.wrong_tokens.total();
    const DaemonCounter own[] = {
        {"wrong_tokens_total", "Calls with a token that nobody has.", &wrong},
        {"log_dropped_lines_total", "Lines of the log that were lost.", &api.facts.dropped_lines},
        {"reloads_total", "Configurations read again.", &api.facts.configuration.taken,
         "outcome=\"taken\""},
        {"reloads_total", "", &api.facts.configuration.refused, "outcome=\"refused\""},
    };
    add_counters(out, own);
    add_counters(out, api.core);
    add_counters(out, api.facts.counters);
    add_calls(out, api.core.ledgers().calls);
    add_times(out, api.facts.call_times);
    add_sessions(out, api.core);
    add_answers(out, api);
    return out.view();
}

}  // namespace cmagent::ui
