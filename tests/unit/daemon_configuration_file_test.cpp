// How the configuration is read from a file.
#include "agent/daemon/configuration_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "tests/temporary_folder.h"
#include "tests/unit/config_text.h"

namespace cmagent::daemon {
namespace {

using config::Configuration;

const std::string kSmallest = "{" + config::kCm + "}";

struct ConfigurationFile : testing::Test {
    // The fault of a file that holds `text`, as it is printed.
    std::string read(const std::string& text) {
        folder.write("cmagent.json", text);
        return read_file(folder.file("cmagent.json"));
    }
    std::string read_file(const std::string& name) { return read_places({name}); }
    // What is wrong with what these come to, the folder of the test left out.
    std::string read_places(const std::vector<std::string>& names) {
        Places places;
        for (const std::string& name : names) EXPECT_TRUE(places.add(name.c_str()));
        std::string fault = config::text_of(read_configuration(places, *configuration));
        while (fault.find(folder.path()) != std::string::npos)
            fault.erase(fault.find(folder.path()), folder.path().size() + 1);
        return fault;
    }

    TemporaryFolder folder;
    std::unique_ptr<Configuration> configuration = std::make_unique<Configuration>();
};

TEST_F(ConfigurationFile, IsRead) {
    EXPECT_EQ(read(kSmallest), "f: ");
    EXPECT_EQ(configuration->endpoint.host, "cm.example");
}

TEST_F(ConfigurationFile, ThatCannotBeReadIsNamedWithTheReason) {
    EXPECT_EQ(read_file("/nonexistent/x.json"), "/nonexistent/x.json: No such file or directory");
}

// A name that a pipe has, to which nobody writes: as a reload must not end the loop.
TEST_F(ConfigurationFile, Hazard43ThatIsAPipeHoldsNobodyUp) {
    const std::string pipe = folder.file("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_NE(read_file(pipe), "f: ");
    std::thread writer([&pipe, this] {
        const int fd = open(pipe.c_str(), O_WRONLY);
        for (const char c : kSmallest) {
            EXPECT_EQ(write(fd, &c, 1), 1);
            usleep(100);
        }
        close(fd);
    });
    EXPECT_EQ(read_file(pipe), "f: ") << "what comes in pieces is read to its end";
    writer.join();
}

TEST_F(ConfigurationFile, ThatIsTooLongIsRefused) {
    EXPECT_EQ(read(kSmallest + std::string(config::kMaxConfiguration, ' ')),
              "cmagent.json: longer than 64 KiB, with the files before it");
}

TEST_F(ConfigurationFile, SeveralAreMergedInTheirOrder) {
    const std::string a = folder.write("a", kSmallest);
    const std::string b = folder.write("b", R"({"session": {"maxSessions": 3}})");
    const std::string c = folder.write("c", R"({"session": {"maxSessions": 4}})");
    EXPECT_EQ(read_places({a, b, c}), "f: ");
    EXPECT_EQ(configuration->settings.max_sessions, 4U);
    EXPECT_EQ(read_places({a, c, b}), "f: ");
    EXPECT_EQ(configuration->settings.max_sessions, 3U);
    EXPECT_EQ(configuration->files.size(), 3U);
    EXPECT_EQ(configuration->files[2], b);
    EXPECT_EQ(read_places({a, folder.file("none"), b}), "none: No such file or directory");
}

// What others leave in a folder is no configuration; what is one, and cannot be read, is told.
TEST_F(ConfigurationFile, Hazard59AFolderStandsForItsJson) {
    const std::string all = folder.file("conf.d");
    ASSERT_EQ(mkdir(all.c_str(), 0700), 0);
    EXPECT_EQ(read_places({all}), "conf.d: holds no *.json");
    folder.write("conf.d/10.json", kSmallest);
    folder.write("conf.d/9.json", R"({"session": {"maxSessions": 3}})");
    folder.write("conf.d/A.json", R"({"session": {"maxSessions": 4}})");
    for (const char* other : {".json", ".9.json", ".a.json.swp", "9.json~", "9.json.dpkg-new",
                              "json", "B.JSON", "README"})
        folder.write(std::string("conf.d/") + other, "no configuration");
    EXPECT_EQ(read_places({all}), "f: ");
    EXPECT_EQ(configuration->settings.max_sessions, 4U) << "by bytes: 10, 9, A";
    ASSERT_EQ(configuration->files.size(), 3U);
    EXPECT_EQ(configuration->files[0], all + "/10.json");
    EXPECT_EQ(configuration->files[2], all + "/A.json");

    const std::string odd = folder.file("conf.d/5.json");
    const std::string told =
        "conf.d/5.json: must be a file: what else is in the folder has another name";
    ASSERT_EQ(mkfifo(odd.c_str(), 0600), 0);
    EXPECT_EQ(read_places({all}), told);
    unlink(odd.c_str());
    ASSERT_EQ(mkdir(odd.c_str(), 0700), 0);
    EXPECT_EQ(read_places({all}), told);
    rmdir(odd.c_str());
    ASSERT_EQ(symlink("nowhere", odd.c_str()), 0);
    EXPECT_EQ(read_places({all}), "conf.d/5.json: No such file or directory");
    unlink(odd.c_str());
    ASSERT_EQ(symlink("10.json", odd.c_str()), 0);
    EXPECT_EQ(read_places({all}), "f: ") << "a link is what it leads to";
    unlink(odd.c_str());
    folder.write("conf.d/5.json", "");
    EXPECT_EQ(read_places({all}), "conf.d/5.json:1: no value (column 1)");
}

TEST_F(ConfigurationFile, ThereAreNotAnyNumberOfThem) {
    const std::string all = folder.file("conf.d");
    ASSERT_EQ(mkdir(all.c_str(), 0700), 0);
    const std::string first = folder.write("first", kSmallest);
    for (int i = 0; i < 32; ++i) folder.write("conf.d/" + std::to_string(i) + ".json", "{}");
    EXPECT_EQ(read_places({first, first, all}), "f: ");
    EXPECT_EQ(configuration->files.size(), 34U);
    const std::string more = "conf.d: holds more than 32 files, or all are more than 34";
    EXPECT_EQ(read_places({first, first, first, all}), more);
    EXPECT_EQ(read_places({all, first, first, first}), "first: is one of more than 34 files");
    folder.write("conf.d/32.json", "{}");
    EXPECT_EQ(read_places({first, all}), more);
}

TEST_F(ConfigurationFile, TogetherTheyAreAsLongAsOneMayBe) {
    const std::string small = folder.write("small", kSmallest);
    const std::string rest(config::kMaxConfiguration - kSmallest.size() - 2, ' ');
    EXPECT_EQ(read_places({small, folder.write("long", "{}" + rest)}), "f: ");
    EXPECT_EQ(read_places({small, folder.write("long", "{} " + rest)}),
              "long: longer than 64 KiB, with the files before it");
}

TEST_F(ConfigurationFile, SaysWhoTheDeviceIsAndWhatTheEnvironmentHolds) {
    folder.write("serial", "box 7\n");
    setenv("CMAGENT_TEST_FOLDER", folder.path().c_str(), 1);
    EXPECT_EQ(
        read("{" + config::kCm + R"(, "device": {"deviceIdFile": "$CMAGENT_TEST_FOLDER/serial"}})"),
        "f: ");
    EXPECT_EQ(configuration->settings.device.get("deviceId"), "box 7");
    unsetenv("CMAGENT_TEST_FOLDER");
}

}  // namespace
}  // namespace cmagent::daemon
