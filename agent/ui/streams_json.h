#pragma once
#include "agent/cm/running_streams.h"
#include "agent/json/write.h"

namespace cmagent::ui {

// The answer of GET /v1/streams: {"streams":[…],"otherStreams"}.
void write_streams(json::Writer& writer, const cm::RunningStreams& streams);

}  // namespace cmagent::ui
