#pragma once
#include <string>
#include <vector>

#include "agent/base/span.h"
#include "tests/contract/shapes/certificate.h"

namespace cmagent::contract::shapes {

// One pair for each place in a chain, and some for what is beside it.
struct Keys {
    Key root, middle, leaf, other, another;
};
[[nodiscard]] const Keys& keys();

// A chain of three, good for `host`, of which a shape spoils something.
struct Chain {
    std::string host = "cm.example.com";
    Certificate root, middle, leaf;
    // Where a shape puts nothing in here itself: the root alone; the leaf, signed by the middle's
    // key, and the middle, signed by the root's.
    std::vector<Bytes> roots;
    std::vector<Bytes> sent;

    Chain();
    void finish();
    // The leaf's subjectAltName.
    void name(std::initializer_list<Bytes> names) { leaf.set(kNames, seq(names)); }
};

// An authority of this name, and whose issuer has that one.
[[nodiscard]] Certificate make_authority(const Bytes& name, const Bytes& issuer, const Key& key);

struct Shape {
    const char* name;
    void (*spoil)(Chain& chain);
};

extern const Span<const Shape> kNameShapes;
extern const Span<const Shape> kAddressShapes;
extern const Span<const Shape> kConstraintShapes;
extern const Span<const Shape> kUsageShapes;
extern const Span<const Shape> kPathShapes;
extern const Span<const Shape> kEncodingShapes;

}  // namespace cmagent::contract::shapes
