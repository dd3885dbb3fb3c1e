#include "tests/cmsim/faults.h"

#include <algorithm>

namespace cmagent::cmsim {
namespace {

constexpr const char* kInterim = "HTTP/1.1 102 Processing\r\n\r\n";

bool matches(const std::string& wanted, std::string_view is) {
    return wanted.empty() || wanted == is;
}

bool matches(const Match& match, const Target& target) {
    // "any" is any call of cm-api.md; a connection is none.
    const bool call = match.call == "any" ? target.call != "connect" : match.call == target.call;
    return call && matches(match.application, target.application) &&
           matches(match.idp, target.idp) && matches(match.subject, target.subject) &&
           matches(match.session, target.session);
}

Response portal_page(int status) {
    Response page;
    page.status = status;
    page.headers.emplace_back("Content-Type", "text/html; charset=utf-8");
    page.headers.emplace_back("Cache-Control", "no-store");
    if (status == 302) {
        page.headers.emplace_back("Location", "http://portal.example/login?next=streams");
    }
    page.body =
        "<!DOCTYPE html>\n<html><head><title>Welcome to Guest Wi-Fi</title></head>\n"
        "<body><form method=\"post\" action=\"/login\"><button>I accept</button></form></body>"
        "</html>\n";
    return page;
}

Response edited(const Response& response, const Fault& fault) {
    Response result = fault.portal ? portal_page(*fault.portal) : response;
    if (fault.published != nullptr) put_body(*fault.published, result);
    result.status = status_under(fault, response.status);
    if (fault.body) result.body = *fault.body;
    for (const HeaderEdit& change : fault.headers) edit(result.headers, change);
    return result;
}

std::string framed(const Response& response, Framing framing) {
    const std::string length = "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    const std::string coding = "Transfer-Encoding: chunked\r\n";
    switch (framing) {
        case Framing::length:
            return wire(response);
        case Framing::chunked:
            return head(response) + coding + "\r\n" + chunked(response.body);
        case Framing::both:
            return head(response) + length + coding + "\r\n" + chunked(response.body);
        case Framing::close:
            return head(response) + "Connection: close\r\n\r\n" + response.body;
    }
    return {};
}

std::string garbage() {
    std::string bytes;
    for (unsigned i = 0; i < 512; ++i) bytes.push_back(static_cast<char>((i * 151u + 7u) & 0xffu));
    return bytes;
}

void make_endless(Endless endless, const Response& response, Delivery& delivery) {
    switch (endless) {
        case Endless::nothing:
            return;
        case Endless::interim:
            delivery.bytes.clear();
            delivery.forever = kInterim;
            return;
        case Endless::headers:
            delivery.bytes = head(response);
            delivery.forever = "X-Padding: " + std::string(1000, 'x') + "\r\n";
            return;
        case Endless::body:
            delivery.bytes = head(response) + "Transfer-Encoding: chunked\r\n\r\n";
            delivery.forever = "400\r\n" + std::string(1024, ' ') + "\r\n";
            return;
    }
}

}  // namespace

bool Faults::remove(FaultNumber number) {
    const auto found = std::find_if(active_.begin(), active_.end(), [&](const ActiveFault& fault) {
        return fault.number == number;
    });
    if (found == active_.end()) return false;
    active_.erase(found);
    return true;
}

const ActiveFault* Faults::hit(const Target& target) {
    for (ActiveFault& active : active_) {
        if (!matches(active.match, target)) continue;
        if (active.seen++ < active.match.skip) continue;
        if (active.match.count && active.hits >= *active.match.count) continue;
        ++active.hits;
        return &active;
    }
    return nullptr;
}

bool is_taken(const Fault& fault) {
    if (fault.taken) return *fault.taken;
    const bool is_refusal = fault.published != nullptr && fault.published->status >= 400;
    return !fault.status && !fault.portal && !fault.garbage && !is_refusal;
}

int status_under(const Fault& fault, int own) {
    if (fault.status) return *fault.status;
    if (fault.published != nullptr) return fault.published->status;
    return fault.portal.value_or(own);
}

Delivery deliver(const Response& response, const Fault& fault) {
    const Response result = edited(response, fault);
    Delivery delivery{framed(result, fault.framing)};
    if (fault.framing == Framing::close) delivery.then = Then::hang_up;
    if (fault.garbage) {
        delivery.bytes = garbage();
        delivery.then = Then::close;
    }
    for (std::size_t i = 0; i < fault.interim; ++i) delivery.bytes.insert(0, kInterim);
    make_endless(fault.endless, result, delivery);
    if (fault.truncate_after && *fault.truncate_after < delivery.bytes.size()) {
        delivery.bytes.resize(*fault.truncate_after);
        delivery.forever.clear();
        delivery.then = Then::hang_up;
    }
    delivery.delay = fault.delay;
    delivery.bytes_per_second = fault.bytes_per_second;
    if (fault.then) delivery.then = *fault.then;
    return delivery;
}

}  // namespace cmagent::cmsim
