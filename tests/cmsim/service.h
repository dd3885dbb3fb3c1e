#pragma once
// CM as a model without any I/O: the life of a session, and the answer to each call of cm-api.md.
// The clock is an argument, so the same model serves the real program (tests/cmsim/main.cpp) and
// thousands of boxes in virtual time. Not thread-safe; deterministic: the same calls at the same
// times give the same answers.

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/cmsim/answer.h"
#include "tests/cmsim/policy.h"
#include "tests/cmsim/rules.h"
#include "tests/cmsim/session.h"

namespace cmagent::cmsim {

struct Caller {
    std::string_view application;
    std::string_view idp;
    std::string_view subject;
};

// When X-Terminate ends the streams that it names.
enum class Ending {
    before_the_verdict,
    after_the_verdict,  // too late: the newcomer is judged as if they still ran
};

class Service {
  public:
    // The seed makes session ids and termination codes.
    explicit Service(Agreement agreement, std::uint64_t seed = 0);

    // The calls of cm-api.md. `now` never runs backwards. An application that is not in the
    // agreement gets 401.
    Answer metadata(std::string_view application, Millis now);
    Answer init(const Caller& caller, const Metadata& metadata,
                const std::vector<std::string>& terminate, Millis now,
                Ending ending = Ending::before_the_verdict);
    Answer heartbeat(const Caller& caller, std::string_view session, const Metadata& metadata,
                     Millis now);
    Answer end(const Caller& caller, std::string_view session, Millis now);
    Answer running_streams(const Caller& caller, Millis now);

    // Ends of a session that its box does not know of. False where the session is not alive.
    bool terminate(std::string_view session, Stream terminator, Millis now);
    bool displace(std::string_view session, Millis now);
    bool lapse(std::string_view session, Millis now);  // and its slot is free at once
    void forget_everything() { *this = Service(agreement_, seed_ + 1); }

    // Sessions that are alive, or went away less than kRemembered ago. The pointers hold until the
    // next call that is not const.
    [[nodiscard]] const Session* find(std::string_view session) const;
    [[nodiscard]] std::vector<const Session*> sessions() const;
    [[nodiscard]] const Agreement& agreement() const { return agreement_; }

    // Lets leases lapse; every call does so first.
    void advance(Millis now);

    // How long a session that is gone can still be told why. After that its id, known to be one of
    // ours, still gets 410, without a body. Bounds the memory of a long run.
    static constexpr Millis kRemembered = 600'000;

  private:
    using Sessions = std::list<Session>;

    const Application* application(std::string_view id) const;
    Household& household(const Caller& caller);
    Session* mine(const Caller& caller, std::string_view id);
    // The session that a heartbeat or a DELETE is for; null, and why, where nobody listens to it.
    Session* asked_about(const Caller& caller, std::string_view session, Millis now,
                         Answer& refusal);
    Session* alive(std::string_view id);
    bool throttled(Window& window, Millis now, Answer& answer) const;
    int status_of_stranger(std::string_view id) const;

    Session& open(Session newcomer);
    void end_for(Session& newcomer, const std::vector<std::string>& codes, Millis now);
    void displace_all(const std::vector<Loser>& losers);
    void leave(Session& session, State state, Millis now);
    Millis counted_until(const Session& session) const;

    Agreement agreement_;
    std::uint64_t seed_;
    std::uint64_t made_ = 0;
    std::unordered_map<std::string, std::unique_ptr<Household>> households_;
    Sessions alive_;   // by the end of the lease: leases are all of one length
    Sessions lapsed_;  // whose slot is counted still, in the same order
    Sessions gone_;    // by the time they went
    std::unordered_map<std::string, Sessions::iterator> index_;
};

}  // namespace cmagent::cmsim
