#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/time.h"
#include "agent/cm/answer.h"
#include "agent/cm/limits.h"
#include "agent/cm/request.h"
#include "agent/cm/running_streams.h"
#include "agent/core/event.h"
#include "agent/core/outbox.h"
#include "agent/core/pace.h"
#include "agent/core/queries.h"
#include "agent/core/random.h"
#include "agent/core/refusal.h"
#include "agent/core/rejection.h"
#include "agent/core/settings.h"
#include "agent/core/stream_request.h"
#include "agent/json/read.h"

namespace cmagent::core {

// What CM told last about the running streams of one subject, as one application sees them, and
// when it may be asked again.
struct Look {
    static constexpr Millis kProof = 10 * kSecond;

    LookIndex index = 0;
    std::uint8_t application = 0;
    bool used = false;
    bool old = false;                 // a session of this box has begun or ended since CM was asked
    Refusal refusal = Refusal::none;  // what the last call came to; none: text() is its answer
    ExchangeId exchange = 0;          // of the call in flight; 0: none
    Timer seen_at;                    // when text() was told; not set: there is none
    Timer lapses_at;                  // when the first stream lapses, as far as CM has said
    Timer fresh_until;
    Timer call_at;  // no call before
    Pace pace;
    std::string_view reason;  // with `refusal`
    cm::Blame blame = cm::Blame::none;
    Rejection rejection;
    Text<cm::kMaxIdp> idp;
    Text<cm::kMaxSubject> subject;
    std::size_t size = 0;
    char body[cm::kMaxBody] = {};

    // CM's list as it came, for streams(); it stays when a later call fails.
    [[nodiscard]] std::string_view text() const { return {body, size}; }
    // The list, once it was told. `tokens` (cm::kMaxBodyTokens) must stay as they are while it is
    // used.
    [[nodiscard]] cm::RunningStreams streams(json::Tokens tokens) const {
        return cm::RunningStreams(json::parse(text(), tokens).root);
    }
    // No stream of it has lapsed since, as far as CM has said.
    [[nodiscard]] bool lives(Time now) const { return seen_at != kNever && now < fresh_until; }
    // So new that the streams still run, and nothing that this box has done has changed them.
    [[nodiscard]] bool proves(Time now) const {
        return seen_at != kNever && !old && now - seen_at <= kProof;
    }
    [[nodiscard]] bool of_subject(std::string_view of_idp, std::string_view of_subject) const {
        return used && idp == of_idp && subject == of_subject;
    }
    [[nodiscard]] bool of_subject(ConstText of_idp, ConstText of_subject) const {
        return this->of_subject(of_idp.view(), of_subject.view());
    }
    // It is the one for this account, as its application sees it.
    [[nodiscard]] bool is_of(const StreamRequest& account) const {
        return application == account.application && of_subject(account.idp, account.subject);
    }
    [[nodiscard]] bool ends_with(const Logout& logout) const {
        return logout.concerns(application) && of_subject(logout.idp, logout.subject);
    }
};

// The looks at CM that all who ask share (contract.md, "Outlook"): CM is asked when somebody wants
// to know, at most once in kShortestLook for each look, and later where it fails or throttles. Of a
// stream request only the account counts.
class Looks {
  public:
    // A household box has one or two subjects, each seen by an app or two. The places stay in
    // untouched memory until they are needed.
    static constexpr std::size_t kMaxLooks = 4;
    static constexpr std::size_t kFirstSlot = Queries::kFirstSlot + Queries::kMaxQueries;
    static constexpr std::size_t kEndSlot = kFirstSlot + kMaxLooks;
    static constexpr Millis kShortestLook = 2 * kSecond;
    // Where CM does not say when the first stream lapses: there is none, or CM leaves it out. The
    // life of a lease: what has begun meanwhile elsewhere is seen with the next look.
    static constexpr Millis kLookWithoutExpires = Pace::kDefaultLife;

    [[nodiscard]] const Look& operator[](LookIndex index) const { return looks_[index]; }
    // Nullptr: nobody has asked for this account.
    [[nodiscard]] const Look* find(const StreamRequest& account) const;
    [[nodiscard]] Look* find(const StreamRequest& account);
    // The look that answers without a call: it is fresh and is good enough, or CM may not be asked
    // again yet; Look::refusal tells which. Nullptr: ask().
    [[nodiscard]] const Look* known(const StreamRequest& account, bool refresh, Time now) const;
    // Asks CM, or joins the call in flight; known() has nothing. Core::handle(Answered) tells the
    // end. Nullptr: there is no place, for others wait for CM or were asked just now.
    [[nodiscard]] Look* ask(const StreamRequest& account, const Settings& settings, bool urgent,
                            Time now, Outbox& outbox);

    // The look that waits for the answer to this exchange; nullptr: none.
    [[nodiscard]] const Look* find(ExchangeId exchange) const;
    [[nodiscard]] Look* find(ExchangeId exchange);
    static void answered(Look& look, const cm::Answer& answer, const Settings& settings,
                         Random& random, Time now);
    // False: the exchange belongs to no look.
    [[nodiscard]] bool describe(ExchangeId exchange, const Settings& settings,
                                cm::Request& into) const;

    // CM has just been heard: what failed for want of it need not wait any longer.
    void hasten(Time now);
    // A session's own look-up was answered: a look that is kept is renewed.
    void learn(const StreamRequest& account, const cm::Answer& answer, Time now);
    // A session of the subject has begun or ended at CM, or CM has refused one with a limit. Looks of
    // all applications grow old: they may share a policy.
    void outdate(const StreamRequest& account);
    // Forgets what is known of the subject; who waits for it is refused.
    void forget(const Logout& logout, Queries& queries, Outbox& outbox);

  private:
    [[nodiscard]] Look* place(const StreamRequest& account, Time now);

    Look looks_[kMaxLooks] = {};
};

}  // namespace cmagent::core
