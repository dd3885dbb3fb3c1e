#pragma once
// Everything that one seed makes: CM, the network, the boxes, and the judge who watches them.

#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/box.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/network.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/queue.h"
#include "tests/simulation/service.h"

namespace cmagent::simulation {

class World {
  public:
    explicit World(const Plan& plan, bool tells = false);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // Plays the plan, then ends everything and waits until nothing should be left.
    void run();

    [[nodiscard]] Millis now() const { return queue.now(); }
    // When everybody goes to bed.
    [[nodiscard]] Millis end() const { return plan_.length; }
    // One line of the trace, where it is wanted.
    void say(std::size_t box, const std::string& what) const;
    [[nodiscard]] bool tells() const { return tells_; }

    Queue queue;
    const Profile profile;
    Service service;
    Network network;
    Judge judge;
    std::vector<std::unique_ptr<Box>> boxes;

  private:
    void play(const Incident& incident);
    void run_until(Millis until);
    void look();

    const Plan& plan_;
    bool tells_;
};

}  // namespace cmagent::simulation
