#pragma once
// CM at the other end of the link's connections.

#include <functional>
#include <string>

#include "tests/fakes/fake_stream.h"

namespace cmagent::link {

// A response as it stands on the wire.
inline std::string response(int status, const std::string& fields = "",
                            const std::string& body = "") {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline const std::string kAccepted = response(202, "Location: id\r\n");

// Takes whole requests from a connection and answers each as the story says.
class Cm {
  public:
    using Answers = std::function<std::string(const std::string& request)>;

    // Answers nothing, until the story says otherwise.
    Cm() : answers_([](const std::string&) { return ""; }) {}
    // The answer to every whole request from now on; "": the request waits.
    Cm& operator=(Answers answers) {
        answers_ = std::move(answers);
        return *this;
    }
    void accepts() {
        answers_ = [](const std::string& request) {
            return request.compare(0, 4, "GET ") == 0 ? response(200, "", "[]") : kAccepted;
        };
    }

    // Answers the request that has come on this connection. False: there is nothing to be done.
    bool serve(fakes::FakeStream& stream) const {
        if (!stream.is_open() || !is_whole(stream.received())) return false;
        const std::string answer = answers_(stream.received());
        if (answer.empty()) return false;
        static_cast<void>(stream.take_received());
        stream.send(answer);
        return true;
    }

  private:
    static bool is_whole(const std::string& request) {
        const std::size_t end = request.find("\r\n\r\n");
        const std::size_t length = request.find("Content-Length: ");
        if (end == std::string::npos) return false;
        const std::size_t body = length < end ? std::stoul(request.substr(length + 16)) : 0;
        return request.size() == end + 4 + body;
    }

    Answers answers_;
};

}  // namespace cmagent::link
