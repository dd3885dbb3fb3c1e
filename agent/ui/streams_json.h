#pragma once
#include "agent/base/time.h"
#include "agent/cm/running_streams.h"
#include "agent/core/looks.h"
#include "agent/core/outlook.h"
#include "agent/json/write.h"
#include "agent/ui/here.h"

namespace cmagent::ui {

// The answer of GET /v1/streams: {"streams":[…],"otherStreams","nextLapseInMs","agoMs"}. Paused ones
// stand first; `here` tells which of them play on this box. `look` was told, and `streams` are its
// own.
void write_streams(json::Writer& writer, const core::Look& look, const cm::RunningStreams& streams,
                   const Here& here, Time now);

// The answer of GET /v1/outlook: {"verdict","streams","here","limits":[…],"inTheWay":[…],
// "nextLapseInMs","agoMs"}. Where the look was never told, what it would tell is left out.
void write_outlook(json::Writer& writer, const core::Outlook& outlook, const core::Look& look,
                   const cm::RunningStreams& streams, const Here& here, Time now);

}  // namespace cmagent::ui
