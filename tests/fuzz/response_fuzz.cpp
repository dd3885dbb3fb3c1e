// Whatever a server sends, in whatever portions: the reader stays within its bounds, says the same
// as when all comes at once, and the answer never permits what the status does not.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "agent/cm/advice.h"
#include "agent/cm/answer.h"
#include "agent/cm/date_time.h"
#include "agent/cm/response.h"
#include "tests/as_http_date.h"

namespace {

using namespace cmagent;
using cm::Call;
using cm::Meaning;

void require(bool holds) {
    if (!holds) std::abort();
}

// A reader and its storage, kept from one input to the next as the agent does.
struct Reading {
    char body[cm::kMaxBody];
    cm::ResponseReader reader{{body, sizeof body}};

    std::size_t feed(std::string_view bytes, std::size_t portion) {
        reader.reset();
        std::size_t taken = 0;
        while (taken < bytes.size() && !reader.complete() &&
               reader.fault() == cm::ResponseFault::none) {
            const std::string_view part = slice(bytes, taken, portion);
            // Memory of its own, so that a byte read too far is seen.
            const auto copy = std::make_unique<char[]>(part.size());
            part.copy(copy.get(), part.size());
            const std::size_t used = reader.feed(copy.get(), part.size());
            require(used == part.size() || reader.complete() ||
                    reader.fault() != cm::ResponseFault::none);
            taken += used;
        }
        return taken;
    }
};

void same(const cm::ResponseReader& a, const cm::ResponseReader& b) {
    require(a.started() == b.started());
    require(a.head_complete() == b.head_complete());
    require(a.complete() == b.complete());
    require(a.fault() == b.fault());
    require(a.keep_alive() == b.keep_alive());
    require(a.has_body() == b.has_body());
    require(a.body_too_long() == b.body_too_long());
    require(a.body() == b.body());
    if (!a.head_complete()) return;
    require(a.status() == b.status());
    require(a.location() == b.location());
    require(a.date() == b.date());
    require(a.expires() == b.expires());
    require(a.content_type() == b.content_type());
}

bool is_success(int status) {
    return status / 100 == 2;
}

void judge(Call call, const cm::ResponseReader& reader) {
    static json::Token tokens[cm::kMaxBodyTokens];
    const cm::Answer answer = cm::read_answer(call, cm::Channel::verified, reader, tokens);
    require(answer.lifetime_ms == cm::kUnknownLifetime || answer.lifetime_ms > 0);
    require(cm::session_id_in(answer.session.view()) == answer.session.view());
    const bool over = call == Call::end && (answer.status == 404 || answer.status == 410);
    if (answer.meaning == Meaning::granted) {
        require(is_success(answer.status) || over);
        require(reader.head_complete());
        require(call != Call::start || !answer.session.empty());
    }
    if (answer.meaning == Meaning::listed) require(is_success(answer.status));
    if (answer.meaning == Meaning::terminated) require(answer.status == 410);
    if (answer.meaning == Meaning::conflict) require(answer.status == 409);
    if (answer.status == 0) require(answer.body.empty() && !answer.logout && !answer.refresh);
}

void judge_all(const cm::ResponseReader& reader) {
    for (Call call :
         {Call::start, Call::heartbeat, Call::end, Call::running_streams, Call::metadata}) {
        judge(call, reader);
    }
}

// A date that was read can be written, and read again.
void judge_date(std::string_view text) {
    const auto moment = cm::read_http_date(text);
    if (!moment) return;
    const auto written = cm::write_rfc3339(*moment);
    if (written.empty()) return;                // an offset has led out of what can be written
    const auto second = *moment / 1000 * 1000;  // a form of HTTP has no fractions
    require(cm::read_http_date(as_http_date(written.view())) == second);
}

}  // namespace

// The first byte says how large the portions are, the rest is what the server sends.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view sent(reinterpret_cast<const char*>(data) + 1, size - 1);
    static Reading whole;
    static Reading parts;
    const std::size_t taken = whole.feed(sent, sent.size());
    const std::size_t in_parts = parts.feed(sent, std::size_t{1} + data[0] % 64);
    same(whole.reader, parts.reader);
    // What was taken matters where the connection goes on.
    if (whole.reader.keep_alive()) require(taken == in_parts);
    judge_all(whole.reader);
    whole.reader.feed_break();
    judge_all(whole.reader);
    parts.reader.feed_end();
    judge_all(parts.reader);
    judge_date(sent);
    return 0;
}
