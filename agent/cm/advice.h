#pragma once
// The evaluation result, which comes as the body of a 409, a 410, a 400 and any other 4xx: CM's
// reasons for a refusal. Three dialects are published (cm-api.md, "The evaluation result"); all of
// them, and any mixture, become one form here. Unknown members are skipped, a member of an
// unexpected type counts as absent.
//
//   const cm::Evaluation evaluation = cm::Evaluation::read(body, tokens);
//   for (const cm::Advice& advice : evaluation.advice()) {
//       for (const cm::ConflictingSession& conflict : advice.conflicts) …
//   }
//
// A body that is no JSON is an evaluation without advice and obligations: the status code decides
// then. Strings and items are views of the body and the tokens; absent ones are none, and so are
// empty ones and the placeholder "Unknown".

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/cm/words.h"
#include "agent/json/read.h"

namespace cmagent::cm {

// How much is kept of one body; the rest is counted or read over.
inline constexpr std::size_t kMaxAdvice = 16;      // rules that one stream violates at once
inline constexpr std::size_t kMaxConflicts = 64;   // of all rules: more than a viewer chooses from
inline constexpr std::size_t kMaxObligations = 8;  // two are defined
// An evaluation notes what it keeps in the last tokens that it is given, one each.
inline constexpr std::size_t kNoteTokens = kMaxAdvice + kMaxConflicts + kMaxObligations;
// Enough for a body of 64 KiB in the documented forms, which have a token for every 11 bytes at
// least.
inline constexpr std::size_t kMaxBodyTokens = 8192;

// A session that counts against the rule.
struct ConflictingSession {
    // The value of the attribute that the rule watches. Sessions of one value are freed together
    // only: a device counts until its last session has ended. None where the body gives a plain
    // list; else the value as it stands in the body, even "Unknown".
    json::String value;
    json::String session_id;
    // As X-Terminate takes it: see is_code_character(). None: this session cannot be chosen.
    json::String termination_code;
    json::String started_at;  // RFC 3339, as CM wrote it
    json::String device_name;
    json::String channel;
    json::String application_name;
    json::Item metadata;  // an object
    // The same session stands further up, under another rule: to be offered only once.
    bool repeated = false;
};

// The device that ended this session, or the person at it.
struct RemoteTerminator {
    json::String device_name;
    json::String application_name;
    json::String channel;
    json::String started_at;
    json::String session_id;
};

// The service dialect says what is to be done, the guide dialect names the obligation and when it
// is to be fulfilled.
struct Obligation {
    json::String name_space;
    json::String action;
    Words arguments;
    json::Item id;  // a text or a number
    json::String fulfill_on;
    json::Item attributes;  // an object
};

// The fault that the guide dialect tells beside the evaluation, or in its place.
struct Fault {
    json::String code;
    json::String message;
};

class Evaluation;

// The entries of one kind in an evaluation, one after the other. The evaluation must outlive them.
template <class Entry>
class Entries {
  public:
    Entries() = default;
    Entries(const Evaluation& evaluation, std::size_t first, std::size_t count)
        : evaluation_(&evaluation), first_(first), count_(count) {}

    class Iterator {
      public:
        Iterator(const Evaluation* evaluation, std::size_t number)
            : evaluation_(evaluation), number_(number) {}
        Entry operator*() const;
        Iterator& operator++() {
            ++number_;
            return *this;
        }
        bool operator!=(const Iterator& other) const { return number_ != other.number_; }

      private:
        const Evaluation* evaluation_;
        std::size_t number_;
    };

    [[nodiscard]] Iterator begin() const { return {evaluation_, first_}; }
    [[nodiscard]] Iterator end() const { return {evaluation_, first_ + count_}; }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }

  private:
    const Evaluation* evaluation_ = nullptr;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

// What has a rule, a policy or conflicts is a rule violation, and what has a terminator a remote
// termination, also under a type that the agent does not know.
enum class AdviceKind : std::uint8_t { rule_violation, remote_termination, other };

struct Advice {
    AdviceKind kind = AdviceKind::other;
    json::String type;      // as CM wrote it
    json::String message;   // for the viewer
    json::Item attributes;  // of a kind that the agent does not know: an object
    // Of a rule violation.
    json::String policy;
    json::String rule;
    json::String attribute;  // that the rule watches: streamId, deviceId …
    // Numbers, or strings as they came. To be shown, never computed with: `threshold` has been seen
    // off by one from the rule's name.
    json::Item threshold;
    json::Item current;
    Words scope;
    Entries<ConflictingSession> conflicts;
    std::size_t more_conflicts = 0;  // that were not kept
    // Of a remote termination.
    RemoteTerminator terminator;
};

class Evaluation {
  public:
    Evaluation() = default;

