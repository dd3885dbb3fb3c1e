#include <microhttpd.h>

#include <cstring>

// The words after the status (RFC 9110 §15). libmicrohttpd has a table of 4 KiB of them; a program
// that brings these two functions of its interface itself is linked without it. In place of an
// empty phrase libmicrohttpd 0.9.75 writes "Non-Standard Status", whatever the status is.

namespace {

// Of every status that the local API has: problem.h, and the handlers' own.
constexpr char kPhrases[] =
    "200 OK\0"
    "201 Created\0"
    "202 Accepted\0"
    "204 No Content\0"
    "304 Not Modified\0"
    "400 Bad Request\0"
    "401 Unauthorized\0"
    "403 Forbidden\0"
    "404 Not Found\0"
    "405 Method Not Allowed\0"
    "408 Request Timeout\0"
    "409 Conflict\0"
    "412 Precondition Failed\0"
    "413 Content Too Large\0"
    "414 URI Too Long\0"
    "415 Unsupported Media Type\0"
    "421 Misdirected Request\0"
    "422 Unprocessable Content\0"
    "429 Too Many Requests\0"
    "431 Request Header Fields Too Large\0"
    "500 Internal Server Error\0"
    "502 Bad Gateway\0"
    "503 Service Unavailable\0"
    "504 Gateway Timeout\0";

}  // namespace

const char* MHD_get_reason_phrase_for(unsigned int status) {
    const char digits[] = {static_cast<char>('0' + status / 100 % 10),
                           static_cast<char>('0' + status / 10 % 10),
                           static_cast<char>('0' + status % 10), ' '};
    const char* row = kPhrases;
    while (*row != '\0' && std::memcmp(row, digits, sizeof digits) != 0)
        row += std::strlen(row) + 1;
    return *row == '\0' ? row : row + sizeof digits;
}

size_t MHD_get_reason_phrase_len_for(unsigned int status) {
    return std::strlen(MHD_get_reason_phrase_for(status));
}
