// How the port reads requests: every case alike with every version of libmicrohttpd, whole and byte
// by byte (hazards.md 14, 20 and 39).

#include <sys/socket.h>

#include "tests/contract/http/llhttp_cases.h"
#include "tests/contract/http/port_fixture.h"
#include "tests/contract/http/request_cases.h"

namespace cmagent::platform {
namespace {

class RequestCases : public PortTest {
  protected:
    // "200 200 close": the answers to what is sent, in portions of this size.
    std::string answers_to(std::string_view request, std::size_t portion) {
        Client client = connect_unix();  // TCP would gather small portions
        for (std::size_t at = 0; at < request.size(); at += portion) {
            const std::string_view part = request.substr(at, portion);
            (void)::send(client.fd(), part.data(), part.size(), MSG_NOSIGNAL);
            if (portion < request.size()) poller.wait(0);
            if (port->next_deadline() <= clock.boot_ms()) port->on_time(clock.boot_ms());
        }
        turn();
        client.poll();
        std::string answers;
        const std::string& heard = client.received;
        for (std::size_t at = 0; (at = heard.find("HTTP/1.1 ", at)) != std::string::npos; ++at)
            answers += (answers.empty() ? "" : " ") + heard.substr(at + 9, 3);
        if (client.closed) answers += answers.empty() ? "close" : " close";
        EXPECT_EQ(heard.find("<html"), std::string::npos) << "an answer that is not ours";
        client.close();
        turn();
        EXPECT_EQ(port->connections(), 0U);
        return answers;
    }
};

TEST_F(RequestCases, Hazard39AreReadAsLlhttpReadsThemOrForAReason) {
    EXPECT_EQ(std::size(kLlhttpCases), 137U);
    for (const LlhttpCase& one : kLlhttpCases) {
        const std::string answers = answers_to(one.request, one.request.size());
        EXPECT_EQ(answers, one.answers) << one.file << '\n' << one.request;
        // Nobody refuses what comes after a request that is the last one.
        const bool last = one.request.find("lose") != std::string_view::npos ||
                          one.request.find("HTTP/1.0\r\n\r\nPUT") != std::string_view::npos;
        const bool refused = answers.find('4') != std::string::npos;
        const bool differs =
            (refused != (one.llhttp == Llhttp::refuses) && !last) || one.llhttp == Llhttp::upgrades;
        EXPECT_LE(differs, one.why[0] != '\0') << one.request;
    }
}

TEST_F(RequestCases, Hazard39AreReadInOneWay) {
    for (const RequestCase& one : kRequestCases)
        EXPECT_EQ(answers_to(one.request, one.request.size()), one.answers) << one.why << '\n'
                                                                            << one.request;
}

TEST_F(RequestCases, Hazard39AreReadAlikeInWhateverPortionsTheyCome) {
    for (const std::size_t portion : {1U, 7U}) {
        for (const LlhttpCase& one : kLlhttpCases)
            EXPECT_EQ(answers_to(one.request, portion), one.answers) << one.request;
        for (const RequestCase& one : kRequestCases)
            EXPECT_EQ(answers_to(one.request, portion), one.answers) << one.why;
    }
}

}  // namespace
}  // namespace cmagent::platform
