#include "agent/cm/request.h"

#include <cstring>

#include "agent/base/characters.h"

namespace cmagent::cm {

using namespace std::string_view_literals;

namespace {

// cm-api.md, "Calls": what the request of each call looks like.
struct Shape {
    char method[7];
    char resource[16];
    bool of_subject;  // the path goes on with /{idp}/{subject}
    bool of_session;  // … and with /{session}
    bool form;        // carries a form body, an empty one too
};
constexpr Shape kShapes[] = {
    {"POST", "/sessions", true, false, true},   {"POST", "/sessions", true, true, true},
    {"DELETE", "/sessions", true, true, false}, {"GET", "/runningStreams", true, false, false},
    {"GET", "/metadata", false, false, false},
};
const Shape& shape_of(Call call) {
    return kShapes[static_cast<std::size_t>(call)];
}

// Appends to a caller's buffer. Without one it only counts.
class Output {
  public:
    Output() = default;
    explicit Output(Buffer into) : into_(into) {}

    void text(const char* text) { this->text(std::string_view(text)); }
    void text(std::string_view text) {
        if (into_.data != nullptr && fits(text.size())) {
            std::memcpy(into_.data + size_, text.data(), text.size());
        }
        size_ += text.size();
    }
    void number(std::size_t number) {
        char digits[20];  // of 2^64
        std::size_t at = sizeof digits;
        do {
            digits[--at] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        text({digits + at, sizeof digits - at});
    }
    // RFC 3986 §2.1. The same in a path and in a form: a space is written %20, never '+', because
    // only a reader of forms takes '+' for a space, and '%20' means it everywhere.
    void encoded(std::string_view text) {
        for (char c : text) is_unreserved(c) ? this->text({&c, 1}) : escape(c);
    }
    // A path segment. "." and ".." are escaped as well: a server may resolve them otherwise
    // (RFC 3986 §5.2.4; hazards.md 21).
    void segment(std::string_view text) {
        this->text("/");
        if (text == "."sv || text == ".."sv) {
            for (char c : text) escape(c);
        } else {
            encoded(text);
        }
    }
    void base64(std::string_view text);  // RFC 4648 §4

    [[nodiscard]] std::size_t counted() const { return size_; }
    [[nodiscard]] std::size_t written() const { return size_ <= into_.size ? size_ : 0; }

  private:
    [[nodiscard]] bool fits(std::size_t more) const {
        return size_ <= into_.size && more <= into_.size - size_;
    }
    void escape(char c) {
        constexpr std::string_view kDigits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        const char escaped[] = {'%', kDigits[byte >> 4], kDigits[byte & 0xf]};
        text({escaped, sizeof escaped});
    }

    Buffer into_;
    std::size_t size_ = 0;
};

void Output::base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; !text.empty(); text = slice(text, 3)) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = (bits << 8) | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
        }
        const char group[] = {kDigits[bits >> 18], kDigits[(bits >> 12) & 63],
                              text.size() > 1 ? kDigits[(bits >> 6) & 63] : '=',
                              text.size() > 2 ? kDigits[bits & 63] : '='};
        this->text({group, sizeof group});
    }
}

void write_form(Output& out, const Metadata* metadata) {
    if (metadata == nullptr) return;
    bool first = true;
    for (Metadata::Pair pair : *metadata) {
        if (!first) out.text("&");
        first = false;
        out.encoded(pair.name);
        out.text("=");
        out.encoded(pair.value);
    }
}

void write_target(Output& out, const Endpoint& endpoint, const Request& request) {
    const Shape& shape = shape_of(request.call);
    out.text(endpoint.base_path);
    out.text(shape.resource);
    if (shape.of_subject) {
        out.segment(request.idp);
        out.segment(request.subject);
    }
    if (shape.of_session) out.segment(request.session);
}

// RFC 9110 §7.2: brackets around an IPv6 address, and the port where it is not the scheme's own.
void write_host(Output& out, const Endpoint& endpoint) {
    const bool brackets = endpoint.host.find(':') != std::string_view::npos;
    out.text(brackets ? "Host: [" : "Host: ");
    out.text(endpoint.host);
    if (brackets) out.text("]");
    if (endpoint.port != default_port(endpoint.tls)) {
        out.text(":");
        out.number(endpoint.port);
    }
    out.text("\r\n");
}

// RFC 7617: user = application id, no password.
bool write_authorization(Output& out, std::string_view application_id) {
    char credentials[kMaxApplicationId + 1];
    if (application_id.size() > kMaxApplicationId) return false;
    Output user({credentials, sizeof credentials});
    user.text(application_id);
    user.text(":");
    out.text("Authorization: Basic ");
    out.base64({credentials, user.counted()});
    out.text("\r\n");
    return true;
}

void write_terminate(Output& out, const Codes* codes) {
    if (codes == nullptr || codes->count == 0) return;
    out.text("X-Terminate: ");
    for (std::size_t i = 0; i < codes->count; ++i) {
        if (i > 0) out.text(",");
        out.text(codes->list[i].view());
    }
    out.text("\r\n");
}

}  // namespace

std::string_view call_name(Call call) {
    return nth_word("start\0heartbeat\0end\0running_streams\0metadata",
                    static_cast<std::size_t>(call));
}

bool Codes::add(std::string_view code) {
    if (code.empty()) return false;
    if (!all_of(code, is_code_character)) return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (list[i].view() == code) return true;
    }
    if (count == kMaxCodes || !list[count].assign(code)) return false;
    ++count;
    return true;
}

std::size_t write(const Endpoint& endpoint, const Request& request, Buffer into) {
    const Shape& shape = shape_of(request.call);
    Output out(into);
    out.text(shape.method);
    out.text(" ");
    write_target(out, endpoint, request);
    out.text(" HTTP/1.1\r\n");
    write_host(out, endpoint);
    if (!write_authorization(out, request.application_id)) return 0;
    out.text("User-Agent: cmagent/" CMAGENT_VERSION
             "\r\n"
             "X-Client-Version: " CMAGENT_VERSION
             "\r\n"
             "Accept: application/json\r\n");
    if (request.call == Call::start) write_terminate(out, request.terminate);
    if (shape.form) {
        Output length;
        write_form(length, request.metadata);
        out.text("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ");
        out.number(length.counted());
        out.text("\r\n");
    }
    out.text("\r\n");
    if (shape.form) write_form(out, request.metadata);
    return out.written();
}

}  // namespace cmagent::cm
