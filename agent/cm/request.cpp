#include "agent/cm/request.h"

#include "agent/base/base64.h"
#include "agent/base/characters.h"
#include "agent/base/names.h"
#include "agent/base/percent.h"
#include "agent/base/text_writer.h"

namespace cmagent::cm {

using namespace std::string_view_literals;

namespace {

// How far the path of a call goes on behind the resource.
enum class Path : std::uint8_t {
    resource,
    subject,  // /{idp}/{subject}
    session,  // /{idp}/{subject}/{session}
};
enum class Body : std::uint8_t {
    none,
    form,  // an empty one too
};

// cm-api.md, "Calls": the request of each call.
struct CallRow {
    Call call;
    char method[7];
    char resource[16];
    Path path;
    Body body;
};
constexpr CallRow kCallRows[] = {
    {Call::start, "POST", "/sessions", Path::subject, Body::form},
    {Call::heartbeat, "POST", "/sessions", Path::session, Body::form},
    {Call::end, "DELETE", "/sessions", Path::session, Body::none},
    {Call::running_streams, "GET", "/runningStreams", Path::subject, Body::none},
    {Call::metadata, "GET", "/metadata", Path::resource, Body::none},
};
static_assert(lists_all(kCallRows, &CallRow::call));

const CallRow& row_of(Call call) {
    return kCallRows[static_cast<std::size_t>(call)];
}

// A path segment. "." and ".." are escaped as well: a server may resolve them otherwise
// (RFC 3986 §5.2.4; hazards.md 21).
void write_segment(TextWriter& out, std::string_view text) {
    out << '/';
    if (text == "."sv || text == ".."sv) {
        for (const char c : text) write_percent_escape(out, c);
    } else {
        write_percent_encoded(out, text);
    }
}

void write_form(TextWriter& out, const Metadata* metadata) {
    if (metadata == nullptr) return;
    const char* separator = "";
    for (const Metadata::Pair pair : *metadata) {
        out << separator;
        write_percent_encoded(out, pair.name);
        out << '=';
        write_percent_encoded(out, pair.value);
        separator = "&";
    }
}

std::size_t form_size(const Metadata* metadata) {
    if (metadata == nullptr || metadata->size() == 0) return 0;
    std::size_t size = metadata->size() - 1;  // the separators
    for (const Metadata::Pair pair : *metadata) {
        size += percent_encoded_size(pair.name) + 1 + percent_encoded_size(pair.value);
    }
    return size;
}

// Every call names all that its path goes through: one without a session would be another call.
bool is_named(const Request& request) {
    const Path path = row_of(request.call).path;
    const bool subject = !request.idp.empty() && !request.subject.empty();
    return path == Path::resource ||
           (subject && (path == Path::subject || !request.session.empty()));
}

void write_target(TextWriter& out, const Endpoint& endpoint, const Request& request) {
    const CallRow& row = row_of(request.call);
    out << endpoint.base_path << row.resource;
    if (row.path == Path::resource) return;
    write_segment(out, request.idp);
    write_segment(out, request.subject);
    if (row.path == Path::session) write_segment(out, request.session);
}

// RFC 9110 §7.2: brackets around an IPv6 address, and the port where it is not the scheme's own.
void write_host(TextWriter& out, const Endpoint& endpoint) {
    const bool brackets = endpoint.host.find(':') != std::string_view::npos;
    out << (brackets ? "Host: [" : "Host: ") << endpoint.host << (brackets ? "]" : "");
    if (endpoint.port != default_port(endpoint.tls)) out << ':' << endpoint.port;
    out << "\r\n";
}

// RFC 7617: user = application id, no password.
bool write_authorization(TextWriter& out, std::string_view application_id) {
    char credentials[kMaxApplicationId + 1];
    TextWriter user(credentials);
    user << application_id << ':';
    if (!user.complete()) return false;
    out << "Authorization: Basic ";
    write_base64(out, user.view());
    out << "\r\n";
    return true;
}

void write_terminate(TextWriter& out, const Codes* codes) {
    if (codes == nullptr || codes->count == 0) return;
    out << "X-Terminate: ";
    for (std::size_t i = 0; i < codes->count; ++i) {
        out << (i > 0 ? "," : "") << codes->list[i].view();
    }
    out << "\r\n";
}

}  // namespace

// What is empty is not touched.
void Codes::clear() {
    while (count > 0) list[--count].clear();
}

bool Codes::has(std::string_view code) const {
    for (std::size_t i = 0; i < count; ++i) {
        if (list[i] == code) return true;
    }
    return false;
}

bool Codes::add(std::string_view code) {
    if (code.empty()) return false;
    if (!all_of(code, is_code_character)) return false;
    if (has(code)) return true;
    if (count == kMaxCodes || !list[count].assign(code)) return false;
    ++count;
    return true;
}

std::size_t write(const Endpoint& endpoint, const Request& request, Buffer into) {
    if (!is_named(request)) return 0;
    const CallRow& row = row_of(request.call);
    TextWriter out(into);
    out << row.method << ' ';
    write_target(out, endpoint, request);
    out << " HTTP/1.1\r\n";
    write_host(out, endpoint);
    if (!write_authorization(out, request.application_id)) return 0;
    out << "User-Agent: cmagent/" CMAGENT_VERSION
           "\r\n"
           "X-Client-Version: "
        << (request.client_version.empty() ? CMAGENT_VERSION : request.client_version)
        << "\r\n"
           "Accept: application/json\r\n"
           // A request without it takes any (RFC 9110 §12.5.3).
           "Accept-Encoding: identity\r\n";
    if (request.call == Call::start) write_terminate(out, request.terminate);
    if (row.body == Body::form) {
        out << "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            << form_size(request.metadata) << "\r\n";
    }
    out << "\r\n";
    if (row.body == Body::form) write_form(out, request.metadata);
    return out.view().size();
}

}  // namespace cmagent::cm
