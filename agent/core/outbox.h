#pragma once
#include <cstddef>
#include <cstdint>
#include <new>

#include "agent/core/action.h"
#include "agent/core/exchange_id.h"
#include "agent/core/session.h"

namespace cmagent::core {

// The actions that are to be done, in their order; but orders to players go first, for nothing that
// else follows from an event may hold them up. The most that one event can cause is the end of
// all sessions at once (logout, shutdown): four actions for each of 32 records (tell the UI, tell
// the player, leave it, tell CM), and some for the UI's requests that wait; or the word of one backup,
// which ends 16: six each (give up and leave two players, tell the UI, and a request that waits).
class Outbox {
  public:
    static constexpr std::size_t kCapacity = 256;

    // The next action; false: nothing is to be done. Behind the orders `save` comes first: a session
    // that CM may open is on its way to the flash before the request is out.
    [[nodiscard]] bool poll(Action& into) {
        into = {};
        if (ordered_ < orders_) {
            const Order& order = order_list_[ordered_++];
            into.kind = order.kind;
            into.session = order.session;
            into.player = order.player;
            return true;
        }
        ordered_ = orders_ = 0;
        if (unsaved_) {
            unsaved_ = false;
            into.kind = ActionKind::save;
            return true;
        }
        if (size_ == 0) return false;
        into = ring_[first_].action;
        // The ring begins anew whenever it is empty: the same few places are used again and again.
        first_ = --size_ == 0 ? 0 : (first_ + 1) % kCapacity;
        return true;
    }

    // A new last action, to be filled in. An action beyond kCapacity gets a place from which it is
    // never polled.
    Action& add(ActionKind kind) {
        const std::size_t place = size_ == kCapacity ? kCapacity : (first_ + size_++) % kCapacity;
        Action& action = *new (&ring_[place].action) Action;
        action.kind = kind;
        return action;
    }

    // The state on flash has changed: one `save`, however many changes an event makes.
    void save() { unsaved_ = true; }

    // A new exchange with CM, for the asker in this slot.
    Action& send(std::size_t slot, Millis allowance) {
        Action& action = add(ActionKind::send);
        action.exchange = exchange_id(++exchanges_, slot);
        action.allowance = allowance;
        return action;
    }
    void cancel(ExchangeId exchange) { add(ActionKind::cancel).exchange = exchange; }
    void take_back(ExchangeId exchange) { add(ActionKind::take_back).exchange = exchange; }

    // The answer to the request with this ticket, which waits no more then.
    Action& reply(ActionKind kind, Ticket& ticket) {
        Action& action = add(kind);
        action.ticket = ticket;
        ticket = 0;
        return action;
    }

    Action& notify(Notice notice, SessionIndex session) {
        Action& action = add(ActionKind::notify);
        action.notice = notice;
        action.session = session;
        return action;
    }
    // The API shows the session differently now: its ETag changes, and the UI is told.
    void announce(Notice notice, Session& session) {
        ++session.progress.revision;
        notify(notice, session.progress.index);
    }

    // An action for a player of the session. One beyond kCapacity is dropped.
    void order(ActionKind kind, const Session& session, std::uint8_t player) {
        if (orders_ < kCapacity) order_list_[orders_++] = {kind, session.progress.index, player};
    }

  private:
    // A place is all zero until an action is put there: see Core, "all zero at the start".
    union Place {
        constexpr Place() : nothing() {}
        char nothing;
        Action action;
    };
    struct Order {
        ActionKind kind;
        SessionIndex session;
        std::uint8_t player;
    };
    Order order_list_[kCapacity] = {};
    std::size_t orders_ = 0;
    std::size_t ordered_ = 0;  // of these, polled
    std::size_t first_ = 0;
    std::size_t size_ = 0;
    std::uint32_t exchanges_ = 0;  // so far
    bool unsaved_ = false;
    Place ring_[kCapacity + 1] = {};
};

}  // namespace cmagent::core
