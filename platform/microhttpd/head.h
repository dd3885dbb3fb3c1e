#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "platform/api/http.h"

namespace cmagent::platform {

// The head of a request, as its client wrote it. All views are of that text.
class Head final : public HttpHeaders {
  public:
    // Takes apart the head that has come: lines that end in CR LF, and an empty one at the end. The
    // reason for which its request is refused; nothing: it is sound, and can be read in one way.
    [[nodiscard]] std::optional<HttpRefusal> read(std::string_view text);
    // The head of no request.
    void clear() { *this = Head(); }

    // Host is the authority of the target where the target has one (RFC 9112 §3.2.2).
    [[nodiscard]] std::string_view get(const char* name) const override;
    [[nodiscard]] std::size_t count(const char* name) const override;

    [[nodiscard]] std::string_view method() const { return method_; }
    [[nodiscard]] std::string_view path() const { return path_; }
    [[nodiscard]] std::string_view query() const { return query_; }
    [[nodiscard]] bool speaks_1_1() const { return speaks_1_1_; }
    // Whether the client wants to use the connection for another request (RFC 9112 §9.3).
    [[nodiscard]] bool persists() const;
    [[nodiscard]] bool has_chunks() const { return has_chunks_; }
    // Of the body, where it has no chunks.
    [[nodiscard]] std::size_t length() const { return length_; }
    // Whether the client waits for an interim answer before it sends the body (RFC 9110 §10.1.1).
    [[nodiscard]] bool waits_for_interim() const;

  private:
    [[nodiscard]] bool read_request_line(std::string_view line, std::string_view& target);
    [[nodiscard]] bool read_target(std::string_view target);
    [[nodiscard]] std::optional<HttpRefusal> read_fields();

    std::string_view method_;
    std::string_view authority_;  // of a target in absolute form
    std::string_view path_;
    std::string_view query_;
    std::string_view fields_;  // the lines behind the first
    bool speaks_1_1_ = false;
    bool has_chunks_ = false;
    std::size_t length_ = 0;
};

}  // namespace cmagent::platform
