#include "tests/cmsim/simulator.h"

#include <utility>
#include <variant>

#include "tests/cmsim/date.h"

namespace cmagent::cmsim {
namespace {

void set_dates(const Fault& fault, Answer& answer) {
    if (fault.lease) answer.expires = answer.date + *fault.lease;
    const Millis offset = fault.date_offset.value_or(0);
    answer.date += offset;
    if (answer.expires) *answer.expires += offset;
}

}  // namespace

Simulator::Simulator(Agreement agreement, Dialect dialect, std::string base, Clock clock,
                     std::uint64_t seed)
    : service_(std::move(agreement), seed),
      dialect_(dialect),
      base_(std::move(base)),
      clock_(std::move(clock)) {}

Response Simulator::perform_call(const Call& call, const Fault& fault, Millis now, Entry& entry) {
    // A gateway's answer, for a call that the fault keeps from CM.
    Answer answer{503, now, std::nullopt, {}, {}};
    if (is_taken(fault)) answer = take(call, fault, now);
    if (!answer.session.empty()) entry.session = answer.session;
    set_dates(fault, answer);
    reword(fault.wording, answer);
    Response response = respond(answer, dialect_);
    if (fault.second_date) {
        const std::string second = http_date(answer.date + *fault.second_date);
        edit(response.headers, {"Date", {http_date(answer.date), second}});
    }
    if (dialect_ == Dialect::published) {
        print(call.kind, status_under(fault, response.status), response);
    }
    return response;
}

Answer Simulator::take(Call call, const Fault& fault, Millis now) {
    if (fault.codes_heeded && *fault.codes_heeded < call.terminate.size()) {
        call.terminate.resize(*fault.codes_heeded);
    }
    call.ending = fault.ending;
    return perform(call, service_, now);
}

// A 410 without a body stays without: it means that the session has lapsed.
void Simulator::print(CallKind call, int status, Response& response) {
    if (status == 410 && response.body.empty()) return;
    const PublishedBody* body = turns_.next(call, status);
    if (body != nullptr) put_body(*body, response);
}

Delivery Simulator::answer(const Request& request, ConnectionNumber connection) {
    const Millis time = now();
    Entry entry;
    entry.time = time;
    entry.connection = connection;
    entry.method = request.method;
    entry.path = request.target;

    static const Fault kNoFault;
    const Fault* fault = &kNoFault;
    Response response;
    const CallOrStatus read = read_call(request, base_);
    if (const Call* call = std::get_if<Call>(&read)) {
        entry.call = name_of(call->kind);
        entry.application = call->application;
        entry.idp = call->idp;
        entry.subject = call->subject;
        entry.session = call->session;
        entry.metadata = call->metadata;
        entry.terminate = call->terminate;
        const ActiveFault* active =
            faults_.hit({entry.call, entry.application, entry.idp, entry.subject, entry.session});
        if (active != nullptr) {
            fault = &active->fault;
            entry.fault = active->number;
        }
        response = perform_call(*call, *fault, time, entry);
    } else {
        response = respond({std::get<int>(read), time, std::nullopt, {}, {}}, dialect_);
    }
    entry.status = status_under(*fault, response.status);
    journal_.add(std::move(entry));
    return deliver(response, *fault);
}

Welcome Simulator::welcome() {
    const ActiveFault* active = faults_.hit({"connect", {}, {}, {}, {}});
    return active == nullptr ? Welcome::serve : active->fault.welcome;
}

}  // namespace cmagent::cmsim
