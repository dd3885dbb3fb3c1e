#include "agent/core/print_states.h"

#include "agent/base/text_writer.h"
#include "agent/core/exchange.h"
#include "agent/core/lease.h"
#include "agent/core/playback.h"

namespace cmagent::core {
namespace {

// Mermaid takes no hyphens in the names of states.
void put_state(TextWriter& page, std::string_view name) {
    for (const char c : name) page << (c == '-' ? '_' : c);
}

// A table whose states are numbers.
struct Diagram {
    CycleNames names;
    const Step* steps;  // of each event in the first state, in the second …
    std::size_t states;
    std::size_t events;

    [[nodiscard]] Step at(std::size_t state, std::size_t event) const {
        return steps[state * events + event];
    }
};

// The events that lead from `from` the way of `way`, one arrow for all of them; nothing where an
// earlier event has drawn it, nor for an event that keeps the state and does nothing.
void put_arrow(TextWriter& page, const Diagram& diagram, std::size_t from, std::size_t way) {
    const Step step = diagram.at(from, way);
    if (step.to == from && step.action == 0) return;
    const auto same_way = [&](std::size_t event) {
        const Step other = diagram.at(from, event);
        return other.to == step.to && other.action == step.action;
    };
    for (std::size_t e = 0; e < way; ++e) {
        if (same_way(e)) return;
    }
    page << "    ";
    put_state(page, nth_word(diagram.names.states, from));
    page << " --> ";
    put_state(page, nth_word(diagram.names.states, step.to));
    std::string_view separator = ": ";
    for (std::size_t e = way; e < diagram.events; ++e) {
        if (!same_way(e)) continue;
        page << separator << nth_word(diagram.names.events, e);
        separator = ", ";
    }
    if (step.action != 0) page << " / " << nth_word(diagram.names.actions, step.action);
    page << "\n";
}

void put_diagram(TextWriter& page, const Diagram& diagram) {
    page << "```mermaid\n---\ntitle: " << diagram.names.cycle
         << "\n---\nstateDiagram-v2\n    [*] --> ";
    put_state(page, nth_word(diagram.names.states, 0));
    page << "\n";
    for (std::size_t s = 0; s < diagram.states; ++s) {
        for (std::size_t e = 0; e < diagram.events; ++e) put_arrow(page, diagram, s, e);
    }
    page << "```\n";
}

template <class Table>
Diagram diagram_of(const Table& table) {
    return {table.names(), table.steps(), Table::kStates, Table::kEvents};
}

}  // namespace

std::size_t print_states(Buffer into) {
    TextWriter page(into);
    put_diagram(page, diagram_of(lease_table()));
    page << "\n";
    put_diagram(page, diagram_of(exchange_table()));
    page << "\n";
    put_diagram(page, diagram_of(playback_table()));
    return page.view().size();
}

}  // namespace cmagent::core
