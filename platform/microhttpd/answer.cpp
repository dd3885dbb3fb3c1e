#include "platform/microhttpd/answer.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstring>

#include "agent/base/text_writer.h"

namespace cmagent::platform {
namespace {

// Values come from the agent's own tables and encoders: the longest is a Location with an id, or an
// allowed origin echoed (which matched the configuration).
constexpr std::size_t kMaxFieldValue = 1024;
// All fields of one answer together.
constexpr std::size_t kMaxAnswerHead = 2048;

// The fields and the body of `response` in one piece; its size, 0 where it does not fit.
std::size_t flatten(const HttpResponse& response, Buffer into) {
    TextWriter out(into);
    for (std::size_t i = 0; i < response.field_count; ++i) {
        out << response.fields[i].name << '\n'  // stands in no field
            << response.fields[i].value << '\n';
    }
    out << response.body << '\n';
    return out.view().size();
}

// False: the socket has not taken all of it.
bool write_answer(int fd, const HttpResponse& response, bool last, bool sized) {
    char bytes[kMaxAnswerHead];
    TextWriter head(bytes);
    head << "HTTP/1.1 " << response.status << ' '
         << MHD_get_reason_phrase_for(static_cast<unsigned>(response.status)) << "\r\n";
    if (last) head << "Connection: close\r\n";
    if (sized) head << "Content-Length: " << response.body.size() << "\r\n";
    for (std::size_t i = 0; i < response.field_count; ++i) {
        head << response.fields[i].name << ": " << response.fields[i].value << "\r\n";
    }
    head << "\r\n";

    iovec parts[2] = {{bytes, head.view().size()},
                      {const_cast<char*>(response.body.data()), response.body.size()}};
    msghdr message = {};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(head.view().size() + response.body.size());
}

}  // namespace

void add_fields(MHD_Response* answer, const HttpResponse& response) {
    for (std::size_t i = 0; i < response.field_count; ++i) {
        const HttpField& field = response.fields[i];
        char value[kMaxFieldValue + 1];
        if (field.value.size() > kMaxFieldValue) continue;
        if (!field.value.empty()) std::memcpy(value, field.value.data(), field.value.size());
        value[field.value.size()] = '\0';
        // Fails for an empty value, which says nothing, and without memory.
        (void)MHD_add_response_header(answer, field.name, value);
    }
}

MHD_Response* make_answer(const HttpResponse& response) {
    // libmicrohttpd takes a non-const pointer but only copies from it.
    MHD_Response* answer = MHD_create_response_from_buffer(
        response.body.size(), const_cast<char*>(response.body.data()),
        response.lasting ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
    if (answer != nullptr) add_fields(answer, response);
    return answer;
}

MHD_Response* LastAnswer::get(const HttpResponse& response) {
    char text[kMaxKept];
    const std::size_t size = flatten(response, text);
    if (answer_ != nullptr && size > 0 && size == size_ && std::memcmp(text, text_, size) == 0) {
        return answer_;
    }
    drop();
    answer_ = make_answer(response);
    size_ = size;
    std::memcpy(text_, text, size);
    return answer_;
}

void LastAnswer::drop() {
    if (answer_ != nullptr) MHD_destroy_response(answer_);
    answer_ = nullptr;
}

void write_last_answer(int fd, const HttpResponse& response) {
    (void)write_answer(fd, response, true, true);
}

bool write_unsized_answer(int fd, const HttpResponse& response, bool last) {
    return write_answer(fd, response, last, false);
}

}  // namespace cmagent::platform
