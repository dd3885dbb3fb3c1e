#pragma once
// The daemon's answers as text for people. Control characters are shown as '?': names come from the
// devices of other households, and a terminal obeys the bytes that it is sent.

#include <cstdio>

#include "agent/ctl/event_reader.h"
#include "agent/json/read.h"

namespace cmagent::ctl {

// "ID  STATE  message": a script takes the first word.
void show_session(std::FILE* out, json::Item session);

// The streams under the limit: device, channel, start, and the code by which each can be ended.
void show_conflict(std::FILE* out, json::Item conflict);

// One line for each stream.
void show_streams(std::FILE* out, json::Item streams);

// The problem; for a limit that is reached also the streams under it, and how to end one.
void show_problem(std::FILE* out, json::Item problem);

// Any value: one line for each member, nested members indented.
void show_outline(std::FILE* out, json::Item item);

// "12 session-ended sessionId=… endReason=…"
void show_event(std::FILE* out, const ServerEvent& event, json::Item data);

}  // namespace cmagent::ctl
