#pragma once
// Every text that a viewer may read, in every language that is compiled in. A language is one file,
// texts/TAG.h; the build finds it, and does not compile where a text is missing in it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/names.h"
#include "agent/base/packed.h"
#include "agent/base/span.h"
#include "agent/base/text.h"

namespace cmagent::ui {

enum class TextId : std::uint8_t {
    // --- a refusal ---
    cannot_watch,       // the service says no more than that it refuses
    at_most_streams,    // {n}: the limit
    too_many_streams,   // the limit is not known, as in all that are called too_many
    at_most_devices,    // {n}: the limit
    too_many_devices,   //
    at_most_channels,   // {n}: the limit
    too_many_channels,  //
    channel_streams,    // {n}: the limit of each channel
    too_many_on_channel,
    channel_devices,  // {n}: the limit of each channel
    too_many_devices_on_channel,
    no_place_freed_by,  // {device}: whose stream was ended in vain
    no_place_freed,     // it has no name
    choice_over,        // the conflict that was to be resolved
    replaced,
    changed_meanwhile,
    list_outdated,  // the conflict that was to be resolved says something else now
    metadata_missing,
    throttled,  // {n}: seconds to wait
    service_not_understood,
    service_faulty,
    service_rejects,
    service_refuses_app,
    service_not_secure,
    service_unreachable,
    service_down,
    service_silent,
    clock_not_set,
    too_many_sessions,
    busy,
    shutting_down,
    app_fault,  // a fault of the app: the viewer can do nothing about it
    not_permitted,
    would_end_another,
    stream_stays,  // it is over, or this device cannot end it
    gone,          // the session or conflict is not there, or not any more
    internal_fault,
    // --- the end of playback ---
    stopped_by_device,      // {device}
    stopped_by_device_app,  // {device}, {app}
    stopped_by_app,         // {app}, on a device without a name
    stopped_by_nobody,      // neither device nor app is known
    displaced,
    denied,
    unreachable_too_long,
    logged_out,
    paused_too_long,
    playback_ended,
    app_lost,
    device_ends,
    ended_here,
    replaced_here,
    app_revoked,
};
inline constexpr std::size_t kTextIds = kCountOf<TextId>;

// The cardinal forms that a language may tell apart (Unicode CLDR). `other` is always there.
enum class Plural : std::uint8_t { one, few, many, other };

struct Translation {
    TextId id;
    std::string_view text;
    Plural form = Plural::other;
};

// The place of a text in a language.
struct TextKey {
    TextId id;
    Plural form;
};

struct Language {
    std::string_view tag;  // RFC 5646, lower case
    Plural (*plural)(std::int64_t n);
    const TextKey* keys;
    std::size_t size;
    PackedTexts texts;  // one for each key
};

// The languages that are there; the first one is English.
[[nodiscard]] Span<const Language> languages();

// English by itself: a program that needs no other language has no other texts in it.
[[nodiscard]] const Language& english();

// The language of that tag or of a shorter one (fr-CA: fr); `otherwise` where there is none.
[[nodiscard]] const Language& find_language(std::string_view tag, const Language& otherwise);

// The language that Accept-Language asks for, found by "lookup" (RFC 4647 §3.4); `otherwise` where
// it asks for none that is there.
[[nodiscard]] const Language& choose_language(std::string_view accepted, const Language& otherwise);

// Whose words a viewer reads where CM refuses (contract.md, "Configuration", cmMessages).
enum class CmMessages : std::uint8_t { after, prefer, never };

// How a caller is spoken to.
struct Wording {
    const Language& language;
    CmMessages cm_messages = CmMessages::after;
};

// The values for the places {n}, {device} and {app} of a text.
struct TextValues {
    std::int64_t n = 0;
    std::string_view device;
    std::string_view app;
};

// A text with its places filled: the longest text with two names of 256 bytes fits.
using ComposedText = Text<1024>;
[[nodiscard]] ComposedText compose(const Language& language, TextId id,
                                   const TextValues& values = {});

// Two sentences, one behind the other; cut where they are longer than one text may be.
[[nodiscard]] ComposedText join(const ComposedText& first, const ComposedText& second);

// Whether `rows` has a text of form `other` for every TextId, as every language must.
[[nodiscard]] constexpr bool is_complete(const Translation* rows, std::size_t size) {
    bool has[kTextIds] = {};
    for (std::size_t i = 0; i < size; ++i) {
        if (rows[i].form != Plural::other || rows[i].text.empty()) continue;
        has[static_cast<std::size_t>(rows[i].id)] = true;
    }
    for (const bool there : has) {
        if (!there) return false;
    }
    return true;
}

// A language out of the rows of its file.
template <std::size_t kCount>
struct TextKeys {
    TextKey list[kCount] = {};
    constexpr explicit TextKeys(const Translation (&rows)[kCount]) {
        for (std::size_t i = 0; i < kCount; ++i) list[i] = {rows[i].id, rows[i].form};
    }
};
template <const auto& rows>
inline constexpr TextKeys kTextKeys{rows};
template <const auto& rows>
inline constexpr auto kTexts = pack<rows, &Translation::text>();

template <const auto& rows>
[[nodiscard]] constexpr Language language_of(std::string_view tag,
                                             Plural (*plural)(std::int64_t n)) {
    static_assert(is_complete(rows, std::size(rows)), "a text is missing in this language");
    return {tag, plural, kTextKeys<rows>.list, std::size(rows), kTexts<rows>.texts()};
}

}  // namespace cmagent::ui
