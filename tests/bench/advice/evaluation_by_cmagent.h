#pragma once
// Reads all that an evaluation result says with cm::Evaluation, and tells it to a sink:
//   sink.entry(kind)        a violation, a termination, a conflict, an obligation begins
//   sink.text(view)         a text of it, unescaped
//   sink.number()           a number of it is there

#include "agent/cm/advice.h"

namespace cmagent::bench {

enum class Entry { violation, termination, other, conflict, obligation };

template <class Sink>
class CmagentReader {
  public:
    // `plain` is for texts with escapes; a longer one is told as it stands in the body.
    CmagentReader(Sink& sink, Buffer plain) : sink_(sink), plain_(plain) {}

    void read(const cm::Evaluation& evaluation) {
        read_advice(evaluation);
        read_obligations(evaluation);
    }

  private:
    // Apart from each other, as they would be in an application: neither needs the stack of the
    // other.
    [[gnu::noinline]] void read_advice(const cm::Evaluation& evaluation) {
        for (const cm::Advice& advice : evaluation.advice()) read(advice);
    }
    [[gnu::noinline]] void read_obligations(const cm::Evaluation& evaluation) {
        for (const cm::Obligation& obligation : evaluation.obligations()) {
            sink_.entry(Entry::obligation);
            text(obligation.name_space);
            text(obligation.action);
            words(obligation.arguments);
        }
    }

    void read(const cm::Advice& advice) {
        sink_.entry(advice.kind == cm::AdviceKind::rule_violation       ? Entry::violation
                    : advice.kind == cm::AdviceKind::remote_termination ? Entry::termination
                                                                        : Entry::other);
        text(advice.message);
        text(advice.policy);
        text(advice.rule);
        text(advice.attribute);
        text_or_number(advice.threshold);
        text_or_number(advice.current);
        words(advice.scope);
        read_conflicts(advice);
        text(advice.terminator.device_name);
        text(advice.terminator.application_name);
        text(advice.terminator.channel);
        text(advice.terminator.started_at);
        text(advice.terminator.session_id);
    }

    [[gnu::noinline]] void read_conflicts(const cm::Advice& advice) {
        for (const cm::ConflictingSession& conflict : advice.conflicts) read(conflict);
    }

    void read(const cm::ConflictingSession& conflict) {
        sink_.entry(Entry::conflict);
        text(conflict.value);
        text(conflict.session_id);
        text(conflict.termination_code);
        text(conflict.started_at);
        text(conflict.device_name);
        text(conflict.channel);
        text(conflict.application_name);
        pairs(conflict.metadata);
    }

    [[gnu::noinline]] void pairs(json::Item object) {
        for (const json::Item pair : json::ArrayForEach(object)) {
            text(pair.name());
            text_or_number(pair);
        }
    }

    [[gnu::noinline]] void words(const cm::Words& list) {
        for (const json::String word : list) text(word);
    }
    void text_or_number(json::Item item) {
        if (json::IsNumber(item)) sink_.number();
        text(json::GetStringValue(item));
    }
    void text(const json::String& text) {
        if (!text) return;
        text.escaped() ? escaped_text(text) : sink_.text(text.raw());
    }
    [[gnu::noinline]] void escaped_text(const json::String& text) {
        const auto plain = unescape(text, plain_);
        sink_.text(plain ? *plain : text.raw());
    }

    Sink& sink_;
    Buffer plain_;
};

}  // namespace cmagent::bench
