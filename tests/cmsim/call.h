#pragma once
// Between HTTP and the model: which call of cm-api.md a request is, and how its answer looks as a
// response.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tests/cmsim/body.h"
#include "tests/cmsim/http.h"
#include "tests/cmsim/service.h"

namespace cmagent::cmsim {

enum class CallKind { metadata, init, heartbeat, end, streams };

struct Call {
    CallKind kind = CallKind::metadata;
    std::string application;  // the user of HTTP Basic
    std::string idp;          // percent-decoded
    std::string subject;
    std::string session;
    Metadata metadata;                   // of the form in the body, and of the query
    std::vector<std::string> terminate;  // X-Terminate
    Ending ending = Ending::before_the_verdict;
};

std::string_view name_of(CallKind kind);

// A status where the request is no call at all: 400 for a broken encoding, 401 without credentials,
// 404, 405, 415 for a body that is no form.
using CallOrStatus = std::variant<Call, int>;

// `base` is the path that all calls start with, such as "/v2".
CallOrStatus read_call(const Request& request, std::string_view base);

Answer perform(const Call& call, Service& service, Millis now);

Response respond(const Answer& answer, Dialect dialect);

}  // namespace cmagent::cmsim
