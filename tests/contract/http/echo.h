#pragma once
// The handler behind the ports that are tested.

#include <functional>
#include <string>
#include <vector>

#include "platform/api/http.h"
#include "tests/fakes/fake_http_source.h"

namespace cmagent::platform {

// Answers /wait later, /stream with `source`, /fields with its findings on X-Field and Absent, and
// every other path with the request.
class Echo final : public HttpHandler {
  public:
    bool on_request(const HttpRequest& request, HttpTicket ticket, HttpResponse& response) override;
    void on_refused(HttpRefusal why, const HttpHeaders& headers, HttpResponse& response) override;
    void on_abandoned(HttpTicket ticket) override { abandoned.push_back(ticket); }

    std::vector<HttpTicket> waiting;
    std::vector<HttpTicket> abandoned;
    int served = 0;
    fakes::FakeHttpSource source;
    std::function<void()> within_request = [] {};

  private:
    std::string text_;
};

}  // namespace cmagent::platform
