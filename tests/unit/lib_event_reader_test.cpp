#include "agent/lib/event_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cmagent::lib {
namespace {

using Events = std::vector<std::string>;

constexpr std::size_t kMaxData = 1000;

// Every event as "id|name|data", when the bytes come in pieces of this size.
Events read(const std::string& stream, std::size_t piece) {
    char buffer[kMaxData + EventReader::kBesidesData];
    EventReader reader(buffer);
    Events events;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        std::string_view bytes = slice(stream, at, piece);
        ServerEvent event;
        while (reader.next(bytes, event)) {
            events.push_back(std::string(event.id) + "|" + std::string(event.name) + "|" +
                             std::string(event.data));
        }
        EXPECT_TRUE(bytes.empty());
    }
    return events;
}

TEST(EventReader, ReadsEventsInAnyPieces) {
    const std::string stream =
        ": a comment\n\n"
        "id: 1\nevent: a\ndata: {\"x\": 1}\n\n"
        "data:no space\n\n"
        "id: 3\r\nevent: c\r\nretry: 5\r\nunknown\r\ndata: 3\r\n\r\n"
        "event: without data\n\n"
        "data: unfinished";
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
        EXPECT_EQ(read(stream, piece), (Events{"1|a|{\"x\": 1}", "1||no space", "3|c|3"})) << piece;
    }
}

TEST(EventReader, LeavesOutWhatIsTooLong) {
    const std::string longest(kMaxData, 'x');
    const std::string longer(kMaxData + EventReader::kBesidesData, 'x');
    EXPECT_EQ(read("data: " + longest + "\r\n\r\n", 999), Events{"||" + longest});
    EXPECT_EQ(read("event: e\ndata: " + longest + "\nid: " + std::string(32, '1') + "\n\n", 99),
              Events{std::string(32, '1') + "|e|" + longest});
    EXPECT_EQ(read("data: " + longer + "\n\ndata: 1\n\n", 999), Events{"||1"});
    EXPECT_EQ(read("event: " + std::string(65, 'e') + "\ndata: 1\n\ndata: 2\n\n", 9),
              Events{"||2"});
    EXPECT_EQ(read("id: " + std::string(33, '1') + "\ndata: 1\n\ndata: 2\n\n", 9), Events{"||2"});
}

}  // namespace
}  // namespace cmagent::lib
