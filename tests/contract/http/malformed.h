#pragma once
#include <cstdint>
#include <random>
#include <string>

namespace cmagent::platform {

// Requests that a broken or hostile client could send: sound ones of the local API, damaged in ways
// that have broken HTTP servers before, or plain noise. The same seed gives the same requests.
class MalformedRequests {
  public:
    explicit MalformedRequests(std::uint32_t seed) : random_(seed) {}
    std::string next();

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <std::size_t N>
    const char* any(const char* const (&list)[N]) {
        return list[below(N)];
    }
    std::string noise(std::size_t longest);
    const char* line_end();
    std::string sound();
    std::string body();
    std::string framed(const std::string& body);
    void damage(std::string& text);

    std::mt19937 random_;
};

}  // namespace cmagent::platform
