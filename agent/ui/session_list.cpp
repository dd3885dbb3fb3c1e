#include "agent/ui/session_list.h"

#include <algorithm>

#include "agent/base/hash.h"

namespace cmagent::ui {
namespace {

bool sees(const Caller& caller, const core::Session& session) {
    return session.shown() && caller.sees(session.stream);
}

// The first visible session after that serial; null: none.
const core::Session* next(const core::Core& core, const Caller& caller, std::uint64_t serial) {
    const core::Session* found = nullptr;
    for (const core::Session& session : core.ledgers().sessions) {
        if (session.progress.serial <= serial || !sees(caller, session)) continue;
        if (found == nullptr || session.progress.serial < found->progress.serial) found = &session;
    }
    return found;
}

}  // namespace

ETag SessionList::tag(const core::Core& core, const Caller& caller) {
    Fnv1a hash;
    for (const core::Session& session : core.ledgers().sessions) {
        if (!sees(caller, session)) continue;
        hash.add(session.id.view());
        hash.add(std::uint64_t{session.progress.revision});
    }
    // Whose they are each caller is told for himself.
    hash.add(caller.owner.low);
    return etag(hash.value(), *caller.language);
}

void SessionList::answer(Reply& reply, const core::Core& core, const ETag& tag) {
    if (tag_ == tag) return reply.text(200, "application/json", {text_, size_});
    json::Writer& writer = reply.json();
    writer.begin_object().key("sessions").begin_array();
    const core::Session* session = next(core, reply.caller(), 0);
    for (; session != nullptr; session = next(core, reply.caller(), session->progress.serial)) {
        write_session(writer, *session, core, reply.caller());
    }
    writer.end_array().end_object();
    reply.finish(200);
    const std::string_view text = writer.view();
    if (text.empty() || text.size() > kMaxKept) return;
    tag_ = tag;
    size_ = text.size();
    std::copy(text.begin(), text.end(), text_);
}

}  // namespace cmagent::ui
