#pragma once
// Within platform/microhttpd only.

#include <microhttpd.h>

#include <algorithm>
#include <cstring>

#include "platform/microhttpd/port.h"

namespace cmagent::platform {

// Bridges from C to the member functions.
struct MicrohttpdPort::Callbacks {
    static MicrohttpdPort& port(void* self) { return *static_cast<MicrohttpdPort*>(self); }

    static void on_connection(void* self, MHD_Connection* handle, void** context,
                              MHD_ConnectionNotificationCode what) {
        if (what == MHD_CONNECTION_NOTIFY_STARTED) {
            HttpConnection* const connection = port(self).find(
                MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
            connection->handle = handle;
            connection->head.attach(handle);
            *context = connection;
        } else {
            static_cast<HttpConnection*>(*context)->end_request();
            static_cast<HttpConnection*>(*context)->phase = Phase::unused;
        }
    }

    // The request line has come; `target` is still as the client wrote it.
    static void* on_target(void*, const char* target, MHD_Connection* handle) {
        auto* const connection = static_cast<HttpConnection*>(
            MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context);
        const std::size_t size = target == nullptr ? 0 : std::strlen(target);
        connection->target_size = std::min(size, kMaxTarget);
        if (size > 0) std::memcpy(connection->received->target, target, connection->target_size);
        if (connection->phase == Phase::open) connection->phase = Phase::heading;
        return connection;
    }

    static std::size_t on_unescape(void*, MHD_Connection*, char* text) { return std::strlen(text); }

    static MHD_Result on_request(void* self, MHD_Connection*, const char*, const char* method,
                                 const char* version, const char* bytes, std::size_t* size,
                                 void** context) {
        HttpConnection& connection = *static_cast<HttpConnection*>(*context);
        const std::size_t offered = *size;
        *size = 0;  // all of it is taken, always
        switch (connection.phase) {
            case Phase::heading:
                *size = offered;  // the first call must not touch it
                return port(self).begin(connection, version) ? MHD_YES : MHD_NO;
            case Phase::receiving:
                return (offered > 0 ? port(self).receive(connection, bytes, offered)
                                    : port(self).serve(connection, method))
                           ? MHD_YES
                           : MHD_NO;
            case Phase::waiting:
                return port(self).deliver(connection) ? MHD_YES : MHD_NO;
            case Phase::refused:
                return MHD_YES;
            default:
                return MHD_NO;
        }
    }

    static void on_completed(void* self, MHD_Connection*, void** context,
                             MHD_RequestTerminationCode) {
        if (*context != nullptr) port(self).finish(*static_cast<HttpConnection*>(*context));
    }

    static ssize_t on_content(void* context, std::uint64_t, char* into, std::size_t size) {
        HttpConnection& connection = *static_cast<HttpConnection*>(context);
        if (connection.source == nullptr) return MHD_CONTENT_READER_END_WITH_ERROR;
        const HttpSource::Taken taken = connection.source->take(into, size);
        connection.since = connection.port->now_;
        if (taken.bytes > 0) return static_cast<ssize_t>(taken.bytes);
        if (taken.end) return MHD_CONTENT_READER_END_OF_STREAM;
        connection.port->suspend(connection);
        return 0;
    }
};

}  // namespace cmagent::platform
