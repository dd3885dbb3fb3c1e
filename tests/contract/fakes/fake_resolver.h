#pragma once
#include <map>
#include <string>

#include "platform/api/resolver.h"

namespace cmagent::fakes {

// Knows the names it was told, and answers when the test says so.
class FakeResolver final : public platform::Resolver {
  public:
    void know(const std::string& host, const platform::Addresses& addresses) {
        known_[host] = addresses;
    }
    // Answers all open questions, as the loop's next turn would.
    void answer() {
        auto open = std::move(open_);
        open_.clear();
        for (auto& [listener, question] : open) {
            platform::Addresses addresses = known_[question.host];
            for (std::size_t i = 0; i < addresses.count; i++) {
                addresses.list[i].port = question.port;
            }
            listener->on_resolved(addresses);
        }
    }

    [[nodiscard]] bool resolve(std::string_view host, std::uint16_t port,
                               platform::ResolverListener& listener) override {
        if (host.empty() || host.size() > 253 || open_.count(&listener) > 0) return false;
        open_[&listener] = {std::string(host), port};
        return true;
    }
    void cancel(platform::ResolverListener& listener) override { open_.erase(&listener); }

  private:
    struct Question {
        std::string host;
        std::uint16_t port = 0;
    };
    std::map<std::string, platform::Addresses> known_;
    std::map<platform::ResolverListener*, Question> open_;
};

}  // namespace cmagent::fakes
