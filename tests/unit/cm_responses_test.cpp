// Every row of cm_responses.md: what the reader makes of the bytes, and that a difference has a
// reason.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/cm_reading.h"

namespace cmagent::cm {
namespace {

// A sign of cm_responses.md, and the bytes that it stands for.
const std::pair<std::string, std::string> kSigns[] = {
    {"¶", "\r\n"}, {"↵", "\n"}, {"␍", "\r"}, {"⇥", "\t"}, {"␀", std::string(1, '\0')}};

// What a server sends, in portions, and whether it ends the connection then.
struct Sent {
    std::vector<std::string> portions = {""};
    bool ends = false;
};

bool take(std::string_view& text, std::string_view sign) {
    if (text.compare(0, sign.size(), sign) != 0) return false;
    text.remove_prefix(sign.size());
    return true;
}

Sent sent(std::string_view text) {
    Sent result;
    while (!text.empty()) {
        std::string& portion = result.portions.back();
        const auto* const sign =
            std::find_if(std::begin(kSigns), std::end(kSigns),
                         [&text](const auto& s) { return take(text, s.first); });
        if (sign != std::end(kSigns)) {
            portion += sign->second;
        } else if (take(text, "‖")) {
            result.portions.emplace_back();
        } else if (take(text, "⊣")) {
            result.ends = true;
        } else if (take(text, "⟨")) {
            const std::size_t times = std::stoul(std::string(text));
            portion.append(times - 1, portion.back());
            text.remove_prefix(text.find("⟩") + std::string_view("⟩").size());
        } else if (take(text, "\\x")) {
            portion += static_cast<char>(std::stoi(std::string(text.substr(0, 2)), nullptr, 16));
            text.remove_prefix(2);
        } else {
            portion += text.front();
            text.remove_prefix(1);
        }
    }
    return result;
}

std::string in_signs(std::string text) {
    for (const auto& [sign, bytes] : kSigns) {
        for (std::size_t at = 0; (at = text.find(bytes, at)) != std::string::npos;) {
            text.replace(at, bytes.size(), sign);
        }
    }
    return text;
}

std::string of_one(const ResponseReader& reader) {
    if (reader.fault() != ResponseFault::none) {
        return "refused: " + std::string(response_fault_name(reader.fault()));
    }
    if (!reader.head_complete()) return "none";
    std::string said = std::to_string(reader.status());
    if (!reader.complete()) said += " open";
    const std::string body(reader.body());
    if (!body.empty()) said += " \"" + in_signs(body) + "\"";
    if (reader.complete() && !reader.keep_alive()) said += " closes";
    return said;
}

// As the column "Here" says it. `one`: only the first is an answer to what was asked.
std::string verdict(const Sent& bytes, bool one) {
    Reading reading;
    ResponseReader& reader = reading.reader;
    std::string said;
    for (const std::string& portion : bytes.portions) {
        std::size_t used = 0;
        while (used < portion.size()) {
            used += reading.feed(portion.substr(used));
            if (reader.fault() != ResponseFault::none) return said + of_one(reader);
            if (!reader.complete()) continue;
            said += of_one(reader);
            if (one || !reader.keep_alive())
                return said + (used < portion.size() ? ", surplus" : "");
            said += ", ";
            reader.reset();
        }
    }
    if (!reader.started()) return said.substr(0, said.size() - 2);
    if (bytes.ends) reader.feed_end();
    return said + of_one(reader);
}

// The same as the others would say it: without the fault, and without what becomes of the
// connection.
std::string without_our_words(std::string said) {
    const std::size_t fault = said.find("refused: ");
    if (fault != std::string::npos) said.erase(fault + std::string_view("refused").size());
    const std::string_view word = " closes";
    const std::size_t at = said.find(word);
    return at == std::string::npos ? said : said.erase(at, word.size());
}

struct Row {
    std::string section;
    std::vector<std::string> cells;
};

// The rows that show bytes, which stand between back quotes in the second cell.
std::vector<Row> rows_of(const std::string& wanted) {
    std::vector<Row> found;
    std::ifstream page(FIXTURES "/../unit/cm_responses.md");
    std::string section;
    for (std::string line; std::getline(page, line);) {
        if (line.compare(0, 3, "## ") == 0) section = line.substr(3);
        if (section != wanted || line.find(" | `") == std::string::npos) continue;
        Row row{section, {}};
        std::string_view rest = line;
        rest.remove_prefix(2);
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(" |"), rest.size());
            row.cells.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 3, rest.size()));
        }
        found.push_back(row);
    }
    return found;
}

std::string bytes_of(const Row& row) {
    return row.cells[1].substr(1, row.cells[1].size() - 2);
}

TEST(Responses, OfLlhttpsSuite) {
    const std::vector<Row> rows = rows_of("llhttp");
    EXPECT_EQ(rows.size(), 77U);
    for (const Row& row : rows) {
        ASSERT_EQ(row.cells.size(), 5U) << row.cells[0];
        const std::string& here = row.cells[3];
        EXPECT_EQ(verdict(sent(bytes_of(row)), false), here) << row.cells[0];
        EXPECT_EQ(row.cells[2] == without_our_words(here), row.cells[4] == "–")
            << row.cells[0] << ": a difference has a reason, and nothing else has";
    }
}

TEST(Responses, Hazard38AsCurlNodeAndChromiumReadThem) {
    const std::vector<Row> rows = rows_of("Others");
    EXPECT_GE(rows.size(), 100U);
    for (const Row& row : rows) {
        ASSERT_EQ(row.cells.size(), 7U) << row.cells[0];
        EXPECT_EQ(verdict(sent(bytes_of(row) + "⊣"), true), row.cells[5]) << row.cells[0];
        const bool alike = row.cells[2] == "=" && row.cells[3] == "=" && row.cells[4] == "=";
        EXPECT_EQ(alike, row.cells[6] == "–")
            << row.cells[0] << ": a difference has a reason, and nothing else has";
    }
}

TEST(Responses, Hazard38WhatOthersEndElsewhereIsTheLastOnItsConnection) {
    for (const Row& row : rows_of("Others")) {
        const std::string& here = row.cells[5];
        if (without_our_words(here) == "refused") continue;
        for (std::size_t other : {2U, 3U, 4U}) {
            if (row.cells[other] == "=" || row.cells[other] == "refused") continue;
            EXPECT_NE(here.find(" closes"), std::string::npos) << row.cells[0];
        }
    }
}

}  // namespace
}  // namespace cmagent::cm