    // `tokens` (kMaxBodyTokens) must stay as they are while the evaluation is used. Copies of it
    // may be made.
    [[nodiscard]] static Evaluation read(std::string_view body, json::Tokens tokens);

    // The fault of the body as JSON, and its place.
    [[nodiscard]] json::Error error() const { return parsed_.error; }
    [[nodiscard]] json::Position where() const { return parsed_.where; }

    [[nodiscard]] Entries<Advice> advice() const { return {*this, 0, advice_count_}; }
    // Its message is that of the first advice where there is no other.
    [[nodiscard]] Fault fault() const;
    [[nodiscard]] Entries<Obligation> obligations() const { return {*this, 0, obligation_count_}; }

    // This session was ended from elsewhere, on purpose.
    [[nodiscard]] bool terminated_remotely() const;
    // The application must log the user out.
    [[nodiscard]] bool demands_logout() const;
    // The cached list of required metadata is stale.
    [[nodiscard]] bool demands_metadata_refresh() const;

  private:
    template <class Entry>
    friend class Entries;

    // Items by their number, which takes 2 bytes: json::kMaxTokens is less than 65,536. 0, the
    // whole body, stands for none where a list or a code is meant.
    using Number = std::uint16_t;
    static_assert(json::kMaxTokens <= UINT16_MAX);
    struct AdviceNote {
        Number object;
        Number more_conflicts;
        AdviceKind kind;
        bool values_are_sessions;
        std::uint8_t first_conflict;
        std::uint8_t conflicts;
    };
    struct ConflictNote {
        Number object;
        Number sessions;  // the list of a value, a member of the dictionary
        Number code;
        std::uint8_t code_sum;  // differs for most codes that differ
        bool repeated;
    };

    json::Item add_envelope(json::Item object);
    void add_advice(json::Item object);
    void add_conflicts(AdviceNote& advice, json::Item conflicts);
    void add_conflict(AdviceNote& advice, json::Item object, Number sessions);
    void add_code(ConflictNote& conflict, json::Item code);
    void add_obligation(json::Item object);

    // Notes in tokens.
    [[nodiscard]] json::Token& advice_token(std::size_t number) const { return notes_[number]; }
    [[nodiscard]] json::Token& conflict_token(std::size_t number) const {
        return notes_[kMaxAdvice + number];
    }
    [[nodiscard]] json::Token& obligation_token(std::size_t number) const {
        return notes_[kMaxAdvice + kMaxConflicts + number];
    }
    [[nodiscard]] Number number_of(json::Item item) const {
        return static_cast<Number>(item.number_from(parsed_.root));
    }

    // Whether there is such an obligation; an empty `argument`: with any arguments.
    [[nodiscard]] bool demands(std::string_view name_space, std::string_view action,
                               std::string_view argument) const;
    template <class Entry>
    [[nodiscard]] Entry entry(std::size_t number) const;
    [[nodiscard]] json::String value_of(const ConflictNote& conflict) const;
    [[nodiscard]] json::String code_of(const ConflictNote& conflict) const;
    [[nodiscard]] bool values_are_sessions(std::size_t conflict) const;
    [[nodiscard]] bool is_repeated(const ConflictNote& conflict) const;

    json::Parsed parsed_;
    json::Token* notes_ = nullptr;
    std::uint8_t advice_count_ = 0;
    std::uint8_t conflict_count_ = 0;
    std::uint8_t obligation_count_ = 0;
    std::uint64_t code_sums_ = 0;  // a bit for each that is there, modulo 64
};

template <>
Advice Evaluation::entry<Advice>(std::size_t number) const;
template <>
ConflictingSession Evaluation::entry<ConflictingSession>(std::size_t number) const;
template <>
Obligation Evaluation::entry<Obligation>(std::size_t number) const;

template <class Entry>
Entry Entries<Entry>::Iterator::operator*() const {
    return evaluation_->template entry<Entry>(number_);
}

}  // namespace cmagent::cm
