// How the configuration is read from a file.
#include "agent/daemon/configuration_file.h"

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

TEST_F(ConfigurationFile, ThatIsTooLongIsRefused) {
    const std::string fault = read(kSmallest + std::string(config::kMaxConfiguration, ' '));
    EXPECT_EQ(fault.rfind(std::string("f:1: ") + json::describe(json::Error::too_long), 0), 0U)
        << fault;
}

}  // namespace
}  // namespace cmagent::daemon
