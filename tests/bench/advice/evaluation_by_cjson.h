#pragma once
// The same with cJSON, as one would write it who knows the three dialects: the reference for the fuzzer, and
// the measure for the benchmark.

#include <cjson/cJSON.h>

#include <initializer_list>
#include <string_view>

#include "tests/bench/advice/evaluation_by_cmagent.h"

namespace cmagent::bench {

template <class Sink>
class CjsonReader {
  public:
    explicit CjsonReader(Sink& sink) : sink_(sink) {}

    void read(const cJSON* root) {
        root_ = root;
        each_envelope(root, [this](const cJSON* envelope) {
            if (kind_of(envelope) != Entry::other) read_advice(envelope);
            each_object(get(envelope, "associatedAdvice"),
                        [this](const cJSON* advice) { read_advice(advice); });
        });
        each_envelope(root, [this](const cJSON* envelope) {
            each_object(get(envelope, "obligations"),
                        [this](const cJSON* obligation) { read_obligation(obligation); });
        });
    }

  private:
    using Names = std::initializer_list<const char*>;

    template <class Callback>
    static void each_object(const cJSON* item, Callback callback) {
        if (cJSON_IsObject(item)) callback(item);
        if (!cJSON_IsArray(item)) return;
        const cJSON* element;
        cJSON_ArrayForEach(element, item) {
            if (cJSON_IsObject(element)) callback(element);
        }
    }

    template <class Callback>
    static void each_envelope(const cJSON* root, Callback callback) {
        each_object(root, [&callback](const cJSON* item) {
            callback(item);
            each_object(get(item, "evaluationResult"), callback);
        });
    }

    static const cJSON* get(const cJSON* object, const char* name) {
        return cJSON_GetObjectItemCaseSensitive(object, name);
    }
    static const cJSON* inner(const cJSON* object, const char* name) {
        const cJSON* const item = get(object, name);
        return cJSON_IsObject(item) ? item : nullptr;
    }
    static bool is_list(const cJSON* item) { return cJSON_IsArray(item) || cJSON_IsObject(item); }
    static bool is_text(const cJSON* item) {
        return cJSON_IsString(item) && item->valuestring[0] != '\0' &&
               std::string_view(item->valuestring) != "Unknown";
    }

    // The first usable one of these names, in the first object before the second.
    template <class Usable>
    static const cJSON* find(const cJSON* own, const cJSON* other, Names names, Usable usable) {
        for (const cJSON* const object : {own, other}) {
            for (const char* const name : names) {
                const cJSON* const item = get(object, name);
                if (usable(item)) return item;
            }
        }
        return nullptr;
    }
    static const cJSON* find_text(const cJSON* own, const cJSON* other, Names names) {
        return find(own, other, names, is_text);
    }
    static const cJSON* find_text_or_number(const cJSON* own, const cJSON* other, Names names) {
        return find(own, other, names,
                    [](const cJSON* item) { return is_text(item) || cJSON_IsNumber(item); });
    }

    static Entry kind_of(const cJSON* advice) {
        const cJSON* const attributes = inner(advice, "attributes");
        const cJSON* const type = find_text(advice, attributes, {"type", "adviceType"});
        if (type != nullptr) {
            const std::string_view text = type->valuestring;
            if (text == "rule-violation") return Entry::violation;
            return text == "remote-termination" ? Entry::termination : Entry::other;
        }
        if (find_text(advice, attributes, {"policyName", "ruleName", "rule"}))
            return Entry::violation;
        if (find(advice, attributes, {"conflicts"}, is_list)) return Entry::violation;
        if (find(advice, attributes, {"terminator"}, is_list)) return Entry::termination;
        return find_text(advice, attributes, {"terminatedBy"}) ? Entry::termination : Entry::other;
    }

    void read_advice(const cJSON* advice) {
        if (advice_++ >= 16) return;
        const cJSON* const attributes = inner(advice, "attributes");
        const Entry kind = kind_of(advice);
        sink_.entry(kind);
        const cJSON* message = find_text(advice, attributes, {"message", "reason"});
        if (message == nullptr && kind == Entry::violation) {
            message = find_text(get(root_, "error"), nullptr, {"message"});
        }
        text(message);
        if (kind == Entry::violation) read_violation(advice, attributes);
        if (kind == Entry::termination) read_terminator(advice, attributes);
    }

