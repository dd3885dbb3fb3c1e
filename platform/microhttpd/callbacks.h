#pragma once
// Within platform/microhttpd only.

#include <microhttpd.h>

#include "platform/microhttpd/port.h"

namespace cmagent::platform {

// Bridges from C to the member functions.
struct MicrohttpdPort::Callbacks {
    static MicrohttpdPort& port(void* self) { return *static_cast<MicrohttpdPort*>(self); }

    static void on_connection(void* self, MHD_Connection* handle, void** context,
                              MHD_ConnectionNotificationCode what) {
        if (what == MHD_CONNECTION_NOTIFY_STARTED) {
            HttpConnection* const connection = port(self).connection_of(
                MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
            connection->handle = handle;
            *context = connection;
        } else {
            port(self).end(*static_cast<HttpConnection*>(*context));
        }
    }

    // Called twice for each request (reading.cpp): at the first call nothing may be answered.
    static MHD_Result on_request(void* self, MHD_Connection* handle, const char*, const char*,
                                 const char*, const char*, std::size_t*, void** context) {
        if (*context != nullptr)
            return port(self).answer(*static_cast<HttpConnection*>(*context)) ? MHD_YES : MHD_NO;
        *context =
            MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
        return MHD_YES;
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
