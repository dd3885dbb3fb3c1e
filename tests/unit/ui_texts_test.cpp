// What the viewer reads: languages, their choice, plurals, names.

#include "agent/base/names.h"
#include "agent/ui/texts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "agent/ui/problem.h"
#include "agent/ui/session_json.h"

namespace cmagent::ui {
namespace {

const Language& language(std::string_view tag) {
    return find_language(tag, *languages().begin());
}

std::string chosen(std::string_view accepted) {
    return std::string(choose_language(accepted, language("en")).tag);
}

TEST(Texts, EnglishAndFrenchAreThereAndEnglishIsFirst) {
    EXPECT_EQ(languages().begin()->tag, "en");
    EXPECT_EQ(language("fr").tag, "fr");
}

TEST(Texts, EnglishByItselfIsTheFirstOfAll) {
    const Language& first = *languages().begin();
    EXPECT_EQ(english().tag, first.tag);
    EXPECT_EQ(compose(english(), TextId::busy).view(), compose(first, TextId::busy).view());
    EXPECT_EQ(english().plural(1), first.plural(1));
}

TEST(Texts, EveryLanguageHasEveryTextAndTheSamePlaces) {
    for (const Language& one : languages()) {
        for (std::size_t i = 0; i < kTextIds; ++i) {
            const auto line = static_cast<TextId>(i);
            const TextValues places{5, "«DEVICE»", "«APP»"};
            const std::string here(compose(one, line, places).view());
            const std::string english(compose(*languages().begin(), line, places).view());
            ASSERT_FALSE(here.empty());
            EXPECT_EQ(here.find('{'), std::string::npos) << here;
            for (const char* place : {"5", "«DEVICE»", "«APP»"}) {
                EXPECT_EQ(here.find(place) == std::string::npos,
                          english.find(place) == std::string::npos)
                    << one.tag << ": " << here;
            }
        }
    }
}

TEST(Texts, ALanguageIsChosenByLookup) {
    EXPECT_EQ(chosen(""), "en");
    EXPECT_EQ(chosen("fr"), "fr");
    EXPECT_EQ(chosen("fr-CA"), "fr");
    EXPECT_EQ(chosen("FR-ca-x-tv"), "fr");
    EXPECT_EQ(chosen("zxx, fr;q=0.5"), "fr");
    EXPECT_EQ(chosen("en;q=0.8, fr;q=0.9"), "fr");
    EXPECT_EQ(chosen("fr;q=0.8, en;q=0.9"), "en");
    EXPECT_EQ(chosen("fr, en"), "fr");
    EXPECT_EQ(chosen("fr;q=0"), "en");
    EXPECT_EQ(chosen("zxx"), "en");
    EXPECT_EQ(chosen("*"), "en");
    EXPECT_EQ(chosen("french"), "en");
    EXPECT_EQ(chosen(";;,,fr;q=,q"), "en");
    EXPECT_EQ(choose_language("zxx", language("fr")).tag, "fr");
}

TEST(Texts, PluralsFollowTheLanguage) {
    const auto at_limit = [](const char* tag, std::int64_t n) {
        return std::string(compose(language(tag), TextId::at_most_devices, {n, {}, {}}).view());
    };
    EXPECT_EQ(at_limit("en", 1).substr(0, 15), "Only one device");
    EXPECT_EQ(at_limit("en", 2).substr(0, 14), "Only 2 devices");
    EXPECT_EQ(at_limit("fr", 1).substr(0, 16), "Un seul appareil");
    EXPECT_EQ(at_limit("fr", 3).substr(0, 11), "3 appareils");
}

// Lexique des règles typographiques en usage à l’Imprimerie nationale: a narrow space that does not
// break before ; ! ?, a wide one before a colon and within guillemets; the apostrophe is curved.
TEST(Texts, FrenchHasTheSpacesOfItsTypography) {
    const std::string narrow = "\u202F";
    const std::string wide = "\u00A0";
    const auto stands_behind = [](const std::string& text, std::size_t at,
                                  const std::string& space) {
        return at >= space.size() && text.compare(at - space.size(), space.size(), space) == 0;
    };
    const Language& french = language("fr");
    for (std::size_t i = 0; i < french.size; ++i) {
        const std::string text(french.texts[i]);
        for (std::size_t at = 0; at < text.size(); ++at) {
            const std::string rest = text.substr(at);
            const char c = text[at];
            if (c == ';' || c == '!' || c == '?') {
                EXPECT_TRUE(stands_behind(text, at, narrow)) << text;
            }
            if (c == ':' || rest.rfind("»", 0) == 0) {
                EXPECT_TRUE(stands_behind(text, at, wide)) << text;
            }
            if (rest.rfind("«", 0) == 0) {
                EXPECT_EQ(rest.substr(std::string("«").size(), wide.size()), wide) << text;
            }
            EXPECT_NE(c, '\'') << text;
        }
    }
}

TEST(Texts, TheLongestNamesFit) {
    const std::string name(256, 'n');
    for (const Language& one : languages()) {
        const std::string text(compose(one, TextId::stopped_by_device_app, {0, name, name}).view());
        EXPECT_EQ(text.find(name), text.rfind(name) - name.size() - 2);
    }
}

TEST(Texts, WhoEndedASessionIsNamedAsFarAsItIsKnown) {
    const Language& english = language("en");
    core::Terminator terminator;
    const auto message = [&] {
        return std::string(
            end_message(core::EndReason::remote_termination, &terminator, {english}).view());
    };
    EXPECT_EQ(message(), "Playback has ended.");
    terminator.remote = true;
    EXPECT_EQ(message(), "Playback was ended by another device.");
    ASSERT_TRUE(terminator.application_name.assign("News"));
    EXPECT_EQ(message(), "Playback was ended by News on another device.");
    ASSERT_TRUE(terminator.device_name.assign("Kitchen"));
    EXPECT_EQ(message(), "Playback was ended by Kitchen (News).");
    terminator.application_name.clear();
    EXPECT_EQ(message(), "Playback was ended by Kitchen.");
}

TEST(Texts, CmsWordsAboutAnEndAreReadWhereOursSayNothing) {
    core::Terminator terminator;
    ASSERT_TRUE(terminator.message.assign("Les droits ont expiré"));
    const auto message = [&](core::EndReason reason, CmMessages cm_messages) {
        return std::string(end_message(reason, &terminator, {language("en"), cm_messages}).view());
    };
    constexpr auto kRemote = core::EndReason::remote_termination;
    EXPECT_EQ(message(kRemote, CmMessages::after), "Les droits ont expiré");
    EXPECT_EQ(message(kRemote, CmMessages::prefer), "Les droits ont expiré");
    EXPECT_EQ(message(kRemote, CmMessages::never), "Playback has ended.");
    EXPECT_EQ(message(core::EndReason::logout, CmMessages::prefer),
              "Playback was ended because you have been signed out.");
    terminator.remote = true;
    EXPECT_EQ(message(kRemote, CmMessages::after), "Playback was ended by another device.");
    EXPECT_EQ(message(kRemote, CmMessages::prefer), "Les droits ont expiré");
}

// A viewer who took the tablet out of the house is not told that somebody else is watching.
TEST(Texts, AnEndByA409TellsTheLimit) {
    core::Terminator terminator;
    const auto message = [&](core::EndReason reason, CmMessages cm_messages = CmMessages::after) {
        return std::string(end_message(reason, &terminator, {language("en"), cm_messages}).view());
    };
    const std::string displaced = "Playback was ended because another device has started to watch.";
    const std::string denied =
        "Playback was ended: watching on this device is not possible any more.";
    EXPECT_EQ(message(core::EndReason::displaced), displaced);
    EXPECT_EQ(message(core::EndReason::denied), denied);
    ASSERT_TRUE(terminator.message.assign("Not at home"));
    EXPECT_EQ(message(core::EndReason::displaced), "Playback has ended. Not at home");
    EXPECT_EQ(message(core::EndReason::denied), "Playback has ended. Not at home");
    EXPECT_EQ(message(core::EndReason::displaced, CmMessages::never), displaced);
    EXPECT_EQ(message(core::EndReason::user), "Playback has ended.");
    terminator.limit.counted = cm::Counted::streams;
    terminator.limit.number = 1;
    EXPECT_EQ(message(core::EndReason::displaced),
              displaced + " Only one programme can be watched at a time.");
    EXPECT_EQ(message(core::EndReason::denied),
              denied + " Only one programme can be watched at a time.");
    EXPECT_EQ(message(core::EndReason::displaced, CmMessages::prefer), displaced + " Not at home");
}

TEST(Texts, TwoSentencesAreCutWhereTheyAreTooLong) {
    ComposedText longest;
    ASSERT_TRUE(longest.assign(std::string(ComposedText::capacity(), 'x')));
    EXPECT_EQ(join(longest, longest).view(), longest.view());
}

TEST(Texts, EveryEndHasAMessage) {
    for (std::uint8_t i = 1; i < kCountOf<core::EndReason>; ++i) {
        EXPECT_FALSE(end_message(static_cast<core::EndReason>(i), {}, {language("fr")}).empty());
    }
    EXPECT_TRUE(end_message(core::EndReason::none, {}, {language("fr")}).empty());
}

TEST(Problems, CodesAreUniqueAndStatusesAreErrors) {
    std::set<std::string_view> codes;
    for (std::size_t i = 0; i < std::size(kProblems); ++i) {
        const ProblemRow one = row(static_cast<Problem>(i));
        EXPECT_TRUE(codes.insert(one.code).second) << one.code;
        EXPECT_GE(one.status, 400);
        EXPECT_FALSE(one.title.empty());
    }
}

TEST(Problems, EveryRefusalOfTheCoreHasOne) {
    for (std::uint8_t i = 1; i <= static_cast<std::uint8_t>(core::Refusal::shutting_down); ++i) {
        EXPECT_NE(problem_of(static_cast<core::Refusal>(i)), Problem::internal) << int{i};
    }
}

}  // namespace
}  // namespace cmagent::ui
