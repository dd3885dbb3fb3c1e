#include "agent/ctl/show.h"

#include <cstdint>

#include "agent/base/packed.h"
#include "agent/ctl/printable.h"
#include "agent/json/string.h"

namespace cmagent::ctl {
namespace {

using ctl::put;
using json::ArrayForEach;
using json::GetObjectItemCaseSensitive;
using json::Item;

void put(std::FILE* out, std::string_view text) {
    print(out, text);
}

Item member(Item object, const char* name) {
    return GetObjectItemCaseSensitive(object, name);
}

bool is_text(Item item) {
    return json::IsString(item) && !item.raw().empty();
}

// Names of types, which a published sample has in place of values, name nothing.
bool is_name(Item item) {
    return is_text(item) && !json::GetStringValue(item).equals("string");
}

// A member, and what goes before its value.
struct Feature {
    std::string_view name;
    std::string_view before;
};

// The members that name a stream to a person, in this order, between commas.
constexpr Feature kOfStreams[] = {
    {"deviceName", ""},      {"applicationName", ""},          {"channel", "channel "},
    {"startedAt", "since "}, {"pausedSince", "paused since "}, {"here", "on this box as "}};

void show_stream(std::FILE* out, Item stream) {
    static constexpr auto kNames = pack<kOfStreams, &Feature::name>();
    static constexpr auto kBefore = pack<kOfStreams, &Feature::before>();
    const char* separator = "";
    for (std::size_t i = 0; i < std::size(kOfStreams); ++i) {
        const Item value = GetObjectItemCaseSensitive(stream, kNames[i]);
        if (!is_name(value)) continue;
        std::fputs(separator, out);
        put(out, kBefore[i]);
        put(out, value);
        separator = ", ";
    }
    std::fputs(*separator == '\0' ? "a stream of which nothing is told\n" : "\n", out);
}

// The members of an entry of the history.
constexpr Feature kOfEntries[] = {{"application", ", in "},
                                  {"rule", ", rule "},
                                  {"policy", ", policy "},
                                  {"attribute", ", attribute "},
                                  {"threshold", ", threshold "},
                                  {"listed", ", listed "},
                                  {"attempt", ", attempt "},
                                  {"outcome", ", outcome "},
                                  {"endReason", ", ended "},
                                  {"playback", ", playback "},
                                  {"heardToStopMs", ", heard to stop ms "},
                                  {"stopToVerifiedMs", ", stop to verified ms "}};

void show_code(std::FILE* out, Item stream) {
    const Item code = member(stream, "terminationCode");
    std::fputs("  ", out);
    if (is_text(code)) {
        put(out, code);
    } else {
        std::fputs("(no code)", out);
    }
    std::fputs("  ", out);
}

// "BEFORE" and the member, where there is one.
void show_member(std::FILE* out, const char* before, Item object, const char* name) {
    const Item value = member(object, name);
    if (!value) return;
    std::fputs(before, out);
    put(out, value);
}

// A rule or a limit by its name; by what it counts where it has none.
void show_rule(std::FILE* out, Item rule) {
    for (const char* name : {"rule", "policy", "attribute"}) {
        if (!is_name(member(rule, name))) continue;
        return put(out, member(rule, name));
    }
    std::fputs("a rule without a name", out);
}

void show_more(std::FILE* out, Item count, const char* before) {
    const auto more = json::GetIntegerValue(count);
    if (more && *more > 0) {
        std::fprintf(out, "%sand %lld more\n", before, static_cast<long long>(*more));
    }
}

// `told`: what stands above already.
void show_violation(std::FILE* out, Item violation, Item told) {
    const Item line = member(violation, "line");
    const Item message = member(violation, "message");
    if (is_name(line) && told.raw().find(line.raw()) == std::string_view::npos) {
        put(out, line);
        std::fputc('\n', out);
    }
    if (is_name(message) && message.raw() != line.raw()) {
        std::fputs("The service says: ", out);
        put(out, message);
        std::fputc('\n', out);
    }
    std::fputs("  ", out);
    show_rule(out, violation);
    show_member(out, ", limit ", violation, "threshold");
    std::fputc('\n', out);
    for (const Item conflict : ArrayForEach(member(violation, "conflicts"))) {
        show_code(out, conflict);
        show_stream(out, conflict);
    }
    show_more(out, member(violation, "moreConflicts"), "  ");
}

void show_violations(std::FILE* out, Item conflict) {
    for (const Item violation : ArrayForEach(member(conflict, "violations"))) {
        show_violation(out, violation, member(conflict, "detail"));
    }
}

// Whether a stream in the way can be ended.
bool offers(Item conflict) {
    for (const Item violation : ArrayForEach(member(conflict, "violations"))) {
        for (const Item stream : ArrayForEach(member(violation, "conflicts"))) {
            if (is_text(member(stream, "terminationCode"))) return true;
        }
    }
    return false;
}

// "BEFORE 41 s" of a duration.
void show_seconds(std::FILE* out, const char* before, std::int64_t ms) {
    std::fprintf(out, "%s%lld s", before, static_cast<long long>(ms / 1000));
}

// When the look changes by itself, and how old it is.
void show_look(std::FILE* out, Item look) {
    const auto lapse = json::GetIntegerValue(member(look, "nextLapseInMs"));
    const auto age = json::GetIntegerValue(member(look, "agoMs"));
    if (lapse) show_seconds(out, "the first lapses in ", *lapse);
    if (age) show_seconds(out, lapse ? ", seen " : "seen ", *age);
    if (lapse || age) std::fputs(age ? " ago\n" : "\n", out);
}

void show_members(std::FILE* out, Item object, int indent);

void show_value(std::FILE* out, Item value, int indent) {
    if (json::GetArraySize(value) == 0) {
        std::fputc(' ', out);
        put(out, value);
        std::fputc('\n', out);
        return;
    }
    std::fputc('\n', out);
    show_members(out, value, indent + 2);
}

// Goes no deeper than json::kMaxDepth.
void show_members(std::FILE* out, Item list, int indent) {
    for (const Item value : ArrayForEach(list)) {
        std::fprintf(out, "%*s", indent, "");
        if (json::IsObject(list)) {
            put(out, value.name().raw());
            std::fputc(':', out);
        } else {
            std::fputc('-', out);
        }
        show_value(out, value, indent);
    }
}

// " (NAME: VALUE)" of a member, where it is a text.
void show_note(std::FILE* out, Item problem, const char* name) {
    const Item value = member(problem, name);
    if (!is_text(value)) return;
    std::fprintf(out, " (%s: ", name);
    put(out, value);
    std::fputc(')', out);
}

// " NAME=VALUE"; quotes show that a text of several words is one value.
void show_pair(std::FILE* out, std::string_view name, Item value) {
    std::fputc(' ', out);
    put(out, name);
    const bool quoted = json::IsString(value) && value.raw().find(' ') != std::string_view::npos;
    std::fputs(quoted ? "=\"" : "=", out);
    put(out, value);
    if (quoted) std::fputc('"', out);
}

void show_refusal(std::FILE* out, Item problem) {
    show_member(out, "cmagentctl: ", problem, "code");
    const Item detail = member(problem, "detail");
    std::fputs(": ", out);
    put(out, is_text(detail) ? detail : member(problem, "title"));
    for (const char* name : {"field", "held", "endReason", "replacedBy", "reason"}) {
        show_note(out, problem, name);
    }
    const Item conflict = member(problem, "conflictId");
    // Nobody is to blame for a limit.
    if (!conflict) show_note(out, problem, "blame");
    for (const Item missing : ArrayForEach(member(problem, "missing"))) {
        std::fputs("\n  --metadata ", out);
        put(out, missing);
        std::fputs("=... is needed", out);
    }
    std::fputc('\n', out);
    if (is_text(conflict)) show_violations(out, problem);
}

}  // namespace

void put(std::FILE* out, Item value) {
    if (!json::IsString(value)) return put(out, value.raw());
    json::Pieces pieces(json::GetStringValue(value));
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        put(out, piece);
    }
}

