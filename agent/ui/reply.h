#pragma once
#include <cstdint>
#include <string_view>

#include "agent/base/text.h"
#include "agent/json/write.h"
#include "agent/ui/caller.h"
#include "agent/ui/problem.h"
#include "platform/api/http.h"

namespace cmagent::ui {

// An answer while it is being made; one after the other. The body is written into the caller's
// buffer, the values of the fields are kept here: both are valid until the next begin().
class Reply {
  public:
    explicit Reply(Buffer body) : body_(body), writer_(body) {}
    Reply(const Reply&) = delete;
    Reply& operator=(const Reply&) = delete;

    void begin(const Caller& caller);

    // The value is copied; there is always room for the few fields of one answer.
    void field(const char* name, std::string_view value);
    void field(const char* name, ConstText value);
    void field(const char* name, const char* value);

    // A JSON body: write one value, then finish() with the status.
    [[nodiscard]] json::Writer& json() { return writer_; }
    void finish(int status, const char* type = "application/json");

    // A problem without members of its own.
    void problem(Problem kind);
    void problem(Problem kind, std::string_view reason, cm::Blame blame = cm::Blame::none,
                 const TextValues& values = {});
    // A problem document that was begun by begin_problem() and has been closed.
    void finish_problem(Problem problem);
    // 422 invalid-field.
    void invalid(std::string_view field, std::string_view reason);

    // `body` may be written into buffer().
    void text(int status, const char* type, std::string_view body);
    [[nodiscard]] Buffer buffer() const { return body_; }
    // `body` is in the program's constants.
    void constant(const char* type, std::string_view body);
    // The answer is everybody's: it may be kept, and asked after by its ETag.
    void may_be_kept() { caching_ = "no-cache"; }
    void stream(platform::HttpSource& source);
    void empty(int status);

    // The request has told who asks.
    void name_caller(const core::Owner& owner, bool observer) {
        caller_.owner = owner;
        caller_.observer = observer;
    }

    [[nodiscard]] const Caller& caller() const { return caller_; }
    [[nodiscard]] const Language& language() const { return *caller_.language; }
    // Adds the fields that every answer has: the last step, once for each begin(). `share` is
    // HttpResponse::caller.
    [[nodiscard]] const platform::HttpResponse& complete(std::uint64_t share);

  private:
    Buffer body_;
    Caller caller_;
    json::Writer writer_;
    platform::HttpResponse response_;
    const char* caching_ = nullptr;  // Cache-Control
    std::size_t used_ = 0;
    // Values of fields: a Location, an ETag, an origin of the configuration, Allow.
    char values_[1024];
};

}  // namespace cmagent::ui
