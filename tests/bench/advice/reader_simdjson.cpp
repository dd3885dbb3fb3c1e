#include <simdjson.h>

#include <cstring>

#include "tests/bench/advice/collector.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

namespace ondemand = simdjson::ondemand;
using Type = ondemand::json_type;

class Walk {
  public:
    Facts read(ondemand::document& document) {
        envelope(document.get_object());
        collector_.end();
        return collector_.facts;
    }

  private:
    static std::string_view text(ondemand::value value) { return value.get_string(); }
    static bool is_string(ondemand::value& value) { return value.type() == Type::string; }

    void envelope(ondemand::object object) {
        for (auto field : object) {
            const std::string_view name = field.unescaped_key();
            ondemand::value value = field.value();
            if (name == "associatedAdvice") {
                for (ondemand::value advice : value.get_array()) read_advice(advice.get_object());
            } else if (name == "obligations") {
                for (ondemand::value obligation : value.get_array()) {
                    read_obligation(obligation.get_object());
                }
            } else if (name == "evaluationResult") {
                envelope(value.get_object());
            } else if (name == "error") {
                collector_.error_message(value.get_object()["message"].get_string());
            }
        }
    }

    void read_advice(ondemand::object advice) {
        collector_.begin_advice();
        read_members(advice);
        collector_.end_advice();
    }

    void read_members(ondemand::object advice) {
        for (auto field : advice) {
            const std::string_view name = field.unescaped_key();
            ondemand::value value = field.value();
            switch (value.type()) {
                case Type::string:
                    collector_.advice_text(name, text(value));
                    break;
                case Type::number:
                    collector_.advice_number(name);
                    break;
                case Type::array:
                    if (name == "conflicts") read_sessions(value.get_array(), {});
                    if (name == "scope") read_words(value.get_array());
                    break;
                case Type::object:
                    if (name == "attributes") read_members(value.get_object());
                    if (name == "conflicts") read_dictionary(value.get_object());
                    if (name == "terminator") read_terminator(value.get_object());
                    break;
                default:
                    break;
            }
        }
    }

    void read_dictionary(ondemand::object conflicts) {
        for (auto field : conflicts) {
            const std::string_view value = field.unescaped_key();
            read_sessions(field.value().get_array(), value);
        }
    }

    void read_sessions(ondemand::array sessions, std::string_view value) {
        for (ondemand::value session : sessions) {
            collector_.begin_conflict(value);
            for (auto field : session.get_object()) {
                const std::string_view name = field.unescaped_key();
                ondemand::value member = field.value();
                if (is_string(member))
                    collector_.conflict_text(name, text(member));
                else if (name == "metadata")
                    read_metadata(member.get_object());
            }
            collector_.end_conflict();
        }
    }

    void read_metadata(ondemand::object metadata) {
        for (auto field : metadata) {
            const std::string_view name = field.unescaped_key();
            ondemand::value value = field.value();
            if (is_string(value))
                collector_.metadata_text(name, text(value));
            else
                collector_.metadata_number(name);
        }
    }

    void read_terminator(ondemand::object terminator) {
        for (auto field : terminator) {
            ondemand::value value = field.value();
            if (is_string(value)) collector_.terminator_text(text(value));
        }
    }

    void read_obligation(ondemand::object obligation) {
        collector_.obligation();
        for (auto field : obligation) {
            const std::string_view name = field.unescaped_key();
            ondemand::value value = field.value();
            if (name == "namespace" || name == "action")
                collector_.facts.text(text(value));
            else if (name == "arguments")
                read_words(value.get_array());
        }
    }

    void read_words(ondemand::array words) {
        for (ondemand::value word : words) collector_.facts.text(text(word));
    }

    Collector collector_;
};

char g_copy[json::kMaxText + simdjson::SIMDJSON_PADDING];
std::size_t g_scratch = 0;

// As its manual asks: one parser for all texts, which keeps its memory, and a padded text.
Facts read(std::string_view body) {
    static ondemand::parser parser;
    std::memcpy(g_copy, body.data(), body.size());
    g_scratch = body.size() + simdjson::SIMDJSON_PADDING;
    try {
        ondemand::document document = parser.iterate(g_copy, body.size(), sizeof g_copy);
        Facts facts = Walk().read(document);
        // It has no place any more: what stands behind the value is for its user to look at.
        facts.accepted = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
        return facts;
    } catch (const simdjson::simdjson_error&) {
        return {};
    }
}

}  // namespace

const Reader kSimdjson = {"simdjson on demand", read, [] { return g_scratch; }};

}  // namespace cmagent::bench
