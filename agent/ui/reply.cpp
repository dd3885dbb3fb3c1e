#include "agent/ui/reply.h"

#include <algorithm>

namespace cmagent::ui {

void Reply::begin(const Caller& caller) {
    caller_ = caller;
    writer_ = json::Writer(body_);
    response_ = {};
    caching_ = "no-store";
    used_ = 0;
}

void Reply::field(const char* name, std::string_view value) {
    if (value.size() > sizeof values_ - used_) return;
    char* const kept = values_ + used_;
    std::copy(value.begin(), value.end(), kept);
    used_ += value.size();
    response_.add(name, {kept, value.size()});
}

void Reply::field(const char* name, ConstText value) {
    field(name, value.view());
}

void Reply::field(const char* name, const char* value) {
    field(name, std::string_view(value));
}

void Reply::finish(int status, const char* type) {
    if (!writer_.ok()) return problem(Problem::internal, "answer-too-long");
    text(status, type, writer_.view());
}

void Reply::problem(Problem kind) {
    problem(kind, {});
}

void Reply::problem(Problem kind, std::string_view reason, cm::Blame blame,
                    const TextValues& values) {
    writer_ = json::Writer(body_);
    begin_problem(writer_, kind, language(), reason, blame, values);
    writer_.end_object();
    finish_problem(kind);
}

void Reply::finish_problem(Problem problem) {
    if (!writer_.ok()) return empty(500);  // the body's buffer holds any problem: cannot be
    if (problem == Problem::busy) response_.add("Retry-After", "2");  // a line is short by then
    text(row(problem).status, "application/problem+json", writer_.view());
}

void Reply::invalid(std::string_view name, std::string_view reason) {
    writer_ = json::Writer(body_);
    begin_problem(writer_, Problem::invalid_field, language(), reason);
    writer_.member("field", name);
    writer_.end_object();
    finish_problem(Problem::invalid_field);
}

void Reply::text(int status, const char* type, std::string_view body) {
    response_.status = status;
    response_.body = body;
    response_.add("Content-Type", type);
    // RFC 9110 §8.5. The texts of an answer are in the language of its caller.
    response_.add("Content-Language", language().tag);
}

void Reply::constant(const char* type, std::string_view body) {
    text(200, type, body);
    response_.lasting = true;
}

void Reply::stream(platform::HttpSource& source) {
    response_.status = 200;
    response_.source = &source;
    response_.add("Content-Type", "text/event-stream");
}

void Reply::empty(int status) {
    response_.status = status;
}

const platform::HttpResponse& Reply::complete(std::uint64_t share) {
    response_.caller = share;
    response_.add("Cache-Control", caching_);
    response_.add("Vary", "Accept-Language, Authorization, Origin");
    response_.add("X-Content-Type-Options", "nosniff");
    if (!caller_.origin.empty()) {
        response_.add("Access-Control-Allow-Origin", caller_.origin);
        response_.add("Access-Control-Expose-Headers", "ETag, Location, Retry-After");
    }
    return response_;
}

}  // namespace cmagent::ui
