// What the core gives to be kept, and what it makes of a text that is odd.

#include <gtest/gtest.h>

#include "agent/core/reference.h"
#include "tests/scenario/world.h"

namespace cmagent::scenario {
namespace {

std::string session(const std::string& members) {
    return R"({"sessions":[{)" + members + "}]}";
}

const std::string kWhole = R"("id":"0123456789abcdef","idp":"acme","subject":"viewer",)"
                           R"("cm":"cm-1","playback":"playing")";

TEST(Kept, WithoutMetadataWhereItDoesNotFit) {
    World world;
    world.playing(with({{"title", std::string(200, 'x')}}));
    char page[4096];
    const std::size_t whole = world.core().snapshot({page, sizeof page});
    ASSERT_GT(whole, 0u);
    const std::size_t less = world.core().snapshot({page, whole - 100});
    const std::string kept(page, less);
    EXPECT_NE(kept.find("cm-1"), std::string::npos);
    EXPECT_EQ(kept.find("title"), std::string::npos);
    EXPECT_EQ(world.core().snapshot({page, 20}), 0u) << "better nothing than a part";
}

TEST(Kept, TheLatestHundredConflictsSurvive) {
    World world;
    for (int i = 0; i <= 100; ++i) {
        world.start();
        world.answer(world.next(cm::Call::start),
                     response(409, "",
                              R"({"associatedAdvice":[{"type":"rule-violation","ruleName":"r)" +
                                  std::to_string(i) + R"(","conflicts":{}}]})"));
    }
    EXPECT_EQ(world.flash.find("\"r0\""), std::string::npos);
    EXPECT_NE(world.flash.find("\"r1\""), std::string::npos);
    EXPECT_NE(world.flash.find("\"r100\""), std::string::npos);
}

TEST(Restored, OnlyWhatHasAllItsNames) {
    const std::string too_long = '"' + std::string(1000, 'x') + '"';
    for (const std::string& lacking :
         {std::string(R"("idp":"a","subject":"b","cm":"c","playback":"playing")"),
          std::string(R"("id":"1","subject":"b","cm":"c","playback":"playing")"),
          std::string(R"("id":"1","idp":"a","cm":"c","playback":"playing")"),
          R"("id":)" + too_long + R"(,"idp":"a","subject":"b","cm":"c","playback":"playing")"}) {
        World world;
        world.begin(session(lacking), false);
        EXPECT_TRUE(world.core().idle()) << lacking;
    }
}

TEST(Restored, MetadataThatCannotBeReadIsLeftOut) {
    World world;
    const std::string too_long(1000, 'x');
    world.begin(session(kWhole + R"(,"metadata":{"a":"1","b":2,")" + too_long + R"(":"3","c":")" +
                        too_long + R"("})"),
                false);
    EXPECT_EQ(world.session("0123456789abcdef").stream.metadata.size(), 1u);
}

TEST(Restored, NoMoreThanThereIsRoomFor) {
    World world;
    std::string list;
    for (std::size_t i = 0; i <= core::SessionTable::kRecords; ++i) {
        list += (i == 0 ? "" : ",") + std::string(R"({"id":")") +
                std::string(core::name_for(i).view()) +
                R"(","idp":"acme","subject":"viewer","cm":"c","playback":"playing"})";
    }
    world.begin(R"({"sessions":[)" + list + "]}", false);
    EXPECT_NE(world.core().ledgers().sessions.find(
                  core::name_for(core::SessionTable::kRecords - 1).view()),
              nullptr);
    EXPECT_EQ(
        world.core().ledgers().sessions.find(core::name_for(core::SessionTable::kRecords).view()),
        nullptr);
}

TEST(Reboot, Hazard24AndAStartWithoutAnswerIsLookedForAndEnded) {
    World world;
    const Call start = (world.start(), world.next(cm::Call::start));
    world.reboot();
    world.answer(world.next(cm::Call::running_streams), streams_with("cm-1", start));
    EXPECT_EQ(world.next(cm::Call::end).session, "cm-1");
}

TEST(Crash, WithoutAReferenceAStartWithoutAnswerIsAskedAgain) {
    World world;
    world.settings.reference = false;
    world.start();
    (void)world.next(cm::Call::start);
    world.crash();
    EXPECT_EQ(world.first_due(), cm::Call::start);
}

TEST(Core, NeedsNobodyWhoListensToItsTransitions) {
    World world;
    world.core().listen(nullptr);
    EXPECT_EQ(world.session(world.playing()).state(), State::active);
    EXPECT_TRUE(world.transitions.empty());
}

}  // namespace
}  // namespace cmagent::scenario
