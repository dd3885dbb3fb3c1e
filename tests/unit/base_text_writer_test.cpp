#include "agent/base/text_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace cmagent {
namespace {

// What a writer with `size` bytes of room makes of parts.
std::string written(std::size_t size, WhenFull when_full,
                    std::initializer_list<const char*> parts) {
    std::string room(size, '#');
    TextWriter out({room.data(), room.size()}, when_full);
    for (const char* part : parts) out << part;
    return std::string(out.view());
}

TEST(TextWriter, PutsPartsTogether) {
    char room[64];
    TextWriter out(room);
    out << "a" << 'b' << std::string_view("cd") << std::string_view() << 0 << -1 << INT64_MIN
        << std::uint16_t{7} << std::size_t{8};
    EXPECT_EQ(out.view(), "abcd0-1-922337203685477580878");
    EXPECT_TRUE(out.complete());
}

TEST(TextWriter, FillsItsRoomToTheLastByte) {
    for (const WhenFull when_full : {WhenFull::refuse, WhenFull::cut, WhenFull::mark})
        EXPECT_EQ(written(4, when_full, {"ab", "cd"}), "abcd");
    EXPECT_EQ(written(0, WhenFull::mark, {""}), "");
}

TEST(TextWriter, RefusesAllOfATextThatDoesNotFit) {
    char room[4];
    TextWriter out(room);
    out << "abc"
        << "de";
    EXPECT_FALSE(out.complete());
    EXPECT_EQ(out.view(), "");
    out << "f";
    EXPECT_EQ(out.view(), "") << "there would be a gap";
}

TEST(TextWriter, CutsBetweenCharacters) {
    EXPECT_EQ(written(4, WhenFull::cut, {"abc", "de", "f"}), "abcd");
    EXPECT_EQ(written(4, WhenFull::cut, {"abc\xC3\xA9"}), "abc");
    EXPECT_EQ(written(5, WhenFull::cut, {"abc\xC3\xA9", "d"}), "abc\xC3\xA9");
    EXPECT_EQ(written(4, WhenFull::cut, {"a\xF0\x9F\x98\x80"}), "a");
    EXPECT_EQ(written(0, WhenFull::cut, {"a"}), "");
}

TEST(TextWriter, MarksWhatItCuts) {
    EXPECT_EQ(written(8, WhenFull::mark, {"abcdefgh"}), "abcdefgh");
    EXPECT_EQ(written(8, WhenFull::mark, {"abcdefghi"}), "abcde...");
    EXPECT_EQ(written(8, WhenFull::mark, {"abcdefg", "hi", "j"}), "abcde...");
    EXPECT_EQ(written(8, WhenFull::mark, {"abcd\xC3\xA9gh", "i"}), "abcd...");
    EXPECT_EQ(written(3, WhenFull::mark, {"abcd"}), "...");
    EXPECT_EQ(written(2, WhenFull::mark, {"abc"}), "ab") << "no room for the mark";
}

TEST(TextWriter, AssignsTheBeginningOfWhatIsTooLong) {
    Text<4> text;
    assign_cut(text, "abc\xC3\xA9");
    EXPECT_EQ(text, "abc");
    assign_cut(text, "de");
    EXPECT_EQ(text, "de");
    assign_cut(text, "");
    EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace cmagent
