#include "agent/ui/violation_line.h"

#include "agent/base/names.h"
#include "agent/base/text_writer.h"
#include "agent/base/utf8.h"
#include "agent/cm/limit.h"

namespace cmagent::ui {
namespace {

using json::String;

// A sentence of CM that is longer than two lines of a screen is cut, and ends in "...".
constexpr std::size_t kMaxSentence = 512;

constexpr Named<ViolationKind> kKindRows[] = {
    {ViolationKind::streams, "streams"},
    {ViolationKind::devices, "devices"},
    {ViolationKind::channel, "channel"},
    {ViolationKind::other, "other"},
};
constexpr auto kKinds = names_of<kKindRows>();

struct Sentences {
    cm::Counted counted;
    ViolationKind kind;
    TextId with_number;
    TextId without;
};
constexpr Sentences kSentences[] = {
    {cm::Counted::streams, ViolationKind::streams, TextId::at_most_streams,
     TextId::too_many_streams},
    {cm::Counted::devices, ViolationKind::devices, TextId::at_most_devices,
     TextId::too_many_devices},
    {cm::Counted::channels, ViolationKind::channel, TextId::at_most_channels,
     TextId::too_many_channels},
    {cm::Counted::streams_of_channel, ViolationKind::channel, TextId::channel_streams,
     TextId::too_many_on_channel},
    {cm::Counted::devices_of_channel, ViolationKind::channel, TextId::channel_devices,
     TextId::too_many_devices_on_channel},
    {cm::Counted::nothing, ViolationKind::other, TextId::cannot_watch, TextId::cannot_watch},
};
static_assert(lists_all(kSentences, &Sentences::counted));

// CM's sentence without control characters, line breaks and needless blanks.
ComposedText cleaned(const String& message) {
    char bytes[kMaxSentence];
    TextWriter out(bytes, WhenFull::mark);
    bool gap = false;
    bool begun = false;
    json::Pieces pieces(message);
    for (std::string_view piece = pieces.next(); !piece.empty(); piece = pieces.next()) {
        while (!piece.empty()) {
            const std::size_t control = piece.front() == ' ' ? 1 : control_length(piece);
            gap = gap || control > 0;
            if (control == 0) {
                out << (gap && begun ? " " : "") << piece.front();
                gap = false;
                begun = true;
            }
            piece.remove_prefix(control == 0 ? 1 : control);
        }
    }
    ComposedText text;
    (void)text.assign(out.view());
    return text;
}

ComposedText words_of_cm(const String& message, const Wording& wording) {
    return wording.cm_messages == CmMessages::never ? ComposedText() : cleaned(message);
}

}  // namespace

std::string_view name(ViolationKind kind) {
    return kKinds[kind];
}

ViolationLine line_of(const cm::Advice& advice, const Wording& wording) {
    const cm::Limit limit = cm::limit_of(advice);
    const Sentences& ours = kSentences[static_cast<std::size_t>(limit.counted)];
    const bool prefer = wording.cm_messages == CmMessages::prefer;
    ViolationLine line;
    line.kind = ours.kind;
    if (prefer || limit.counted == cm::Counted::nothing) {
        line.text = words_of_cm(advice.message, wording);
        line.telling = prefer ? Telling::preferred : Telling::words;
        if (!line.text.empty()) return line;
    }
    TextValues values;
    values.n = limit.number;
    line.text =
        compose(wording.language, limit.number > 0 ? ours.with_number : ours.without, values);
    line.telling = limit.number > 0                        ? Telling::number
                   : limit.counted != cm::Counted::nothing ? Telling::words
                                                           : Telling::nothing;
    return line;
}

bool is_shown(const cm::Advice& advice) {
    return advice.kind == cm::AdviceKind::rule_violation ||
           (advice.kind == cm::AdviceKind::other && advice.message);
}

ComposedText line_of(const cm::Evaluation& evaluation, const Wording& wording) {
    ViolationLine most;
    for (const cm::Advice& advice : evaluation.advice()) {
        if (!is_shown(advice)) continue;
        const ViolationLine line = line_of(advice, wording);
        if (most.text.empty() || line.telling > most.telling) most = line;
    }
    if (!most.text.empty()) return most.text;
    return compose(wording.language, TextId::cannot_watch);
}

}  // namespace cmagent::ui
