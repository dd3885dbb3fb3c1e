#pragma once
// Responses as text, and what they say.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/cm/advice.h"
#include "agent/cm/answer.h"
#include "tests/fixture.h"

namespace cmagent::cm {

constexpr Call kAllCalls[] = {Call::start, Call::heartbeat, Call::end, Call::running_streams,
                              Call::metadata};

// A response, and what it says.
struct Read {
    std::vector<char> bytes = std::vector<char>(kMaxBody);
    std::vector<json::Token> tokens = std::vector<json::Token>(kMaxBodyTokens);
    ResponseReader response{{bytes.data(), bytes.size()}};
    Answer answer;
};

inline std::unique_ptr<Read> read(Call call, const std::string& text, bool ends = false,
                                  Channel channel = Channel::verified) {
    auto made = std::make_unique<Read>();
    (void)made->response.feed(text.data(), text.size());
    if (ends) made->response.feed_end();
    made->answer =
        read_answer(call, channel, made->response, {made->tokens.data(), made->tokens.size()});
    return made;
}

inline std::string response(int status, const std::string& fields = "",
                            const std::string& body = "") {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline const std::string kJson = "Content-Type: application/json;charset=UTF-8\r\n";
inline const std::string kHtml = "Content-Type: text/html\r\n";
inline const std::string kLocation = "Location: 76378b50-4eb0\r\n";
inline std::string json(int status, const std::string& body) {
    return response(status, kJson, body);
}
inline std::string html(int status) {
    return response(status, kHtml + kLocation, "<html></html>");
}

inline Meaning meaning(Call call, const std::string& text, Channel channel = Channel::verified) {
    return read(call, text, false, channel)->answer.meaning;
}

}  // namespace cmagent::cm
