// What all files come to, as it is printed (contract.md, "report").
#include "agent/config/effective.h"

#include "tests/unit/config_text.h"

namespace cmagent::config {
namespace {

std::string effective(const Configuration& configuration) {
    static char bytes[kMaxSection];
    std::string text = "{";
    for (std::size_t i = 0;; ++i) {
        const std::string_view section = print_section(
            configuration, platform::PlayerDrivers::kAdapters, i, {bytes, sizeof bytes});
        if (section.empty()) return text + "}";
        text += (i > 0 ? ",\n" : "") + std::string(section);
    }
}

// The example of the contract names every key.
TEST(EffectiveConfiguration, IsAConfigurationThatComesToTheSame) {
    const Pointer first = accepted(example_of("agent/ui/contract.md"));
    const std::string printed = effective(*first);
    const Pointer again = accepted(printed);
    EXPECT_EQ(effective(*again), printed);
    for (const FixedKey& key : keep_fixed(*first, *again)) {
        EXPECT_TRUE(key.path.view() == "cm.applicationId" || key.path.view() == "cm.applications")
            << key.path.view();
    }
}

TEST(EffectiveConfiguration, NamesDefaultsToo) {
    const std::string printed = effective(*accepted("{" + kCm + "}"));
    for (const char* part :
         {R"("url":"https://cm.example:443/v2")", R"("graceSeconds":180)", R"("socketMode":"0660")",
          R"("listen":["127.0.0.1:8790","[::1]:8790"])", R"("adapter":"ui")", R"("reference":true)",
          R"("dir":"/var/lib/cmagent")", R"("level":"info")", R"("nice":-10,"realtime":false)",
          R"("players":{})"}) {
        EXPECT_NE(printed.find(part), std::string::npos) << part << " in " << printed;
    }
}

TEST(EffectiveConfiguration, HoldsNoSecret) {
    if (!has_adapter("thunder")) GTEST_SKIP() << "a build without the adapter thunder";
    const std::string text =
        R"({"cm": {"url": "https://[2001:db8::1]:8443", "applicationId": "s3cret-1",
        "applications": {"news": "s3cret-2"}}, "device": {"metadata": {"deviceId": "s3cret-3", "s3cret-4": "x"}},
        "player": {"adapter": "exec", "stop": ["/bin/curl", "-u", "me:s3cret-5"], "force": ["/bin/kill", "s3cret-6"]},
        "players": {"tv": {"adapter": "thunder", "url": "ws://127.0.0.1:9998/jsonrpc?token=s3cret-7", "callsign": "X"}}})";
    const std::string printed = effective(*accepted(text));
    EXPECT_EQ(printed.find("s3cret"), std::string::npos) << printed;
    EXPECT_NE(printed.find(R"("stop":["/bin/curl","<set>","<set>"])"), std::string::npos)
        << printed;
    EXPECT_NE(printed.find(R"("url":"https://[2001:db8::1]:8443")"), std::string::npos) << printed;
    EXPECT_NE(printed.find(R"("applications":{"news":"<set>"})"), std::string::npos) << printed;
    EXPECT_NE(printed.find(R"("url":"ws://127.0.0.1:9998/jsonrpc?<set>")"), std::string::npos)
        << printed;
    EXPECT_EQ(printed.find("verify"), std::string::npos)
        << "what is not given has no value: " << printed;
    accepted(printed);
}

// The largest that there is room for.
TEST(EffectiveConfiguration, EveryConfigurationFits) {
    if (!has_adapter("thunder")) GTEST_SKIP() << "a build without the adapter thunder";
    std::string players;
    for (int i = 0; i < 7; ++i) {
        players += (i > 0 ? ", \"" : "\"") + std::to_string(i) + std::string(63, 'p') +
                   R"(": {"adapter": "thunder", "url": "ws://127.0.0.1:9998/)" +
                   std::string(200, static_cast<char>('a' + i)) + R"(", "callsign": ")" +
                   std::string(64, 'c') + R"(", "secretFile": "/)" + std::string(254, 's') +
                   R"(", "force": [")" + std::string(1000, 'f') + "\"]}";
    }
    const std::string printed = effective(*accepted(with("\"players\": {" + players + "}")));
    EXPECT_NE(printed.find("\"log\""), std::string::npos);
    accepted(printed);
}

}  // namespace
}  // namespace cmagent::config
