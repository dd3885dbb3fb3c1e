#include "agent/core/queries.h"

namespace cmagent::core {

Refusal Queries::ask(const Query& event, const Settings& settings, const RequiredNames& required,
                     Outbox& outbox) {
    if (event.call == cm::Call::metadata && required.of(event.application).known) {
        Action& action = outbox.add(ActionKind::listed);
        action.ticket = event.ticket;
        action.application = event.application;
        return Refusal::none;
    }
    for (Record& record : records_) {
        if (record.ticket != 0) continue;
        record.call = event.call;
        record.application = event.application;
        if (!record.idp.assign(event.idp) || !record.subject.assign(event.subject))
            return Refusal::invalid_field;
        record.ticket = event.ticket;
        const auto slot = kFirstSlot + static_cast<std::size_t>(&record - records_);
        Action& action = outbox.send(slot, settings.connect_timeout + settings.request_timeout);
        record.exchange = action.exchange;
        action.urgent = true;
        return Refusal::none;
    }
    return Refusal::too_many_queries;
}

const Queries::Record* Queries::find(ExchangeId exchange) const {
    const std::size_t slot = slot_of(exchange);
    if (slot < kFirstSlot || slot >= kFirstSlot + kMaxQueries) return nullptr;
    const Record& record = records_[slot - kFirstSlot];
    return record.ticket != 0 && record.exchange == exchange ? &record : nullptr;
}

void Queries::answered(ExchangeId exchange, const cm::Answer& answer, RequiredNames& required,
                       Outbox& outbox) {
    Record& record = records_[slot_of(exchange) - kFirstSlot];
    const bool listed = answer.meaning == cm::Meaning::listed;
    if (listed && record.call == cm::Call::metadata)
        required.learn(record.application, cm::RequiredMetadata(answer.list));
    Action& action = outbox.reply(listed ? ActionKind::listed : ActionKind::refused, record.ticket);
    action.application = record.application;
    if (listed) {
        action.list = answer.list;
    } else {
        action.refusal = refusal_for(answer.meaning);
        action.reason = answer.reason;
    }
}

bool Queries::describe(ExchangeId exchange, const Settings& settings, cm::Request& into) const {
    const Record* record = find(exchange);
    if (record == nullptr) return false;
    into.call = record->call;
    into.application_id = settings.applications[record->application].id.view();
    into.idp = record->idp.view();
    into.subject = record->subject.view();
    return true;
}

void Queries::abandon(Ticket ticket, Outbox& outbox) {
    for (Record& record : records_) {
        if (record.ticket != ticket) continue;
        record.ticket = 0;
        outbox.cancel(record.exchange);
    }
}

void Queries::refuse_all(Refusal refusal, Outbox& outbox) {
    for (Record& record : records_) {
        if (record.ticket != 0) outbox.reply(ActionKind::refused, record.ticket).refusal = refusal;
    }
}

}  // namespace cmagent::core
