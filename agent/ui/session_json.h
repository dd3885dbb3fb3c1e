#pragma once
// A session in the words of the local API (contract.md, "Session").

#include "agent/core/core.h"
#include "agent/json/write.h"
#include "agent/ui/caller.h"
#include "agent/ui/texts.h"

namespace cmagent::ui {

// Nothing in the text changes by itself, so that equal ETags mean equal texts. The subject is never
// written. Whether the session is the caller's own only a caller with a key is told.
void write_session(json::Writer& writer, const core::Session& session, const core::Core& core,
                   const Caller& caller);

// The session that has taken the place of this one, where the caller may see it; else null.
[[nodiscard]] const core::Session* replacement_of(const core::Session& session,
                                                  const core::Core& core, const Caller& caller);
// `replacedBy`, where there is such a session.
void write_replacement(json::Writer& writer, const core::Session& session, const core::Core& core,
                       const Caller& caller);

void write_terminator(json::Writer& writer, const core::Terminator& terminator);
void write_metadata(json::Writer& writer, const cm::Metadata& metadata);

// The text for the viewer about the end of a session; empty while the session lives. `terminator`
// is null where nothing is known of it.
[[nodiscard]] ComposedText end_message(core::EndReason reason, const core::Terminator* terminator,
                                       const Wording& wording);

// A strong entity tag (RFC 9110 §8.8.1) of this session, in this state, told in this language:
// "STATE.LANGUAGE", and behind it whether it is the caller's own, where that is told.
using ETag = Text<64>;
[[nodiscard]] ETag etag(const core::Session& session, const core::Core& core, const Caller& caller);
// An entity tag from a digest of the state that is shown.
[[nodiscard]] ETag etag(std::uint64_t state, const Language& language, std::string_view whose = {});
// Whether the value of If-None-Match names the text that the tag stands for. RFC 9110 §13.1.2: a
// weak tag, which a cache on the way may have made of it, is as good.
[[nodiscard]] bool names_text(std::string_view field, const ETag& tag);
// Whether the value of If-Match names the state that the tag stands for, told in any language. RFC
// 9110 §13.1.1: a weak tag names none.
[[nodiscard]] bool names_state(std::string_view field, const ETag& tag);

}  // namespace cmagent::ui
