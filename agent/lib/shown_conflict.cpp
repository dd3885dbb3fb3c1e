#include "agent/lib/shown_conflict.h"

#include <climits>
#include <cstring>

#include "agent/base/wipe.h"

namespace cmagent::lib {

using json::GetObjectItemCaseSensitive;

const char* take_text(json::Item object, const char* name) {
    const json::Item value = GetObjectItemCaseSensitive(object, name);
    if (!json::IsString(value)) return "";
    // No escape is shorter than what it stands for, and a quote follows the text: there is room.
    char* const text = const_cast<char*>(value.raw().data());
    char* end = text;
    json::Pieces pieces(json::GetStringValue(value));
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        std::memmove(end, piece.data(), piece.size());
        end += piece.size();
    }
    *end = '\0';
    return text;
}

int number_of(json::Item object, const char* name, int otherwise) {
    const auto number = json::GetIntegerValue(GetObjectItemCaseSensitive(object, name));
    const bool fits = number.has_value() && *number >= 0 && *number <= INT_MAX;
    return fits ? static_cast<int>(*number) : otherwise;
}

const char* ShownConflict::read(std::string_view body, json::Tokens tokens) {
    clear();
    if (body.size() > text_.size) return "too-long";
    std::memcpy(text_.data, body.data(), body.size());
    const json::Parsed parsed = json::parse({text_.data, body.size()}, tokens);
    if (!parsed) return "unreadable";
    const json::Item root = parsed.root;
    if (!json::IsString(GetObjectItemCaseSensitive(root, "conflictId"))) return "no-conflict";
    head_.detail = take_text(root, "detail");
    head_.session = take_text(root, "sessionId");
    head_.expires_at = take_text(root, "expiresAt");
    head_.attempt = static_cast<unsigned>(number_of(root, "attempt", 1));
    for (const json::Item violation :
         json::ArrayForEach(GetObjectItemCaseSensitive(root, "violations"))) {
        read_violation(violation);
    }
    head_.id = take_text(root, "conflictId");
    return "";
}

void ShownConflict::clear() {
    wipe(text_.data, text_.size);
    head_ = {};
}

void ShownConflict::read_violation(json::Item violation) {
    const json::Item streams = GetObjectItemCaseSensitive(violation, "conflicts");
    const auto listed = static_cast<std::size_t>(json::GetArraySize(streams));
    head_.more += static_cast<std::size_t>(number_of(violation, "moreConflicts", 0));
    if (head_.violations == kMaxViolations) {
        head_.more += listed;
        return;
    }
    const std::size_t number = head_.violations++;
    violations_[number] = {take_text(violation, "line"),    take_text(violation, "kind"),
                           take_text(violation, "message"), take_text(violation, "rule"),
                           take_text(violation, "policy"),  number_of(violation, "threshold", -1)};
    for (const json::Item stream : json::ArrayForEach(streams)) read_stream(stream, number);
}

void ShownConflict::read_stream(json::Item stream, std::size_t violation) {
    if (head_.streams == kMaxStreams) {
        ++head_.more;
        return;
    }
    streams_[head_.streams++] = {violation,
                                 take_text(stream, "terminationCode"),
                                 take_text(stream, "deviceName"),
                                 take_text(stream, "applicationName"),
                                 take_text(stream, "channel"),
                                 take_text(stream, "startedAt"),
                                 take_text(stream, "pausedSince"),
                                 take_text(stream, "sessionId"),
                                 take_text(stream, "here")};
}

}  // namespace cmagent::lib
