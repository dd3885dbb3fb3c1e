#pragma once
// The body of GET /runningStreams (cm-api.md, "Calls"): the streams that a subject watches now, on
// all its devices.
//
//   const cm::RunningStreams streams(answer.list);
//   for (const cm::RunningStream& stream : streams) …
//
// Read are a list and a dictionary by session id, under `runningStreams` or `streams`, bare, or in
// an envelope (listing.h).
//
// As in advice.h: strings and items are views of the body and the tokens, absent ones are none, and
// so are empty ones and the placeholder "Unknown".

#include <cstdint>
#include <optional>

#include "agent/json/read.h"

namespace cmagent::cm {

struct RunningStream {
    json::String session_id;
    std::optional<std::int64_t> started_at_ms;  // since the epoch; CM's seconds, RFC 3339 likewise
    json::String application_id;
    json::String application_name;
    json::String termination_code;  // none: cannot be chosen
    json::String channel;
    json::String device_name;
    json::Item metadata;  // an object
};

class RunningStreams {
  public:
    // `body` is the parsed body.
    explicit RunningStreams(json::Item body);

    // False: the body has another form, or an entry is no object. Half a list is none.
    [[nodiscard]] bool readable() const { return static_cast<bool>(streams_); }

    class Iterator {
      public:
        explicit Iterator(json::ArrayForEach::Iterator element) : element_(element) {}
        RunningStream operator*() const;
        Iterator& operator++() {
            ++element_;
            return *this;
        }
        bool operator!=(json::ArrayForEach::End end) const { return element_ != end; }

      private:
        json::ArrayForEach::Iterator element_;
    };
    [[nodiscard]] Iterator begin() const { return Iterator(json::ArrayForEach(streams_).begin()); }
    [[nodiscard]] json::ArrayForEach::End end() const { return {}; }

    // Streams that CM counts but does not list.
    [[nodiscard]] std::optional<std::int64_t> other_streams() const { return other_streams_; }

  private:
    json::Item streams_;
    std::optional<std::int64_t> other_streams_;
};

}  // namespace cmagent::cm
