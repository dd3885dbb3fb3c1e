#include <rapidjson/reader.h>

#include <cstring>

#include "tests/bench/advice/collector.h"
#include "tests/bench/advice/readers.h"

namespace cmagent::bench {
namespace {

enum class Place {
    outside,
    root,
    result,
    error,
    advice_list,
    advice,
    scope,
    terminator,
    conflicts_by_value,
    sessions,
    conflict,
    metadata,
    obligations,
    obligation,
    arguments,
    unknown,
};

class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
  public:
    Facts finish() {
        collector_.end();
        return collector_.facts;
    }

    bool StartObject() { return enter(object_place()); }
    bool StartArray() { return enter(array_place()); }
    bool EndObject(rapidjson::SizeType) {
        if (place() == Place::advice && outer() != Place::advice) collector_.end_advice();
        if (place() == Place::conflict) collector_.end_conflict();
        --depth_;
        return true;
    }
    bool EndArray(rapidjson::SizeType) {
        --depth_;
        return true;
    }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        key_ = {text, size};
        if (place() == Place::conflicts_by_value) value_ = key_;
        return true;
    }
    bool String(const char* bytes, rapidjson::SizeType size, bool) {
        const std::string_view text(bytes, size);
        switch (place()) {
            case Place::advice:
                collector_.advice_text(key_, text);
                break;
            case Place::conflict:
                collector_.conflict_text(key_, text);
                break;
            case Place::metadata:
                collector_.metadata_text(key_, text);
                break;
            case Place::terminator:
                collector_.terminator_text(text);
                break;
            case Place::scope:
            case Place::arguments:
                collector_.facts.text(text);
                break;
            case Place::obligation:
                if (key_ == "namespace" || key_ == "action") collector_.facts.text(text);
                break;
            case Place::error:
                if (key_ == "message") collector_.error_message(text);
                break;
            default:
                break;
        }
        return true;
    }
    bool Default() { return true; }
    bool Int(int) { return number(); }
    bool Uint(unsigned) { return number(); }
    bool Int64(std::int64_t) { return number(); }
    bool Uint64(std::uint64_t) { return number(); }
    bool Double(double) { return number(); }

  private:
    static constexpr int kLevels = 16;

    [[nodiscard]] Place place() const { return depth_ > 0 ? places_[depth_ - 1] : Place::outside; }
    [[nodiscard]] Place outer() const { return depth_ > 1 ? places_[depth_ - 2] : Place::outside; }

    bool enter(Place place) {
        if (depth_ == kLevels) return false;
        places_[depth_++] = place;
        return true;
    }

    Place object_place() {
        switch (place()) {
            case Place::outside:
                return Place::root;
            case Place::root:
                if (key_ == "evaluationResult") return Place::result;
                return key_ == "error" ? Place::error : Place::unknown;
            case Place::advice_list:
                collector_.begin_advice();
                return Place::advice;
            case Place::advice:
                if (key_ == "attributes") return Place::advice;
                if (key_ == "conflicts") return Place::conflicts_by_value;
                return key_ == "terminator" ? Place::terminator : Place::unknown;
            case Place::sessions:
                collector_.begin_conflict(value_);
                return Place::conflict;
            case Place::conflict:
                return key_ == "metadata" ? Place::metadata : Place::unknown;
            case Place::obligations:
                collector_.obligation();
                return Place::obligation;
            default:
                return Place::unknown;
        }
    }
    Place array_place() {
        switch (place()) {
            case Place::root:
            case Place::result:
                if (key_ == "associatedAdvice") return Place::advice_list;
                return key_ == "obligations" ? Place::obligations : Place::unknown;
            case Place::advice:
                if (key_ == "conflicts") {
                    value_ = {};
                    return Place::sessions;
                }
                return key_ == "scope" ? Place::scope : Place::unknown;
            case Place::conflicts_by_value:
                return Place::sessions;
            case Place::obligation:
                return key_ == "arguments" ? Place::arguments : Place::unknown;
            default:
                return Place::unknown;
        }
    }

    bool number() {
        if (place() == Place::advice) collector_.advice_number(key_);
        if (place() == Place::metadata) collector_.metadata_number(key_);
        return true;
    }

    Collector collector_;
    Place places_[kLevels];
    int depth_ = 0;
    std::string_view key_;
    std::string_view value_;
};

char g_copy[json::kMaxText + 1];
std::size_t g_scratch = 0;

Facts read(std::string_view body) {
    std::memcpy(g_copy, body.data(), body.size());
    g_copy[body.size()] = '\0';
    g_scratch = body.size() + 1;
    rapidjson::Reader reader;
    rapidjson::InsituStringStream stream(g_copy);
    Handler handler;
    reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseValidateEncodingFlag>(stream,
                                                                                      handler);
    Facts facts = handler.finish();
    facts.accepted = !reader.HasParseError();
    return facts;
}

}  // namespace

const Reader kRapidjson = {"RapidJSON in situ", read, [] { return g_scratch; }};

}  // namespace cmagent::bench
