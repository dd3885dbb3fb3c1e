#pragma once
// Certificates are written here byte by byte, for a library that writes them refuses to write most of
// what is to be shown: X.690 (DER), and the elements that RFC 5280 makes of it.
#include <ctime>
#include <initializer_list>
#include <string>

namespace cmagent::contract::shapes {

using Bytes = std::string;

inline Bytes der(unsigned tag, const Bytes& content) {
    Bytes size;
    for (std::size_t rest = content.size(); rest > 0; rest >>= 8) {
        size.insert(size.begin(), static_cast<char>(rest & 0xff));
    }
    Bytes head(1, static_cast<char>(tag));
    if (content.size() < 0x80) return head + static_cast<char>(content.size()) + content;
    return head + static_cast<char>(0x80 | size.size()) + size + content;
}

inline Bytes der(unsigned tag, std::initializer_list<Bytes> contents) {
    Bytes all;
    for (const Bytes& one : contents) all += one;
    return der(tag, all);
}

inline Bytes seq(std::initializer_list<Bytes> contents) {
    return der(0x30, contents);
}
inline Bytes seq(const Bytes& content) {
    return der(0x30, content);
}
inline Bytes oid(const Bytes& content) {
    return der(0x06, content);
}
inline Bytes octets(const Bytes& content) {
    return der(0x04, content);
}
inline Bytes number(int value) {
    return der(0x02, Bytes(1, static_cast<char>(value)));
}
inline Bytes bytes(std::initializer_list<int> values) {
    Bytes all;
    for (const int value : values) all += static_cast<char>(value);
    return all;
}

inline const Bytes kTrue = bytes({0x01, 0x01, 0xff});

// A BIT STRING of one byte, as in keyUsage: 0x80 is the first bit.
inline Bytes bits(int value) {
    int unused = 0;
    while (unused < 7 && (value >> unused & 1) == 0) ++unused;
    return der(0x03, bytes({unused, value}));
}

// An attribute of a Name: 3 is the common name, 10 the organisation.
inline Bytes attribute(int kind, const Bytes& value, unsigned tag = 0x0c) {
    return der(0x31, seq({oid(bytes({0x55, 0x04, kind})), der(tag, value)}));
}
inline Bytes common_name(const Bytes& value, unsigned tag = 0x0c) {
    return seq(attribute(3, value, tag));
}

inline Bytes time_text(std::time_t at, const char* form) {
    char text[24];
    std::tm utc = {};
    gmtime_r(&at, &utc);
    return Bytes(text, std::strftime(text, sizeof text, form, &utc));
}
inline Bytes day(int days) {
    return der(0x17, time_text(std::time(nullptr) + std::time_t{days} * 86400, "%y%m%d%H%M%SZ"));
}
inline Bytes generalized(const Bytes& text) {
    return der(0x18, text);
}

// GeneralNames (RFC 5280 §4.2.1.6).
inline Bytes mail(const Bytes& name) {
    return der(0x81, name);
}
inline Bytes dns(const Bytes& name) {
    return der(0x82, name);
}
inline Bytes directory(const Bytes& name) {
    return der(0xa4, name);
}
inline Bytes uri(const Bytes& name) {
    return der(0x86, name);
}
inline Bytes address(std::initializer_list<int> name) {
    return der(0x87, bytes(name));
}

// Name constraints (§4.2.1.10); `names` are GeneralNames.
inline Bytes permitted(std::initializer_list<Bytes> names) {
    Bytes all;
    for (const Bytes& name : names) all += seq(name);
    return der(0xa0, all);
}
inline Bytes excluded(std::initializer_list<Bytes> names) {
    Bytes all;
    for (const Bytes& name : names) all += seq(name);
    return der(0xa1, all);
}

}  // namespace cmagent::contract::shapes
