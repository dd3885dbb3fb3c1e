// GET /v1/check (contract.md, "check"): who waits for one, who shares it, and who may ask.

#include "agent/ui/check_list.h"
#include "tests/unit/ui_fixture.h"

namespace cmagent::ui {
namespace {

constexpr char kFound[] =
    R"({"checks":[{"check":"state","subject":"/var/lib/cmagent","result":"ok","says":"x"}],"ok":true})";

// Begins one check for all who ask, until end().
class FakeChecking final : public Checking {
  public:
    std::string_view check(Time) override {
        begun_ += running_ || !text_.empty() ? 0 : 1;
        running_ = text_.empty();
        return text_;
    }
    void end(LocalApi& api) {
        text_ = kFound;
        running_ = false;
        api.on_checked(text_);
    }
    int begun_ = 0;

  private:
    bool running_ = false;
    std::string_view text_;
};

TEST(CheckListTest, IsATextWhateverItHasToHold) {
    const auto list = std::make_unique<CheckList>();
    list->begin();
    list->add("clock", {}, Checked::warning, "late", "set it");
    EXPECT_EQ(list->finish(), R"({"checks":[{"check":"clock","result":"warning","says":"late",)"
                              R"("remedy":"set it"}],"ok":true})");
    list->begin();
    for (int i = 0; i < 2000; ++i) list->add("player", "x", Checked::fault, "no such file");
    EXPECT_EQ(list->finish(), R"({"checks":[],"ok":false})");
}

class CheckTest : public ApiTest {
  protected:
    CheckTest() { api->check_by(checking); }
    void SetUp() override { CMAGENT_NEEDS(CMAGENT_CHECK); }

    FakeChecking checking;
};

TEST_F(CheckTest, IsWaitedForByAllWhoAskAndMadeOnce) {
    const Answered one = ask("GET", "/v1/check");
    const Answered other = ask("GET", "/v1/check");
    EXPECT_EQ(one.status, 0);
    EXPECT_EQ(other.status, 0);
    checking.end(*api);
    EXPECT_EQ(checking.begun_, 1);
    for (const Answered& waiting : {one, other}) {
        const Answered answer = later(waiting);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, kFound);
    }
}

TEST_F(CheckTest, OfJustNowIsToldAtOnce) {
    (void)ask("GET", "/v1/check");
    checking.end(*api);
    const Answered answer = ask("GET", "/v1/check");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, kFound);
}

TEST_F(CheckTest, IsNotBegunByAHead) {
    EXPECT_EQ(ask("HEAD", "/v1/check").status, 200);
    EXPECT_EQ(checking.begun_, 0);
}

TEST_F(CheckTest, AnswersNobodyWhoHasGone) {
    const Answered gone = ask("GET", "/v1/check");
    leave(gone);
    checking.end(*api);
    EXPECT_EQ(later(gone).status, 0);
}

TEST_F(CheckTest, TakesNoMorePlacesThanTheCallersShare) {
    int busy = 0;
    for (int i = 0; i < 40; ++i) busy += ask("GET", "/v1/check").status == 503 ? 1 : 0;
    EXPECT_GT(busy, 10);
    EXPECT_EQ(checking.begun_, 1);
}

TEST_F(CheckTest, TellsOfTheWholeBoxAndSoNothingToATokenOfOneApplication) {
    core_settings.application_count = 2;
    ASSERT_TRUE(core_settings.applications[1].name.assign("news"));
    settings.needs_token = true;
    settings.tokens = "Uq3x_Tn-08vLcY2mZr7WdA news\n";
    api->configure(settings);
    const Answered answer =
        ask("GET", "/v1/check", "", {{"Authorization", "Bearer Uq3x_Tn-08vLcY2mZr7WdA"}});
    EXPECT_EQ(answer.status, 403);
    EXPECT_TRUE(answer.has("not-allowed"));
    EXPECT_EQ(checking.begun_, 0);
}

}  // namespace
}  // namespace cmagent::ui
