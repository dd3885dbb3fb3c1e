#pragma once
// The same with a library that makes a tree of the text, as one would write it who knows the three
// dialects: the reference for the fuzzer, and the measure for the benchmark. Dom tells how the
// library is asked:
//   Item                                   a pointer, null for none; every question takes that too
//   get(object, name), text(string)
//   is_object, is_array, is_string, is_number
//   each_element(array, callback(item)), each_member(object, callback(name, item))

#include <initializer_list>
#include <string_view>

#include "tests/bench/advice/evaluation_by_cmagent.h"

namespace cmagent::bench {

template <class Dom, class Sink>
class DomReader {
  public:
    using Item = typename Dom::Item;

    explicit DomReader(Sink& sink) : sink_(sink) {}

    void read(Item root) {
        root_ = root;
        each_envelope(root, [this](Item envelope) {
            if (kind_of(envelope) != Entry::other) read_advice(envelope);
            each_object(Dom::get(envelope, "associatedAdvice"),
                        [this](Item advice) { read_advice(advice); });
        });
        each_envelope(root, [this](Item envelope) {
            each_object(Dom::get(envelope, "obligations"),
                        [this](Item obligation) { read_obligation(obligation); });
        });
    }

  private:
    using Names = std::initializer_list<const char*>;

    template <class Callback>
    static void each_object(Item item, Callback callback) {
        if (Dom::is_object(item)) callback(item);
        if (!Dom::is_array(item)) return;
        Dom::each_element(item, [&callback](Item element) {
            if (Dom::is_object(element)) callback(element);
        });
    }

    template <class Callback>
    static void each_envelope(Item root, Callback callback) {
        each_object(root, [&callback](Item item) {
            callback(item);
            each_object(Dom::get(item, "evaluationResult"), callback);
        });
    }

    static Item inner(Item object, const char* name) {
        const Item item = Dom::get(object, name);
        return Dom::is_object(item) ? item : nullptr;
    }

    static bool is_list(Item item) { return Dom::is_array(item) || Dom::is_object(item); }
    static bool is_text(Item item) {
        return Dom::is_string(item) && !Dom::text(item).empty() && Dom::text(item) != "Unknown";
    }
    static bool is_text_or_number(Item item) { return is_text(item) || Dom::is_number(item); }
    static bool is_code(Item item) {
        if (!is_text(item) || Dom::text(item).size() > 64) return false;
        for (const char c : Dom::text(item)) {
            if (c <= ' ' || c > '~' || c == ',') return false;
        }
        return true;
    }
    static bool has_words(Item item) {
        bool found = false;
        each_word(item, [&found](std::string_view) { found = true; });
        return found;
    }

    // The first usable one of these names, in the first object before the second.
    template <class Usable>
    static Item find(Item own, Item other, Names names, Usable usable) {
        for (const Item object : {own, other}) {
            for (const char* const name : names) {
                const Item item = Dom::get(object, name);
                if (usable(item)) return item;
            }
        }
        return nullptr;
    }
    static Item find_text(Item own, Item other, Names names) {
        return find(own, other, names, is_text);
    }

    static Entry kind_of(Item advice) {
        const Item attributes = inner(advice, "attributes");
        const Item type = find_text(advice, attributes, {"type", "adviceType"});
        if (type != nullptr && Dom::text(type) == "rule-violation") return Entry::violation;
        if (type != nullptr && Dom::text(type) == "remote-termination") return Entry::termination;
        return kind_by_members(advice, attributes);
    }
    static Entry kind_by_members(Item advice, Item attributes) {
        const bool has_rule = find_text(advice, attributes, {"policyName", "ruleName", "rule"});
        if (has_rule || find(advice, attributes, {"conflicts"}, is_list)) return Entry::violation;
        if (find(advice, attributes, {"terminator"}, is_list)) return Entry::termination;
        return find_text(advice, attributes, {"terminatedBy"}) ? Entry::termination : Entry::other;
    }

    void read_advice(Item advice) {
        const Item attributes = inner(advice, "attributes");
        const Entry kind = kind_of(advice);
        const Item type = find_text(advice, attributes, {"type", "adviceType"});
        Item message = find_text(advice, attributes, {"message", "reason"});
        if (kind == Entry::other && type == nullptr && message == nullptr) return;
        if (advice_++ >= 16) return;
        sink_.entry(kind);
        if (message == nullptr && kind != Entry::termination) {
            message = find_text(inner(root_, "error"), nullptr, {"message"});
        }
        text(message);
        if (kind == Entry::violation) read_violation(advice, attributes);
        if (kind == Entry::termination) read_terminator(advice, attributes);
    }

