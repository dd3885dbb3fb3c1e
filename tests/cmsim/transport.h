#pragma once
// A connected, non-blocking stream of bytes: a socket as it is (here), or with TLS on it (tls.h).

#include <string>
#include <string_view>

namespace cmagent::cmsim {

enum class Io {
    done,       // some bytes went, or came
    want_read,  // try again when the socket can be read
    want_write,
    closed,  // by the peer, in order
    failed,
};

// Owns the socket's descriptor and closes it.
class Transport {
  public:
    explicit Transport(int descriptor) : descriptor_(descriptor) {}
    virtual ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

    virtual Io handshake() { return Io::done; }
    // Appends what has arrived to `bytes`, as much as is there.
    virtual Io read(std::string& bytes);
    // Removes what was taken from the front of `bytes`.
    virtual Io write(std::string_view& bytes);
    // Tells the peer that nothing follows.
    virtual void say_goodbye() {}

  private:
    int descriptor_;
};

}  // namespace cmagent::cmsim
