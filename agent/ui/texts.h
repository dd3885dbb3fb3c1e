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
    // --- why something is not done ---
    limit_reached,       // the service says no, and not why
    limit_reached_many,  // {n}: streams that count against the limit
    replaced,
    changed_meanwhile,
    metadata_missing,
    throttled,  // {n}: seconds to wait
    service_not_understood,
    service_refuses_app,
    service_not_secure,
    service_unreachable,
    service_silent,
    clock_not_set,
    too_many_sessions,
    busy,
    shutting_down,
    app_fault,  // the app's request makes no sense: the viewer can do nothing about it
    not_permitted,
    gone,  // what is asked for is not there, or not any more
    internal_fault,
    // --- why playback was stopped ---
    stopped_by_device,      // {device}
    stopped_by_device_app,  // {device}, {app}
    stopped_by_app,         // {app}, on a device without a name
    stopped_by_nobody,      // nothing is known of who did it
    displaced,
    denied,
    unreachable_too_long,
    logged_out,
    paused_too_long,
    playback_ended,
    app_lost,
    device_ends,
};
inline constexpr std::size_t kTextIds = kCountOf<TextId>;

// The cardinal forms that a language may tell apart (Unicode CLDR). `other` is always there.
enum class Plural : std::uint8_t { one, few, many, other };

struct Translation {
    TextId line;
    std::string_view text;
    Plural form = Plural::other;
};

// What a text is for.
struct TextKey {
    TextId line;
    Plural form;
};

struct Language {
    std::string_view tag;  // RFC 5646, lower case
    Plural (*plural)(std::int64_t n);
    const TextKey* marks;
    std::size_t size;
    PackedTexts texts;  // one to a mark
};

// The languages that are there; the first one is English.
[[nodiscard]] Span<const Language> languages();

// The language of that tag or of a shorter one (fr-CA: fr); `otherwise` where there is none.
[[nodiscard]] const Language& find_language(std::string_view tag, const Language& otherwise);

// What Accept-Language asks for, found by "lookup" (RFC 4647 §3.4); `otherwise` where it asks for
// nothing that is there.
[[nodiscard]] const Language& choose_language(std::string_view accepted, const Language& otherwise);

// What fills the places in a text.
struct TextValues {
    std::int64_t n = 0;
    std::string_view device;
    std::string_view app;
};

// A line, complete: the longest text with two names of 256 bytes fits.
using ComposedText = Text<1024>;
[[nodiscard]] ComposedText compose(const Language& language, TextId line,
                                   const TextValues& places = {});

// True where `words` has a text of form `other` for every line: what every language must have.
[[nodiscard]] constexpr bool is_complete(const Translation* words, std::size_t size) {
    bool has[kTextIds] = {};
    for (std::size_t i = 0; i < size; ++i) {
        if (words[i].form != Plural::other || words[i].text.empty()) continue;
        has[static_cast<std::size_t>(words[i].line)] = true;
    }
    for (const bool there : has) {
        if (!there) return false;
    }
    return true;
}

// A language out of the words of its file.
template <std::size_t kCount>
struct TextKeys {
    TextKey list[kCount] = {};
    constexpr explicit TextKeys(const Translation (&words)[kCount]) {
        for (std::size_t i = 0; i < kCount; ++i) list[i] = {words[i].line, words[i].form};
    }
};
template <const auto& words>
inline constexpr TextKeys kTextKeys{words};
template <const auto& words>
inline constexpr auto kTexts = pack<words, &Translation::text>();

template <const auto& words>
[[nodiscard]] constexpr Language language_of(std::string_view tag,
                                             Plural (*plural)(std::int64_t n)) {
    static_assert(is_complete(words, std::size(words)), "a text is missing in this language");
    return {tag, plural, kTextKeys<words>.list, std::size(words), kTexts<words>.texts()};
}

}  // namespace cmagent::ui
