#pragma once
// An evaluation of CM in the words of the local API (contract.md, "Violation" and "Terminator";
// cm-api.md, "Obligations"). Each function writes one value: behind key(), or in an array.

#include "agent/cm/advice.h"
#include "agent/json/write.h"
#include "agent/ui/here.h"
#include "agent/ui/texts.h"

namespace cmagent::ui {

// `violations`: an array, advice of unknown kinds with a message among them. A session that stands
// under several rules has its code only the first time, so that it is offered once. Paused ones
// stand first; `moreConflicts` counts those that are not listed. `here` tells which of them play on
// this box.
void write_violations(json::Writer& writer, const cm::Evaluation& evaluation,
                      const Wording& wording, const Here& here = Here());

// `terminator`: an object.
void write_terminator(json::Writer& writer, const cm::RemoteTerminator& terminator);

// `termination`: {"message","terminator"} of the first remote termination; null where there is
// none.
void write_termination(json::Writer& writer, const cm::Evaluation& evaluation);

// `obligations`: an array of {"namespace","action","arguments","id","fulfillOn","attributes"}.
void write_obligations(json::Writer& writer, const cm::Evaluation& evaluation);

}  // namespace cmagent::ui
