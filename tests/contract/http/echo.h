#pragma once
// The handler behind the ports that are tested.

#include <functional>
#include <string>
#include <vector>

#include "platform/api/http.h"

namespace cmagent::platform {

// The content of Echo's stream.
class EchoStream final : public HttpSource {
  public:
    std::string content;   // can be taken now
    bool endless = false;  // there is always more
    bool end = false;      // after the content
    int times_gone = 0;
    std::function<void()> within_take = [] {};

    [[nodiscard]] Taken take(char* into, std::size_t size) override;
    void gone() override { ++times_gone; }
};

// Answers /wait later, /stream with `source`, /fields with its findings on X-Field and Absent, /host
// with Host, /same with 304, HEAD of /unsized with a head alone, and every other path with the
// request.
class Echo final : public HttpHandler {
  public:
    bool on_request(const HttpRequest& request, HttpTicket ticket, HttpResponse& response) override;
    void on_refused(HttpRefusal why, const HttpHeaders& headers, HttpResponse& response) override;
    void on_abandoned(HttpTicket ticket) override { abandoned.push_back(ticket); }

    std::vector<HttpTicket> waiting;
    std::vector<HttpTicket> abandoned;
    int served = 0;
    EchoStream source;
    std::function<void()> within_request = [] {};

  private:
    std::string text_;
};

}  // namespace cmagent::platform