    void read_violation(const cJSON* advice, const cJSON* attributes) {
        text(find_text(advice, attributes, {"policyName"}));
        text(find_text(advice, attributes, {"ruleName", "rule"}));
        const cJSON* const attribute = find_text(advice, attributes, {"attribute"});
        text(attribute);
        text_or_number(find_text_or_number(advice, attributes, {"threshold"}));
        text_or_number(find_text_or_number(advice, attributes, {"current"}));
        words(find(advice, attributes, {"scope"}, has_words));
        values_are_sessions_ =
            attribute == nullptr || std::string_view(attribute->valuestring) == "streamId";
        read_conflicts(find(advice, attributes, {"conflicts"}, is_list));
    }

    void read_conflicts(const cJSON* conflicts) {
        if (cJSON_IsArray(conflicts)) {
            each_object(conflicts,
                        [this](const cJSON* session) { read_conflict(session, nullptr); });
            return;
        }
        const cJSON* sessions;
        cJSON_ArrayForEach(sessions, conflicts) {
            each_object(sessions, [this, sessions](const cJSON* session) {
                read_conflict(session, sessions->string);
            });
        }
    }

    void read_conflict(const cJSON* session, const char* value) {
        if (conflicts_++ >= 64) return;
        sink_.entry(Entry::conflict);
        const cJSON* const metadata = inner(session, "metadata");
        if (value != nullptr) sink_.text(value);
        const cJSON* const id = find_text(session, nullptr, {"sessionId"});
        if (id == nullptr && value != nullptr && values_are_sessions_) sink_.text(value);
        text(id);
        text(find(session, nullptr, {"terminationCode", "terminate"}, is_code));
        text(find_text(session, nullptr, {"startedAt"}));
        text(find_text(session, metadata, {"deviceName"}));
        text(find_text(session, metadata, {"channel"}));
        text(find_text(session, metadata, {"applicationName"}));
        const cJSON* pair;
        cJSON_ArrayForEach(pair, metadata) {
            sink_.text(pair->string);
            text_or_number(pair);
        }
    }

    void read_terminator(const cJSON* advice, const cJSON* attributes) {
        const cJSON* const terminator = find(advice, attributes, {"terminator"}, is_list);
        const cJSON* const metadata = inner(terminator, "metadata");
        text(find_text(terminator, metadata, {"deviceName"}));
        text(find_text(terminator, metadata, {"applicationName"}));
        text(find_text(terminator, metadata, {"channel"}));
        text(find_text(terminator, metadata, {"startedAt"}));
        const cJSON* const id = find_text(terminator, metadata, {"sessionId"});
        text(id != nullptr ? id : find_text(advice, attributes, {"terminatedBy"}));
    }

    void read_obligation(const cJSON* obligation) {
        const cJSON* const attributes = inner(obligation, "attributes");
        const cJSON* const action = find_text(obligation, attributes, {"action"});
        if (action == nullptr || obligations_++ >= 8) return;
        sink_.entry(Entry::obligation);
        text(find_text(obligation, attributes, {"namespace"}));
        text(action);
        words(find(obligation, attributes, {"arguments"}, has_words));
    }

    static bool is_code(const cJSON* item) {
        if (!is_text(item)) return false;
        const std::string_view code = item->valuestring;
        for (const char c : code) {
            if (c <= ' ' || c > '~' || c == ',') return false;
        }
        return code.size() <= 64;
    }

    static bool has_words(const cJSON* item) {
        if (cJSON_IsString(item)) return true;
        if (cJSON_IsObject(item)) return item->child != nullptr;
        const cJSON* element;
        cJSON_ArrayForEach(element, item) {
            if (cJSON_IsString(element)) return true;
        }
        return false;
    }
    void words(const cJSON* item) {
        if (cJSON_IsString(item)) sink_.text(item->valuestring);
        const cJSON* element;
        cJSON_ArrayForEach(element, item) {
            if (cJSON_IsObject(item))
                sink_.text(element->string);
            else if (cJSON_IsString(element))
                sink_.text(element->valuestring);
        }
    }

    void text_or_number(const cJSON* item) {
        if (cJSON_IsNumber(item)) sink_.number();
        text(item);
    }
    void text(const cJSON* item) {
        if (cJSON_IsString(item)) sink_.text(item->valuestring);
    }

    Sink& sink_;
    const cJSON* root_ = nullptr;
    int advice_ = 0;
    int conflicts_ = 0;
    int obligations_ = 0;
    bool values_are_sessions_ = false;
};

}  // namespace cmagent::bench
