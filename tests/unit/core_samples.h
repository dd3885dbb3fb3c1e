#pragma once
// What the tests of the core's ledgers put into them.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/cm/advice.h"
#include "agent/core/stream_request.h"
#include "agent/json/read.h"

namespace cmagent::core {

// A body with its tokens, as the link keeps them while it tells of an answer.
struct Body {
    explicit Body(std::string body)
        : text(std::move(body)), evaluation(cm::Evaluation::read(text, room())) {}
    // The body as a list; the evaluation is not to be used then.
    json::Item list() { return json::parse(text, room()).root; }
    json::Tokens room() { return {tokens.data(), tokens.size()}; }

    std::string text;
    std::vector<json::Token> tokens = std::vector<json::Token>(cm::kMaxBodyTokens);
    cm::Evaluation evaluation;
};

inline StreamRequest stream_of(const std::string& subject, const std::string& idp = "acme") {
    StreamRequest stream;
    EXPECT_TRUE(stream.idp.assign(idp));
    EXPECT_TRUE(stream.subject.assign(subject));
    return stream;
}

}  // namespace cmagent::core
