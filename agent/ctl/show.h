#pragma once
// The daemon's answers as text for people. Control characters are shown as '?': names come from the
// devices of other households, and a terminal obeys the bytes that it is sent.

#include <cstdio>

#include "agent/json/read.h"
#include "agent/lib/event_reader.h"

namespace cmagent::ctl {

// The text of a string; any other value as it is written.
void put(std::FILE* out, json::Item value);

// "ID  STATE  message": a script takes the first word.
void show_session(std::FILE* out, json::Item session);

// One such line for each.
void show_sessions(std::FILE* out, json::Item sessions);

// One name in a line.
void show_required(std::FILE* out, json::Item names);

// What is in the way: the line for the viewer, then each rule with the streams under it, and the
// code by which each can be ended.
void show_conflict(std::FILE* out, json::Item conflict);

// "ID  waiting until TIME" of a conflict whose place is waited for.
void show_wait(std::FILE* out, json::Item conflict);

// One line for each stream.
void show_streams(std::FILE* out, json::Item streams);

// The verdict first, which a script takes; then each limit, and the streams that are in the way.
void show_outlook(std::FILE* out, json::Item outlook);

// The problem; for a limit that is reached also what is in the way, and how to go on.
void show_problem(std::FILE* out, json::Item problem);

// The same for who cannot resolve a conflict but by asking again.
void show_limit(std::FILE* out, json::Item problem);

// Why a session is over, or its picture must go off.
void show_end(std::FILE* out, json::Item end);

// One line for each entry: its number, time, kind, and what is known of it.
void show_history(std::FILE* out, json::Item history);

// "RESULT CHECK SUBJECT: what was found; what to do" of GET /v1/check.
void show_checks(std::FILE* out, json::Item found);

// One line for each event of a list, with those of its members that tell of no person, device or
// stream.
void show_plain_events(std::FILE* out, json::Item events);

// Any value: one line for each member, nested members indented.
void show_outline(std::FILE* out, json::Item item);

// "12 session-ended sessionId=… endReason=…"
void show_event(std::FILE* out, const lib::ServerEvent& event, json::Item data);

}  // namespace cmagent::ctl
