#include "agent/ui/metrics.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <iterator>

namespace cmagent::ui {
namespace {

using Counters = core::Core::Counters;

struct Counter {
    char name[28];  // without cmagent_
    char help[48];
    std::uint32_t Counters::*value;
};

constexpr Counter kCounters[] = {
    {"conflicts_total", "Starts that met the limit.", &Counters::conflicts},
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

class Lines {
  public:
    explicit Lines(Buffer into) : into_(into) {}

    [[gnu::format(printf, 2, 3)]] void add(const char* format, ...) {
        std::va_list values;
        va_start(values, format);
        const std::size_t left = into_.size - used_;
        const int size = std::vsnprintf(into_.data + used_, left, format, values);
        va_end(values);
        if (size > 0 && static_cast<std::size_t>(size) < left) {
            used_ += static_cast<std::size_t>(size);
        }
    }
    void head(const char* name, const char* type, const char* help) {
        add("# HELP cmagent_%s %s\n# TYPE cmagent_%s %s\n", name, help, name, type);
    }
    void gauge(const char* name, const char* help, std::size_t value) {
        head(name, "gauge", help);
        add("cmagent_%s %zu\n", name, value);
    }
    [[nodiscard]] std::string_view view() const { return {into_.data, used_}; }

  private:
    Buffer into_;
    std::size_t used_ = 0;
};

void add_counters(Lines& lines, const core::Core& core) {
    for (const Counter& counter : kCounters) {
        lines.head(counter.name, "counter", counter.help);
        lines.add("cmagent_%s %" PRIu32 "\n", counter.name, core.counters().*counter.value);
    }
}

void add_counters(Lines& lines, const DaemonCounters& counters) {
    for (const DaemonCounter& counter : counters) {
        lines.head(counter.name, "counter", counter.help);
        lines.add("cmagent_%s %" PRIu64 "\n", counter.name, *counter.value);
    }
}

void add_sessions(Lines& lines, const core::Core& core) {
    lines.head("sessions", "gauge", "Sessions by their state.");
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

void add_answers(Lines& lines, const ApiState& api) {
    lines.head("http_answers_total", "counter", "Answers of the local API by their status.");
    for (unsigned hundreds = 2; hundreds < std::size(api.answers); ++hundreds) {
        lines.add("cmagent_http_answers_total{status=\"%uxx\"} %u\n", hundreds,
                  api.answers[hundreds]);
    }
}

}  // namespace

std::string_view write_metrics(ApiState& api, Buffer into) {
    Lines lines(into);
    lines.gauge("cm_reachable", "Whether CM answered last.", api.core.cm_reachable() ? 1 : 0);
    lines.gauge("clock_set", "Whether the box's clock is after the build date.",
                api.clock_set() ? 1 : 0);
    lines.gauge("listeners", "Listeners of /v1/events.", api.listeners());
    add_counters(lines, api.core);
    add_counters(lines, api.daemon_counters);
    add_sessions(lines, api.core);
    add_answers(lines, api);
    return lines.view();
}

}  // namespace cmagent::ui
