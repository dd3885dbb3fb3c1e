#include <gtest/gtest.h>

#include <string>

#include "agent/cm/date_time.h"
#include "tests/as_http_date.h"

namespace cmagent::cm {
namespace {

constexpr std::int64_t kExample = 784'111'777'000;  // RFC 9110 §5.6.7

TEST(HttpDate, AllThreeFormsAreTheSameMoment) {
    EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), kExample);
    EXPECT_EQ(read_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), kExample);
    EXPECT_EQ(read_http_date("Sun Nov  6 08:49:37 1994"), kExample);
    EXPECT_EQ(read_http_date("Sun Nov 16 08:49:37 1994"), kExample + 10 * 86'400'000LL);
}

// hazards.md 3: samples of the service have one.
TEST(HttpDate, AWrongWeekdayIsReadOver) {
    EXPECT_EQ(read_http_date("Mon, 06 Nov 1994 08:49:37 GMT"), kExample);
    EXPECT_EQ(read_http_date("Funday, 06-Nov-94 08:49:37 GMT"), kExample);
    EXPECT_EQ(read_http_date("X Nov  6 08:49:37 1994"), kExample);
}

TEST(HttpDate, KnowsEveryMonthAndTheEdges) {
    const struct {
        const char* text;
        std::int64_t seconds;
    } kRows[] = {
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
        {"Tue, 29 Feb 2000 12:00:00 GMT", 951'825'600},
        {"Wed, 01 Mar 2000 00:00:00 GMT", 951'868'800},
        {"Fri, 30 Apr 2021 00:00:00 GMT", 1'619'740'800},
        {"Mon, 31 May 2021 00:00:00 GMT", 1'622'419'200},
        {"Wed, 30 Jun 2021 00:00:00 GMT", 1'625'011'200},
        {"Sat, 31 Jul 2021 00:00:00 GMT", 1'627'689'600},
        {"Tue, 31 Aug 2021 00:00:00 GMT", 1'630'368'000},
        {"Thu, 30 Sep 2021 00:00:00 GMT", 1'632'960'000},
        {"Sun, 31 Oct 2021 00:00:00 GMT", 1'635'638'400},
        {"Tue, 30 Nov 2021 00:00:00 GMT", 1'638'230'400},
        {"Fri, 31 Dec 2021 23:59:59 GMT", 1'640'995'199},
        {"Sat, 31 Dec 2016 23:59:60 GMT", 1'483'228'800},
        {"Sun, 28 Feb 2100 00:00:00 GMT", 4'107'456'000},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253'402'300'799},
    };
    for (const auto& row : kRows)
        EXPECT_EQ(read_http_date(row.text), row.seconds * 1000) << row.text;
}

TEST(HttpDate, TwoDigitsOfAYearLieBetween1970And2069) {
    EXPECT_EQ(read_http_date("x, 01-Jan-70 00:00:00 GMT"), 0);
    EXPECT_EQ(read_http_date("x, 01-Jan-69 00:00:00 GMT"),
              read_http_date("x, 01 Jan 2069 00:00:00 GMT"));
    EXPECT_EQ(read_http_date("x, 01-Jan-00 00:00:00 GMT"),
              read_http_date("x, 01 Jan 2000 00:00:00 GMT"));
}

// RFC 9110 §5.6.7: "encouraged to be robust". A date that is not read makes a lease of unknown length.
TEST(HttpDate, IsReadAsServersWriteIt) {
    for (const char* text : {"Sun, 6 Nov 1994 08:49:37 GMT",
                             "06 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37",
                             "Sun, 06 Nov 1994 08:49:37 UTC",
                             "Sun, 06 Nov 1994 08:49:37 utc",
                             "Sun, 06 Nov 1994 08:49:37 +0000",
                             "Sun, 06 Nov 1994 08:49:37 -0000",
                             "Sun, 06 Nov 1994 09:49:37 +0100",
                             "Sun, 06 Nov 1994 04:19:37 -0430",
                             "Sun, 06 Nov 1994 09:49:37 GMT+0100",
                             "Sun, 06 Nov 1994 08:49:37 GMT ",
                             "Sun,  06  Nov\t1994 08:49:37 GMT",
                             "Sun, 06 nov 1994 08:49:37 gmt",
                             "SUN, 06 NOV 1994 08:49:37 GMT",
                             "Sunday, 06 November 1994 08:49:37 GMT",
                             "Sun, 06-Nov-1994 08:49:37 GMT",
                             "Sun, 06-Nov 94 08:49:37 GMT",
                             "Sun, 06 Nov 94 08:49:37 GMT",
                             "Sun, Nov 06 1994 08:49:37 GMT",
                             "Sun Nov 6 08:49:37 1994",
                             "Sun Nov  6 08:49:37 94",
                             "Sun Nov  6 08:49:37 1994 GMT",
                             "Sun Nov  6 08:49:37 UTC 1994",
                             "Sun Nov  6 09:49:37 +0100 1994",
                             "1994-11-06T08:49:37Z",
                             "1994-11-06T09:49:37.000+01:00"}) {
        EXPECT_EQ(read_http_date(text), kExample) << text;
    }
}

TEST(HttpDate, AnythingElseIsNone) {
    for (const char* text : {"",
                             "0",
                             "-1",
                             "now",
                             "Sun",
                             "Sun, ",
                             "Sun, 06 Nov 1994",
                             "Sun, 06 Nov 08:49:37 GMT",
                             "Sun, 06 1994 08:49:37 GMT",
                             "Sun, Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov Nov 1994 08:49:37 GMT",
                             "Sun, 06 Dec Jan 1994 08:49:37 GMT",
                             "Sun, 06 07 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 1995 08:49:37 GMT",
                             "Sun, 06 Nov 994 08:49:37 GMT",
                             "Sun, 06 Nov 01994 08:49:37 GMT",
                             "Sun, 06 Nov 001994 08:49:37 GMT",
                             "Sun, 06 Nov 19940 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37 EST",
                             "Sun, 06 Nov 1994 08:49:37 A",
                             "Sun, 06 GMT 1994 08:49:37",
                             "Sun, 06 Nov 1994 08:49:37 Nov",
                             "Sun, 06 Nov 1994 08:49:37 GMT+1",
                             "Sun, 06 Nov 1994 08:49:37 +1",
                             "Sun, 06 Nov 1994 08:49:37 +01:00",
                             "Sun, 06 anF 1994 08:49:37 GMT",
                             "Sun, 06 No",
                             "Sun, 06 Nov 1994 8:49:37 GMT",
                             "Sun, 06 Nov 1994 08:4:37 GMT",
                             "Sun, 06 Nov 1994 08:49 GMT",
                             "Sun, 06 Nov 1994 08:49:x7 GMT",
                             "Sun, 06 Nov 1994 24:00:00 GMT",
                             "Sun, 06 Nov 1994 08:60:00 GMT",
                             "Sun, 06 Nov 1994 08:49:61 GMT",
                             "Sun, 06 Nov 1994 08-49-37 GMT",
                             "Sun, 06 Nov 1994 08:49-37 GMT",
                             "Sun, 00 Nov 1994 08:49:37 GMT",
                             "Sun, 31 Nov 1994 08:49:37 GMT",
                             "Sun, 29 Feb 2023 08:49:37 GMT",
                             "Sun, 29 Feb 2100 08:49:37 GMT",
                             "Sun, 31 Apr 2023 00:00:00 GMT",
                             "Sun, 06 Nov +994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:3",
                             "Sun, 06 Nov 1994 08:49:37Z",
                             "Sun, 06 Jan Jan 1994 08:49:37 GMT",
                             "Sun Nov  6 08:49:37",
                             "Sun Nov 16 08.49:37 1994",
                             "1994-11-06 08:49:37Z",
                             "06/11/1994 08:49:37",
                             "Sun, 06 Nov 1994 \xD9\xA0"}) {
        EXPECT_EQ(read_http_date(text), std::nullopt) << text;
    }
}

TEST(Rfc3339, IsReadWithAnyFractionAndOffset) {
    const struct {
        const char* text;
        std::int64_t ms;
    } kRows[] = {
        {"2024-11-25T09:06:12.951Z", 1'732'525'572'951},
        {"2024-11-25T09:06:12Z", 1'732'525'572'000},
        {"2024-11-25T09:06:12.9Z", 1'732'525'572'900},
        {"2024-11-25T09:06:12.9519999Z", 1'732'525'572'951},
        {"2024-11-25T10:36:12+01:30", 1'732'525'572'000},
        {"2024-11-25T04:06:12.5-05:00", 1'732'525'572'500},
        {"1969-12-31T23:59:59.999Z", -1},
    };
    for (const auto& row : kRows) EXPECT_EQ(read_rfc3339(row.text), row.ms) << row.text;
    for (const char* text :
         {"", "2024-11-25", "2024-11-25T09:06:12", "2024-11-25T09:06:12.", "2024-11-25T09:06:12.9",
          "2024-11-25 09:06:12Z", "2024-00-25T09:06:12Z", "2024-13-25T09:06:12Z",
          "2024-02-30T09:06:12Z", "2024-11-25T24:06:12Z", "2024-11-25T09:06:12Zx",
          "2024-11-25T09:06:12+0100", "2024-11-25T09:06:12+01:00x", "1732525572951"}) {
        EXPECT_EQ(read_rfc3339(text), std::nullopt) << text;
    }
}

TEST(Rfc3339, IsWrittenWithMilliseconds) {
    EXPECT_EQ(write_rfc3339(1'732'525'572'951).view(), "2024-11-25T09:06:12.951Z");
    EXPECT_EQ(write_rfc3339(0).view(), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(write_rfc3339(-1).view(), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(write_rfc3339(951'782'400'000).view(), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(write_rfc3339(253'402'300'799'999).view(), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(write_rfc3339(253'402'300'800'000).view(), "");
    EXPECT_EQ(write_rfc3339(-62'167'219'200'000).view(), "0000-01-01T00:00:00.000Z");
    EXPECT_EQ(write_rfc3339(-62'167'219'200'001).view(), "");
    EXPECT_EQ(write_rfc3339(INT64_MAX).view(), "");
    EXPECT_EQ(write_rfc3339(INT64_MIN).view(), "");
}

TEST(Rfc3339, EveryDayOfAnEraIsWritten) {
    constexpr std::int64_t kDay = 86'400'000;
    for (std::int64_t day = -720'000; day < 2'930'000; day += 101) {
        const std::int64_t moment = day * kDay + 45'296'789;  // 12:34:56.789
        const auto text = write_rfc3339(moment);
        if (text.empty()) continue;  // before the year 0
        ASSERT_EQ(read_http_date(as_http_date(text.view())), moment - 789) << text.view();
        ASSERT_EQ(slice(text.view(), 19, 5), ".789Z");
    }
}

}  // namespace
}  // namespace cmagent::cm
