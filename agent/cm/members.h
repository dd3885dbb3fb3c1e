#pragma once
// The members of the service's objects. Every name that the agent knows is in one list, and an
// object is walked over once to see which of them it has.

#include <cstddef>
#include <cstdint>

#include "agent/base/names.h"
#include "agent/cm/words.h"
#include "agent/json/read.h"

namespace cmagent::cm {

// Of two spellings of one thing the first one counts.
enum class Member : std::uint8_t {
    action,
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
    policy_name,
    reason,
    rule_name,
    rule,
    scope,
    session_id,
    start_time,
    started_at,
    terminated_by,
    terminator,
    threshold,
    type,
    advice_type,
};
inline constexpr std::size_t kMembers = kCountOf<Member>;

// Some of them: the spellings of one thing, or what an object has.
class MemberSet {
  public:
    template <class... Some>
    constexpr MemberSet(Some... members)  // NOLINT(google-explicit-constructor): a list of them
        : bits_((std::uint32_t{0} | ... | bit(members))) {}

    [[nodiscard]] constexpr bool has(Member member) const { return (bits_ & bit(member)) != 0; }
    [[nodiscard]] constexpr bool has_any(MemberSet others) const {
        return (bits_ & others.bits_) != 0;
    }
    void add(Member member) { bits_ |= bit(member); }
    // Takes those out that the other set has not.
    void keep(MemberSet others) { bits_ &= others.bits_; }
    // The first one, which is taken out. There must be one.
    [[nodiscard]] Member take() {
        const auto first = static_cast<Member>(__builtin_ctz(bits_));
        bits_ &= bits_ - 1;
        return first;
    }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

  private:
    static_assert(kMembers <= 32);
    static constexpr std::uint32_t bit(Member member) {
        return std::uint32_t{1} << static_cast<unsigned>(member);
    }

    std::uint32_t bits_;
};

// The known members of an object; of several with the same name, the first. A value that is no
// object has none.
class Members {
  public:
    // None.
    Members() {}  // NOLINT(modernize-use-equals-default): clears no numbers
    explicit Members(json::Item object);

    [[nodiscard]] json::Item operator[](Member member) const {
        return known_.has(member) ? known(member) : json::Item();
    }
    [[nodiscard]] MemberSet known() const { return known_; }
    // One of the known ones.
    [[nodiscard]] json::Item known(Member member) const {
        return object_.at(numbers_[static_cast<std::size_t>(member)]);
    }

  private:
    json::Item object_;
    MemberSet known_;
    std::uint16_t numbers_[kMembers];  // of the items that are known
};

// False for none, for an empty text, and for the placeholder "Unknown": a viewer learns nothing
// from them.
[[nodiscard]] bool is_usable(json::String text);

// Looks for a member under several names, and in several places. The first member of the right type
// counts, of texts the first usable one.
class Fields {
  public:
    explicit Fields(json::Item object) : own_(object) {}
    // Also within a member of the object, if that is an object: the guide dialect moves an advice's
    // members into `attributes`, and names for the viewer into a session's `metadata`.
    Fields(json::Item object, Member inner) : own_(object), inner_(own_[inner]) {}

    // The members of the object itself.
    [[nodiscard]] const Members& own() const { return own_; }

    [[nodiscard]] json::String text(MemberSet spellings) const {
        return has_any(spellings) ? find_text(spellings) : json::String();
    }
    [[nodiscard]] json::String own_text(MemberSet spellings) const;
    [[nodiscard]] json::Item text_or_number(MemberSet spellings) const;
    // An array or an object.
    [[nodiscard]] json::Item list(MemberSet spellings) const {
        return has_any(spellings) ? find_list(spellings) : json::Item();
    }
    [[nodiscard]] Words words(MemberSet spellings) const;

  private:
    // Most are not there, which is seen at once.
    [[nodiscard]] bool has_any(MemberSet spellings) const {
        return own_.known().has_any(spellings) || inner_.known().has_any(spellings);
    }
    [[nodiscard]] json::String find_text(MemberSet spellings) const;
    [[nodiscard]] json::Item find_list(MemberSet spellings) const;

    Members own_;
    Members inner_;
};

// A session's termination code where X-Terminate can carry it: 1 to kMaxCode characters that
// is_code_character() allows.
[[nodiscard]] json::Item find_code(json::Item session);

}  // namespace cmagent::cm
