#pragma once
// A session at CM, and the household that it belongs to.

#include <cstddef>
#include <string>
#include <vector>

#include "tests/cmsim/answer.h"
#include "tests/cmsim/policy.h"

namespace cmagent::cmsim {

enum class State {
    running,
    displaced,   // "latest wins" took its slot; its next heartbeat answers 409
    terminated,  // ended by X-Terminate: 410 that says by whom
    lapsed,      // no heartbeat in time: 410 without a body; its slot may be counted still
    ended,       // by DELETE, or denied by a heartbeat: 410 without a body
};

// Calls within the minute that began with the first of them.
struct Window {
    Millis start = 0;
    std::size_t calls = 0;
};

struct Household;

struct Session {
    std::string id;
    std::string termination_code;
    const Application* application = nullptr;
    Household* household = nullptr;
    Millis started = 0;
    Millis until = 0;  // alive or counted: the end of the lease; gone: when the session went
    State state = State::running;
    Metadata metadata;
    Evaluation farewell;         // displaced, terminated: the next heartbeat's answer
    std::size_t heartbeats = 0;  // that were accepted
    Window calls;
};

// All sessions of one subject of one idp.
struct Household {
    std::string idp;
    std::string subject;
    std::vector<Session*> counted;  // that take up a slot, in the order of their start
    std::size_t known = 0;          // sessions that name this household, gone ones included
    Window inits;
};

Stream stream_of(const Session& session);

}  // namespace cmagent::cmsim
