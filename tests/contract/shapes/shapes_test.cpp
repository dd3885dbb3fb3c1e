// Certificates as nobody should make them, and as they come: what the agent says of each, and what
// OpenSSL and GnuTLS say, stands in verdicts.md beside this file, with the reason for every
// difference.
//
// CMAGENT_VERDICTS=FILE writes the table as it would be now, with the reasons that are there.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "agent/base/utf8.h"
#include "tests/contract/shapes/first_flight.h"
#include "tests/contract/shapes/other_verdicts.h"

namespace cmagent::contract::shapes {
namespace {

using platform::StreamFault;

struct Group {
    const char* name;
    const Span<const Shape>& shapes;
};
const Group kGroups[] = {
    {"Names", kNameShapes},   {"Addresses", kAddressShapes}, {"Constraints", kConstraintShapes},
    {"Usages", kUsageShapes}, {"Paths", kPathShapes},        {"Encodings", kEncodingShapes},
};

struct Judged {
    std::string name;  // of group and shape
    Chain chain;
};

const std::vector<Judged>& all() {
    static const std::vector<Judged> made = [] {
        std::vector<Judged> list;
        for (const Group& group : kGroups) {
            for (const Shape& shape : group.shapes) {
                Judged one = {std::string(group.name) + ": " + shape.name, {}};
                shape.spoil(one.chain);
                one.chain.finish();
                list.push_back(one);
            }
        }
        return list;
    }();
    return made;
}

struct Row {
    std::string agent, openssl, gnutls, reason;
};

// The rows of verdicts.md, by name.
std::map<std::string, Row> read_table() {
    std::map<std::string, Row> rows;
    std::ifstream file(FIXTURES "/../contract/shapes/verdicts.md");
    std::string line;
    while (std::getline(file, line)) {
        std::vector<std::string> cells;
        std::istringstream rest(line);
        for (std::string cell; std::getline(rest, cell, '|');) {
            const std::size_t from = cell.find_first_not_of(' ');
            cells.push_back(from == std::string::npos
                                ? ""
                                : cell.substr(from, cell.find_last_not_of(' ') - from + 1));
        }
        if (cells.size() != 6 || cells[1].find(": ") == std::string::npos) continue;
        EXPECT_TRUE(rows.emplace(cells[1], Row{cells[2], cells[3], cells[4], cells[5]}).second)
            << cells[1] << " stands there twice";
    }
    return rows;
}

std::string word(bool accepted) {
    return accepted ? "accepted" : "refused";
}

std::string ask_agent(const Chain& chain, std::string& words) {
    const StreamFault fault = verdict(chain, words);
    return fault == StreamFault::none ? word(true) : std::string(stream_fault_name(fault));
}

// Whether a cell, which may say "one or another" where libraries differ, says this.
bool says(const std::string& cell, const std::string& verdict) {
    std::istringstream words(cell);
    for (std::string one; words >> one;) {
        if (one == verdict) return true;
    }
    return false;
}

// For the log: which certificate it is, in what can be printed.
void expect_name(const std::string& shape, const std::string& verdict, const std::string& words) {
    EXPECT_FALSE(has_control(words)) << shape;
    if (verdict == word(true)) {
        EXPECT_EQ(words.find("mbedTLS"), std::string::npos) << shape;
    } else if (words != ": mbedTLS -0x3000" && words.find(".pem: ") == std::string::npos) {
        // mbedTLS has no certificate at fault where there are too many of them.
        EXPECT_NE(words.find("certificate "), std::string::npos) << shape << ": " << words;
        EXPECT_NE(words.find("): "), std::string::npos) << shape << ": " << words;
    }
}

TEST(CertificateShapes, AreAllInTheTable) {
    const std::map<std::string, Row> rows = read_table();
    EXPECT_EQ(rows.size(), all().size());
    for (const Judged& one : all()) EXPECT_EQ(rows.count(one.name), 1U) << one.name;
}

TEST(CertificateShapes, Hazard41AreJudgedAsTheTableSays) {
    const std::map<std::string, Row> rows = read_table();
    for (const Judged& one : all()) {
        if (rows.count(one.name) == 0) continue;
        std::string words;
        const std::string verdict = ask_agent(one.chain, words);
        EXPECT_TRUE(says(rows.at(one.name).agent, verdict)) << one.name << ": " << verdict;
        expect_name(one.name, verdict, words);
    }
}

TEST(CertificateShapes, DifferencesHaveReasons) {
    for (const auto& [name, row] : read_table()) {
        const std::string ours = word(says(row.agent, "accepted"));
        const bool differs = ours != row.openssl || ours != row.gnutls;
        EXPECT_EQ(differs, !row.reason.empty()) << name;
    }
}

TEST(CertificateShapes, AreJudgedByOthersAsTheTableSays) {
    std::vector<Chain> chains;
    for (const Judged& one : all()) chains.push_back(one.chain);
    const auto verdicts = ask_others(chains);
    if (!verdicts) GTEST_SKIP() << "openssl or certtool is not installed";
    std::map<std::string, Row> rows = read_table();
    std::ostringstream table;
    for (std::size_t i = 0; i < verdicts->size(); ++i) {
        const std::string& name = all()[i].name;
        Row& row = rows[name];
        const std::string openssl = word((*verdicts)[i].openssl);
        const std::string gnutls = word((*verdicts)[i].gnutls);
        EXPECT_EQ(row.openssl, openssl) << name;
        EXPECT_EQ(row.gnutls, gnutls) << name;
        std::string words;
        const std::string agent = ask_agent(all()[i].chain, words);
        table << "| " << name << " | " << (says(row.agent, agent) ? row.agent : agent) << " | "
              << openssl << " | " << gnutls << " | " << row.reason << " |\n";
    }
    if (const char* const file = std::getenv("CMAGENT_VERDICTS"); file != nullptr) {
        std::ofstream(file) << table.str();
    }
}

}  // namespace
}  // namespace cmagent::contract::shapes
