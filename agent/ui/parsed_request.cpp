#include "agent/ui/parsed_request.h"

#include <algorithm>

#include "agent/base/characters.h"
#include "agent/base/decimal.h"
#include "agent/base/names.h"
#include "agent/base/percent.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"
#include "agent/ui/client_key.h"
#include "agent/ui/query.h"

namespace cmagent::ui {

using namespace std::string_view_literals;

namespace {

constexpr Named<RequestField> kRows[] = {
    {RequestField::idp, "idp"},
    {RequestField::subject, "subject"},
    {RequestField::application, "application"},
    {RequestField::player, "player"},
    {RequestField::replaces, "replaces"},
    {RequestField::client_version, "clientVersion"},
    {RequestField::metadata, "metadata"},
    {RequestField::terminate, "terminate"},
    {RequestField::paused, "paused"},
    {RequestField::wait, "wait"},
    {RequestField::refresh, "refresh"},
    {RequestField::since, "since"},
    {RequestField::timeout_seconds, "timeoutSeconds"},
    {RequestField::access_token, "access_token"},
    {RequestField::client_key, kClientKey},
    {RequestField::also, "also"},
    {RequestField::observer, "observer"},
};
constexpr auto kFieldNames = names_of<kRows>();

std::string_view name_of(RequestField field) {
    return kFieldNames[field];
}

// --- one value ---

// The reason for which a value is refused; null: the value is taken.
using FaultReason = const char*;

FaultReason refuse_unless(bool fits) {
    return fits ? nullptr : "too-long";
}

using Scratch = Text<std::max(cm::kMaxSubject, cm::kMaxValue)>;  // the longest of all
FaultReason read_text(json::Item item, Scratch& into) {
    if (!json::IsString(item)) return "wrong-type";
    if (!json::unescape(json::GetStringValue(item), into)) return "too-long";
    return has_control(into.view()) ? "control-character" : nullptr;
}

// The place of a name among the applications or players that the caller may use.
template <class Named>
FaultReason find_name(const Named* list, std::size_t count, IndexSet usable, std::string_view name,
                      std::uint8_t& into) {
    for (std::size_t i = 1; i < count; ++i) {
        if (list[i].name.view() != name || !usable.has(i)) continue;
        into = static_cast<std::uint8_t>(i);
        return nullptr;
    }
    return "unknown";
}

// A pair of metadata in a query: metadata.channel=news.
constexpr std::string_view kPairPrefix = "metadata."sv;
bool is_pair(const Parameter& parameter) {
    return slice(parameter.name, 0, kPairPrefix.size()) == kPairPrefix;
}

// A long poll of a minute costs little, and no proxy in between cuts it off.
constexpr std::uint64_t kLongestPollSeconds = 60;
// An hour: after longer nobody remembers what was to be watched.
constexpr std::int64_t kLongestWaitSeconds = 3600;

// Reads one field after the other into `into`, and keeps the first fault.
class RequestReader {
  public:
    RequestReader(RequestForm form, const core::Settings& settings, const Caller& caller,
                  ParsedRequest& into)
        : form_(form), settings_(settings), caller_(caller), into_(into) {}

    void read(json::Item item);
    void read(const Parameter& parameter);
    void fail(std::string_view field, FaultReason reason);
    // To be called when all fields were read: a required field may be missing.
    [[nodiscard]] Decoded end();

  private:
    [[nodiscard]] bool has_seen(RequestField field) const {
        return (seen_ & RequestForm::fields(field)) != 0;
    }
    [[nodiscard]] bool is_needed(RequestField field) const;
    template <class Equals>
    [[nodiscard]] std::optional<RequestField> find(Equals is_name) const;
    [[nodiscard]] FaultReason keep(RequestField field, json::Item item);
    [[nodiscard]] FaultReason keep(RequestField field, std::string_view text);
    [[nodiscard]] FaultReason keep_since(std::string_view text);
    [[nodiscard]] FaultReason keep_timeout(std::string_view text);
    [[nodiscard]] FaultReason keep_refresh(std::string_view text);
    [[nodiscard]] FaultReason keep_observer(std::string_view text);
    [[nodiscard]] FaultReason keep_codes(json::Item list);
    [[nodiscard]] FaultReason keep_metadata(json::Item object);
    [[nodiscard]] FaultReason keep_pair(json::Item item);
    [[nodiscard]] FaultReason keep_wait(json::Item object);
    [[nodiscard]] FaultReason keep_pair(const Parameter& parameter);

