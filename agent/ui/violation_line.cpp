#include "agent/ui/violation_line.h"

#include "agent/base/names.h"
#include "agent/base/text_writer.h"
#include "agent/cm/limit.h"
#include "agent/cm/limits.h"
#include "agent/json/one_line.h"

namespace cmagent::ui {
namespace {

using json::String;

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
    {cm::Counted::nothing, ViolationKind::other, TextId::cannot_watch, TextId::cannot_watch},
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
};
static_assert(lists_all(kSentences, &Sentences::counted));

ComposedText cleaned(const String& message) {
    char bytes[cm::kMaxMessage];
    TextWriter out(bytes, WhenFull::mark);
    json::write_one_line(out, message);
    ComposedText text;
    (void)text.assign(out.view());
    return text;
}

}  // namespace

std::string_view name(ViolationKind kind) {
    return kKinds[kind];
}

ViolationLine line_of(const cm::Limit& limit, std::string_view message, const Wording& wording) {
    const Sentences& ours = kSentences[static_cast<std::size_t>(limit.counted)];
    const bool prefer = wording.cm_messages == CmMessages::prefer;
    const bool last_resort =
        wording.cm_messages == CmMessages::after && limit.counted == cm::Counted::nothing;
    ViolationLine line;
    line.kind = ours.kind;
    if (!message.empty() && (prefer || last_resort)) {
        (void)line.text.assign(message);  // always fits
        line.telling = prefer ? Telling::preferred : Telling::words;
        return line;
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

ViolationLine line_of(const cm::Advice& advice, const Wording& wording) {
    return line_of(cm::limit_of(advice), cleaned(advice.message).view(), wording);
}

bool is_shown(const cm::Advice& advice) {
    return advice.kind != cm::AdviceKind::remote_termination;
}

namespace {

// The line for the whole, without what has become of a choice.
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

using DeviceName = Text<256>;

// The name under which CM lists all these codes; empty: it lists them under none, or several.
DeviceName device_of(const cm::Evaluation& evaluation, const cm::Codes& codes) {
    String name;
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& conflict : advice.conflicts) {
            Text<cm::kMaxCode> code;
            if (!unescape(conflict.termination_code, code) || !codes.has(code.view())) continue;
            if (!conflict.device_name || (name && !name.equals(conflict.device_name))) return {};
            name = conflict.device_name;
        }
    }
    DeviceName plain;
    (void)json::read_name(name, plain);
    return plain;
}

}  // namespace

ComposedText line_of(const cm::Evaluation& evaluation, const cm::Codes& failed,
                     const Wording& wording) {
    const ComposedText line = line_of(evaluation, wording);
    if (failed.count == 0) return line;
    const DeviceName device = device_of(evaluation, failed);
    TextValues values;
    values.device = device.view();
    const TextId in_vain = device.empty() ? TextId::no_place_freed : TextId::no_place_freed_by;
    return join(compose(wording.language, in_vain, values), line);
}

}  // namespace cmagent::ui