    void read_violation(Item advice, Item attributes) {
        text(find_text(advice, attributes, {"policyName"}));
        text(find_text(advice, attributes, {"ruleName", "rule"}));
        const Item attribute = find_text(advice, attributes, {"attribute"});
        text(attribute);
        text_or_number(find(advice, attributes, {"threshold"}, is_text_or_number));
        text_or_number(find(advice, attributes, {"current"}, is_text_or_number));
        words(find(advice, attributes, {"scope"}, has_words));
        values_are_sessions_ = attribute == nullptr || Dom::text(attribute) == "streamId";
        read_conflicts(find(advice, attributes, {"conflicts"}, is_list));
    }

    void read_conflicts(Item conflicts) {
        if (Dom::is_array(conflicts)) {
            each_object(conflicts, [this](Item session) { read_conflict(session, {}); });
            return;
        }
        if (conflicts == nullptr) return;
        Dom::each_member(conflicts, [this](std::string_view value, Item sessions) {
            each_object(sessions, [this, value](Item session) { read_conflict(session, value); });
        });
    }

    // `value` is a null view where the sessions stand in a list.
    void read_conflict(Item session, std::string_view value) {
        if (conflicts_++ >= 64) return;
        sink_.entry(Entry::conflict);
        const Item metadata = inner(session, "metadata");
        if (value.data() != nullptr) sink_.text(value);
        const Item id = find_text(session, nullptr, {"sessionId"});
        const bool value_is_usable = !value.empty() && value != "Unknown";
        if (id == nullptr && value_is_usable && values_are_sessions_) sink_.text(value);
        text(id);
        text(find(session, nullptr, {"terminationCode", "terminate"}, is_code));
        text(find_text(session, nullptr, {"startedAt"}));
        text(find_text(session, metadata, {"deviceName"}));
        text(find_text(session, metadata, {"channel"}));
        text(find_text(session, metadata, {"applicationName"}));
        pairs(metadata);
    }

    void pairs(Item object) {
        if (object == nullptr) return;
        Dom::each_member(object, [this](std::string_view name, Item value_of_name) {
            sink_.text(name);
            text_or_number(value_of_name);
        });
    }

    void read_terminator(Item advice, Item attributes) {
        const Item terminator = find(advice, attributes, {"terminator"}, is_list);
        const Item metadata = inner(terminator, "metadata");
        text(find_text(terminator, metadata, {"deviceName"}));
        text(find_text(terminator, metadata, {"applicationName"}));
        text(find_text(terminator, metadata, {"channel"}));
        text(find_text(terminator, metadata, {"startedAt"}));
        const Item id = find_text(terminator, metadata, {"sessionId"});
        text(id != nullptr ? id : find_text(advice, attributes, {"terminatedBy"}));
    }

    void read_obligation(Item obligation) {
        const Item attributes = inner(obligation, "attributes");
        bool empty = true;
        Dom::each_member(obligation, [&empty](std::string_view, Item) { empty = false; });
        if (empty || obligations_++ >= 8) return;
        sink_.entry(Entry::obligation);
        text(find_text(obligation, attributes, {"namespace"}));
        text(find_text(obligation, attributes, {"action"}));
        words(find(obligation, attributes, {"arguments"}, has_words));
    }

    // The strings of an array, the one string in its place, the names of an object's members.
    template <class Callback>
    static void each_word(Item item, Callback callback) {
        if (Dom::is_string(item)) callback(Dom::text(item));
        if (Dom::is_object(item)) {
            Dom::each_member(item, [&callback](std::string_view name, Item) { callback(name); });
        }
        if (!Dom::is_array(item)) return;
        Dom::each_element(item, [&callback](Item element) {
            if (Dom::is_string(element)) callback(Dom::text(element));
        });
    }
    void words(Item item) {
        each_word(item, [this](std::string_view word) { sink_.text(word); });
    }

    void text_or_number(Item item) {
        if (Dom::is_number(item)) sink_.number();
        text(item);
    }
    void text(Item item) {
        if (Dom::is_string(item)) sink_.text(Dom::text(item));
    }

    Sink& sink_;
    Item root_ = nullptr;
    int advice_ = 0;
    int conflicts_ = 0;
    int obligations_ = 0;
    bool values_are_sessions_ = false;
};

}  // namespace cmagent::bench
