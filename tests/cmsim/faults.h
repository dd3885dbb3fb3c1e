#pragma once
// Faults on demand: the calls that they hit, and the changes that they make to the answer. Each
// member is one of the same name in JSON (tests/cmsim/README.md lists them all).

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cmsim/http.h"
#include "tests/cmsim/policy.h"
#include "tests/cmsim/published.h"
#include "tests/cmsim/server.h"
#include "tests/cmsim/service.h"
#include "tests/cmsim/wording.h"

namespace cmagent::cmsim {

// Which calls a fault hits. Empty texts match all.
struct Match {
    std::string call = "any";  // init heartbeat end streams metadata any, or connect
    std::string application;
    std::string idp;
    std::string subject;
    std::string session;
    std::size_t skip = 0;              // so many calls are spared first
    std::optional<std::size_t> count;  // then so many are hit; nothing: all
};

enum class Framing {
    length,
    chunked,
    both,   // Content-Length and Transfer-Encoding: request smuggling, RFC 9112 §6.3
    close,  // the body ends where the connection does
};

enum class Endless { nothing, headers, body, interim };

struct Fault {
    // Whether CM takes the call, so that only the answer is lost. By default CM takes it unless the
    // fault brings an answer of its own (status, portal, garbage, a published refusal).
    std::optional<bool> taken;

    Millis delay = 0;
    std::optional<int> status;
    std::optional<std::string> body;
    const PublishedBody* published = nullptr;  // its status is answered too
    Wording wording;                           // of the model's own body
    std::vector<HeaderEdit> headers;
    std::optional<int> portal;          // the status of a captive portal's HTML page
    std::optional<Millis> date_offset;  // on Date and Expires alike: CM's clock is wrong
    std::optional<Millis> lease;        // Expires − Date, may be negative
    std::optional<Millis> second_date;  // Date comes twice; the second is off by so much

    // Of the codes in X-Terminate only the first so many work; nothing: all.
    std::optional<std::size_t> codes_heeded;
    Ending ending = Ending::before_the_verdict;

    bool garbage = false;     // bytes that are not HTTP
    std::size_t interim = 0;  // so many "102 Processing" before the answer
    Framing framing = Framing::length;
    Endless endless = Endless::nothing;
    std::optional<std::size_t> truncate_after;  // bytes of the answer
    std::size_t bytes_per_second = 0;
    std::optional<Then> then;

    Welcome welcome = Welcome::serve;  // of a connection, for the call "connect"
};

// Where a call comes from, for matching.
struct Target {
    std::string_view call;
    std::string_view application;
    std::string_view idp;
    std::string_view subject;
    std::string_view session;
};

using FaultNumber = std::uint64_t;

struct ActiveFault {
    FaultNumber number = 0;
    Match match;
    Fault fault;
    std::string text;      // as it was given
    std::size_t seen = 0;  // calls that matched
    std::size_t hits = 0;  // of these, how many were hit
};

class Faults {
  public:
    // `text` is {"match":{…},"fault":{…}}. Throws InvalidInput.
    FaultNumber add(const std::string& text, const std::string& source);
    bool remove(FaultNumber number);
    void clear() { active_.clear(); }

    // The first fault that hits this call, which is counted; nullptr where there is none. The
    // pointer holds until the next change.
    const ActiveFault* hit(const Target& target);

    [[nodiscard]] const std::list<ActiveFault>& active() const { return active_; }

  private:
    std::list<ActiveFault> active_;
    FaultNumber added_ = 0;
};

// Whether CM takes a call that is hit by `fault`.
bool is_taken(const Fault& fault);

// The status that goes on the wire instead of `own`.
int status_under(const Fault& fault, int own);

// The bytes that go on the wire instead of `response`.
Delivery deliver(const Response& response, const Fault& fault);

}  // namespace cmagent::cmsim
