#include "agent/core/restore.h"

#include "agent/core/evidence.h"
#include "agent/core/lifecycle.h"
#include "agent/core/snapshot.h"

namespace cmagent::core {
namespace {

bool take(const json::String& text, AnyText into) {
    return text && unescape(text, into);
}

template <class Named>
std::uint8_t index_by_name(const Named* list, std::size_t count, const json::String& name) {
    for (std::size_t i = 0; i < count; ++i) {
        if (name.equals(list[i].name.view())) return static_cast<std::uint8_t>(i);
    }
    return 0;  // the configuration has changed: the default is the best guess
}

std::uint8_t application_of(const json::String& name, const Settings& settings) {
    return index_by_name(settings.applications, settings.application_count, name);
}

void fill_codes(cm::Codes& codes, json::Item kept) {
    for (const json::Item item : json::ArrayForEach(kept)) {
        Text<cm::kMaxCode> code;
        if (take(json::GetStringValue(item), code)) (void)codes.add(code.view());
    }
}

void fill_metadata(cm::Metadata& metadata, json::Item kept) {
    for (const json::Item pair : json::ArrayForEach(kept)) {
        Text<cm::kMaxName> name;
        Text<cm::kMaxValue> value;
        if (unescape(pair.name(), name) && take(json::GetStringValue(pair), value))
            (void)metadata.set(name.view(), value.view());
    }
}

// Of a session or a conflict. False: it lacks the account, and is of no use.
bool fill(StreamRequest& stream, const KeptStream& kept, const Settings& settings) {
    stream.application = application_of(kept.application, settings);
    stream.player = index_by_name(settings.players, settings.player_count, kept.player);
    stream.owner = kept.owner;
    stream.party = Party::of_value(kept.party);
    fill_metadata(stream.metadata, kept.metadata);
    (void)take(kept.client_version, stream.client_version);
    return take(kept.idp, stream.idp) && take(kept.subject, stream.subject);
}

// False: the record is of no use.
bool fill(Session& session, const KeptSession& kept, const Settings& settings) {
    const bool readable = take(kept.id, session.id) && fill(session.stream, kept, settings);
    (void)take(kept.cm_id, session.cm_id);
    (void)take(kept.conflict, session.conflict);
    session.progress.reference = kept.reference;
    session.progress.started_wall_ms = kept.wall_ms;
    session.progress.end_reason = kept.end_reason;
    session.progress.was_paused = kept.was_paused;
    session.progress.paused_wall_ms = kept.paused_wall_ms;
    return readable;
}

// The session plays no more. Where CM had not answered its start yet, the look-up asks whether CM
// took it.
void give_back(Session& session, bool rebooted, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    const bool named = !session.cm_id.empty();
    progress.hidden = true;
    progress.lease = named ? Lease::releasing : Lease::withdrawn;
    progress.call = named ? cm::Call::end : cm::Call::running_streams;
    progress.forgotten_at = ledgers.now + Pace::kLongestLife;
    // After a reboot a whole region may have got its power back.
    const Time at = ledgers.now + (rebooted ? give_back_delay(ledgers.random) : 0);
    Lifecycle(ledgers, session).step(rebooted ? ExchangeEvent::plan : ExchangeEvent::ask, at);
}

// A start of which flash does not know the answer. Where CM has taken it, its viewer may have been
// told so, and watch (contract.md, "Found on flash").
void look_for(Session& session, Ledgers& ledgers) {
    session.progress.lease = Lease::unclear;
    session.progress.forgotten_at = ledgers.now + Pace::kForgottenAfter;
    Lifecycle(ledgers, session).ask(cm::Call::running_streams);
}

// The daemon alone has crashed; the player may have gone on. A session that CM holds gets a
// heartbeat at once (contract.md, "Heartbeats"): the life that its lease still has is unknown. A
// session without CM's id goes on as in a silent re-start: it plays while CM is asked for it; but
// one of which the viewer may have had no answer is looked for first.
void take_up(Session& session, const KeptSession& kept, bool resume, Ledgers& ledgers) {
    Session::Progress& progress = session.progress;
    Lifecycle life(ledgers, session);
    const bool named = !session.cm_id.empty();
    const cm::Call unnamed = progress.reference == 0 ? cm::Call::start : cm::Call::running_streams;
    progress.lease = named ? Lease::held : Lease::renewing;
    progress.granted = named;
    progress.call = named ? cm::Call::heartbeat : unnamed;
    progress.names_held = static_cast<std::uint8_t>(session.stream.metadata.size());
    progress.names_sent = progress.names_held;
    progress.seen_at = ledgers.now;
    // What the runs before have shown under this id had other ETags: nothing changes once in a ms.
    progress.revision = static_cast<std::uint32_t>(ledgers.now.ms);
    progress.accepted_at = ledgers.now;
    const bool undecided = !kept.playing && kept.end_reason == EndReason::none;
    const bool findable = named || progress.reference != 0;
    progress.unclaimed = kept.unclaimed || (undecided && findable);
    if (undecided && resume && findable && !named) return look_for(session, ledgers);
    // While CM cannot be reached the credit of the outage is all that is left, however often the
    // daemon is restarted: the lease lasts for one attempt.
    const Settings& settings = *ledgers.settings;
    const Millis lasts = ledgers.credit.outage() ? settings.longest_call() : cm::kUnknownLifetime;
    if (named) progress.pace.granted(lasts, ledgers.now, ledgers.now);
    life.step(PlaybackEvent::allow);
    if (!kept.playing && !progress.unclaimed) {
        if (!named) life.ask(progress.call);  // for CM's id, without which it cannot be ended
        return life.end(EndReason::shutdown, PlaybackEvent::stop);
    }
    // A pause begins anew: how much of it had passed is not kept. What the household was told last
    // is not known either.
    progress.paused = kept.paused;
    if (kept.paused) progress.pause_at = ledgers.now + ledgers.settings->pause;
    progress.metadata_changed = progress.was_paused;
    ledgers.outbox.announce(Notice::session_started, session);
    if (!resume) return life.end(EndReason::shutdown, PlaybackEvent::stop);
    life.ask(progress.call);
}

void restore_session(const KeptSession& kept, const Begin& event, Ledgers& ledgers) {
    Session& session = open_session(ledgers);
    const bool readable = fill(session, kept, *ledgers.settings);
    const bool over = event.rebooted || !kept.on_screen;
    const bool nameless = session.cm_id.empty() && kept.reference == 0;
    if (!readable || (over && nameless)) {
        session.progress.used = false;
    } else if (over) {
        give_back(session, event.rebooted, ledgers);
    } else {
        take_up(session, kept, event.resume, ledgers);
    }
}

void restore_entry(const KeptEntry& kept, Ledgers& ledgers) {
    History& history = ledgers.history;
    const std::int64_t next = std::int64_t{history.last()} + 1;
    const bool ascending = kept.id >= next && kept.id < UINT32_MAX / 2;
    History::Entry& entry =
        history.take(static_cast<std::uint32_t>(ascending ? kept.id : next), kept.kind);
    entry.outcome = kept.outcome;
    entry.end_reason = kept.end_reason;
    entry.playback = kept.playback;
    entry.attempt = static_cast<std::uint8_t>(kept.attempt);
    entry.listed = static_cast<std::uint16_t>(kept.listed);
    entry.threshold = kept.threshold;
    entry.heard_to_stop_ms = kept.heard_to_stop_ms;
    entry.stop_to_verified_ms = kept.stop_to_verified_ms;
    entry.wall_ms = kept.wall_ms;
    (void)take(kept.rule, entry.rule);
    (void)take(kept.policy, entry.policy);
    (void)take(kept.attribute, entry.attribute);
    entry.application = application_of(kept.application, *ledgers.settings);
}

void restore_history(const Snapshot& snapshot, Ledgers& ledgers) {
    for (const json::Item item : json::ArrayForEach(snapshot.history))
        restore_entry(read_entry(item), ledgers);
    // Entries that did not come to flash any more may have been seen: their ids are not used again.
    const std::uint32_t last = ledgers.history.last();
    if (last > 0) ledgers.history.go_on_from(last + History::kMaxEntries);
}

// The daemon alone has crashed: the clock of `until` has gone on.
void restore_conflict(const KeptConflict& kept, Ledgers& ledgers) {
    StreamRequest stream;
    Text<16> id;
    const bool readable = take(kept.id, id) && fill(stream, kept, *ledgers.settings);
    if (!readable || kept.until <= ledgers.now) return;
    Conflict& conflict = ledgers.conflicts.place(stream.party);
    ledgers.conflicts.open(conflict, stream, 0);
    conflict.id = id;
    conflict.attempt = static_cast<std::uint32_t>(kept.attempt);
    conflict.entry = static_cast<std::uint32_t>(kept.entry);
    conflict.version = ledgers.random.next();
    conflict.until = earlier(kept.until, ledgers.now + kConflictLife);
    conflict.heard_wall_ms = kept.wall_ms;
    conflict.told = kept.told;
    conflict.failed.clear();
    fill_codes(conflict.failed, kept.failed);
    (void)take(kept.session, conflict.session);
    const std::string_view body =
        unescape(kept.body, Buffer{conflict.body, sizeof conflict.body}).value_or("");
    conflict.body_size = body.size();
    // Without escapes it is a view of the text still.
    if (conflict.body_size > 0) std::memmove(conflict.body, body.data(), conflict.body_size);
}

// The oldest first, as they came.
void restore_conflicts(const Snapshot& snapshot, Ledgers& ledgers) {
    const int count = json::GetArraySize(snapshot.conflicts);
    for (int i = count; i > 0; --i)
        restore_conflict(read_conflict(json::GetArrayItem(snapshot.conflicts, i - 1)), ledgers);
}

// What was kept of an application that is there no more is nobody else's.
bool is_its_own(std::uint8_t application, const json::String& name) {
    return application != 0 || !name;
}

void restore_limit(const KeptLimit& kept, Ledgers& ledgers) {
    LearntLimit limit;
    limit.used = true;
    limit.application = application_of(kept.application, *ledgers.settings);
    limit.counted = kept.counted;
    limit.of_channel = kept.of_channel;
    limit.displaces = kept.displaces;
    limit.at_least = static_cast<std::uint8_t>(kept.at_least);
    limit.at_most = static_cast<std::uint8_t>(kept.at_most);
    limit.seen_wall_ms = kept.wall_ms;
    (void)take(kept.rule, limit.rule);
    (void)take(kept.attribute, limit.attribute);
    if (is_its_own(limit.application, kept.application)) ledgers.limits.restore(limit);
}

// By the clock of this boot. After a reboot, or where that lies in the future, the box's own clock
// has to tell; `otherwise` where it cannot: it is not set, was not, or is behind.
Time moment(Time since, std::int64_t wall_ms, const Begin& event, Time otherwise,
            const Ledgers& ledgers) {
    if (!event.rebooted && since <= ledgers.now) return since;
    const bool known = wall_ms != 0 && wall_ms <= ledgers.wall_ms();
    return known ? Time{wall_ms - ledgers.boot_wall_ms} : otherwise;
}

void restore_lease(const KeptLease& kept, const Begin& event, Ledgers& ledgers) {
    const std::uint8_t application = application_of(kept.application, *ledgers.settings);
    const Time at = moment(kept.since, kept.wall_ms, event, ledgers.now, ledgers);
    if (is_its_own(application, kept.application))
        ledgers.patience.restore(application, kept.life, at);
}

// An outage of unknown age has no credit left; a refusal of unknown age is a new one.
void restore_credit(const Snapshot& snapshot, const Begin& event, Ledgers& ledgers) {
    if (snapshot.outage) {
        const KeptOutage kept = read_outage(snapshot.outage);
        const Time spent{ledgers.now.ms - ledgers.settings->grace};
        ledgers.credit.restore(moment(kept.since, kept.wall_ms, event, spent, ledgers), kept.lent);
    }
    ledgers.refused.restore(snapshot.salt);
    for (const json::Item item : json::ArrayForEach(snapshot.refused)) {
        const KeptRefusal kept = read_refusal(item);
        const Time at = moment(kept.since, kept.wall_ms, event, ledgers.now, ledgers);
        ledgers.refused.restore({kept.account, kept.limit, at});
    }
}

// A conflict that did not survive, its box having been booted or its text having had no room.
void expire_lost(Ledgers& ledgers) {
    for (std::size_t i = 0; i < ledgers.history.size(); ++i) {
        const std::uint32_t entry = ledgers.history[i].id;
        if (!ledgers.conflicts.has_entry(entry)) note_outcome(entry, Outcome::expired, ledgers);
    }
}

}  // namespace

void restore(const Begin& event, Ledgers& ledgers, json::Tokens tokens) {
    if (event.rebooted) ledgers.first_start = ledgers.now + startup_delay(ledgers.random);
    const Snapshot snapshot = read_snapshot(event.kept, tokens);
    restore_history(snapshot, ledgers);
    for (const json::Item item : json::ArrayForEach(snapshot.limits))
        restore_limit(read_limit(item), ledgers);
    for (const json::Item item : json::ArrayForEach(snapshot.leases))
        restore_lease(read_lease(item), event, ledgers);
    restore_credit(snapshot, event, ledgers);
    std::size_t restored = 0;
    for (const json::Item item : json::ArrayForEach(snapshot.sessions)) {
        if (restored++ == SessionTable::kRecords) break;
        restore_session(read_session(item), event, ledgers);
    }
    if (!event.rebooted) restore_conflicts(snapshot, ledgers);
    expire_lost(ledgers);
}

}  // namespace cmagent::core
