#pragma once
#include "agent/lib/event_source.h"
#include "agent/lib/shown_conflict.h"

namespace cmagent::lib {

// What a call to the daemon is for, in the order in which they are made.
enum class Wish : std::uint8_t {
    confirm,  // that the picture has stopped, as was demanded
    release,  // gives a session back
    sweep,    // looks for sessions of ours that show nothing, and gives them back
    give_up,
    start,  // or a choice
    wait,
    pause,  // or resume
    look,   // what has become of our session
    read_conflict,
    none,
};
inline constexpr std::size_t kWishes = static_cast<std::size_t>(Wish::none);

// The wishes that there are.
class Wishes {
  public:
    void add(Wish wish) { bits_ |= bit(wish); }
    void drop(Wish wish) { bits_ &= ~bit(wish); }
    [[nodiscard]] bool has(Wish wish) const { return (bits_ & bit(wish)) != 0; }
    [[nodiscard]] bool any() const { return bits_ != 0; }
    [[nodiscard]] unsigned bits() const { return bits_; }
    [[nodiscard]] static unsigned bit(Wish wish) { return 1U << static_cast<unsigned>(wish); }

  private:
    unsigned bits_ = 0;
};

// The memory of a picture, the caller's. `tokens` is also where a request is put together.
struct Memory {
    // A start with all that contract.md, "Limits", allows: 32 pairs, and escapes in some of them.
    static constexpr std::size_t kRequest = std::size_t{16} * 1024;

    Buffer answer;
    Buffer conflict;
    Buffer request;
    json::Tokens tokens;
};

// One picture of a native interface, and its session at the daemon (cmagent.h has what is promised
// of it). Calls say what is wanted, and return at once; next() does it, and tells of one event at a
// time. The moment is an argument: no clock is read here.
class Picture {
  public:
    using SessionId = Text<64>;
    using Key = Text<64>;

    // `remembered`: the key may have sessions of a former run, which are given back first.
    Picture(const Peer& peer, int epoll, const Memory& memory, const Key& key, Millis timeout,
            bool remembered, bool watch);

    [[nodiscard]] int start(const cmagent_request& request);
    [[nodiscard]] int stop();
    [[nodiscard]] int stopped();
    [[nodiscard]] int pause(bool paused);
    [[nodiscard]] int resolve(const char* const* codes, std::size_t count);
    [[nodiscard]] int wait(unsigned seconds, bool start);
    [[nodiscard]] int give_up();

    // True: `into` is what has happened; its texts live until the next call. False: nothing more
    // has, for now.
    [[nodiscard]] bool next(Time now, cmagent_event& into);
    // When next() is due, whatever the descriptor says.
    [[nodiscard]] Time deadline() const;

    [[nodiscard]] int state() const { return state_; }
    // Zero-terminated.
    [[nodiscard]] const char* session() const { return session_.empty() ? "" : session_text_; }
    [[nodiscard]] const ShownConflict& conflict() const { return conflict_; }

  private:
    // How a session has ended, kept until it is told; zero-terminated.
    struct End {
        char code[32] = "";
        char message[1024] = "";
        char playback[16] = "";
    };

    // --- calls: calls.cpp ---
    [[nodiscard]] bool due(Wish wish) const;
    [[nodiscard]] Wish next_wish() const;
    void begin(Wish wish, Time now);
    void begin_start(Time now);
    void again(Wish wish);

    // --- answers: answers.cpp. True: `into` is an event. ---
    [[nodiscard]] bool take_answer(cmagent_event& into);
    [[nodiscard]] bool on_confirm(cmagent_event& into);
    [[nodiscard]] bool on_release(cmagent_event& into);
    [[nodiscard]] bool on_sweep(cmagent_event& into);
    [[nodiscard]] bool on_give_up(cmagent_event& into);
    [[nodiscard]] bool on_start(cmagent_event& into);
    [[nodiscard]] bool on_wait(cmagent_event& into);
    [[nodiscard]] bool on_pause(cmagent_event& into);
    [[nodiscard]] bool on_look(cmagent_event& into);
    [[nodiscard]] bool on_conflict(cmagent_event& into);
    [[nodiscard]] bool is_shown(const SessionId& id) const;
    [[nodiscard]] bool granted(json::Item session, cmagent_event& into);
    [[nodiscard]] bool refused(json::Item problem, cmagent_event& into);
    [[nodiscard]] bool conflict_over(cmagent_event& into);
    [[nodiscard]] json::Item parse_answer();
    void fill_problem(json::Item problem, cmagent_event& into) const;

    // --- events of the stream: news.cpp. Likewise. ---
    [[nodiscard]] bool take_news(EventSource::News news, cmagent_event& into);
    [[nodiscard]] bool take_event(const ServerEvent& event, cmagent_event& into);
    [[nodiscard]] bool take_own(const ServerEvent& event, json::Item data, cmagent_event& into);
    [[nodiscard]] bool take_of_conflict(const ServerEvent& event, json::Item data,
                                        cmagent_event& into);
    [[nodiscard]] bool pass_on(const ServerEvent& event, bool of_somebody, cmagent_event& into);
    void look_again();

    // --- what the session goes through: picture.cpp ---
    void started(std::string_view id, cmagent_event& into);
    [[nodiscard]] bool ordered(json::Item source, const char* reason, cmagent_event& into);
    void keep_end(json::Item source, const char* reason);
    [[nodiscard]] bool over(json::Item source, cmagent_event& into);
    [[nodiscard]] bool ended(cmagent_event& into);
    [[nodiscard]] bool closing() const;
    void release(const SessionId& id);
    void call_off();
    void drop_conflict();
    void forget_conflict();
    void stop_waiting();
    void look_out();

    const Memory memory_;
    const Key key_;
    const Millis timeout_;
    const bool watch_;
    const Target events_;
    LocalCall call_;
    EventSource stream_;
    ShownConflict conflict_;

    int state_ = CMAGENT_IDLE;
    SessionId session_;    // that the picture has
    SessionId replaced_;   // whose place the start under way takes
    SessionId closing_;    // that `confirm` or `release` is about
    SessionId giving_up_;  // a conflict
    SessionId ended_by_;   // the conflict that has ended the session
    End end_;

    Wishes wishes_;
    Wish asking_ = Wish::none;
    bool failed_ = false;  // the call that is over has to be repeated: see again()
    BackOff pause_{EventSource::kFirstPause, EventSource::kLongestPause};
    bool chosen_ = false;     // the start is a choice
    bool over_ = false;       // the daemon has ended the session
    bool verifying_ = false;  // that the picture has stopped was confirmed, but not yet seen
    bool doubtful_ = false;   // events have told of a session that may be ours
    bool paused_ = false;
    bool waiting_ = false;  // for a place
    Time waits_until_ = kNever;
    Time now_;            // of next()
    bool heard_ = false;  // what was told of the daemon last
    bool told_ = false;   // anything of it was
    unsigned wait_seconds_ = 0;
    bool wait_start_ = false;
    std::size_t request_size_ = 0;
    char body_[192];  // of all calls but a start
    char session_text_[SessionId::capacity() + 1];
    char name_[65];
};

// Nothing is known.
void clear(cmagent_event& event);

}  // namespace cmagent::lib
