#pragma once
#include "agent/cm/running_streams.h"
#include "agent/json/write.h"
#include "agent/ui/here.h"

namespace cmagent::ui {

// The answer of GET /v1/streams: {"streams":[…],"otherStreams"}. Paused ones stand first; `here`
// tells which of them play on this box.
void write_streams(json::Writer& writer, const cm::RunningStreams& streams, const Here& here);

}  // namespace cmagent::ui