void show_session(std::FILE* out, Item session) {
    put(out, member(session, "id"));
    std::fputs("  ", out);
    put(out, member(session, "state"));
    if (json::IsTrue(member(session, "paused"))) std::fputs(", paused", out);
    const Item message = member(session, "message");
    if (is_text(message)) {
        std::fputs("  ", out);
        put(out, message);
    }
    std::fputc('\n', out);
}

void show_sessions(std::FILE* out, Item sessions) {
    for (const Item session : ArrayForEach(member(sessions, "sessions"))) {
        show_session(out, session);
    }
}

void show_required(std::FILE* out, Item names) {
    for (const Item name : ArrayForEach(member(names, "required"))) {
        put(out, name);
        std::fputc('\n', out);
    }
}

void show_conflict(std::FILE* out, Item conflict) {
    put(out, member(conflict, "detail"));
    std::fputc('\n', out);
    show_violations(out, conflict);
}

void show_wait(std::FILE* out, Item conflict) {
    put(out, member(conflict, "conflictId"));
    const Item wait = member(conflict, "wait");
    if (wait) {
        show_member(out, "  waiting until ", wait, "until");
    } else {
        std::fputs("  not waiting", out);
    }
    std::fputc('\n', out);
}

void show_streams(std::FILE* out, Item streams) {
    for (const Item stream : ArrayForEach(member(streams, "streams"))) {
        put(out, member(stream, "sessionId"));
        show_code(out, stream);
        show_stream(out, stream);
    }
    show_more(out, member(streams, "otherStreams"), "");
    show_look(out, streams);
}

