#include "agent/ctl/show.h"

#include "agent/base/utf8.h"
#include "agent/json/string.h"

namespace cmagent::ctl {
namespace {

using json::ArrayForEach;
using json::GetObjectItemCaseSensitive;
using json::Item;

void put(std::FILE* out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t control = control_length(text);
        std::fputc(control > 0 ? '?' : text.front(), out);
        text.remove_prefix(control > 0 ? control : 1);
    }
}

// The text of a string; any other value as it is written.
void put(std::FILE* out, Item value) {
    if (!json::IsString(value)) return put(out, value.raw());
    json::Pieces pieces(json::GetStringValue(value));
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        put(out, piece);
    }
}

Item member(Item object, std::string_view name) {
    return GetObjectItemCaseSensitive(object, name);
}

bool is_text(Item item) {
    return json::IsString(item) && !item.raw().empty();
}

// The members that name a stream to a person, in this order, between commas.
struct Feature {
    std::string_view name;
    const char* before;
};
constexpr Feature kFeatures[] = {
    {"deviceName", ""}, {"applicationName", ""}, {"channel", "channel "}, {"startedAt", "since "}};

void show_stream(std::FILE* out, Item stream) {
    const char* separator = "";
    for (const Feature& feature : kFeatures) {
        const Item value = member(stream, feature.name);
        if (!is_text(value)) continue;
        std::fprintf(out, "%s%s", separator, feature.before);
        put(out, value);
        separator = ", ";
    }
    if (*separator == '\0') std::fputs("a stream of which nothing is told", out);
}

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

void show_violation(std::FILE* out, Item violation) {
    const Item rule = member(violation, "rule");
    const Item threshold = member(violation, "threshold");
    put(out, is_text(rule) ? rule : member(violation, "message"));
    if (threshold) {
        std::fputs(", limit ", out);
        put(out, threshold);
    }
    std::fputc('\n', out);
    for (const Item conflict : ArrayForEach(member(violation, "conflicts"))) {
        show_code(out, conflict);
        show_stream(out, conflict);
        std::fputc('\n', out);
    }
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

}  // namespace

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

void show_conflict(std::FILE* out, Item conflict) {
    for (const Item violation : ArrayForEach(member(conflict, "violations"))) {
        show_violation(out, violation);
    }
}

void show_streams(std::FILE* out, Item streams) {
    for (const Item stream : ArrayForEach(member(streams, "streams"))) {
        put(out, member(stream, "sessionId"));
        show_code(out, stream);
        show_stream(out, stream);
        std::fputc('\n', out);
    }
    const auto others = json::GetIntegerValue(member(streams, "otherStreams"));
    if (others && *others > 0)
        std::fprintf(out, "and %lld more\n", static_cast<long long>(*others));
}

void show_problem(std::FILE* out, Item problem) {
    std::fputs("cmagentctl: ", out);
    put(out, member(problem, "code"));
    const Item detail = member(problem, "detail");
    std::fputs(": ", out);
    put(out, is_text(detail) ? detail : member(problem, "title"));
    for (const char* name : {"field", "reason"}) {
        const Item value = member(problem, name);
        if (!is_text(value)) continue;
        std::fprintf(out, " (%s: ", name);
        put(out, value);
        std::fputc(')', out);
    }
    for (const Item missing : ArrayForEach(member(problem, "missing"))) {
        std::fputs("\n  --metadata ", out);
        put(out, missing);
        std::fputs("=... is needed", out);
    }
    std::fputc('\n', out);
    const Item conflict = member(problem, "conflictId");
    if (!is_text(conflict)) return;
    show_conflict(out, problem);
    std::fputs("To end one of them instead: cmagentctl resolve ", out);
    put(out, conflict);
    std::fputs(" CODE\n", out);
}

void show_outline(std::FILE* out, Item item) {
    show_members(out, item, 0);
}

void show_event(std::FILE* out, const ServerEvent& event, Item data) {
    put(out, event.id);
    std::fputc(' ', out);
    put(out, event.name);
    for (const Item value : ArrayForEach(data)) {
        std::fputc(' ', out);
        put(out, value.name().raw());
        // Quotes show that a text of several words is one value.
        const bool quoted =
            json::IsString(value) && value.raw().find(' ') != std::string_view::npos;
        std::fputs(quoted ? "=\"" : "=", out);
        put(out, value);
        if (quoted) std::fputc('"', out);
    }
    std::fputc('\n', out);
}

}  // namespace cmagent::ctl