    RequestForm form_;
    const core::Settings& settings_;
    const Caller& caller_;
    ParsedRequest& into_;
    RequestForm::FieldSet seen_ = 0;
    std::string_view within_;  // the name of the pair, or of the wish, that is wrong
    Decoded fault_;
};

template <class Equals>
std::optional<RequestField> RequestReader::find(Equals is_name) const {
    for (std::size_t i = 0; i < kRequestFields; ++i) {
        const auto field = static_cast<RequestField>(i);
        if (form_.allows(field) && is_name(name_of(field))) return field;
    }
    return std::nullopt;
}

void RequestReader::fail(std::string_view field, FaultReason reason) {
    if (fault_ || reason == nullptr) return;
    Fault& fault = fault_.emplace();
    char bytes[decltype(fault.field)::capacity()];
    TextWriter whole(bytes, WhenFull::cut);
    whole << field << (within_.empty() ? "" : ".") << within_;
    (void)fault.field.assign(whole.view());
    fault.reason = reason;
}

void RequestReader::read(json::Item item) {
    const auto field = find([&](std::string_view known) { return item.name().equals(known); });
    if (!field) return fail(item.name().raw(), "unknown");
    seen_ |= RequestForm::fields(*field);
    fail(name_of(*field), keep(*field, item));
}

void RequestReader::read(const Parameter& parameter) {
    if (form_.allows(RequestField::metadata) && is_pair(parameter)) {
        within_ = slice(parameter.name, kPairPrefix.size());
        fail(name_of(RequestField::metadata), keep_pair(parameter));
        within_ = {};
        return;
    }
    const auto field = find([&](std::string_view known) { return parameter.name == known; });
    const bool known = field && *field != RequestField::metadata;
    // "_" is the number by which jQuery and its like keep an answer out of caches.
    if (!known && (form_.open || parameter.name == "_"sv)) return;
    if (!known) return fail(parameter.name, "unknown");
    if (has_seen(*field) && *field != RequestField::also) return fail(name_of(*field), "repeated");
    seen_ |= RequestForm::fields(*field);
    char bytes[Scratch::capacity()];
    const auto text = read_percent_encoded(parameter.value, bytes);
    fail(name_of(*field), text ? keep(*field, *text) : "too-long");
}

bool RequestReader::is_needed(RequestField field) const {
    if (field == RequestField::application)
        return form_.allows(field) && !caller_.applications.has(0);
    if (field == RequestField::player) return form_.allows(field) && !caller_.players.has(0);
    return form_.requires_field(field);
}

Decoded RequestReader::end() {
    for (std::size_t i = 0; i < kRequestFields; ++i) {
        const auto field = static_cast<RequestField>(i);
        if (is_needed(field) && !has_seen(field)) fail(name_of(field), "missing");
    }
    if (into_.wait && has_seen(RequestField::terminate))
        fail(name_of(RequestField::wait), "with-terminate");
    return fault_;
}

FaultReason RequestReader::keep(RequestField field, json::Item item) {
    switch (field) {
        case RequestField::metadata:
            into_.has_metadata = true;
            return keep_metadata(item);
        case RequestField::terminate:
            return keep_codes(item);
        case RequestField::wait:
            return keep_wait(item);
        case RequestField::paused:
            if (!json::IsBool(item)) return "wrong-type";
            into_.paused =
                json::IsTrue(item) ? core::Change::Paused::yes : core::Change::Paused::no;
            return nullptr;
        default:
            break;
    }
    Scratch text;
    if (const FaultReason fault = read_text(item, text)) return fault;
    return keep(field, text.view());
}

FaultReason RequestReader::keep(RequestField field, std::string_view text) {
    if (field == RequestField::access_token) return nullptr;
    if (field == RequestField::since) return keep_since(text);
    if (field == RequestField::timeout_seconds) return keep_timeout(text);
    if (field == RequestField::refresh) return keep_refresh(text);
    if (field == RequestField::observer) return keep_observer(text);
    if (text.empty()) return "empty";
    if (has_control(text)) return "control-character";
    core::StreamRequest& stream = into_.stream;
    switch (field) {
        case RequestField::idp:
            return refuse_unless(stream.idp.assign(text));
        case RequestField::subject:
            return refuse_unless(stream.subject.assign(text));
        case RequestField::application:
            return find_name(settings_.applications, settings_.application_count,
                             caller_.applications, text, stream.application);
        case RequestField::player:
            return find_name(settings_.players, settings_.player_count, caller_.players, text,
                             stream.player);
        case RequestField::client_key:
            return read_client_key(text, stream.owner);
        case RequestField::also:
            return add_client_key(text, into_.others);
        case RequestField::client_version:
            if (!all_of(text, is_visible)) return "bad-character";
            return refuse_unless(stream.client_version.assign(text));
        default:
            return refuse_unless(into_.replaces.assign(text));
    }
}

FaultReason RequestReader::keep_since(std::string_view text) {
    into_.poll = true;
    into_.kept = text == "kept"sv;
    into_.since = read_decimal(text);
    return into_.kept || into_.since ? nullptr : "not-a-number";
}

FaultReason RequestReader::keep_timeout(std::string_view text) {
    const auto seconds = read_decimal(text);
    if (!seconds) return "not-a-number";
    if (*seconds > kLongestPollSeconds) return "out-of-range";
    into_.poll = true;
    into_.timeout_s = static_cast<std::int64_t>(*seconds);
    return nullptr;
}

FaultReason RequestReader::keep_refresh(std::string_view text) {
    into_.refresh = text == "true"sv;
    return into_.refresh || text == "false"sv ? nullptr : "not-a-boolean";
}

FaultReason RequestReader::keep_observer(std::string_view text) {
    into_.observer = text == "1"sv;
    return into_.observer || text == "0"sv ? nullptr : "not-0-or-1";
}

FaultReason RequestReader::keep_codes(json::Item list) {
    if (!json::IsArray(list)) return "wrong-type";
    for (const json::Item item : json::ArrayForEach(list)) {
        Scratch code;
        if (const FaultReason fault = read_text(item, code)) return fault;
        if (code.empty()) return "empty";
        if (!all_of(code.view(), cm::is_code_character)) return "bad-character";
        if (code.view().size() > cm::kMaxCode) return "too-long";
        if (!into_.terminate.add(code.view())) return "too-many";
    }
    return nullptr;
}

FaultReason RequestReader::keep_metadata(json::Item object) {
    if (!json::IsObject(object)) return "wrong-type";
    if (json::GetArraySize(object) > static_cast<int>(cm::kMaxRequestPairs)) return "too-many";
    for (const json::Item item : json::ArrayForEach(object)) {
        if (item.name().raw().empty()) return "empty-name";
        if (const FaultReason fault = keep_pair(item)) {
            within_ = item.name().raw();
            return fault;
        }
    }
    return nullptr;
}

FaultReason RequestReader::keep_pair(const Parameter& parameter) {
    char name_bytes[cm::kMaxName];
    char value_bytes[cm::kMaxValue];
    const auto name = read_percent_encoded(within_, name_bytes);
    const auto value = read_percent_encoded(parameter.value, value_bytes);
    cm::Metadata& metadata = into_.stream.metadata;
    if (!name) return "name-too-long";
    if (!value) return "too-long";
    if (name->empty()) return "empty-name";
    if (has_control(*name) || has_control(*value)) return "control-character";
    if (metadata.has(*name)) return "repeated";
    if (metadata.size() == cm::kMaxRequestPairs) return "too-many";
    return refuse_unless(metadata.set(*name, *value));
}

FaultReason RequestReader::keep_pair(json::Item item) {
    Text<cm::kMaxName> name;
    Scratch value;
    if (!json::unescape(item.name(), name)) return "name-too-long";
    if (has_control(name.view())) return "control-character";
    // A value may be empty: CM knows names without one.
    if (const FaultReason fault = read_text(item, value)) return fault;
    return refuse_unless(into_.stream.metadata.set(name.view(), value.view()));
}

// One wish of the object.
FaultReason read_wish(std::string_view name, json::Item item, WaitWish& into) {
    if (name == "start"sv) {
        into.start = json::IsTrue(item);
        return json::IsBool(item) ? nullptr : "wrong-type";
    }
    if (name != "seconds"sv) return "unknown";
    const auto seconds = json::GetIntegerValue(item);
    if (!seconds) return "wrong-type";
    into.seconds = *seconds;
    return 0 <= *seconds && *seconds <= kLongestWaitSeconds ? nullptr : "out-of-range";
}

FaultReason RequestReader::keep_wait(json::Item object) {
    if (!json::IsObject(object)) return "wrong-type";
    WaitWish& wish = into_.wait.emplace();
    for (const json::Item item : json::ArrayForEach(object)) {
        within_ = item.name().raw();
        if (const FaultReason fault = read_wish(within_, item, wish)) return fault;
    }
    within_ = "seconds"sv;
    if (!json::HasObjectItem(object, within_)) return "missing";
    within_ = {};
    return nullptr;
}

Decoded malformed(const json::Parsed& parsed) {
    Fault fault;
    // A body with too many values or levels is JSON, only more of it than any request needs.
    if (parsed.error == json::Error::too_many_values) fault.reason = "too-many-values";
    if (parsed.error == json::Error::too_deep) fault.reason = "too-deep";
    if (!fault.reason.empty()) return fault;
    fault.problem = Problem::malformed_json;
    char bytes[decltype(fault.where)::capacity()];
    TextWriter where(bytes, WhenFull::cut);
    where << parsed.where.line << ':' << parsed.where.column << ": "
          << json::describe(parsed.error);
    (void)fault.where.assign(where.view());
    return fault;
}

Decoded check(json::Item root) {
    Fault fault;
    switch (json::check_names(root).fault) {
        case json::NameFault::none:
            return std::nullopt;
        case json::NameFault::repeated:
            fault.problem = Problem::malformed_json;
            fault.reason = "repeated-name";
            return fault;
        case json::NameFault::too_many:
            fault.reason = "too-many-members";
            return fault;
    }
    return fault;
}

}  // namespace

Decoded decode_body(std::string_view body, RequestForm form, const core::Settings& settings,
                    const Caller& caller, json::Tokens tokens, ParsedRequest& into) {
    tokens.size = std::min(tokens.size, kMaxRequestTokens);
    const json::Parsed parsed = json::parse(body, tokens);
    if (!parsed) return malformed(parsed);
    if (Decoded fault = check(parsed.root)) return fault;
    RequestReader reader(form, settings, caller, into);
    if (!json::IsObject(parsed.root)) reader.fail("", "wrong-type");
    for (const json::Item item : json::ArrayForEach(parsed.root)) reader.read(item);
    return reader.end();
}

Decoded decode_query(std::string_view query, RequestForm form, const core::Settings& settings,
                     const Caller& caller, ParsedRequest& into) {
    RequestReader reader(form, settings, caller, into);
    Parameter parameter;
    while (next_parameter(query, parameter)) reader.read(parameter);
    return reader.end();
}

}  // namespace cmagent::ui
