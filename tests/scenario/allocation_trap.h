#pragma once
// Counts what is allocated while the product's code runs: core, cm and json must do without a heap
// (design.md, rule 4). Works by replacing operator new and by the linker's --wrap for malloc and
// its relatives.

#include <cstddef>

namespace cmagent::scenario {

class AllocationTrap {
  public:
    AllocationTrap() { ++depth_; }
    ~AllocationTrap() { --depth_; }
    AllocationTrap(const AllocationTrap&) = delete;
    AllocationTrap& operator=(const AllocationTrap&) = delete;

    // What a listener of the test's does while the product's code runs is not the product's.
    class Pause {
      public:
        Pause() : depth_then_(depth_) { depth_ = 0; }
        ~Pause() { depth_ = depth_then_; }
        Pause(const Pause&) = delete;
        Pause& operator=(const Pause&) = delete;

      private:
        int depth_then_;
    };

    // Allocations inside of a trap, since the program began.
    [[nodiscard]] static std::size_t caught() { return caught_; }
    static void note() { caught_ += depth_ > 0 ? 1 : 0; }

  private:
    inline static int depth_ = 0;
    inline static std::size_t caught_ = 0;
};

}  // namespace cmagent::scenario
