#pragma once
// A session in the words of the local API (contract.md, "Session").

#include "agent/core/session.h"
#include "agent/core/settings.h"
#include "agent/json/write.h"
#include "agent/ui/texts.h"

namespace cmagent::ui {

// Without anything that changes by itself, so that equal ETags mean equal texts. Never the subject.
void write_session(json::Writer& writer, const core::Session& session,
                   const core::Settings& settings, const Language& language);

void write_terminator(json::Writer& writer, const core::Terminator& terminator);
void write_metadata(json::Writer& writer, const cm::Metadata& metadata);

// What the viewer is told about the end of a session; empty while it lives. Null: not known who ended it.
[[nodiscard]] ComposedText end_message(core::EndReason reason, const core::Terminator* terminator,
                                       const Language& language);

// A strong one (RFC 9110 §8.8.1): of this session, in this state, told in this language.
using ETag = Text<64>;
[[nodiscard]] ETag etag(const core::Session& session, const Language& language);
// The same of anything that `state` stands for.
[[nodiscard]] ETag etag(std::uint64_t state, const Language& language);
// Whether a field of If-Match or If-None-Match names it.
[[nodiscard]] bool names(std::string_view field, const ETag& tag);

}  // namespace cmagent::ui
