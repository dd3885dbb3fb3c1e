#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/core/exchange_id.h"
#include "agent/core/session.h"
#include "agent/core/settings.h"

namespace cmagent::core {

// The records of the sessions: those that live, the last ones that ended, and those that are still
// owed to CM.
class SessionTable {
  public:
    static constexpr std::size_t kRecords = kMaxSessions + kKeptEnded;

    // Over the records in use: for (Session& session : table).
    struct End {};  // behind the last record
    template <class Record>
    class Iterator {
      public:
        Iterator(Record* record, Record* end) : record_(record), end_(end) { skip(); }
        Record& operator*() const { return *record_; }
        Iterator& operator++() {
            ++record_;
            skip();
            return *this;
        }
        bool operator!=(End) const { return record_ != end_; }

      private:
        void skip() {
            while (record_ != end_ && !record_->progress.used) ++record_;
        }

        Record* record_;
        Record* end_;
    };
    [[nodiscard]] Iterator<Session> begin() { return {records_, records_ + kRecords}; }
    [[nodiscard]] Iterator<const Session> begin() const { return {records_, records_ + kRecords}; }
    [[nodiscard]] End end() const { return {}; }

    [[nodiscard]] const Session& operator[](SessionIndex index) const { return records_[index]; }
    [[nodiscard]] Session& operator[](SessionIndex index) { return records_[index]; }
    // By its public id; nullptr where that is unknown or the session is not shown.
    [[nodiscard]] const Session* find(std::string_view id) const;
    [[nodiscard]] Session* find(std::string_view id);
    // The session that waits for the answer to this exchange; nullptr: none.
    [[nodiscard]] Session* find(ExchangeId exchange);

    // The live sessions, as places of which a party wants one more. `but` is given up for it;
    // nullptr: none.
    [[nodiscard]] Share share(std::size_t places, Party party, const Session* but) const;
    // Some live session is the party's.
    [[nodiscard]] bool has_live(Party party) const;
    // Nothing is owed to CM, and nothing is being stopped.
    [[nodiscard]] bool all_closed() const;

    // The record for the next session: a free one or, where all are in use or more than kKeptEnded
    // have ended, that of an ended session: one that is finished at CM before one that is still owed
    // to CM, the oldest first.
    // There is always one: live sessions take at most kMaxSessions records. A session that is still
    // in the record must be dropped (Lifecycle) before open().
    [[nodiscard]] Session& place();
    void open(Session& place);
    // Wipes the secrets of the sessions that neither CM nor a player has to do with any more.
    void forget_closed();

    // --- chains of zaps: each session names its successor, and a start names the session whose end
    // it waits for ---

    // Some start waits for the end of this session.
    [[nodiscard]] bool is_waited_for(const Session& session) const;
    // The UI knows the session that it saw start; zaps that are still being decided have taken its
    // place since.
    [[nodiscard]] const Session& last_of_chain(const Session& session) const;
    [[nodiscard]] Session& last_of_chain(const Session& session);
    // The session that has taken its place, and is shown; nullptr: none has, or its start was
    // refused.
    [[nodiscard]] const Session* replacement_of(const Session& session) const;
    // The last start through this conflict (its serial) that is under way, be it withdrawn and still
    // owed to CM; nullptr: none.
    [[nodiscard]] const Session* find_start(std::uint64_t conflict) const;
    [[nodiscard]] Session* find_start(std::uint64_t conflict);
    // Puts `successor` behind `session`, the last of its chain.
    void chain(Session& session, const Session& successor);

  private:
    [[nodiscard]] const Session* successor_of(const Session& session) const;

    std::uint64_t opened_ = 0;  // so far
    Session records_[kRecords] = {};
};

}  // namespace cmagent::core
