#pragma once
// What the daemon answers, as text for people. Control characters are shown as '?': names come from other households'
// devices, and a terminal obeys what it is sent.

#include <cstdio>

#include "agent/ctl/event_reader.h"
#include "agent/json/read.h"

namespace cmagent::ctl {

// "ID  STATE  message": a script takes the first word.
void show_session(std::FILE* out, json::Item session);

// Who is watching what, where since, and by which code that can be ended.
void show_conflict(std::FILE* out, json::Item conflict);

// A line a stream.
void show_streams(std::FILE* out, json::Item streams);

// What went wrong; for a limit that is reached also who is watching, and how to end it.
void show_problem(std::FILE* out, json::Item problem);

// Anything: a line a member, what is within it indented.
void show_outline(std::FILE* out, json::Item item);

// "12 session-ended sessionId=… endReason=…"
void show_event(std::FILE* out, const ServerEvent& event, json::Item data);

}  // namespace cmagent::ctl
