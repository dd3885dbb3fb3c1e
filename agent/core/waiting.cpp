#include "agent/core/waiting.h"

#include "agent/base/hash.h"
#include "agent/cm/advice.h"
#include "agent/core/resolve.h"
#include "agent/core/start.h"

namespace cmagent::core {
namespace {

// contract.md: twice a minute at the most.
constexpr Millis kPause = 30 * kSecond;
constexpr Millis kLongestPause = 4 * kMinute;
// CM may need a moment to count a stream that has lapsed no more.
constexpr Millis kAfterLapse = 1 * kSecond;

Wait::Key key_of(const json::String& text) {
    Fnv1a hash;
    hash.add(text.raw());
    return hash.value();
}

bool is_in_the_way(const Wait& wait, const json::String& name) {
    for (const Wait::Key key : wait.in_the_way) {
        if (name && key == key_of(name)) return true;
    }
    return false;
}

// Who is in the way, as the last 409 told. A session without a name and without a code cannot be
// found in a list.
void read_in_the_way(Conflict& conflict, json::Tokens tokens) {
    Wait& wait = conflict.wait;
    wait.attempt = conflict.attempt;
    wait.free = false;
    wait.running = -1;
    wait.in_the_way.clear();
    const cm::Evaluation evaluation = cm::Evaluation::read(conflict.text(), tokens);
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& session : advice.conflicts) {
            const json::String& name =
                session.session_id ? session.session_id : session.termination_code;
            if (name && !is_in_the_way(wait, name)) (void)wait.in_the_way.add(key_of(name));
        }
    }
    wait.left = wait.in_the_way.size();
}

struct Count {
    std::size_t in_the_way = 0;
    std::int64_t running = 0;
    bool complete = true;  // every stream that CM counts is listed
};

Count count_streams(const Wait& wait, const cm::RunningStreams& streams) {
    Count count;
    count.running = streams.other_streams().value_or(0);
    count.complete = count.running == 0;
    for (const cm::RunningStream& stream : streams) {
        ++count.running;
        const bool found =
            is_in_the_way(wait, stream.session_id) || is_in_the_way(wait, stream.termination_code);
        count.in_the_way += found ? 1 : 0;
    }
    return count;
}

// Without a ticket: the event `session-started` tells of the session, and `conflict` of another 409.
// A start that cannot be made now is tried again at the next look.
void take_place(Conflict& conflict, Ledgers& ledgers) {
    const bool tried = ledgers.now < conflict.wait.try_at;
    if (tried || ledgers.sessions.find_start(conflict.serial) != nullptr) return;
    conflict.wait.try_at = ledgers.now + kPause;
    (void)start({0, &conflict.stream, nullptr, {}}, conflict, nullptr, ledgers);
}

void consider(Conflict& conflict, const Look& look, Ledgers& ledgers, json::Tokens tokens) {
    Wait& wait = conflict.wait;
    if (look.refusal != Refusal::none) {
        wait.pause = std::min(2 * wait.pause, kLongestPause);
        wait.look_at = later(look.call_at, ledgers.now + wait.pause);
        wait.rests_until = wait.look_at;
        return;
    }
    if (wait.attempt != conflict.attempt) read_in_the_way(conflict, tokens);
    const Count count = count_streams(wait, look.streams(tokens));
    const bool by_name = count.complete && !wait.in_the_way.empty();
    const bool freed = by_name ? count.in_the_way < wait.left : count.running < wait.running;
    if (by_name) wait.left = count.in_the_way;
    wait.running = count.running;
    wait.pause = kPause;
    wait.look_at = ledgers.now + kPause;
    wait.rests_until = wait.look_at;
    if (freed && !wait.start)
        ledgers.outbox.notify(Notice::slot_free, kNoSession).conflict = conflict.index;
    wait.free = wait.start && (wait.free || freed);
    if (wait.free) return take_place(conflict, ledgers);
    if (by_name ? wait.left == 0 : wait.running == 0) end_waiting(conflict, ledgers);
}

// When nobody has been there for too long who would show the picture.
Time lost_at(const Conflict& conflict, const Ledgers& ledgers) {
    const Wait& wait = conflict.wait;
    return wait.start ? lost_at(conflict.stream, wait.seen_at, ledgers) : kNever;
}

// The first look is due when the first stream lapses; at once where that is unknown.
Time first_look(const StreamRequest& stream, const Ledgers& ledgers) {
    const Look* const look = ledgers.looks.find(stream);
    const Time lapse = look == nullptr ? kNever : Time(look->lapses_at);
    return lapse == kNever || lapse < ledgers.now ? ledgers.now : lapse + kAfterLapse;
}

}  // namespace

Refusal await_place(const AwaitPlace& event, Ledgers& ledgers, json::Tokens tokens) {
    Conflict* const conflict = ledgers.conflicts.find(event.conflict);
    if (conflict == nullptr) return Refusal::no_such_conflict;
    if (conflict->stream.owner != event.by) return Refusal::not_owner;
    if (conflict->over()) return Refusal::conflict_over;
    end_waiting(*conflict, ledgers);
    if (event.span == 0) return Refusal::none;
    Wait& wait = conflict->wait;
    wait.start = event.start;
    wait.seen_at = ledgers.now;
    wait.try_at = ledgers.now;
    wait.rests_until = ledgers.now;
    wait.until = ledgers.now + event.span;
    wait.look_at = first_look(conflict->stream, ledgers);
    wait.pause = kPause;
    read_in_the_way(*conflict, tokens);
    return Refusal::none;
}

void end_waiting(Conflict& conflict, Ledgers& ledgers) {
    conflict.wait.end();
    conflict.version = ledgers.random.next();
}

Time wait_deadline(const Conflict& conflict, const Ledgers& ledgers) {
    if (!conflict.wait.on() || ledgers.shutting_down) return kNever;
    return earlier(conflict.wait.until, earlier(conflict.wait.look_at, lost_at(conflict, ledgers)));
}

void go_on_waiting(Conflict& conflict, Ledgers& ledgers, json::Tokens tokens) {
    Wait& wait = conflict.wait;
    const Time now = ledgers.now;
    if (wait.until <= now || lost_at(conflict, ledgers) <= now)
        return end_waiting(conflict, ledgers);
    const Millis throttled = ledgers.throttle.remaining(conflict.stream, now);
    wait.look_at = now + (throttled > 0 ? throttled : wait.pause);
    if (throttled > 0) return;
    const Look* const known = ledgers.looks.known(conflict.stream, true, now);
    if (known == nullptr) {
        (void)ledgers.looks.ask(conflict.stream, *ledgers.settings, false, now, ledgers.outbox);
    } else if (known->old && known->refusal == Refusal::none) {
        wait.look_at = known->call_at;
    } else {
        consider(conflict, *known, ledgers, tokens);
    }
}

void look_again(const StreamRequest& account, Ledgers& ledgers) {
    for (Conflict& conflict : ledgers.conflicts) {
        Wait& wait = conflict.wait;
        const bool same = conflict.stream.of_subject(account.idp.view(), account.subject.view());
        if (same && wait.on())
            wait.look_at = earlier(wait.look_at, later(ledgers.now, wait.rests_until));
    }
}

void note_look(const Look& look, Ledgers& ledgers, json::Tokens tokens) {
    for (Conflict& conflict : ledgers.conflicts) {
        if (look.is_of(conflict.stream) && conflict.wait.on())
            consider(conflict, look, ledgers, tokens);
    }
}

}  // namespace cmagent::core
