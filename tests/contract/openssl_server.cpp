#include "tests/contract/openssl_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace cmagent::contract {
namespace {

// Of the line "ACCEPT 127.0.0.1:43211"; 0 where the server has ended without one.
std::uint16_t read_port(int output) {
    std::string said;
    char byte = 0;
    while (read(output, &byte, 1) == 1) {
        if (byte != '\n') {
            said += byte;
            continue;
        }
        unsigned port = 0;
        if (std::sscanf(said.c_str(), "ACCEPT 127.0.0.1:%u", &port) == 1) {
            return static_cast<std::uint16_t>(port);
        }
        said.clear();
    }
    return 0;
}

}  // namespace

OpensslServer::OpensslServer(const std::string& options) {
    const std::string command =
        "exec openssl s_server -accept 127.0.0.1:0 -www " + options + " 2>/dev/null";
    int output[2] = {-1, -1};
    if (pipe2(output, O_CLOEXEC) != 0) std::abort();
    process_ = fork();
    if (process_ == 0) {
        dup2(output[1], STDOUT_FILENO);
        execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
        _exit(127);
    }
    close(output[1]);
    output_ = platform::Descriptor(output[0]);
    address_.family = platform::Address::Family::ipv4;
    address_.bytes[0] = 127;
    address_.bytes[3] = 1;
    address_.port = read_port(output_.get());
    EXPECT_NE(address_.port, 0) << command;
}

OpensslServer::~OpensslServer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

void openssl(const std::string& arguments) {
    const std::string command = "openssl " + arguments + " 2>&1";
    FILE* const output = popen(command.c_str(), "r");
    ASSERT_NE(output, nullptr);
    std::string said;
    char bytes[256];
    while (std::fgets(bytes, sizeof bytes, output) != nullptr) said += bytes;
    ASSERT_EQ(pclose(output), 0) << command << "\n" << said;
}

}  // namespace cmagent::contract
