#include "tests/cmsim/http.h"

#include <algorithm>
#include <optional>

namespace cmagent::cmsim {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_visible(std::string_view text, std::string_view also) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte > 0x20 && byte != 0x7f) || also.find(c) != std::string_view::npos;
    });
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return result;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find("\r\n");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    return line;
}

bool read_request_line(std::string_view line, Request& request) {
    const std::size_t first = line.find(' ');
    const std::size_t second = line.rfind(' ');
    if (first == std::string_view::npos || first == second) return false;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, second - first - 1);
    return line.substr(second + 1) == "HTTP/1.1" && is_token(request.method) &&
           !request.target.empty() && request.target[0] == '/' && is_visible(request.target, "");
}

bool read_header(std::string_view line, Request& request) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return false;
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!is_visible(value, " \t")) return false;
    request.headers.emplace_back(lower(line.substr(0, colon)), value);
    return true;
}

std::size_t count_of(const Request& request, std::string_view name) {
    return static_cast<std::size_t>(
        std::count_if(request.headers.begin(), request.headers.end(),
                      [&](const auto& header) { return header.first == name; }));
}

bool read_head(std::string_view text, Request& request) {
    if (!read_request_line(take_line(text), request)) return false;
    while (!text.empty()) {
        if (!read_header(take_line(text), request)) return false;
    }
    // RFC 9112 §3.2, §6.3. No client of CM has a reason to send a chunked body.
    return count_of(request, "host") == 1 && count_of(request, "content-length") <= 1 &&
           count_of(request, "transfer-encoding") == 0;
}

std::optional<std::size_t> body_length(const Request& request) {
    const std::string* length = request.header("content-length");
    if (length == nullptr) return 0;
    if (length->empty() || length->size() > 6) return std::nullopt;
    std::size_t result = 0;
    for (const char c : *length) {
        if (c < '0' || c > '9') return std::nullopt;
        result = result * 10 + static_cast<std::size_t>(c - '0');
    }
    if (result > kMaxRequestBody) return std::nullopt;
    return result;
}

const char* reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 302:
            return "Found";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 415:
            return "Unsupported Media Type";
        case 429:
            return "Too Many Requests";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 511:
            return "Network Authentication Required";
        default:
            return "";
    }
}

}  // namespace

void edit(Headers& headers, const HeaderEdit& change) {
    const auto is_named = [&](const auto& header) {
        return lower(header.first) == lower(change.name);
    };
    headers.erase(std::remove_if(headers.begin(), headers.end(), is_named), headers.end());
    for (const std::string& value : change.values) headers.emplace_back(change.name, value);
}

const std::string* Request::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    return found == headers.end() ? nullptr : &found->second;
}

Reading take_request(std::string& bytes, Request& request) {
    const std::size_t end = bytes.find(kEndOfHead);
    if (end == std::string::npos) {
        return bytes.size() > kMaxRequestHead ? Reading::malformed : Reading::incomplete;
    }
    request = Request{};
    if (end > kMaxRequestHead) return Reading::malformed;
    if (!read_head(std::string_view(bytes).substr(0, end), request)) return Reading::malformed;
    const std::optional<std::size_t> length = body_length(request);
    if (!length) return Reading::malformed;
    const std::size_t body = end + kEndOfHead.size();
    if (bytes.size() - body < *length) return Reading::incomplete;
    request.body = bytes.substr(body, *length);
    const std::string* connection = request.header("connection");
    request.last = connection != nullptr && lower(*connection) == "close";
    bytes.erase(0, body + *length);
    return Reading::complete;
}

std::string head(const Response& response) {
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " +
                       reason_phrase(response.status) + "\r\n";
    for (const auto& [name, value] : response.headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return text;
}

std::string wire(const Response& response) {
    std::string text = head(response);
    const bool never_has_a_body = response.status == 204;  // RFC 9110 §8.6
    if (!never_has_a_body) {
        text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    }
    return text + "\r\n" + response.body;
}

std::string chunked(std::string_view body) {
    // Small chunks, so that a client that takes the first for the whole is found out.
    constexpr std::size_t kChunk = 15;
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (; !body.empty(); body.remove_prefix(std::min(kChunk, body.size()))) {
        const std::string_view chunk = body.substr(0, kChunk);
        text.push_back(kDigits[chunk.size()]);
        text.append("\r\n").append(chunk).append("\r\n");
    }
    return text + "0\r\n\r\n";
}

}  // namespace cmagent::cmsim
