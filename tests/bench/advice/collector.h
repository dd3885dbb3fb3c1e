#pragma once
// For libraries that give a text's values once and in its order: keeps what cannot be decided
// before an advice or a conflict has ended. Knows the published forms, but tolerates less than the
// readers of trees.

#include <string_view>

#include "tests/bench/advice/readers.h"

namespace cmagent::bench {

class Collector {
  public:
    Facts facts;

    void begin_advice() { advice_ = {}; }
    void advice_text(std::string_view name, std::string_view text) {
        if (text.empty() || text == "Unknown") return;
        if (name == "type" || name == "adviceType") {
            advice_.terminated = text == "remote-termination";
            return;
        }
        if (name == "attribute") advice_.values_are_sessions = text == "streamId";
        if (name == "message" || name == "reason") advice_.has_message = true;
        for (const std::string_view known : {"message", "reason", "policyName", "ruleName", "rule",
                                             "attribute", "threshold", "current", "terminatedBy"}) {
            if (name == known) facts.text(text);
        }
    }
    void advice_number(std::string_view name) {
        if (name == "threshold" || name == "current") facts.number();
    }
    void end_advice() {
        facts.entry(advice_.terminated ? Entry::termination : Entry::violation);
        if (!advice_.terminated && !advice_.has_message) ++without_message_;
        if (!advice_.values_are_sessions) return;
        facts.texts += advice_.values.texts;
        facts.bytes += advice_.values.bytes;
    }

    // `value` is a null view where the sessions stand in a list.
    void begin_conflict(std::string_view value) {
        facts.entry(Entry::conflict);
        conflict_ = {};
        conflict_.value = value;
        if (value.data() != nullptr) facts.text(value);
    }
    void conflict_text(std::string_view name, std::string_view text) {
        if (text.empty() || text == "Unknown") return;
        if (std::string_view* const named = conflict_.own.find(name)) *named = text;
        if (name == "sessionId") conflict_.has_session = true;
        if (name == "sessionId" || name == "terminationCode" || name == "startedAt") {
            facts.text(text);
        }
    }
    void metadata_text(std::string_view name, std::string_view text) {
        facts.text(name);
        if (text.empty() || text == "Unknown") return;
        facts.text(text);
        if (std::string_view* const named = conflict_.inner.find(name)) *named = text;
    }
    void metadata_number(std::string_view name) {
        facts.text(name);
        facts.number();
    }
    void end_conflict() {
        add(conflict_.own.device, conflict_.inner.device);
        add(conflict_.own.channel, conflict_.inner.channel);
        add(conflict_.own.application, conflict_.inner.application);
        if (conflict_.value.data() != nullptr && !conflict_.has_session) {
            advice_.values.text(conflict_.value);
        }
    }

    void terminator_text(std::string_view text) {
        if (!text.empty() && text != "Unknown") facts.text(text);
    }
    void obligation() { facts.entry(Entry::obligation); }

    void error_message(std::string_view text) { error_message_ = text; }
    void end() {
        for (; without_message_ > 0 && !error_message_.empty(); --without_message_) {
            facts.text(error_message_);
        }
    }

  private:
    struct Names {
        std::string_view device;
        std::string_view channel;
        std::string_view application;

        std::string_view* find(std::string_view name) {
            if (name == "deviceName") return &device;
            if (name == "channel") return &channel;
            return name == "applicationName" ? &application : nullptr;
        }
    };
    struct Advice {
        bool terminated = false;
        bool has_message = false;
        bool values_are_sessions = true;
        Facts values;
    };
    struct Conflict {
        std::string_view value;
        bool has_session = false;
        Names own;
        Names inner;
    };

    void add(std::string_view own, std::string_view inner) {
        const std::string_view text = own.empty() ? inner : own;
        if (!text.empty()) facts.text(text);
    }

    Advice advice_;
    Conflict conflict_;
    int without_message_ = 0;
    std::string_view error_message_;
};

}  // namespace cmagent::bench
