// How the configuration is read from a file.
#include "agent/daemon/configuration_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "agent/json/read.h"
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
    std::string read_file(const std::string& name) {
        return config::text_of(read_configuration(name.c_str(), *configuration));
    }

    TemporaryFolder folder;
    std::unique_ptr<Configuration> configuration = std::make_unique<Configuration>();
};

TEST_F(ConfigurationFile, IsRead) {
    EXPECT_EQ(read(kSmallest), "f: ");
    EXPECT_EQ(configuration->endpoint.host, "cm.example");
}

TEST_F(ConfigurationFile, ThatCannotBeReadIsNamedWithTheReason) {
    EXPECT_EQ(read_file("/nonexistent/x.json"), "f: No such file or directory");
    EXPECT_EQ(read_file("/"), "f: Is a directory");
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
    const std::string fault = read(kSmallest + std::string(config::kMaxConfiguration, ' '));
    EXPECT_EQ(fault.rfind(std::string("f:1: ") + json::describe(json::Error::too_long), 0), 0U)
        << fault;
}

}  // namespace
}  // namespace cmagent::daemon
