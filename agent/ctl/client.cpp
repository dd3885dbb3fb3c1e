#include "agent/ctl/client.h"

#include "agent/lib/event_reader.h"
#include "agent/lib/local_request.h"
#include "agent/lib/target.h"

namespace cmagent::ctl {
namespace {

// Target, host, token (RFC 6750 sets no limit; the daemon takes 16 KiB of head in all) and fields.
constexpr std::size_t kMaxHead = lib::Target::kMax + 8'192;

// Writes the head of a request; 0 where it does not fit.
std::size_t write_head(const ApiRequest& call, const lib::DaemonAddress& address,
                       std::string_view token, char (&into)[kMaxHead]) {
    TextWriter out(into);
    lib::write_head(
        {call.method, call.target, {}, call.body, call.accept, call.version, call.last_event},
        {"cmagentctl/" CMAGENT_VERSION, address.authority, token}, out);
    return out.view().size();
}

}  // namespace

bool Client::exchange(const ApiRequest& call) {
    const std::int64_t deadline = monotonic_ms() + call.answer_ms;
    return send(call) && read_head(deadline) && read_body(deadline);
}

bool Client::open_stream(const ApiRequest& call) {
    const std::int64_t deadline = monotonic_ms() + call.answer_ms;
    return send(call) && read_head(deadline) && (reader_.status() == 200 || read_body(deadline));
}

std::string_view Client::next_piece() {
    if (received_.empty() && !receive(monotonic_ms() + lib::EventReader::kSilence)) return {};
    const std::string_view piece = received_;
    received_ = {};
    return piece;
}

bool Client::await_piece(std::int64_t until) {
    return !received_.empty() || connection_.readable(until);
}

void Client::close() {
    received_ = {};
    connection_.close();
}

bool Client::send(const ApiRequest& call) {
    reader_.reset();
    problem_ = {};
    received_ = {};
    char head[kMaxHead];
    const std::size_t size = call.target.empty() ? 0 : write_head(call, address_, token_, head);
    if (size == 0) {
        problem_ = "the request is too long";
        return false;
    }
    const std::int64_t deadline = monotonic_ms() + kConnectMs;
    return (connection_.open(address_, deadline) && connection_.send({head, size}, deadline) &&
            connection_.send(call.body, deadline)) ||
           fail();
}

bool Client::receive(std::int64_t deadline) {
    received_ = {bytes_, connection_.receive(bytes_, sizeof bytes_, deadline)};
    return !received_.empty();
}

// Byte by byte: the bytes behind the head of a stream are not the reader's.
bool Client::read_head(std::int64_t deadline) {
    while (!reader_.head_complete()) {
        if (received_.empty() && !receive(deadline)) return fail();
        (void)reader_.feed(received_.data(), 1);
        received_.remove_prefix(1);
        if (reader_.fault() != cm::ResponseFault::none) return fail();
    }
    return true;
}

bool Client::read_body(std::int64_t deadline) {
    while (!reader_.complete()) {
        if (received_.empty() && !receive(deadline)) {
            reader_.feed_end();
            return (connection_.problem().empty() && reader_.complete()) || fail();
        }
        received_.remove_prefix(reader_.feed(received_.data(), received_.size()));
        if (reader_.fault() != cm::ResponseFault::none) return fail();
    }
    return true;
}

bool Client::fail() {
    problem_ = connection_.problem();
    if (!problem_.empty()) return false;
    const bool truncated = reader_.fault() == cm::ResponseFault::none ||
                           reader_.fault() == cm::ResponseFault::truncated;
    problem_ = truncated ? "the connection was closed before the answer was complete"
                         : "the answer is not what the agent would send";
    return false;
}

}  // namespace cmagent::ctl
