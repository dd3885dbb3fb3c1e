#include "agent/ui/metrics.h"

#include <cstdio>
#include <iterator>

namespace cmagent::ui {
namespace {

struct Metric {
    const char* name;
    const char* type;
    const char* help;
    std::uint64_t (*value)(Context& context);
};

using Counters = core::Core::Counters;

template <std::uint32_t Counters::*counter>
std::uint64_t of_core(Context& context) {
    return context.core.counters().*counter;
}

constexpr Metric kMetrics[] = {
    {"cmagent_cm_reachable", "gauge", "Whether CM answered last.",
     [](Context& c) -> std::uint64_t { return c.core.cm_reachable() ? 1 : 0; }},
    {"cmagent_clock_set", "gauge", "Whether the box's clock is after the build date.",
     [](Context& c) -> std::uint64_t { return c.clock_set() ? 1 : 0; }},
    {"cmagent_listeners", "gauge", "Listeners of /v1/events.",
     [](Context& c) -> std::uint64_t { return c.listeners(); }},
    {"cmagent_conflicts_total", "counter", "Starts that met the limit.",
     of_core<&Counters::conflicts>},
    {"cmagent_remote_terminations_total", "counter", "Sessions that were ended from elsewhere.",
     of_core<&Counters::remote_terminations>},
    {"cmagent_silent_restarts_total", "counter", "Sessions that CM had lost and that were renewed.",
     of_core<&Counters::silent_restarts>},
    {"cmagent_graces_total", "counter", "Times that a session went on without CM.",
     of_core<&Counters::graces>},
    {"cmagent_unconfirmed_stops_total", "counter", "Stops that no player confirmed.",
     of_core<&Counters::unconfirmed_stops>},
    {"cmagent_outcomes_unknown_total", "counter", "Starts whose answer was lost.",
     of_core<&Counters::outcomes_unknown>},
    {"cmagent_throttles_total", "counter", "Times that CM has throttled.",
     of_core<&Counters::throttles>},
    {"cmagent_lifetimes_missing_total", "counter", "Answers of CM without a usable Expires.",
     of_core<&Counters::lifetimes_missing>},
};

constexpr core::State kStates[] = {core::State::starting, core::State::active, core::State::grace,
                                   core::State::stopping};

class Lines {
  public:
    explicit Lines(Buffer into) : into_(into) {}

    template <class... Values>
    void add(const char* format, Values... values) {
        const std::size_t left = into_.size - used_;
        const int size = std::snprintf(into_.data + used_, left, format, values...);
        if (size > 0 && static_cast<std::size_t>(size) < left) {
            used_ += static_cast<std::size_t>(size);
        }
    }
    void head(const char* name, const char* type, const char* help) {
        add("# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
    }
    [[nodiscard]] std::string_view view() const { return {into_.data, used_}; }

  private:
    Buffer into_;
    std::size_t used_ = 0;
};

void add_sessions(Lines& lines, const core::Core& core) {
    lines.head("cmagent_sessions", "gauge", "Sessions by their state.");
    for (const core::State state : kStates) {
        unsigned count = 0;
        for (std::size_t i = 0; i < core::Core::kRecords; ++i) {
            const core::Session& session = core.session(static_cast<core::SessionIndex>(i));
            count += session.shown() && session.state() == state ? 1 : 0;
        }
        const std::string_view name = core::name(state);
        lines.add("cmagent_sessions{state=\"%.*s\"} %u\n", static_cast<int>(name.size()),
                  name.data(), count);
    }
}

void add_answers(Lines& lines, const Context& context) {
    lines.head("cmagent_http_answers_total", "counter",
               "Answers of the local API by their status.");
    for (unsigned hundreds = 2; hundreds < std::size(context.answers); ++hundreds) {
        lines.add("cmagent_http_answers_total{status=\"%uxx\"} %u\n", hundreds,
                  context.answers[hundreds]);
    }
}

}  // namespace

std::string_view write_metrics(Context& context, Buffer into) {
    Lines lines(into);
    for (const Metric& metric : kMetrics) {
        lines.head(metric.name, metric.type, metric.help);
        lines.add("%s %llu\n", metric.name, static_cast<unsigned long long>(metric.value(context)));
    }
    add_sessions(lines, context.core);
    add_answers(lines, context);
    return lines.view();
}

}  // namespace cmagent::ui
