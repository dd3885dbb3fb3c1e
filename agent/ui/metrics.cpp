#include "agent/ui/metrics.h"

#include <iterator>

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

void add_gauge(TextWriter& out, const char* name, const char* help, std::size_t value) {
    add_head(out, name, "gauge", help);
    out << "cmagent_" << name << ' ' << value << '\n';
}

void add_counters(TextWriter& out, const core::Core& core) {
    for (const Counter& counter : kCounters) {
        add_head(out, counter.name, "counter", counter.help);
        out << "cmagent_" << counter.name << ' ' << core.ledgers().counters.*counter.value << '\n';
    }
}

void add_counters(TextWriter& out, const DaemonCounters& counters) {
    for (const DaemonCounter& counter : counters) {
        add_head(out, counter.name, "counter", counter.help);
        out << "cmagent_" << counter.name << ' ' << *counter.value << '\n';
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

}  // namespace

std::string_view write_metrics(ApiState& api, Buffer into) {
    TextWriter out(into);
    add_gauge(out, "cm_reachable", "Whether CM answered last.",
              api.core.ledgers().credit.reachable() ? 1 : 0);
    add_gauge(out, "clock_set", "Whether the box's clock is after the build date.",
              api.clock_set() ? 1 : 0);
    add_gauge(out, "listeners", "Listeners of /v1/events.", api.listeners());
    add_head(out, "wrong_tokens_total", "counter", "Calls with a token that nobody has.");
    out << "cmagent_wrong_tokens_total " << api.wrong_tokens.total() << '\n';
    add_counters(out, api.core);
    add_counters(out, api.daemon_counters);
    add_sessions(out, api.core);
    add_answers(out, api);
    return out.view();
}

}  // namespace cmagent::ui
