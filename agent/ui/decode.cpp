#include "agent/ui/decode.h"

#include <algorithm>
#include <cstdio>

#include "agent/ui/characters.h"
#include "agent/ui/query.h"

namespace cmagent::ui {
namespace {

// What the readers of the members share: whom they may ask, and where they say what is wrong.
struct Reading {
    const core::Settings* settings = nullptr;
    Fault fault;
    bool failed = false;

    // The first fault counts. An empty reason is none.
    void fail(std::string_view field, std::string_view reason) {
        if (failed || reason.empty()) return;
        failed = true;
        (void)fault.field.assign(slice(field, 0, decltype(fault.field)::capacity()));
        fault.reason = reason;
    }
    void fail_within(std::string_view field, std::string_view part, std::string_view reason) {
        char name[decltype(fault.field)::capacity()];
        const int size =
            std::snprintf(name, sizeof name, "%.*s.%.*s", static_cast<int>(field.size()),
                          field.data(), static_cast<int>(part.size()), part.data());
        const auto wanted = static_cast<std::size_t>(size);
        fail({name, std::min(wanted, sizeof name - 1)}, reason);
    }
};

// U+0000 to U+001F, U+007F to U+009F: none of them belongs into an identity or a name, and CR and LF
// would end a header line elsewhere (hazards.md 21).
bool has_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) return true;
        const bool c1 =
            byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (c1) return true;
    }
    return false;
}

// --- one value; each says what is wrong with it, or nothing ---

template <std::size_t N>
std::string_view keep_plain(std::string_view text, Text<N>& into) {
    if (text.empty()) return "empty";
    if (has_control(text)) return "control-character";
    return into.assign(text) ? std::string_view() : "too-long";
}

template <std::size_t N>
std::string_view keep_text(json::Item item, Text<N>& into) {
    if (!json::IsString(item)) return "wrong-type";
    if (item.raw().empty()) return "empty";
    if (!json::unescape(json::GetStringValue(item), into)) return "too-long";
    return has_control(into.view()) ? "control-character" : "";
}

// The place of a name among applications or players.
template <class Named>
std::string_view find_name(const Named* list, std::size_t count, std::string_view name,
                           std::uint8_t& into) {
    for (std::size_t i = 1; i < count; ++i) {
        if (list[i].name.view() != name) continue;
        into = static_cast<std::uint8_t>(i);
        return {};
    }
    return "unknown";
}

std::string_view keep_application(std::string_view name, const core::Settings& settings,
                                  std::uint8_t& into) {
    return find_name(settings.applications, settings.application_count, name, into);
}

void read_metadata(Reading& reading, json::Item object, cm::Metadata& into) {
    if (!json::IsObject(object)) return reading.fail("metadata", "wrong-type");
    if (json::GetArraySize(object) > static_cast<int>(cm::kMaxRequestPairs)) {
        return reading.fail("metadata", "too-many");
    }
    for (const json::Item item : json::ArrayForEach(object)) {
        Text<cm::kMaxName> name;
        Text<cm::kMaxValue> value;
        const std::string_view shown = item.name().raw();
        if (shown.empty()) return reading.fail("metadata", "empty-name");
        if (!json::unescape(item.name(), name)) {
            return reading.fail_within("metadata", shown, "name-too-long");
        }
        if (has_control(name.view())) {
            return reading.fail_within("metadata", shown, "control-character");
        }
        const std::string_view fault = keep_text(item, value);
        // A value may be empty: CM knows names without one.
        if (!fault.empty() && fault != "empty")
            return reading.fail_within("metadata", shown, fault);
        if (!into.set(name.view(), value.view())) return reading.fail("metadata", "too-long");
    }
}

// What X-Terminate can carry (cm-api.md): visible ASCII without a comma.
bool is_code(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c > 0x20 && c < 0x7f && c != ','; });
}

void read_codes(Reading& reading, json::Item list, cm::Codes& into) {
    if (!json::IsArray(list)) return reading.fail("terminate", "wrong-type");
    for (const json::Item item : json::ArrayForEach(list)) {
        Text<cm::kMaxCode> code;
        const std::string_view fault = keep_text(item, code);
        if (!fault.empty()) return reading.fail("terminate", fault);
        if (!is_code(code.view())) return reading.fail("terminate", "bad-character");
        if (!into.add(code.view())) return reading.fail("terminate", "too-many");
    }
}

