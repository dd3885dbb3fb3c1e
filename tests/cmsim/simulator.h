#pragma once
// CM as a box meets it: the model behind HTTP, with faults between them and a journal of all
// requests. No sockets: server.h brings the requests.

#include <functional>
#include <string>

#include "tests/cmsim/body.h"
#include "tests/cmsim/call.h"
#include "tests/cmsim/faults.h"
#include "tests/cmsim/http.h"
#include "tests/cmsim/journal.h"
#include "tests/cmsim/published.h"
#include "tests/cmsim/service.h"

namespace cmagent::cmsim {

class Simulator {
  public:
    using Clock = std::function<Millis()>;  // since the epoch; never runs backwards

    // `base` is the path before the calls, such as "/v2".
    Simulator(Agreement agreement, Dialect dialect, std::string base, Clock clock,
              std::uint64_t seed);

    Delivery answer(const Request& request, ConnectionNumber connection);
    Welcome welcome();

    // CM's time: the clock's, and all advances since the start.
    [[nodiscard]] Millis now() const { return clock_() + advanced_; }
    // Leases lapse, throttles end, as if `by` had passed.
    void advance(Millis by) { advanced_ += by; }

    Service& service() { return service_; }
    Faults& faults() { return faults_; }
    Journal& journal() { return journal_; }

  private:
    Response perform_call(const Call& call, const Fault& fault, Millis now, Entry& entry);
    Answer take(Call call, const Fault& fault, Millis now);
    void print(CallKind call, int status, Response& response);

    Service service_;
    Faults faults_;
    Journal journal_;
    Dialect dialect_;
    PublishedTurns turns_;
    std::string base_;
    Clock clock_;
    Millis advanced_ = 0;
};

}  // namespace cmagent::cmsim
