#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/api/resolver.h"

namespace cmagent::fakes {

// Resolves the names that the test has made known, one question a turn.
class FakeResolver final : public platform::Resolver {
  public:
    bool silent = false;             // questions are taken and not answered
    bool refuses = false;            // questions are not even taken
    std::vector<std::string> asked;  // "cm.example:443": every question, in order

    // The addresses of `host` from now on; their ports are those of the questions.
    void know(const std::string& host, const platform::Addresses& addresses) {
        known_[host] = addresses;
    }
    // Answers the oldest open question. False: there is none to be answered.
    bool turn() {
        if (silent || open_.empty()) return false;
        const Question question = open_.front();
        open_.erase(open_.begin());
        platform::Addresses addresses = known_[question.host];
        if (addresses.count == 0) addresses.problem = "no such name";
        for (std::size_t i = 0; i < addresses.count; i++) addresses.list[i].port = question.port;
        question.listener->on_resolved(addresses);
        return true;
    }
    [[nodiscard]] std::size_t open_questions() const { return open_.size(); }

    [[nodiscard]] bool resolve(std::string_view host, std::uint16_t port,
                               platform::ResolverListener& listener) override {
        asked.push_back(std::string(host) + ":" + std::to_string(port));
        if (refuses || host.empty() || host.size() > 253) return false;
        if (find(listener) != open_.end()) return false;
        open_.push_back({std::string(host), port, &listener});
        return true;
    }
    void cancel(platform::ResolverListener& listener) override {
        const auto question = find(listener);
        if (question != open_.end()) open_.erase(question);
    }

  private:
    struct Question {
        std::string host;
        std::uint16_t port;
        platform::ResolverListener* listener;
    };
    [[nodiscard]] std::vector<Question>::iterator find(const platform::ResolverListener& listener) {
        return std::find_if(open_.begin(), open_.end(), [&listener](const Question& question) {
            return question.listener == &listener;
        });
    }

    std::map<std::string, platform::Addresses> known_;
    std::vector<Question> open_;
};

}  // namespace cmagent::fakes