// --- objects, as tables of their members ---

template <class Into>
struct Member {
    std::string_view name;
    bool required;
    void (*read)(Reading& reading, json::Item item, Into& into);
};

constexpr Member<StartRequest> kStart[] = {
    {"idp", true,
     [](Reading& r, json::Item i, StartRequest& s) { r.fail("idp", keep_text(i, s.wanted.idp)); }},
    {"subject", true,
     [](Reading& r, json::Item i, StartRequest& s) {
         r.fail("subject", keep_text(i, s.wanted.subject));
     }},
    {"metadata", false,
     [](Reading& r, json::Item i, StartRequest& s) { read_metadata(r, i, s.wanted.metadata); }},
    {"application", false,
     [](Reading& r, json::Item i, StartRequest& s) {
         Text<cm::kMaxName> name;
         r.fail("application", keep_text(i, name));
         r.fail("application", keep_application(name.view(), *r.settings, s.wanted.application));
     }},
    {"player", false,
     [](Reading& r, json::Item i, StartRequest& s) {
         Text<cm::kMaxName> name;
         r.fail("player", keep_text(i, name));
         r.fail("player", find_name(r.settings->players, r.settings->player_count, name.view(),
                                    s.wanted.player));
     }},
    {"terminate", false,
     [](Reading& r, json::Item i, StartRequest& s) { read_codes(r, i, s.terminate); }},
    {"replaces", false,
     [](Reading& r, json::Item i, StartRequest& s) {
         r.fail("replaces", keep_text(i, s.replaces));
     }},
};

constexpr Member<ChangeRequest> kChange[] = {
    {"metadata", false,
     [](Reading& r, json::Item i, ChangeRequest& c) {
         c.has_metadata = true;
         read_metadata(r, i, c.metadata);
     }},
    {"paused", false,
     [](Reading& r, json::Item i, ChangeRequest& c) {
         if (!json::IsBool(i)) return r.fail("paused", "wrong-type");
         c.paused = json::IsTrue(i) ? core::Change::Paused::yes : core::Change::Paused::no;
     }},
};

constexpr Member<cm::Codes> kResolve[] = {
    {"terminate", true, [](Reading& r, json::Item i, cm::Codes& c) { read_codes(r, i, c); }},
};

constexpr Member<Subject> kLogout[] = {
    {"idp", true, [](Reading& r, json::Item i, Subject& s) { r.fail("idp", keep_text(i, s.idp)); }},
    {"subject", true,
     [](Reading& r, json::Item i, Subject& s) { r.fail("subject", keep_text(i, s.subject)); }},
};

