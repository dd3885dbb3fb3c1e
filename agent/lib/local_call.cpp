#include "agent/lib/local_call.h"

#include "agent/base/text_writer.h"
#include "agent/base/wipe.h"

namespace cmagent::lib {

void LocalCall::begin(const LocalRequest& request, Time deadline) {
    abort();
    TextWriter out(head_bytes_);
    write_head(request,
               {"libcmagent/" CMAGENT_VERSION, peer_.address.authority, peer_.token.view(),
                peer_.language.view()},
               out);
    head_ = out.view();
    body_ = request.body;
    streams_ = request.version[2] == '0';
    deadline_ = deadline;
    state_ = State::sending;
    connection_.open(peer_.address);
}

void LocalCall::abort() {
    connection_.close();
    reader_.reset();
    wipe(head_bytes_, sizeof head_bytes_);
    state_ = State::none;
    sent_ = false;
    reason_ = "";
    piece_ = {};
}

bool LocalCall::advance(Time now) {
    const State before = state_;
    if (state_ == State::sending) send_rest();
    if (state_ == State::receiving || state_ == State::streaming) receive();
    if (under_way() && now >= deadline_) fail("timeout");
    return state_ != before || !piece_.empty();
}

void LocalCall::send_rest() {
    for (std::string_view* rest : {&head_, &body_}) {
        while (!rest->empty()) {
            const std::size_t size = connection_.send(*rest);
            if (connection_.broken()) return fail("refused");
            if (size == 0) return;
            rest->remove_prefix(size);
        }
    }
    sent_ = true;
    state_ = State::receiving;
    connection_.expect_answer();
}

// At the most what the caller can deal with in one go: the descriptor stays ready.
void LocalCall::receive() {
    if (!piece_.empty()) return;
    for (int i = 0; i < 16 && piece_.empty() && state_ != State::complete; ++i) {
        const std::size_t size = connection_.receive(bytes_);
        if (connection_.broken()) return fail("closed");
        if (connection_.ended()) {
            reader_.feed_end();
            if (state_ == State::streaming || !reader_.complete()) return fail("closed");
            state_ = State::complete;
            return;
        }
        if (size == 0) return;
        take({bytes_, size});
        if (reader_.fault() != cm::ResponseFault::none) return fail("unreadable");
    }
}

// Byte by byte up to the end of the head: the bytes behind the head of a stream are not the
// reader's.
void LocalCall::take(std::string_view bytes) {
    while (!bytes.empty() && reader_.fault() == cm::ResponseFault::none) {
        if (state_ == State::streaming || reader_.complete()) break;
        const bool in_body = reader_.head_complete();
        bytes.remove_prefix(reader_.feed(bytes.data(), in_body ? bytes.size() : 1));
        if (streams_ && reader_.head_complete() && reader_.status() == 200) {
            state_ = State::streaming;
        }
    }
    if (state_ == State::streaming) {
        piece_ = bytes;
    } else if (reader_.complete()) {
        state_ = State::complete;
        connection_.close();
    }
}

void LocalCall::fail(const char* reason) {
    reason_ = reason;
    state_ = State::failed;
    connection_.close();
}

}  // namespace cmagent::lib
