// Which tokens are taken (contract.md, "Tokens"), and which are told to be no secret.
#include "agent/config/token_file.h"

#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

std::string fault_of(const std::string& text) {
    ConfigurationFault fault = check_tokens(text);
    fault.file = "f";
    return text_of(fault);
}

const std::string kGood = "Uq3x_Tn-08vLcY2mZr7WdA";
const std::string kHexadecimal = "0123456789abcdef0123456789ABCDEF";

TEST(TokenFile, TakesWhatWasDrawnAtRandom) {
    const std::string files[] = {
        "",
        "# nobody yet\n\n",
        kGood,
        kGood + "\n" + kHexadecimal + " news player:bedroom\n",
        "# a\r\n" + kGood + " news\r\n" + kHexadecimal + "\r\n",
        std::string(234, 'x') + kGood,
        kGood + "\n" + std::string(kMaxTokenFile - kGood.size() - 1, '#'),
    };
    for (const std::string& file : files) EXPECT_EQ(text_of(check_tokens(file)), "f: ");
}

TEST(TokenFile, RefusesWhatCanBeGuessed) {
    const std::string length =
        "a token must have 22 to 256 characters, 32 where it is hexadecimal: draw one of 128 "
        "random bits";
    const std::string variety =
        "a token must have 8 different characters: draw one of 128 random bits";
    const struct {
        std::string file;
        std::string fault;
    } kRows[] = {
        {"a", "f:1: " + length},
        {kGood.substr(1), "f:1: " + length},
        {"# remark\n\n" + kHexadecimal.substr(1) + " news", "f:3: " + length},
        {std::string(235, 'x') + kGood, "f:1: " + length},
        {std::string(40, 'a'), "f:1: " + variety},
        {kGood + "\nabcabcabcabcabcabcabcabcabcdefg" + "abg", "f:2: " + variety},
        {kGood + "\xC3\xA9", "f:1: a token must be of visible ASCII characters"},
        {kGood + "\t" + "news", "f:1: a token must be of visible ASCII characters"},
        {kGood + "\n" + kHexadecimal + "\n" + kGood + " news",
         "f:3: this token stands there twice"},
        {std::string(kMaxTokenFile + 1, '#'), "f: is longer than 16384 bytes"},
    };
    for (const auto& row : kRows) EXPECT_EQ(fault_of(row.file), row.fault);
}

}  // namespace
}  // namespace cmagent::config
