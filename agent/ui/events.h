#pragma once
// The last events under increasing numbers, so that a listener that was away hears the events that
// it has missed (contract.md, "Events").

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/core/core.h"
#include "agent/json/write.h"
#include "agent/ui/caller.h"

namespace cmagent::ui {

struct Event {
    std::uint64_t id = 0;
    core::Notice notice = core::Notice::session_updated;
    IndexSet applications = IndexSet::all();  // whose event it is
    Text<16> subject;                         // the id of the session or conflict
    // Of a session, the conflict that has ended it, or whose waiting has started it; of a conflict,
    // the session whose playback it has ended. Empty: none.
    Text<16> related;
    std::uint32_t attempt = 0;  // of a conflict
    core::State state = core::State::starting;
    core::EndReason end_reason = core::EndReason::none;
    core::Playback playback = core::Playback::idle;
    bool paused = false;

    [[nodiscard]] bool concerns(const Caller& caller) const {
        return applications.meets(caller.applications);
    }
};

// `event:` of an event stream: "session-started" …
[[nodiscard]] std::string_view event_name(core::Notice notice);
inline constexpr std::string_view kReset = "reset";

// `data:` of an event, in the words for this caller. Details of a session or a conflict that is no
// longer kept (its terminator, its violations) are left out. `tokens` (cm::kMaxBodyTokens) are free
// again after the call; without tokens there are no violations.
void write_event(json::Writer& writer, const Event& event, const core::Core& core,
                 const Caller& caller, json::Tokens tokens);

class Events {
  public:
    // The events of a busy evening: a zap makes four. 6 KiB.
    static constexpr std::size_t kKept = 128;

    // The ids of a run lie in one of 2^31 stretches, so that no two runs share one; a stretch is
    // long enough for a year with an event every 15 s. JavaScript can hold every id exactly.
    static constexpr std::uint64_t kPerRun = std::uint64_t{1} << 21;
    void begin(std::uint64_t seed) { first_ = (seed >> 33) * kPerRun, last_ = first_; }

    void add(Event event);

    [[nodiscard]] std::uint64_t last() const { return last_; }
    // The id after which all events that concern the caller are still kept.
    [[nodiscard]] std::uint64_t kept_since(const Caller& caller) const;
    // Whether all events after `id` that concern the caller are still kept.
    [[nodiscard]] bool has_all_since(std::uint64_t id, const Caller& caller) const;
    // The first event after `id` that concerns the caller; null: none.
    [[nodiscard]] const Event* next(std::uint64_t id, const Caller& caller) const;

  private:
    [[nodiscard]] Event& place();

    std::uint64_t first_ = 0;  // before the first event of this run
    std::uint64_t last_ = 0;
    // Of each application, the newest event that is no longer kept: what others do costs it nothing.
    std::uint64_t lost_[core::kMaxApplications] = {};
    Event events_[kKept];
};

}  // namespace cmagent::ui
