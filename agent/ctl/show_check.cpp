#include "agent/ctl/printable.h"
#include "agent/ctl/show.h"

namespace cmagent::ctl {
namespace {

using json::ArrayForEach;
using json::GetObjectItemCaseSensitive;
using json::Item;

void put_after(std::FILE* out, const char* before, Item value) {
    if (!value) return;
    std::fputs(before, out);
    put(out, value);
}

// Behind the first word, which is as wide as the longest.
void put_padding(std::FILE* out, Item word) {
    constexpr int kWidth = 8;  // of "warning", and a blank
    const auto size = static_cast<int>(word.raw().size());
    std::fprintf(out, "%*s", size < kWidth ? kWidth - size : 1, "");
}

}  // namespace

void show_checks(std::FILE* out, Item found) {
    for (const Item line : ArrayForEach(GetObjectItemCaseSensitive(found, "checks"))) {
        const Item result = GetObjectItemCaseSensitive(line, "result");
        put(out, result);
        put_padding(out, result);
        put(out, GetObjectItemCaseSensitive(line, "check"));
        put_after(out, " ", GetObjectItemCaseSensitive(line, "subject"));
        put_after(out, ": ", GetObjectItemCaseSensitive(line, "says"));
        put_after(out, "; ", GetObjectItemCaseSensitive(line, "remedy"));
        std::fputc('\n', out);
    }
}

void show_plain_events(std::FILE* out, Item events) {
    static constexpr const char* kPlain[] = {"sessionId", "state",      "paused",   "reason",
                                             "endReason", "playback",   "attempt",  "conflictId",
                                             "action",    "replacedBy", "reachable"};
    for (const Item event : ArrayForEach(events)) {
        put(out, GetObjectItemCaseSensitive(event, "id"));
        put_after(out, " ", GetObjectItemCaseSensitive(event, "event"));
        const Item data = GetObjectItemCaseSensitive(event, "data");
        for (const char* const name : kPlain) {
            const Item value = GetObjectItemCaseSensitive(data, name);
            if (!value) continue;
            std::fprintf(out, " %s=", name);
            put(out, value);
        }
        std::fputc('\n', out);
    }
}

}  // namespace cmagent::ctl
