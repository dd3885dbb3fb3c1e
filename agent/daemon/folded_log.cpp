#include "agent/daemon/folded_log.h"

#include <algorithm>

#include "agent/base/bucket.h"
#include "agent/base/characters.h"
#include "agent/base/hash.h"
#include "agent/daemon/lasting.h"
#include "agent/daemon/log_line.h"

namespace cmagent::daemon {
namespace {

using platform::LogLevel;

constexpr Millis kWindow = 10 * kSecond;
constexpr Millis kWindowOfTrouble = kMinute;  // it comes again with the next attempt, seconds later
constexpr std::uint32_t kTold = 5;            // a viewer who zaps, or a conflict with its turns
constexpr Bucket kLines(kSecond / 10, 20);    // at once: a start, or a reload with many faults

std::uint64_t hash_of(std::string_view text) {
    Fnv1a hash;
    hash.add(text);
    return hash.value();
}

// The same for two lines that differ in words with digits only.
std::uint64_t kind_hash(LogLevel level, std::string_view line) {
    Fnv1a hash;
    hash.add(static_cast<std::uint64_t>(level));
    while (!line.empty()) {
        const std::string_view word = slice(line, 0, line.find(' '));
        const bool varies = std::any_of(word.begin(), word.end(), is_digit);
        hash.add(varies ? "#" : word);
        hash.add(" ");
        line = slice(line, word.size() + 1);
    }
    return hash.value();
}

}  // namespace

void FoldedLog::write(LogLevel level, std::string_view line) {
    if (level > level_) return;
    if (level == LogLevel::error) assign_cut(newest_error_, line);
    if (level_ == LogLevel::debug) return below_.write(level, line);
    const Time now{clock_.boot_ms()};
    on_time(now);
    Kind& kind = kind_of(kind_hash(level, line), level, now);
    const std::uint64_t hash = hash_of(line);
    if (kind.told >= kTold || (kind.told > 0 && kind.line == hash)) {
        kind.folded++;
        kind.level = level;
        char cut[decltype(kind.last)::capacity()];
        TextWriter last(cut, WhenFull::mark);
        last << line;
        (void)kind.last.assign(last.view());
        return;
    }
    // It is seldom, but regular.
    if (kind.quiet) kind.begin(next_distance(kind.window), now);
    kind.told++;
    kind.line = hash;
    if (level == LogLevel::error || has_room(now)) return below_.write(level, line);
    if (left_out_++ == 0) left_out_told_at_ = now + kSecond;
}

Time FoldedLog::next_deadline() const {
    Time at = left_out_ > 0 ? left_out_told_at_ : kNever;
    for (const Kind& kind : kinds_) {
        if (kind.folded > 0) at = earlier(at, kind.until);
    }
    return at;
}

void FoldedLog::on_time(Time now) {
    for (Kind& kind : kinds_) {
        if (kind.hash != 0 && kind.until <= now) close(kind, now);
    }
    if (left_out_ == 0 || now < left_out_told_at_) return;
    LogLine(below_, LogLevel::warning)
        << left_out_ << " lines left out: more than 10 a second were to be told";
    left_out_ = 0;
}

void FoldedLog::Kind::begin(Millis span, Time now) {
    window = span;
    until = now + span;
    folded = 0;
    quiet = false;
}

// Its place, a free one, or that of the kind whose window is over first.
FoldedLog::Kind& FoldedLog::kind_of(std::uint64_t hash, LogLevel level, Time now) {
    Kind* place = &kinds_[0];
    for (Kind& kind : kinds_) {
        if (kind.hash == hash) return kind;
        if (kind.until < place->until) place = &kind;
    }
    close(*place, now);
    *place = Kind{};
    place->hash = hash;
    place->begin(level <= LogLevel::warning ? kWindowOfTrouble : kWindow, now);
    return *place;
}

// A kind that goes on is told of in growing distances: once when a window begins, and what it came to
// when that is over. Trouble is remembered for as long again, in case it comes back.
void FoldedLog::close(Kind& kind, Time now) {
    const bool goes_on = kind.folded > 0;
    if (goes_on) {
        LogLine line(below_, kind.level);
        line << kind.folded << " times more within ";
        put_span(line, kind.window);
        line << ": " << kind.last.view();
    }
    const bool trouble = kind.window >= kWindowOfTrouble;
    if (!goes_on && (kind.quiet || !trouble)) {
        kind = Kind{};
        return;
    }
    kind.begin(goes_on ? next_distance(kind.window) : kind.window, now);
    kind.quiet = !goes_on;
    kind.told = goes_on ? kTold - 1 : 0;
}

bool FoldedLog::has_room(Time now) {
    if (kLines.wait(full_at_, now) > 0) return false;
    kLines.take(full_at_, now);
    return true;
}

}  // namespace cmagent::daemon
