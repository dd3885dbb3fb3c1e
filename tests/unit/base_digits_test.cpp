// Decimal, hexadecimal, base64 and percent-encoded text.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "agent/base/base64.h"
#include "agent/base/decimal.h"
#include "agent/base/hex.h"
#include "agent/base/percent.h"

namespace cmagent {
namespace {

TEST(Decimal, IsReadExactly) {
    EXPECT_EQ(read_decimal("0"), 0U);
    EXPECT_EQ(read_decimal("007"), 7U);
    EXPECT_EQ(read_decimal("9999999999999999999"), 9'999'999'999'999'999'999U);
    EXPECT_EQ(read_decimal("255", 255), 255U);
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.0", "1e3", "a", "10000000000000000000"})
        EXPECT_FALSE(read_decimal(text)) << text;
    EXPECT_FALSE(read_decimal("256", 255));
}

TEST(SignedDecimal, HoldsEveryNumberOf64Bits) {
    EXPECT_EQ(read_signed_decimal("0"), 0);
    EXPECT_EQ(read_signed_decimal("-0"), 0);
    EXPECT_EQ(read_signed_decimal("-12"), -12);
    EXPECT_EQ(read_signed_decimal("9223372036854775807"), INT64_MAX);
    EXPECT_EQ(read_signed_decimal("-9223372036854775808"), INT64_MIN);
    for (const char* text :
         {"", "-", "--1", "+1", "1.5", "9223372036854775808", "-9223372036854775809"})
        EXPECT_FALSE(read_signed_decimal(text)) << text;
}

TEST(Size, MayBeOfAnyLength) {
    EXPECT_EQ(read_size("0", 10, 100), 0U);
    EXPECT_EQ(read_size("0000000000000000000000000100", 10, 100), 100U);
    EXPECT_EQ(read_size("fF", 16, 255), 255U);
    for (const char* text : {"101", "1000", "99999999999999999999999999"})
        EXPECT_GT(read_size(text, 10, 100), 100U) << text;
    EXPECT_GT(read_size("100", 16, 255), 255U);
    for (const char* text : {"", "a", "-1", "1 ", "0x1", "99999999999999999999999999x"})
        EXPECT_FALSE(read_size(text, 10, 100)) << text;
    EXPECT_FALSE(read_size("g", 16, 100));
}

TEST(Decimal, IsWrittenExactly) {
    for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{10},
                                      std::int64_t{INT64_MAX}, std::int64_t{INT64_MIN}}) {
        char digits[kMaxDecimal];
        EXPECT_EQ(write_decimal(number, digits), std::to_string(number));
    }
}

TEST(Hex, EveryDigitHasItsValue) {
    for (unsigned value = 0; value < 16; ++value) {
        EXPECT_EQ(hex_value(hex_digit(value)), static_cast<int>(value));
        EXPECT_EQ(hex_value(upper_hex_digit(value)), static_cast<int>(value));
    }
    for (const char c : {'/', ':', '@', 'G', '`', 'g', '\0', '\xFF'}) EXPECT_EQ(hex_value(c), -1);
}

TEST(Hex, IsWrittenWithZerosInFront) {
    char room[32];
    TextWriter out(room);
    write_hex(out, 0xABCDE, 4);
    out << ' ';
    write_hex(out, 0xF, 4);
    out << ' ';
    write_hex(out, 0x0123456789abcdef, 16);
    EXPECT_EQ(out.view(), "bcde 000f 0123456789abcdef");
}

TEST(Hex, IsReadInEitherCase) {
    EXPECT_EQ(read_hex("0"), 0U);
    EXPECT_EQ(read_hex("00aF"), 0xAFU);
    EXPECT_EQ(read_hex("ffffffffffffffff"), UINT64_MAX);
    for (const char* text : {"", "g", "0x1", "-1", "1 ", "00000000000000000"})
        EXPECT_FALSE(read_hex(text)) << text;
}

// RFC 4648 §10.
TEST(Base64, WritesTheVectorsOfTheStandard) {
    const struct {
        const char* bytes;
        const char* text;
    } kRows[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"},
                 {"\xFB\xFF\xFE", "+//+"}};
    for (const auto& row : kRows) {
        char room[16];
        TextWriter out(room);
        write_base64(out, row.bytes);
        EXPECT_EQ(out.view(), row.text);
    }
}

