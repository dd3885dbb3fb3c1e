#include "agent/core/queries.h"

#include "agent/core/ledgers.h"

namespace cmagent::core {

Refusal Queries::ask(const Query& event, Ledgers& ledgers) {
    const bool metadata = event.call == cm::Call::metadata;
    const std::uint8_t application = event.stream->application;
    Outbox& outbox = ledgers.outbox;
    if (metadata && ledgers.required_names.of(application).known) {
        Action& action = outbox.add(ActionKind::listed);
        action.ticket = event.ticket;
        action.application = application;
        return Refusal::none;
    }
    Record* const record = find_free();
    if (record == nullptr) return Refusal::too_many_queries;
    // A call in flight is joined: it costs CM nothing.
    const Look* const joined = metadata ? nullptr : ledgers.looks.find(*event.stream);
    const bool asks = joined == nullptr || joined->exchange == 0;
    if (asks && take_turn(Rates::question, event.stream->party, ledgers) > 0)
        return Refusal::too_many_requests;
    const Settings& settings = *ledgers.settings;
    record->stream = *event.stream;
    record->exchange = 0;
    if (metadata) {
        const auto slot = kFirstSlot + static_cast<std::size_t>(record - records_);
        Action& action = outbox.send(slot, settings.longest_call());
        record->exchange = action.exchange;
        action.urgent = true;
        action.question = true;
        action.caller = event.stream->party;
    } else {
        const Look* const look =
            ledgers.looks.ask(*event.stream, settings, true, ledgers.now, outbox);
        if (look == nullptr) return Refusal::too_many_queries;
        record->look = look->index;
    }
    record->ticket = event.ticket;
    return Refusal::none;
}

Queries::Record* Queries::find_free() {
    for (Record& record : records_) {
        if (record.ticket == 0) return &record;
    }
    return nullptr;
}

const Queries::Record* Queries::find(ExchangeId exchange) const {
    const std::size_t slot = slot_of(exchange);
    if (slot < kFirstSlot || slot >= kFirstSlot + kMaxQueries) return nullptr;
    const Record& record = records_[slot - kFirstSlot];
    return record.ticket != 0 && record.exchange == exchange ? &record : nullptr;
}

void Queries::answered(ExchangeId exchange, const cm::Answer& answer, Ledgers& ledgers) {
    Record& record = records_[slot_of(exchange) - kFirstSlot];
    const bool listed = answer.meaning == cm::Meaning::listed;
    const std::uint8_t application = record.stream.application;
    if (listed) ledgers.required_names.learn(application, cm::RequiredMetadata(answer.list));
    Action& action =
        ledgers.outbox.reply(listed ? ActionKind::listed : ActionKind::refused, record.ticket);
    action.application = application;
    if (listed) return;
    action.refusal = refusal_for(answer.meaning);
    action.blame = answer.blame;
    action.reason = ledgers.rejection.reason_for(
        action.refusal, answer, {{}, ledgers.settings->applications[application].id.view()});
}

bool Queries::describe(ExchangeId exchange, const Settings& settings, cm::Request& into) const {
    const Record* record = find(exchange);
    if (record == nullptr) return false;
    into.call = cm::Call::metadata;
    into.application_id = settings.applications[record->stream.application].id.view();
    return true;
}

void Queries::looked(LookIndex look, Outbox& outbox) {
    for (Record& record : records_) {
        if (!record.awaits(look)) continue;
        Action& action = outbox.reply(ActionKind::looked, record.ticket);
        action.look = look;
        action.query = static_cast<std::uint8_t>(&record - records_);
    }
}

void Queries::refuse(LookIndex look, Refusal refusal, Outbox& outbox) {
    for (Record& record : records_) {
        if (record.awaits(look)) outbox.reply(ActionKind::refused, record.ticket).refusal = refusal;
    }
}

void Queries::abandon(Ticket ticket, Outbox& outbox) {
    for (Record& record : records_) {
        if (record.ticket != ticket) continue;
        record.ticket = 0;
        // A look goes on without those who wanted it: others may ask soon.
        if (record.exchange != 0) outbox.cancel(record.exchange);
    }
}

void Queries::refuse_all(Refusal refusal, Outbox& outbox) {
    for (Record& record : records_) {
        if (record.ticket != 0) outbox.reply(ActionKind::refused, record.ticket).refusal = refusal;
    }
}

}  // namespace cmagent::core
