#pragma once
#include "agent/base/host.h"
#include "platform/api/resolver.h"
#include "platform/linux/worker.h"

namespace cmagent::platform {

// The system's resolver (getaddrinfo) on a helper thread of its own. Address literals and `localhost`
// (RFC 6761 §6.3) are answered without it: they work on a box with no network and no /etc/hosts.
class SystemResolver final : public Resolver {
  public:
    // Two connections to CM, each with one question open and one given up that still runs.
    static constexpr std::size_t kMaxQuestions = 4;

    // Bounds the system's retries through RES_OPTIONS, unless the environment has set it: 2 s for
    // each of at most three servers, twice. To be constructed before the helper starts.
    explicit SystemResolver(Worker& worker);
    ~SystemResolver();

    // A question for a name that is still being resolved for a listener that gave up joins it.
    [[nodiscard]] bool resolve(std::string_view host, std::uint16_t port,
                               ResolverListener& listener) override;
    void cancel(ResolverListener& listener) override;

  private:
    struct Question final : Job {
        ResolverListener* listener = nullptr;  // none: nobody waits for the answer any more
        std::uint16_t port = 0;
        char host[kMaxHostName + 1] = {};
        Addresses answer;

        void run() override;
        void on_done() override;
    };
    [[nodiscard]] Question* question_of(const ResolverListener* listener);
    [[nodiscard]] Question* abandoned(std::string_view host, std::uint16_t port);
    [[nodiscard]] Question* unused();

    Worker& worker_;
    Question questions_[kMaxQuestions];
};

}  // namespace cmagent::platform
