#pragma once
// The last requests as CM saw them, for tests that ask "was there exactly one?".

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "tests/cmsim/faults.h"
#include "tests/cmsim/policy.h"
#include "tests/cmsim/server.h"

namespace cmagent::cmsim {

struct Entry {
    std::uint64_t number = 0;  // from 1, without gaps
    Millis time = 0;
    ConnectionNumber connection = 0;
    std::string method;
    std::string path;  // as it was sent, with the query
    std::string call;  // empty where the request was no call
    std::string application;
    std::string idp;
    std::string subject;
    std::string session;                 // of the path, or made by an init
    Metadata metadata;                   // of the form
    std::vector<std::string> terminate;  // X-Terminate
    int status = 0;                      // of the answer, with its fault
    FaultNumber fault = 0;               // that hit it; 0: none
};

class Journal {
  public:
    void add(Entry entry) {
        entry.number = ++added_;
        ++statuses_[entry.call][entry.status];
        entries_.push_back(std::move(entry));
        if (entries_.size() > kKept) entries_.pop_front();
    }
    void clear() { *this = Journal(); }

    [[nodiscard]] const std::deque<Entry>& entries() const { return entries_; }
    // Of all since the start or clear(), kept or not: call → status → how many.
    [[nodiscard]] const std::map<std::string, std::map<int, std::uint64_t>>& statuses() const {
        return statuses_;
    }

    // Some 500 bytes each: 10 MB.
    static constexpr std::size_t kKept = 20'000;

  private:
    std::deque<Entry> entries_;
    std::map<std::string, std::map<int, std::uint64_t>> statuses_;
    std::uint64_t added_ = 0;
};

}  // namespace cmagent::cmsim
