#include "tests/cmsim/published.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "tests/cmsim/published_files.h"

namespace cmagent::cmsim {
namespace {

using Calls = std::vector<CallKind>;

struct Kind {
    std::string_view start;  // of the file's name
    int status;
    Calls calls;
};

const std::vector<Kind>& kinds() {
    static const Calls any = {CallKind::metadata, CallKind::init, CallKind::heartbeat,
                              CallKind::end, CallKind::streams};
    static const Calls admitting = {CallKind::init, CallKind::heartbeat};
    static const Calls life_cycle = {CallKind::init, CallKind::heartbeat, CallKind::end};
    static const std::vector<Kind> kinds = {
        {"400-", 400, admitting},
        {"401-", 401, any},
        {"403-", 403, any},
        {"409-", 409, admitting},
        {"410-", 410, {CallKind::heartbeat, CallKind::end}},
        {"429-", 429, any},
        {"503-", 503, any},
        {"metadata-", 200, {CallKind::metadata}},
        {"running-streams", 200, {CallKind::streams}},
        {"success-", 202, life_cycle},
    };
    return kinds;
}

PublishedBody body_of(const PublishedFile& file) {
    const std::size_t dot = file.name.rfind('.');
    const bool is_html = file.name.substr(dot) == ".html";
    for (const Kind& kind : kinds()) {
        if (file.name.substr(0, kind.start.size()) != kind.start) continue;
        return {file.name.substr(0, dot), kind.status, kind.calls,
                is_html ? "text/html" : "application/json", file.text};
    }
    throw std::logic_error("tests/fixtures/" + std::string(file.name) +
                           ": its name does not tell which call it answers");
}

bool fits(const PublishedBody& body, CallKind call, int status) {
    return body.status == status &&
           std::find(body.calls.begin(), body.calls.end(), call) != body.calls.end();
}

}  // namespace

const std::vector<PublishedBody>& published_bodies() {
    static const std::vector<PublishedBody> bodies = [] {
        std::vector<PublishedBody> all;
        for (const PublishedFile& file : published_files()) all.push_back(body_of(file));
        return all;
    }();
    return bodies;
}

const PublishedBody* published_body(std::string_view name) {
    for (const PublishedBody& body : published_bodies()) {
        if (body.name == name) return &body;
    }
    return nullptr;
}

void put_body(const PublishedBody& published, Response& response) {
    edit(response.headers, {"Content-Type", {published.content_type}});
    response.body = published.text;
}

const PublishedBody* PublishedTurns::next(CallKind call, int status) {
    std::vector<const PublishedBody*> fitting;
    for (const PublishedBody& body : published_bodies()) {
        if (fits(body, call, status)) fitting.push_back(&body);
    }
    if (fitting.empty()) return nullptr;
    return fitting[given_[{call, status}]++ % fitting.size()];
}

}  // namespace cmagent::cmsim
