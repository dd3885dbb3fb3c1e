#pragma once
// CM: the model of tests/cmsim behind HTTP as it comes over the line, and whose session is whose.

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/cm/request.h"
#include "agent/core/random.h"
#include "tests/cmsim/body.h"
#include "tests/cmsim/service.h"
#include "tests/simulation/plan.h"

namespace cmagent::simulation {

// A request as it went out, and which stream of which box it is for.
struct Letter {
    std::size_t box = 0;
    std::string stream;  // the agent's own id; empty for a query
    cm::Call call = cm::Call::start;
    std::string application;
    std::string idp;
    std::string subject;
    std::string session;
    cmsim::Metadata metadata;
    std::vector<std::string> terminate;
};

struct Owner {
    std::size_t box = 0;
    std::string stream;
    bool interfered = false;  // an incident has ended or displaced it
};

class Service {
  public:
    Service(const Profile& profile, std::uint64_t seed);

    // The policies of a household, by its number.
    [[nodiscard]] static const char* application_of(std::size_t household);

    // The response as text.
    [[nodiscard]] std::string answer(const Letter& letter, Millis now);

    // True where a session of CM's counts this stream.
    [[nodiscard]] bool covers(const Owner& stream) const;
    [[nodiscard]] std::size_t running() const;
    [[nodiscard]] const cmsim::Session* find(const std::string& id) const {
        return model_.find(id);
    }
    void advance(Millis now);

    // CM's ids of a household's streams, as a list of them shows.
    [[nodiscard]] std::vector<std::string> streams_of(const std::string& subject) const;

    // The next start of this box is answered so, whatever is said in it.
    struct Whim {
        int status = 0;  // 0: none
        bool refresh = false;
    };
    void expect_whim(std::size_t box, Whim whim) { whims_[box] = whim; }

    // Incidents. The number chooses among the running sessions.
    void interfere(Kind kind, std::uint32_t number, Millis now);
    [[nodiscard]] Millis forgot_at() const { return forgot_at_; }

    struct Counts {
        std::uint64_t granted = 0;  // session lives
        std::uint64_t heartbeats = 0;
        std::uint64_t denied = 0;
        std::uint64_t throttled = 0;
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }
    // Sessions that were opened, and by whom.
    [[nodiscard]] std::unordered_map<std::string, Owner>& owners() { return owners_; }

  private:
    [[nodiscard]] cmsim::Answer perform(const Letter& letter, Millis now);
    [[nodiscard]] cmsim::Answer start(const Letter& letter, Millis now);
    [[nodiscard]] bool is_unkind();
    void list_too_little(cmsim::Evaluation& evaluation);
    [[nodiscard]] std::string write(const cmsim::Answer& answer, bool is_start);

    Profile profile_;
    cmsim::Service model_;
    cmsim::Dialect dialect_;
    core::Random random_;
    Counts counts_;
    Millis forgot_at_ = -kHour;
    std::map<std::size_t, Whim> whims_;  // by box
    std::unordered_map<std::string, Owner> owners_;
    std::map<std::pair<std::size_t, std::string>, std::vector<std::string>> sessions_of_;
};

}  // namespace cmagent::simulation
