// The sentence that a viewer reads about a 409, for every published body and more of their kinds.

#include "agent/ui/violation_line.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/cm_advice_reading.h"

namespace cmagent::ui {
namespace {

const Language& language(std::string_view tag) {
    return find_language(tag, *languages().begin());
}

std::string line(const std::string& body, std::string_view tag = "en",
                 CmMessages cm_messages = CmMessages::after) {
    const cm::Body read(body);
    return std::string(line_of(*read, {}, Wording{language(tag), cm_messages}).view());
}

std::string_view kind(const std::string& members) {
    const cm::Body read(cm::violation(members));
    return name(line_of(read.advice().front(), Wording{language("en")}).kind);
}

// --- the sentences, by their short names ---

struct Sentence {
    const char* english;
    const char* french;
};
const Sentence kCannot = {"This cannot be watched on this device now.",
                          "Impossible de regarder ceci sur cet appareil pour le moment."};
const Sentence kOneStream = {"Only one programme can be watched at a time.",
                             "Un seul programme peut être regardé à la fois."};
const Sentence kTwoStreams = {"Only 2 programmes can be watched at the same time.",
                              "2 programmes au plus peuvent être regardés en même temps."};
const Sentence kThreeStreams = {"Only 3 programmes can be watched at the same time.",
                                "3 programmes au plus peuvent être regardés en même temps."};
const Sentence kStreams = {"Too many programmes are being watched at the same time.",
                           "Trop de programmes sont regardés en même temps."};
const Sentence kOneDevice = {"Only one device can watch at a time.",
                             "Un seul appareil peut regarder à la fois."};
const Sentence kTwoDevices = {"Only 2 devices can watch at the same time.",
                              "2 appareils au plus peuvent regarder en même temps."};
const Sentence kDevices = {"Too many devices are watching.",
                           "Trop d’appareils regardent en même temps."};
const Sentence kOneChannel = {"Only one channel can be watched at a time.",
                              "Une seule chaîne peut être regardée à la fois."};
const Sentence kTwoChannels = {"Only 2 channels can be watched at the same time.",
                               "2 chaînes au plus peuvent être regardées en même temps."};
const Sentence kChannels = {"Too many channels are being watched at the same time.",
                            "Trop de chaînes sont regardées en même temps."};
const Sentence kChannelOnce = {"This channel is already being watched.",
                               "Cette chaîne est déjà en cours de lecture."};
const Sentence kChannelTwice = {"This channel is already being watched 2 times.",
                                "2 lectures de cette chaîne sont déjà en cours."};
const Sentence kChannel = {"This channel is already being watched too many times.",
                           "Trop de lectures de cette chaîne sont déjà en cours."};
const Sentence kChannelOneDevice = {"This channel is already being watched on one device.",
                                    "Cette chaîne est déjà regardée sur un appareil."};
const Sentence kChannelTwoDevices = {"This channel is already being watched on 2 devices.",
                                     "Cette chaîne est déjà regardée sur 2 appareils."};
const Sentence kChannelDevices = {"This channel is already being watched on too many devices.",
                                  "Trop d’appareils regardent déjà cette chaîne."};

// CM's own words are in one language.
constexpr Sentence by_cm(const char* words) {
    return {words, words};
}

// --- every published body ---

const std::map<std::string, Sentence>& published() {
    static const std::map<std::string, Sentence> rows = {
        {"409-guide", kThreeStreams},
        {"409-guide-no-conflicts", kThreeStreams},
        {"409-guide-obligation", kThreeStreams},
        {"409-reference", kCannot},
        {"409-reference-evaluation-result", kThreeStreams},
        {"409-service-channel", kChannel},
        {"409-service-devices", kChannelTwoDevices},
        {"409-service-french", kThreeStreams},
        {"409-service-message-only", by_cm("Live sport cannot be watched outside your home")},
        {"409-service-old-code", kStreams},
        {"409-service-one-conflict", kStreams},
        {"409-service-scope", kChannel},
        {"409-service-streams", kStreams},
        {"409-service-unknown-advice", by_cm("This programme is not part of your subscription")},
    };
    return rows;
}

TEST(ViolationLine, EveryPublishedBodyHasItsSentence) {
    for (const auto& [body, sentence] : published()) {
        EXPECT_EQ(line(fixture(body)), sentence.english) << body;
        EXPECT_EQ(line(fixture(body), "fr"), sentence.french) << body;
    }
}

TEST(ViolationLine, TheTableHasEveryPublishedBodyOfA409) {
    std::set<std::string> there;
    for (const auto& file : std::filesystem::directory_iterator(FIXTURES)) {
        const std::string body = file.path().stem();
        if (body.substr(0, 4) == "409-") there.insert(body);
    }
    for (const std::string& body : there) EXPECT_EQ(published().count(body), 1U) << body;
    EXPECT_EQ(published().size(), there.size());
}

// --- further bodies of the same kinds ---

// A list of the service dialect, with so many values, one session each.
std::string listed(int values) {
    std::string list;
    for (int i = 0; i < values; ++i) {
        list += (i > 0 ? ",\"v" : "\"v") + std::to_string(i) + "\":[{\"terminationCode\":\"c" +
                std::to_string(i) + "\"}]";
    }
    return "\"conflicts\":{" + list + "}";
}
const std::string kTwoOnOneDevice =
    R"("conflicts":{"tv":[{"terminationCode":"a"},{"terminationCode":"b"}]})";

struct Row {
    std::string members;
    Sentence sentence;
};

TEST(ViolationLine, OfStreams) {
    const std::string id = R"("attribute":"streamId",)";
    const Row rows[] = {
        // Two statements agree on the limit.
        {id + R"("threshold":3,"current":3)", kThreeStreams},
        {id + R"("threshold":3,"current":4)", kThreeStreams},
        {id + R"("threshold":3,"ruleName":"3 streams cap")", kThreeStreams},
        {id + R"("threshold":3,)" + listed(3), kThreeStreams},
        {id + R"("ruleName":"max 3","current":3)", kThreeStreams},
        {id + R"("ruleName":"max 3","current":4)", kThreeStreams},
        {id + R"("ruleName":"max 3",)" + listed(3), kThreeStreams},
        {id + R"("threshold":1,"current":2)", kOneStream},
        {id + R"("threshold":1,)" + listed(1), kOneStream},
        {R"("attribute":"sessionId","threshold":2,)" + listed(2), kTwoStreams},
        {R"("ruleName":"max_streams","threshold":2,"current":3)", kTwoStreams},
        // They disagree, or there is only one.
        {id + R"("threshold":4,"ruleName":"3 streams cap","current":4)", kStreams},
        {id + R"("threshold":4,"ruleName":"3 streams cap",)" + listed(3), kStreams},
        {id + R"("threshold":3)", kStreams},
        {id + R"("threshold":3,"current":2)", kStreams},
        {id + R"("threshold":3,"current":9)", kStreams},
        {id + R"("threshold":3,)" + listed(1), kStreams},
        {id + R"("threshold":3,)" + listed(4), kStreams},
        {id + R"("current":3,)" + listed(3), kStreams},
        {id + R"("ruleName":"max 3")", kStreams},
        {id + R"("threshold":3,"policyName":"policy-3")", kStreams},
        {listed(2), kStreams},
        // The name of the rule.
        {id + R"("threshold":3,"current":4,"ruleName":"3+1 streams")", kThreeStreams},
        {id + R"("ruleName":"3+1 streams","current":4)", kStreams},
        {id + R"("threshold":3,"current":4,"ruleName":"rule of 2024")", kThreeStreams},
        {id + R"("threshold":3,"ruleName":"rule of 2024: 3 streams")", kThreeStreams},
        {id + R"("threshold":3,"ruleName":"00000000000000000000000000000003 streams")", kStreams},
        {id + R"("threshold":3,"current":3,"ruleName":")" + std::string(200, '4') + "\"",
         kThreeStreams},
        {id + R"("threshold":3,"ruleName":"\u0033 streams")", kThreeStreams},
        // Numbers in other forms.
        {id + R"("threshold":"3","current":"4")", kThreeStreams},
        {id + R"("threshold":3.0,"current":4.0)", kThreeStreams},
        {id + R"("threshold":3.5,"current":4)", kStreams},
        {id + R"("threshold":"three","current":4)", kStreams},
        {id + R"("threshold":-3,"current":-3)", kStreams},
        {id + R"("threshold":1000,"current":1000)", kStreams},
        {id + R"("threshold":18446744073709551619,"current":3)", kStreams},
        {id + R"("threshold":3,"current":18446744073709551615)", kStreams},
        {id + R"("threshold":null,"current":[4],)" + listed(1), kStreams},
        // A list that is not complete, or does not tell whom it lists.
        {id + R"("threshold":2,"conflicts":[{"sessionId":"a"},{"sessionId":"b"}])", kTwoStreams},
        {id + R"("threshold":2,"conflicts":[{"sessionId":"a"},{"sessionId":"a"}])", kStreams},
        {id + R"("threshold":2,"conflicts":[{"terminationCode":"a"},{"terminationCode":"b"}])",
         kTwoStreams},
        {id + R"("threshold":2,"conflicts":[{"sessionId":"a"},{}])", kStreams},
        {id + R"("threshold":2,"conflicts":{"Unknown":[{}],"a":[{}]})", kStreams},
        {id + R"("threshold":64,)" + listed(67), kStreams},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(line(cm::violation(row.members)), row.sentence.english) << row.members;
        EXPECT_EQ(line(cm::violation(row.members), "fr"), row.sentence.french) << row.members;
    }
}

TEST(ViolationLine, OfDevicesChannelsAndTheRest) {
    const std::string id = R"("attribute":"deviceId",)";
    const std::string agreed = R"("threshold":2,"current":2)";
    const std::string once = R"("threshold":1,"current":2)";
    const Row rows[] = {
        {id + agreed, kTwoDevices},
        {id + once, kOneDevice},
        {R"("attribute":"device_id",)" + agreed, kTwoDevices},
        {R"("attribute":"mobileDevice",)" + agreed, kTwoDevices},
        {R"("attribute":"DEVICEID",)" + agreed, kTwoDevices},
        {R"("ruleName":"2 devices","threshold":2,)" + listed(1), kTwoDevices},
        {R"("ruleName":"2 appareils","threshold":2)", kTwoDevices},
        // Two streams of one device are one device.
        {id + R"("threshold":2,)" + kTwoOnOneDevice, kDevices},
        {id + R"("threshold":1,)" + kTwoOnOneDevice, kOneDevice},
        {id + R"("threshold":2,)" + listed(2), kTwoDevices},
        {id + R"("threshold":2,)"
              R"("conflicts":[{"metadata":{"deviceId":"a"}},{"metadata":{"deviceId":"b"}}])",
         kTwoDevices},
        {id + R"("threshold":2,)"
              R"("conflicts":[{"metadata":{"deviceId":"a"}},{"metadata":{"deviceId":"a"}}])",
         kDevices},
        {id + R"("threshold":2,"conflicts":[{"sessionId":"a"},{"sessionId":"b"}])", kDevices},

        {R"("attribute":"channel",)" + agreed, kTwoChannels},
        {R"("attribute":"channel",)" + once, kOneChannel},
        {R"("attribute":"channel","threshold":2)", kChannels},
        {R"("ruleName":"2 channels","threshold":2)", kTwoChannels},
        {R"("ruleName":"2 chaînes","threshold":2)", kTwoChannels},

        {R"("attribute":"streamId","scope":["channel"],)" + agreed, kChannelTwice},
        {R"("attribute":"streamId","scope":{"channel":"news"},)" + agreed, kChannelTwice},
        {R"("attribute":"streamId","scope":"channel",)" + agreed, kChannelTwice},
        {R"("attribute":"streamId","scope":["mvpd","channel"],)" + agreed, kChannelTwice},
        {R"("attribute":"channel","scope":["channel"],)" + agreed, kChannelTwice},
        {R"("scope":["channel"],)" + once, kChannelOnce},
        {R"("ruleName":"2 per channel","threshold":2)", kChannelTwice},
        {R"("ruleName":"2 par chaîne","threshold":2)", kChannelTwice},
        {R"("ruleName":"2 par cha\u00eene","threshold":2)", kChannelTwice},
        {R"("ruleName":"2 devices per channel","threshold":2)", kChannelTwoDevices},
        {id + R"("scope":["channel"],)" + agreed, kChannelTwoDevices},
        {id + R"("scope":["channel"],)" + once, kChannelOneDevice},
        {id + R"("scope":["channel"],"threshold":2)", kChannelDevices},

        // Somebody else's package is not in the way: no limit of the household.
        {R"("attribute":"streamId","scope":["package"],)" + agreed, kStreams},
        {R"("attribute":"streamId","scope":["channel","package"],)" + agreed, kChannel},
        {R"("attribute":"streamId","scope":["idp","subject"],)" + agreed, kTwoStreams},
        {R"("attribute":"streamId","scope":[],)" + agreed, kTwoStreams},

        // Nothing is counted, or not what a viewer could name.
        {R"("attribute":"package",)" + agreed, kCannot},
        {R"("attribute":"package","scope":["channel"],)" + agreed, kCannot},
        {R"("attribute":"deviceType",)" + agreed, kCannot},
        {R"("attribute":"deviceModel",)" + agreed, kCannot},
        {R"("attribute":"streamCDN",)" + agreed, kCannot},
        {R"("attribute":")" + std::string(200, 'x') + R"(deviceId",)" + agreed, kCannot},
        {R"("attribute":"streamId","threshold":0,"current":1)", kCannot},
        {R"("attribute":"streamId","threshold":"0")", kCannot},
        {R"("ruleName":"home only 4K")", kCannot},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(line(cm::violation(row.members)), row.sentence.english) << row.members;
        EXPECT_EQ(line(cm::violation(row.members), "fr"), row.sentence.french) << row.members;
    }
}

TEST(ViolationLine, KindsFollowAttributeAndScope) {
    EXPECT_EQ(kind(R"("attribute":"streamId")"), "streams");
    EXPECT_EQ(kind(R"("threshold":2)"), "streams");
    EXPECT_EQ(kind(R"("attribute":"deviceId")"), "devices");
    EXPECT_EQ(kind(R"("attribute":"channel")"), "channel");
    EXPECT_EQ(kind(R"("attribute":"deviceId","scope":["channel"])"), "channel");
    EXPECT_EQ(kind(R"("attribute":"country")"), "other");
    EXPECT_EQ(kind(R"("ruleName":"home only")"), "other");
}

// --- CM's own words ---

std::string with_message(const std::string& message, const std::string& members = "") {
    return cm::violation("\"message\":\"" + message + "\"" + members);
}

TEST(ViolationLine, TheConfigurationSaysWhoseWordsAreRead) {
    const std::string counted = with_message("Go away", R"(,"threshold":3,"current":4)");
    const std::string uncounted = with_message("Not at home");
    EXPECT_EQ(line(counted, "en", CmMessages::after), kThreeStreams.english);
    EXPECT_EQ(line(counted, "en", CmMessages::prefer), "Go away");
    EXPECT_EQ(line(counted, "en", CmMessages::never), kThreeStreams.english);
    EXPECT_EQ(line(uncounted, "fr", CmMessages::after), "Not at home");
    EXPECT_EQ(line(uncounted, "fr", CmMessages::prefer), "Not at home");
    EXPECT_EQ(line(uncounted, "fr", CmMessages::never), kCannot.french);
    const std::string without = cm::violation(R"("threshold":3,"current":4)");
    EXPECT_EQ(line(without, "en", CmMessages::prefer), kThreeStreams.english);
}

TEST(ViolationLine, CmsWordsAreCleanedForTheScreen) {
    EXPECT_EQ(line(with_message(R"(  Not\r\n\tat \u0007 home\u0085now \u007f)")),
              "Not at home now");
    EXPECT_EQ(line(with_message("<b>Not</b> &amp; never")), "<b>Not</b> &amp; never");
    EXPECT_EQ(line(with_message("Pas \\u00e0 la maison")), "Pas à la maison");
    EXPECT_EQ(line(with_message(R"(\n \u0000)")), kCannot.english);
    const std::string cut = line(with_message(std::string(300, 'x') + std::string(300, 'y')));
    EXPECT_EQ(cut.size(), 512U);
    EXPECT_EQ(cut.substr(500), "yyyyyyyyy...");
    std::string accents;
    for (int i = 0; i < 300; ++i) accents += "é";
    const std::string whole = line(with_message(accents));
    EXPECT_LE(whole.size(), 512U);
    EXPECT_EQ(whole.substr(whole.size() - 5), "é...");
}

// --- the line for the whole ---

std::string advice(const std::string& first, const std::string& second) {
    return R"({"associatedAdvice":[)" + first + "," + second + "]}";
}

TEST(ViolationLine, TheFirstThatTellsMostSpeaksForTheWhole) {
    const std::string limit = R"({"type":"rule-violation","threshold":3,"current":4})";
    const std::string devices =
        R"({"type":"rule-violation","attribute":"deviceId","threshold":2,"current":2})";
    const std::string many = R"({"type":"rule-violation","attribute":"deviceId","threshold":2})";
    const std::string message = R"({"type":"rule-violation","message":"Not at home"})";
    const std::string nothing = R"({"type":"rule-violation"})";
    const std::string unknown = R"({"type":"parental","message":"Too late in the evening"})";
    const std::string ended = R"({"type":"remote-termination","message":"Ended"})";
    EXPECT_EQ(line(advice(many, limit)), kThreeStreams.english);
    EXPECT_EQ(line(advice(limit, devices)), kThreeStreams.english);
    EXPECT_EQ(line(advice(message, devices)), kTwoDevices.english);
    EXPECT_EQ(line(advice(nothing, many)), kDevices.english);
    EXPECT_EQ(line(advice(nothing, message)), "Not at home");
    EXPECT_EQ(line(advice(message, many)), "Not at home");
    EXPECT_EQ(line(advice(nothing, nothing)), kCannot.english);
    EXPECT_EQ(line(advice(unknown, nothing)), "Too late in the evening");
    EXPECT_EQ(line(advice(unknown, limit)), kThreeStreams.english);
    EXPECT_EQ(line(advice(limit, message), "en", CmMessages::prefer), "Not at home");
    EXPECT_EQ(line(advice(ended, nothing)), kCannot.english);
}

// After a choice that was not enough.
std::string line_after(const std::string& body, const std::vector<std::string>& chosen,
                       std::string_view tag = "en") {
    const cm::Body read(body);
    cm::Codes failed;
    for (const std::string& code : chosen) EXPECT_TRUE(failed.add(code));
    return std::string(line_of(*read, failed, Wording{language(tag)}).view());
}

TEST(ViolationLine, SaysFirstThatAChoiceDidNotFreeAPlace) {
    const std::string streams = fixture("409-service-streams");
    EXPECT_EQ(line_after(streams, {"94c8f7d9"}),
              std::string("Ending Bedroom did not free a place. ") + kStreams.english);
    EXPECT_EQ(
        line_after(streams, {"94c8f7d9"}, "fr"),
        std::string("Arrêter la lecture sur Bedroom n’a pas libéré de place. ") + kStreams.french);
    // It is not listed any more, has no name, or several were chosen.
    for (const std::vector<std::string>& chosen : std::vector<std::vector<std::string>>{
             {"gone"}, {"51fd351f"}, {"94c8f7d9", "c424312e"}, {"94c8f7d9", "51fd351f"}}) {
        EXPECT_EQ(line_after(streams, chosen),
                  std::string("That did not free a place. ") + kStreams.english);
    }
    EXPECT_EQ(line_after(streams, {"gone"}, "fr"),
              std::string("Cela n’a pas libéré de place. ") + kStreams.french);
    // Both streams of one device, and one of a device that is not listed any more.
    EXPECT_EQ(
        line_after(fixture("409-service-devices"), {"aaaa0001", "aaaa0002", "gone"}),
        std::string("Ending Living room did not free a place. ") + kChannelTwoDevices.english);
    const std::string longest(300, 'n');
    EXPECT_EQ(line_after(cm::violation(R"("conflicts":[{"terminationCode":"a","deviceName":")" +
                                       longest + "\"}]"),
                         {"a"}),
              std::string("That did not free a place. ") + kStreams.english);
}

TEST(ViolationLine, ABodyThatSaysNothingIsNoLimit) {
    for (const char* body : {"", "{}", "[]", "null", "not JSON", R"({"associatedAdvice":[]})",
                             R"({"associatedAdvice":[{"type":"parental"}]})"}) {
        EXPECT_EQ(line(body), kCannot.english) << body;
        EXPECT_EQ(line(body, "fr"), kCannot.french) << body;
    }
}

}  // namespace
}  // namespace cmagent::ui
