#pragma once
// The members of the service's objects. Every name that the agent knows is in one list, and an
// object is walked over once to see which of them it has.

#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "agent/base/names.h"
#include "agent/cm/words.h"
#include "agent/json/read.h"

namespace cmagent::cm {

enum class Member : std::uint8_t {
    action,
    advice_type,
    application_id,
    application_name,
    arguments,
    associated_advice,
    attribute,
    attributes,
    channel,
    conflicts,
    current,
    device_name,
    evaluation_result,
    message,
    metadata,
    name_space,
    obligations,
    other_streams,
    policy_name,
    reason,
    rule,
    rule_name,
    running_streams,
    scope,
    session_id,
    start_time,
    started_at,
    terminated_by,
    terminator,
    threshold,
    type,
};
inline constexpr std::size_t kMembers = kCountOf<Member>;

// The known members of an object; of several with the same name, the first. A value that is no
// object has none.
class Members {
  public:
    Members() = default;
    explicit Members(json::Item object);

    [[nodiscard]] json::Item operator[](Member member) const;

  private:
    json::Item object_;
    std::uint16_t numbers_[kMembers] = {};  // of the items; 0 for none
};

// False for none, for an empty text, and for the placeholder "Unknown": a viewer learns nothing
// from them.
[[nodiscard]] bool is_usable(const json::String& text);

// Looks for a member under several names, and in several places. The first member of the right type
// counts, of texts the first usable one.
class Fields {
  public:
    using Spellings = std::initializer_list<Member>;

    explicit Fields(json::Item object) : own_(object) {}
    // Also within a member of the object, if that is an object: the guide dialect moves an advice's
    // members into `attributes`, and names for the viewer into a session's `metadata`.
    Fields(json::Item object, Member inner) : own_(object), inner_(own_[inner]) {}

    // The members of the object itself.
    [[nodiscard]] const Members& own() const { return own_; }

    [[nodiscard]] json::String text(Spellings names) const;
    [[nodiscard]] json::String own_text(Spellings names) const;
    [[nodiscard]] json::Item text_or_number(Spellings names) const;
    // An array or an object.
    [[nodiscard]] json::Item list(Spellings names) const;
    [[nodiscard]] Words words(Spellings names) const;

  private:
    Members own_;
    Members inner_;
};

// A session's termination code where X-Terminate can carry it: 1 to kMaxCode characters that
// is_code_character() allows.
[[nodiscard]] json::Item find_code(json::Item session);

}  // namespace cmagent::cm