Decoded malformed(const json::Parsed& parsed) {
    Fault fault;
    // These are JSON, only more of it than any request needs.
    if (parsed.error == json::Error::too_many_values) fault.reason = "too-many-values";
    if (parsed.error == json::Error::too_deep) fault.reason = "too-deep";
    if (!fault.reason.empty()) return fault;
    fault.problem = Problem::malformed_json;
    char where[decltype(fault.where)::capacity()];
    const int size = std::snprintf(where, sizeof where, "%u:%u: %s", parsed.where.line,
                                   parsed.where.column, json::describe(parsed.error));
    (void)fault.where.assign(slice({where, sizeof where - 1}, 0, static_cast<std::size_t>(size)));
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

template <class Into, std::size_t N>
Decoded decode_object(std::string_view body, const core::Settings* settings, RequestTokens& tokens,
                      const Member<Into> (&members)[N], Into& into) {
    const json::Parsed parsed = json::parse(body, tokens);
    if (!parsed) return malformed(parsed);
    if (Decoded fault = check(parsed.root)) return fault;
    Reading reading;
    reading.settings = settings;
    if (!json::IsObject(parsed.root)) reading.fail("", "wrong-type");
    for (const json::Item item : json::ArrayForEach(parsed.root)) {
        const auto* member = std::find_if(
            members, members + N, [&](const auto& m) { return item.name().equals(m.name); });
        if (member == members + N) {
            reading.fail(item.name().raw(), "unknown");
        } else {
            member->read(reading, item, into);
        }
    }
    for (const Member<Into>& member : members) {
        if (member.required && !json::GetObjectItemCaseSensitive(parsed.root, member.name)) {
            reading.fail(member.name, "missing");
        }
    }
    if (reading.failed) return reading.fault;
    return std::nullopt;
}

// --- queries, as tables of their parameters ---

template <class Into>
struct QueryMember {
    std::string_view name;
    bool required;
    std::string_view (*read)(std::string_view text, const core::Settings* settings, Into& into);
};

constexpr QueryMember<Subject> kStreams[] = {
    {"idp", true,
     [](std::string_view t, const core::Settings*, Subject& s) { return keep_plain(t, s.idp); }},
    {"subject", true,
     [](std::string_view t, const core::Settings*, Subject& s) {
         return keep_plain(t, s.subject);
     }},
    {"application", false,
     [](std::string_view t, const core::Settings* settings, Subject& s) {
         return keep_application(t, *settings, s.application);
     }},
};

constexpr QueryMember<std::uint8_t> kApplication[] = {
    {"application", false,
     [](std::string_view t, const core::Settings* settings, std::uint8_t& application) {
         return keep_application(t, *settings, application);
     }},
};

std::string_view keep_number(std::string_view text, std::uint64_t& into) {
    if (text.empty() || text.size() > 19) return "not-a-number";
    into = 0;
    for (const char c : text) {
        if (!is_digit(c)) return "not-a-number";
        into = into * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return {};
}

// Long enough to cost little, short enough for any proxy or player between.
constexpr std::uint64_t kLongestPollSeconds = 60;

constexpr QueryMember<Listening> kListening[] = {
    {"since", false,
     [](std::string_view t, const core::Settings*, Listening& l) {
         l.poll = true;
         return keep_number(t, l.since.emplace());
     }},
    {"timeoutSeconds", false,
     [](std::string_view t, const core::Settings*, Listening& l) -> std::string_view {
         std::uint64_t seconds = 0;
         const std::string_view fault = keep_number(t, seconds);
         if (!fault.empty()) return fault;
         if (seconds > kLongestPollSeconds) return "out-of-range";
         l.poll = true;
         l.timeout_s = static_cast<std::int64_t>(seconds);
         return {};
     }},
    // The guard has read it.
    {"access_token", false,
     [](std::string_view, const core::Settings*, Listening&) { return std::string_view(); }},
};

template <class Into, std::size_t N>
Decoded decode_query(std::string_view query, const core::Settings* settings,
                     const QueryMember<Into> (&members)[N], Into& into) {
    Reading reading;
    bool seen[N] = {};
    Parameter parameter;
    while (next_parameter(query, parameter)) {
        const auto* member = std::find_if(members, members + N,
                                          [&](const auto& m) { return m.name == parameter.name; });
        if (member == members + N) {
            reading.fail(parameter.name, "unknown");
            continue;
        }
        if (seen[member - members]) reading.fail(member->name, "repeated");
        seen[member - members] = true;
        char bytes[cm::kMaxSubject];  // the longest of all
        const auto text = decode(parameter.value, {bytes, sizeof bytes});
        reading.fail(member->name, text ? member->read(*text, settings, into) : "too-long");
    }
    for (std::size_t i = 0; i < N; ++i) {
        if (members[i].required && !seen[i]) reading.fail(members[i].name, "missing");
    }
    if (reading.failed) return reading.fault;
    return std::nullopt;
}

}  // namespace

Decoded decode_start(std::string_view body, const core::Settings& settings, RequestTokens& tokens,
                     StartRequest& into) {
    return decode_object(body, &settings, tokens, kStart, into);
}

Decoded decode_change(std::string_view body, RequestTokens& tokens, ChangeRequest& into) {
    return decode_object(body, nullptr, tokens, kChange, into);
}

Decoded decode_resolve(std::string_view body, RequestTokens& tokens, cm::Codes& into) {
    return decode_object(body, nullptr, tokens, kResolve, into);
}

Decoded decode_logout(std::string_view body, RequestTokens& tokens, Subject& into) {
    return decode_object(body, nullptr, tokens, kLogout, into);
}

Decoded decode_streams(std::string_view query, const core::Settings& settings, Subject& into) {
    return decode_query(query, &settings, kStreams, into);
}

Decoded decode_application(std::string_view query, const core::Settings& settings,
                           std::uint8_t& into) {
    return decode_query(query, &settings, kApplication, into);
}

Decoded decode_listening(std::string_view query, Listening& into) {
    return decode_query(query, nullptr, kListening, into);
}

}  // namespace cmagent::ui