// What a reader makes of `text`, given in pieces of so many bytes; "!": it is not complete.
std::string base64_read(std::string_view text, std::size_t piece = 1, std::size_t room = 12) {
    unsigned char bytes[12];
    Base64Reader reader({bytes, room});
    for (; !text.empty(); text = slice(text, piece)) reader.take(slice(text, 0, piece));
    return reader.complete() ? std::string(bytes, bytes + reader.size()) : "!";
}

TEST(Base64, IsReadInPiecesAndLines) {
    const struct {
        const char* text;
        const char* bytes;
    } kRows[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9v\nYg==\n", "foob"},
        {"Zm\r\n9vYm \r\nE=", "fooba"},
        {"Z\n\nm\n9\nvYg=\n=  ", "foob"},
        {" \nZm9vYmFy", "foobar"},
        {"+//+", "\xFB\xFF\xFE"},
        {"Zh==", "f"},  // bits behind the end count for nothing, as for mbedTLS
        {"Z", "!"},
        {"Zg", "!"},
        {"Zg=", "!"},
        {"Zg===", "!"},
        {"Zg==Zg==", "!"},
        {"Z===", "!"},
        {"====", "!"},
        {"Zm9v=", "!"},
        {"Zm9v==", "!"},
        {"Zm =9", "!"},
        {"Zm 9v", "!"},
        {"Zm9v\r", "!"},
        {"Zm9v\rZm9v", "!"},
        {"Zm9v\r\r\n", "!"},
        {"Zm9v\r \n", "!"},
        {"Zm9v\r=", "!"},
        {"Zm9v\t", "!"},
        {"Zm9v-", "!"},
        {"Zm9v\x80", "!"},
        {"Zm9v\x80m9v", "!"},  // among what would be a group
        {"Zm9v{", "!"},
        {"Zm9v!Zm9v\n", "!"},
        {"Zm9v! \r=", "!"},
        {"Zm9vZm9vZm9vZm9vZg==", "!"},  // more than there is room for
    };
    for (const auto& row : kRows) {
        for (const std::size_t piece : {1U, 2U, 3U, 64U}) {
            EXPECT_EQ(base64_read(row.text, piece), row.bytes) << row.text << ", " << piece;
        }
    }
    EXPECT_EQ(base64_read("Zg==", 4, 2), "!") << "room is for whole groups";
}

TEST(Base64, ReadsWhatItWrites) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        char text[400];
        TextWriter out(text);
        write_base64(out, slice(bytes, bytes.size() - size));
        unsigned char room[258];
        Base64Reader reader{Span<unsigned char>(room)};
        reader.take(out.view());
        ASSERT_TRUE(reader.complete());
        ASSERT_EQ(std::string(room, room + reader.size()), slice(bytes, bytes.size() - size));
    }
}

std::string percent_encoded(std::string_view text) {
    char room[64];
    TextWriter out(room);
    write_percent_encoded(out, text);
    EXPECT_EQ(out.view().size(), percent_encoded_size(text));
    return std::string(out.view());
}

TEST(PercentEncoding, LeavesTheUnreservedAlone) {
    EXPECT_EQ(percent_encoded("azAZ09-._~"), "azAZ09-._~");
    EXPECT_EQ(percent_encoded(" +/%\xC3\xA9"), "%20%2B%2F%25%C3%A9");
    EXPECT_EQ(percent_encoded(""), "");
    char room[3];
    TextWriter out(room);
    write_percent_escape(out, '.');
    EXPECT_EQ(out.view(), "%2E");
}

TEST(PercentEncoding, IsReadAsFormsWriteIt) {
    char room[8];
    EXPECT_EQ(read_percent_encoded("a+b%20%C3%a9", room), "a b \xC3\xA9");
    EXPECT_EQ(read_percent_encoded("12345678", room), "12345678");
    for (const char* text : {"%", "%4", "%4g", "%g4", "123456789", "12345678%20"})
        EXPECT_FALSE(read_percent_encoded(text, room)) << text;
}

}  // namespace
}  // namespace cmagent
