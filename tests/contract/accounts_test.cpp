// Users and groups, read as passwd(5) and group(5) say.
#include "platform/linux/accounts.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/temporary_folder.h"

namespace cmagent::contract {
namespace {

using platform::User;

class AccountsTest : public testing::Test {
  protected:
    AccountsTest() {
        folder_.write("passwd",
                      "root:x:0:0:root:/root:/bin/sh\n"
                      "# remark\n"
                      "\n"
                      "tv:x:500:600:The app, at home:/home/tv:/bin/sh\n"
                      "tv2:x:501:601::/:\n"
                      "broken:x:five:1::/:\n"
                      "negative:x:4294967295:1::/:\n"
                      "short:x\n"
                      "last::65534:65534");
        folder_.write("group",
                      "root:x:0:\n"
                      "audio:x:29:tv2,tv\n"
                      "video:x:44:tv\n"
                      "own:x:600:\n"
                      "alike:x:45:tvs,atv,tv2\n"
                      "broken:x:many:tv\n"
                      "input:x:46:tv");
    }
    std::vector<gid_t> groups_of(std::string_view name) {
        const auto user = platform::find_user(name, folder_.path().c_str());
        return user ? std::vector<gid_t>(user->groups.begin(), user->groups.end())
                    : std::vector<gid_t>();
    }

    TemporaryFolder folder_;
};

TEST_F(AccountsTest, AUserHasHisOwnGroupFirstAndThoseThatNameHim) {
    EXPECT_EQ(groups_of("tv"), (std::vector<gid_t>{600, 29, 44, 46}));
    EXPECT_EQ(groups_of("tv2"), (std::vector<gid_t>{601, 29, 45}));
    EXPECT_EQ(groups_of("root"), std::vector<gid_t>{0});
    EXPECT_EQ(groups_of("last"), std::vector<gid_t>{65534});
    const auto tv = platform::find_user("tv", folder_.path().c_str());
    EXPECT_EQ(tv->id, 500U);
}

TEST_F(AccountsTest, WhatIsNoAccountIsNone) {
    for (const char* name : {"", "none", "t", "broken", "negative", "short", "# remark"}) {
        EXPECT_EQ(groups_of(name), std::vector<gid_t>()) << name;
    }
    EXPECT_FALSE(platform::find_user("tv", "/none"));
    EXPECT_FALSE(platform::find_user("tv", std::string(300, 'x').c_str()));
}

TEST_F(AccountsTest, GroupsAreFoundByName) {
    const auto find = [this](std::string_view name) {
        return platform::find_group(name, folder_.path().c_str());
    };
    EXPECT_EQ(find("root"), 0U);
    EXPECT_EQ(find("audio"), 29U);
    EXPECT_EQ(find("input"), 46U);
    EXPECT_FALSE(find("none"));
    EXPECT_FALSE(find("broken"));
    EXPECT_FALSE(platform::find_group("audio", "/none"));
}

TEST_F(AccountsTest, MoreGroupsThanAnyBoxGivesAreNotTaken) {
    std::string many;
    for (int i = 0; i < 40; ++i) many += "g:x:" + std::to_string(1000 + i) + ":tv\n";
    folder_.write("group", many);
    EXPECT_EQ(groups_of("tv").size(), User::kMaxGroups);
}

}  // namespace
}  // namespace cmagent::contract
