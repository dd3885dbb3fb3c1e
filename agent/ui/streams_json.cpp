#include "agent/ui/streams_json.h"

#include "agent/cm/date_time.h"
#include "agent/core/pause.h"

namespace cmagent::ui {

using namespace std::string_view_literals;

namespace {

void write_stream(json::Writer& writer, const cm::RunningStream& stream, const Here& here) {
    writer.begin_object();
    writer.member_if_any("sessionId", stream.session_id);
    writer.member_if_any("terminationCode", stream.termination_code);
    if (stream.started_at_ms) {
        writer.member("startedAt", cm::write_rfc3339(*stream.started_at_ms));
    }
    writer.member_if_any("applicationName", stream.application_name);
    writer.member_if_any("channel", stream.channel);
    writer.member_if_any("deviceName", stream.device_name);
    if (stream.metadata) writer.key("metadata").value(stream.metadata);
    writer.member_if_any("here", here.id_of(stream));
    writer.member_if_any("pausedSince", core::paused_since(stream.metadata));
    writer.end_object();
}

// How old the look is, and when it is of no use any more.
void write_age(json::Writer& writer, const core::Look& look, Time now) {
    const Time lapses_at = look.lapses_at;
    if (lapses_at != kNever) {
        writer.key("nextLapseInMs").number(now < lapses_at ? lapses_at - now : 0);
    }
    writer.key("agoMs").number(now - look.seen_at);
}

void write_limit(json::Writer& writer, const core::LearntLimit& limit) {
    writer.begin_object();
    writer.member_if_any("rule", limit.rule);
    writer.member_if_any("attribute", limit.attribute);
    if (limit.of_channel) writer.key("scope").begin_array().string("channel"sv).end_array();
    if (limit.at_least != 0) writer.key("atLeast").number(limit.at_least);
    if (limit.at_most != 0) writer.key("atMost").number(limit.at_most);
    if (limit.displaces) writer.key("displaces").boolean(true);
    if (limit.seen_wall_ms != 0) writer.member("seen", cm::write_rfc3339(limit.seen_wall_ms));
    writer.end_object();
}

// How many streams run, and how many of them on this box.
void write_counts(json::Writer& writer, const cm::RunningStreams& streams, const Here& here) {
    std::int64_t all = static_cast<std::int64_t>(core::unlisted(streams));
    std::int64_t of_box = 0;
    for (const cm::RunningStream& stream : streams) {
        ++all;
        of_box += here.id_of(stream).empty() ? 0 : 1;
    }
    writer.key("streams").number(all);
    writer.key("here").number(of_box);
}

// Paused ones first: nobody is watching them. With an outlook those that are in the way.
void write_list(json::Writer& writer, const cm::RunningStreams& streams, const Here& here,
                const core::Outlook* outlook) {
    writer.begin_array();
    for (const bool paused : {true, false}) {
        for (const cm::RunningStream& stream : streams) {
            const bool wanted = outlook == nullptr || outlook->is_in_the_way(stream);
            if (wanted && core::is_paused(stream.metadata) == paused)
                write_stream(writer, stream, here);
        }
    }
    writer.end_array();
}

}  // namespace

void write_streams(json::Writer& writer, const core::Look& look, const cm::RunningStreams& streams,
                   const Here& here, Time now) {
    writer.begin_object();
    write_list(writer.key("streams"), streams, here, nullptr);
    if (streams.other_streams()) writer.key("otherStreams").number(*streams.other_streams());
    write_age(writer, look, now);
    writer.end_object();
}

void write_outlook(json::Writer& writer, const core::Outlook& outlook, const core::Look& look,
                   const cm::RunningStreams& streams, const Here& here, Time now) {
    const bool told = look.seen_at != kNever;
    writer.begin_object();
    writer.member("verdict", name(outlook.verdict()));
    if (told) write_counts(writer, streams, here);
    writer.key("limits").begin_array();
    for (const core::LearntLimit& limit : outlook.limits()) {
        if (outlook.is_measure(limit)) write_limit(writer, limit);
    }
    writer.end_array();
    write_list(writer.key("inTheWay"), streams, here, &outlook);
    if (told) write_age(writer, look, now);
    writer.end_object();
}

}  // namespace cmagent::ui
