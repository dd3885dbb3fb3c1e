#include "agent/core/looks.h"

#include <algorithm>
#include <cstring>

namespace cmagent::core {

namespace {

void keep(Look& look, const cm::Answer& answer, Time now) {
    const bool told = answer.lifetime_ms > 0;
    const Millis life =
        told ? std::clamp(answer.lifetime_ms, Looks::kShortestLook, Pace::kLongestLife)
             : Looks::kLookWithoutExpires;
    look.refusal = Refusal::none;
    look.seen_at = now;
    look.lapses_at = told ? now + answer.lifetime_ms : kNever;
    look.fresh_until = now + life;
    look.pace = {};
    look.size = slice(answer.body, 0, sizeof look.body).size();
    std::memcpy(look.body, answer.body.data(), look.size);
}

void clear(Look& look) {
    look.used = false;
    look.old = false;
    look.refusal = Refusal::none;
    look.exchange = 0;
    look.seen_at = kNever;
    look.call_at = kNever;
    look.pace = {};
    std::memset(look.body, 0, look.size);  // codes, and what a household watches
    look.size = 0;
}

}  // namespace

const Look* Looks::find(const StreamRequest& account) const {
    for (const Look& look : looks_) {
        if (look.is_of(account)) return &look;
    }
    return nullptr;
}

Look* Looks::find(const StreamRequest& account) {
    return const_cast<Look*>(static_cast<const Looks*>(this)->find(account));
}

const Look* Looks::known(const StreamRequest& account, bool refresh, Time now) const {
    const Look* const look = find(account);
    if (look == nullptr) return nullptr;
    const bool fresh = look->refusal == Refusal::none && !look->old && look->lives(now);
    const bool too_early = look->exchange == 0 && now < look->call_at;
    return (fresh && !refresh) || too_early ? look : nullptr;
}

// The account's own place, a free one, or that of the look whose turn was first. A look whose call
// is in flight, or whose turn has not come, keeps its place: CM is not asked more often because many
// accounts are asked for.
Look* Looks::place(const StreamRequest& account, Time now) {
    Look* best = find(account);
    if (best != nullptr) return best;
    Time first = now + 1;
    for (Look& look : looks_) {
        const Time turn = look.used ? Time(look.call_at) : Time{};
        if (look.exchange != 0 || turn >= first) continue;
        first = turn;
        best = &look;
    }
    if (best == nullptr) return nullptr;
    clear(*best);
    best->used = true;
    best->index = static_cast<LookIndex>(best - looks_);
    best->application = account.application;
    best->idp = account.idp;
    best->subject = account.subject;
    return best;
}

Look* Looks::ask(const StreamRequest& account, const Settings& settings, bool urgent, Time now,
                 Outbox& outbox) {
    Look* const look = place(account, now);
    if (look == nullptr || look->exchange != 0) return look;
    Action& action = outbox.send(kFirstSlot + look->index, settings.longest_call());
    action.urgent = urgent;
    action.question = true;
    action.caller = account.party;
    look->exchange = action.exchange;
    look->call_at = now + kShortestLook;
    look->old = false;
    return look;
}

const Look* Looks::find(ExchangeId exchange) const {
    const std::size_t slot = slot_of(exchange);
    if (slot < kFirstSlot || slot >= kFirstSlot + kMaxLooks) return nullptr;
    const Look& look = looks_[slot - kFirstSlot];
    return look.exchange == exchange ? &look : nullptr;
}

Look* Looks::find(ExchangeId exchange) {
    return const_cast<Look*>(static_cast<const Looks*>(this)->find(exchange));
}

void Looks::answered(Look& look, const cm::Answer& answer, const Settings& settings, Random& random,
                     Time now) {
    look.exchange = 0;
    if (answer.meaning == cm::Meaning::listed) return keep(look, answer, now);
    look.refusal = refusal_for(answer.meaning);
    look.blame = answer.blame;
    look.reason = look.rejection.reason_for(
        look.refusal, answer,
        {look.subject.view(), settings.applications[look.application].id.view()});
    if (answer.meaning == cm::Meaning::busy) return;  // CM has not failed
    const Time again = answer.meaning == cm::Meaning::throttled
                           ? look.pace.throttled_until(answer.lifetime_ms, now)
                           : look.pace.retry_at(now, random);
    look.call_at = later(look.call_at, again);
}

bool Looks::describe(ExchangeId exchange, const Settings& settings, cm::Request& into) const {
    const Look* const look = find(exchange);
    if (look == nullptr) return false;
    into.call = cm::Call::running_streams;
    into.application_id = settings.applications[look->application].id.view();
    into.idp = look->idp.view();
    into.subject = look->subject.view();
    return true;
}

void Looks::hasten(Time now) {
    for (Look& look : looks_) {
        const bool failed = look.refusal != Refusal::none && look.refusal != Refusal::throttled;
        if (failed) look.call_at = earlier(look.call_at, now + kShortestLook);
    }
}

void Looks::learn(const StreamRequest& account, const cm::Answer& answer, Time now) {
    Look* const look = find(account);
    if (look != nullptr && answer.meaning == cm::Meaning::listed) keep(*look, answer, now);
}

void Looks::outdate(const StreamRequest& account) {
    for (Look& look : looks_) {
        if (look.of_subject(account.idp, account.subject)) look.old = true;
    }
}

void Looks::forget(const Logout& logout, Queries& queries, Outbox& outbox) {
    for (Look& look : looks_) {
        if (!look.ends_with(logout)) continue;
        if (look.exchange != 0) outbox.cancel(look.exchange);
        queries.refuse(look.index, Refusal::replaced, outbox);
        clear(look);
    }
}

}  // namespace cmagent::core
