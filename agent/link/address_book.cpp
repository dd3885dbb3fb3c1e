#include "agent/link/address_book.h"

#include <algorithm>
#include <iterator>

namespace cmagent::link {

void AddressBook::learn(const platform::Addresses& answer, Time now) {
    AddressBook next;
    next.told_at_ = now;
    for (std::size_t i = 0; i < answer.count; ++i) {
        const platform::Address& address = answer.list[i];
        if (next.rank_of(address) != nullptr) continue;
        const Millis* const rank = rank_of(address);
        next.ranks_[next.told_.count] = rank != nullptr ? *rank : 0;
        next.told_.list[next.told_.count++] = address;
    }
    *this = next;
}

bool AddressBook::knows_any(Time now) const {
    return told_.count > 0 && now < told_at_ + kKept;
}

platform::Addresses AddressBook::arranged() const {
    platform::Addresses arranged;
    Millis ranks[platform::kMaxAddresses];
    for (std::size_t i = 0; i < told_.count; ++i) {
        std::size_t at = arranged.count++;
        for (; at > 0 && ranks[at - 1] > ranks_[i]; --at) {
            ranks[at] = ranks[at - 1];
            arranged.list[at] = arranged.list[at - 1];
        }
        ranks[at] = ranks_[i];
        arranged.list[at] = told_.list[i];
    }
    return arranged;
}

void AddressBook::note_worked(const platform::Address& address) {
    Millis* const rank = rank_of(address);
    if (rank == nullptr) return;
    std::replace(std::begin(ranks_), std::end(ranks_), kWorked, Millis{0});
    *rank = kWorked;
}

void AddressBook::note_failed(const platform::Address& address, Time now) {
    if (Millis* const rank = rank_of(address)) *rank = now.ms;
}

Millis* AddressBook::rank_of(const platform::Address& address) {
    for (std::size_t i = 0; i < told_.count; ++i) {
        if (told_.list[i] == address) return &ranks_[i];
    }
    return nullptr;
}

}  // namespace cmagent::link
