#include "agent/core/snapshot.h"

#include "agent/base/hex.h"
#include "agent/base/names.h"
#include "agent/cm/date_time.h"
#include "agent/core/reference.h"
#include "agent/json/write.h"

namespace cmagent::core {
namespace {

constexpr std::size_t kOwnerDigits = 2 * sizeof(Owner);

void write_owner(json::Writer& out, const Owner& owner) {
    if (!owner) return;
    char bytes[kOwnerDigits];
    TextWriter digits(bytes);
    write_hex(digits, owner.high, kOwnerDigits / 2);
    write_hex(digits, owner.low, kOwnerDigits / 2);
    out.member("owner", digits.view());
}

void write_stream(json::Writer& out, const StreamRequest& stream, const Settings& settings) {
    out.member("application", settings.applications[stream.application].name);
    out.member("player", settings.players[stream.player].name);
    if (!stream.party.anonymous()) out.member("party", name_for(stream.party.value()));
    out.member("idp", stream.idp);
    out.member("subject", stream.subject);
    out.member_if_any("clientVersion", stream.client_version);
    write_owner(out, stream.owner);
}

void write_metadata(json::Writer& out, const cm::Metadata& metadata) {
    out.key("metadata").begin_object();
    for (const cm::Metadata::Pair pair : metadata) out.key(pair.name).string(pair.value);
    out.end_object();
}

void write_session(json::Writer& out, const Session& session, const Settings& settings,
                   bool with_metadata) {
    const StreamRequest& stream = session.stream;
    const Session::Progress& progress = session.progress;
    out.begin_object();
    out.member("id", session.id);
    write_stream(out, stream, settings);
    if (!session.cm_id.empty()) out.member("cm", session.cm_id);
    if (progress.reference != 0) out.member("reference", name_for(progress.reference));
    const bool undecided = session.shown() && session.undecided();
    if (undecided || session.on_screen()) out.member("playback", name(progress.playback));
    if (progress.unclaimed) out.key("unclaimed").boolean(true);
    if (progress.end_reason != EndReason::none) out.member("reason", name(progress.end_reason));
    out.member_if_any("conflict", session.conflict);
    out.key("wall").number(progress.started_wall_ms);
    if (progress.was_paused) {
        out.key("paused").boolean(progress.paused);
        out.key("pausedAt").number(progress.paused_wall_ms);
    }
    if (with_metadata) write_metadata(out, stream.metadata);
    out.end_object();
}

void write_conflict(json::Writer& out, const Conflict& conflict, const Settings& settings) {
    out.begin_object();
    out.member("id", conflict.id);
    write_stream(out, conflict.stream, settings);
    out.key("attempt").number(conflict.attempt);
    out.key("entry").number(conflict.entry);
    out.key("until").number(Time(conflict.until).ms);
    out.key("wall").number(conflict.heard_wall_ms);
    out.member_if_any("session", conflict.session);
    out.key("told").boolean(conflict.told);
    out.key("failed").begin_array();
    for (std::size_t i = 0; i < conflict.failed.count; ++i) out.string(conflict.failed.list[i]);
    out.end_array();
    write_metadata(out, conflict.stream.metadata);
    if (conflict.body_size <= kMaxKeptBody) out.member_if_any("body", conflict.text());
    out.end_object();
}

// The next older conflict than that with this serial; nullptr: there is none.
const Conflict* older(const Conflicts& conflicts, std::uint64_t serial) {
    const Conflict* found = nullptr;
    for (const Conflict& conflict : conflicts) {
        if (conflict.serial >= serial || !conflict.used) continue;
        if (found == nullptr || found->serial < conflict.serial) found = &conflict;
    }
    return found;
}

// As many as there is room for, the newest first. Closes the text, too.
void write_conflicts(json::Writer& out, const Ledgers& ledgers) {
    out.key("conflicts").begin_array();
    const Conflict* conflict = older(ledgers.conflicts, UINT64_MAX);
    for (; conflict != nullptr; conflict = older(ledgers.conflicts, conflict->serial)) {
        if (conflict->over()) continue;
        json::Writer longer = out;
        write_conflict(longer, *conflict, *ledgers.settings);
        json::Writer closed = longer;
        closed.end_array().end_object();
        if (!closed.ok()) break;
        out = longer;
    }
    out.end_array().end_object();
}

void write_history(json::Writer& out, const Ledgers& ledgers, std::size_t most) {
    const History& history = ledgers.history;
    const std::size_t size = history.size();
    out.key("history").begin_array();
    for (std::size_t i = size > most ? size - most : 0; i < size; ++i)
        write(out, history[i], *ledgers.settings);
    out.end_array();
}

void write_limit(json::Writer& out, const LearntLimit& limit, const Settings& settings) {
    out.begin_object();
    out.member_if_any("application", settings.applications[limit.application].name);
    out.member_if_any("rule", limit.rule);
    out.member_if_any("attribute", limit.attribute);
    out.member("counted", name(limit.counted));
    out.key("channel").boolean(limit.of_channel);
    out.key("displaces").boolean(limit.displaces);
    out.key("least").number(limit.at_least);
    out.key("most").number(limit.at_most);
    out.key("wall").number(limit.seen_wall_ms);
    out.end_object();
}

void write_limits(json::Writer& out, const Ledgers& ledgers) {
    out.key("limits").begin_array();
    for (const LearntLimit& limit : ledgers.limits) {
        if (limit.seen_wall_ms != 0 && limit.holds(ledgers.wall_ms()))
            write_limit(out, limit, *ledgers.settings);
    }
    out.end_array();
}

// A moment by the clock of the boot and, for the next boot, by that of the world.
void write_moment(json::Writer& out, Time at, const Ledgers& ledgers) {
    out.key("since").number(at.ms);
    out.key("wall").number(ledgers.boot_wall_ms == 0 ? 0 : ledgers.boot_wall_ms + at.ms);
}

void write_leases(json::Writer& out, const Ledgers& ledgers) {
    out.key("leases").begin_array();
    for (std::size_t i = 0; i < ledgers.settings->application_count; ++i) {
        const Patience::Entry& entry = ledgers.patience[i];
        if (!entry.holds(ledgers.now)) continue;
        out.begin_object();
        out.member_if_any("application", ledgers.settings->applications[i].name);
        out.key("life").number(entry.life);
        write_moment(out, entry.learnt_at, ledgers);
        out.end_object();
    }
    out.end_array();
}

void write_credit(json::Writer& out, const Ledgers& ledgers) {
    if (ledgers.credit.outage()) {
        out.key("outage").begin_object();
        write_moment(out, ledgers.credit.began(), ledgers);
        out.key("lent").boolean(ledgers.credit.lent());
        out.end_object();
    }
    if (ledgers.refused.salt() == 0) return;
    out.member("salt", name_for(ledgers.refused.salt()));
    out.key("refused").begin_array();
    for (const Refused::Entry& entry : ledgers.refused) {
        if (!entry.holds(ledgers.now)) continue;
        out.begin_object();
        out.member("account", name_for(entry.account));
        write_moment(out, entry.at, ledgers);
        out.key("limit").boolean(entry.limit);
        out.end_object();
    }
    out.end_array();
}

json::Item member(json::Item object, const char* name) {
    return json::GetObjectItemCaseSensitive(object, name);
}

json::String text_of(json::Item object, const char* name) {
    return json::GetStringValue(member(object, name));
}

bool is_set(json::Item object, const char* name) {
    return json::IsTrue(member(object, name));
}

std::int64_t wall_of(json::Item object, const char* name = "wall") {
    return json::GetIntegerValue(member(object, name)).value_or(0);
}

std::uint64_t reference_of(const json::String& text) {
    Text<16> digits;
    return text && unescape(text, digits) ? read_hex(digits.view()).value_or(0) : 0;
}

// The number with that name, below `count`; 0 where it is the name of none but the first.
std::size_t find_named(const json::String& text, std::size_t count,
                       std::string_view (*name_of)(std::size_t)) {
    while (--count > 0) {
        if (text.equals(name_of(count))) break;
    }
    return count;
}

// The first enumerator where the text is no name of another.
template <class Enum>
Enum named(const json::String& text) {
    return static_cast<Enum>(find_named(
        text, kCountOf<Enum>, [](std::size_t number) { return name(static_cast<Enum>(number)); }));
}

Owner owner_of(const json::String& text) {
    Text<kOwnerDigits> digits;
    if (!text || !unescape(text, digits)) return {};
    const std::string_view high = slice(digits.view(), 0, kOwnerDigits / 2);
    const std::string_view low = slice(digits.view(), kOwnerDigits / 2);
    return {read_hex(high).value_or(0), read_hex(low).value_or(0)};
}

void read_stream(KeptStream& kept, json::Item item) {
    kept.application = text_of(item, "application");
    kept.player = text_of(item, "player");
    kept.party = reference_of(text_of(item, "party"));
    kept.idp = text_of(item, "idp");
    kept.subject = text_of(item, "subject");
    kept.client_version = text_of(item, "clientVersion");
    kept.owner = owner_of(text_of(item, "owner"));
    kept.metadata = member(item, "metadata");
}

std::int64_t number_of(json::Item object, const char* name, int otherwise) {
    return json::GetIntegerValue(member(object, name)).value_or(otherwise);
}

// What can be done without where the whole does not fit, step by step: old entries of the history,
// then metadata.
struct Extent {
    std::size_t entries;
    bool metadata;
};
constexpr Extent kExtents[] = {{History::kMaxEntries, true}, {8, true}, {8, false}};

}  // namespace

std::size_t write_snapshot(const Ledgers& ledgers, Buffer into) {
    for (const Extent extent : kExtents) {
        json::Writer out(into);
        out.begin_object();
        out.key("sessions").begin_array();
        for (const Session& session : ledgers.sessions) {
            if (!session.closed()) write_session(out, session, *ledgers.settings, extent.metadata);
        }
        out.end_array();
        write_history(out, ledgers, extent.entries);
        write_limits(out, ledgers);
        write_leases(out, ledgers);
        write_credit(out, ledgers);
        write_conflicts(out, ledgers);
        if (out.ok()) return out.size();
    }
    return 0;
}

Snapshot read_snapshot(std::string_view text, json::Tokens tokens) {
    const json::Parsed parsed = json::parse(text, tokens);
    Snapshot snapshot;
    snapshot.sessions = member(parsed.root, "sessions");
    snapshot.history = member(parsed.root, "history");
    snapshot.conflicts = member(parsed.root, "conflicts");
    if (!snapshot.history) snapshot.history = snapshot.conflicts;
    snapshot.limits = member(parsed.root, "limits");
    snapshot.leases = member(parsed.root, "leases");
    snapshot.outage = member(parsed.root, "outage");
    snapshot.refused = member(parsed.root, "refused");
    snapshot.salt = reference_of(text_of(parsed.root, "salt"));
    return snapshot;
}

KeptSession read_session(json::Item item) {
    KeptSession kept;
    read_stream(kept, item);
    kept.id = text_of(item, "id");
    kept.cm_id = text_of(item, "cm");
    kept.reference = reference_of(text_of(item, "reference"));
    const json::String playback = text_of(item, "playback");
    kept.on_screen = static_cast<bool>(playback);
    kept.playing = playback && playback.equals(name(Playback::playing));
    kept.unclaimed = is_set(item, "unclaimed");
    kept.end_reason = named<EndReason>(text_of(item, "reason"));
    kept.conflict = text_of(item, "conflict");
    kept.wall_ms = wall_of(item);
    kept.paused = is_set(item, "paused");
    kept.was_paused = json::IsBool(member(item, "paused"));
    kept.paused_wall_ms = wall_of(item, "pausedAt");
    return kept;
}

KeptConflict read_conflict(json::Item item) {
    KeptConflict kept;
    read_stream(kept, item);
    kept.id = text_of(item, "id");
    kept.attempt = number_of(item, "attempt", 0);
    kept.entry = number_of(item, "entry", 0);
    kept.until = Time{number_of(item, "until", 0)};
    kept.wall_ms = wall_of(item);
    kept.session = text_of(item, "session");
    kept.told = is_set(item, "told");
    kept.failed = member(item, "failed");
    kept.body = text_of(item, "body");
    return kept;
}

KeptOutage read_outage(json::Item item) {
    return {Time{number_of(item, "since", 0)}, wall_of(item), is_set(item, "lent")};
}

KeptLease read_lease(json::Item item) {
    return {text_of(item, "application"), number_of(item, "life", 0),
            Time{number_of(item, "since", 0)}, wall_of(item)};
}

KeptRefusal read_refusal(json::Item item) {
    return {Time{number_of(item, "since", 0)}, wall_of(item), is_set(item, "limit"),
            reference_of(text_of(item, "account"))};
}

KeptEntry read_entry(json::Item item) {
    KeptEntry kept;
    kept.id = number_of(item, "id", 0);
    kept.kind = named<History::Kind>(text_of(item, "kind"));
    kept.outcome = named<Outcome>(text_of(item, "outcome"));
    kept.end_reason = named<EndReason>(text_of(item, "endReason"));
    kept.playback = named<Playback>(text_of(item, "playback"));
    kept.attempt = number_of(item, "attempt", 0);
    kept.listed = number_of(item, "listed", 0);
    kept.threshold = number_of(item, "threshold", -1);
    kept.heard_to_stop_ms = number_of(item, "heardToStopMs", -1);
    kept.stop_to_verified_ms = number_of(item, "stopToVerifiedMs", -1);
    kept.wall_ms = cm::read_rfc3339(text_of(item, "at").raw()).value_or(wall_of(item));
    kept.application = text_of(item, "application");
    kept.rule = text_of(item, "rule");
    kept.policy = text_of(item, "policy");
    kept.attribute = text_of(item, "attribute");
    return kept;
}

KeptLimit read_limit(json::Item item) {
    KeptLimit kept;
    kept.application = text_of(item, "application");
    kept.rule = text_of(item, "rule");
    kept.attribute = text_of(item, "attribute");
    kept.counted = named<cm::Counted>(text_of(item, "counted"));
    kept.of_channel = is_set(item, "channel");
    kept.displaces = is_set(item, "displaces");
    kept.at_least = number_of(item, "least", 0);
    kept.at_most = number_of(item, "most", 0);
    kept.wall_ms = wall_of(item);
    return kept;
}

}  // namespace cmagent::core