void show_outlook(std::FILE* out, Item outlook) {
    put(out, member(outlook, "verdict"));
    show_member(out, ", streams: ", outlook, "streams");
    show_member(out, ", on this box: ", outlook, "here");
    std::fputc('\n', out);
    for (const Item limit : ArrayForEach(member(outlook, "limits"))) {
        std::fputs("  ", out);
        show_rule(out, limit);
        show_member(out, ", at least ", limit, "atLeast");
        show_member(out, ", at most ", limit, "atMost");
        if (json::IsTrue(member(limit, "displaces"))) std::fputs(", the latest wins", out);
        show_member(out, ", seen ", limit, "seen");
        std::fputc('\n', out);
    }
    for (const Item stream : ArrayForEach(member(outlook, "inTheWay"))) {
        show_code(out, stream);
        show_stream(out, stream);
    }
    show_look(out, outlook);
}

void show_problem(std::FILE* out, Item problem) {
    show_refusal(out, problem);
    const Item conflict = member(problem, "conflictId");
    if (!is_text(conflict)) return;
    const bool choice = offers(problem);
    std::fputs(choice ? "To end one of them instead: cmagentctl resolve "
                      : "To try again: cmagentctl resolve ",
               out);
    put(out, conflict);
    std::fputs(choice ? " CODE\n" : " --try-again\n", out);
}

void show_limit(std::FILE* out, Item problem) {
    show_refusal(out, problem);
    if (offers(problem)) std::fputs("To end one of them instead: --terminate CODE\n", out);
}

void show_end(std::FILE* out, Item end) {
    std::fputs("cmagentctl: ", out);
    show_member(out, "", end, "reason");
    show_member(out, "", end, "endReason");
    show_member(out, ": ", end, "message");
    std::fputc('\n', out);
}

void show_history(std::FILE* out, Item history) {
    static constexpr auto kNames = pack<kOfEntries, &Feature::name>();
    static constexpr auto kBefore = pack<kOfEntries, &Feature::before>();
    for (const Item entry : ArrayForEach(member(history, "entries"))) {
        put(out, member(entry, "id"));
        show_member(out, "  ", entry, "at");
        show_member(out, "  ", entry, "kind");
        for (std::size_t i = 0; i < std::size(kOfEntries); ++i) {
            const Item value = GetObjectItemCaseSensitive(entry, kNames[i]);
            if (!value) continue;
            put(out, kBefore[i]);
            put(out, value);
        }
        std::fputc('\n', out);
    }
}

void show_outline(std::FILE* out, Item item) {
    show_members(out, item, 0);
}

void show_event(std::FILE* out, const lib::ServerEvent& event, Item data) {
    put(out, event.id);
    std::fputc(' ', out);
    put(out, event.name);
    for (const Item value : ArrayForEach(data)) {
        if (value.name().equals("violations")) {
            for (const Item violation : ArrayForEach(value)) {
                show_pair(out, "violation", member(violation, "line"));
            }
        } else {
            show_pair(out, value.name().raw(), value);
        }
    }
    std::fputc('\n', out);
}

}  // namespace cmagent::ctl
