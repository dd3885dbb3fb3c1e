// Every status, by every call, with every kind of body, over both channels: what it means, and who
// can mend it (contract.md, "Problems").

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "tests/call_name.h"
#include "tests/unit/cm_answering.h"

namespace cmagent::cm {
namespace {

using M = Meaning;
using B = Blame;

enum class Body { none, json, page };

struct Row {
    std::vector<int> statuses;
    M start;
    M heartbeat;
    M end;
    M list;
    bool page_counts_open;  // by its status, over http
    bool page_counts;       // … over verified TLS
};

const Row kRows[] = {
    {{101}, M::unclear, M::not_cm, M::not_cm, M::not_cm, false, false},
    {{300, 301, 302, 303, 304, 307, 308}, M::not_cm, M::not_cm, M::not_cm, M::not_cm, false, false},
    {{200, 201, 203, 204, 205, 206, 299},
     M::granted,
     M::granted,
     M::granted,
     M::listed,
     false,
     false},
    {{202}, M::granted, M::granted, M::granted, M::listed, true, true},
    {{400, 418, 422, 423, 499}, M::invalid, M::invalid, M::invalid, M::invalid, false, false},
    {{413, 414, 431}, M::invalid, M::invalid, M::invalid, M::invalid, false, true},
    {{401, 402, 403, 451},
     M::unauthorized,
     M::unauthorized,
     M::unauthorized,
     M::unauthorized,
     false,
     true},
    {{404, 410}, M::not_cm, M::vanished, M::granted, M::not_cm, false, false},
    {{405, 406, 407, 411, 412, 415, 416, 417, 421, 426, 428, 511},
     M::not_cm,
     M::not_cm,
     M::not_cm,
     M::not_cm,
     false,
     false},
    {{500, 502, 504, 506, 599},
     M::unclear,
     M::unreachable,
     M::unreachable,
     M::unreachable,
     true,
     true},
    {{408, 425, 501, 503, 505},
     M::unreachable,
     M::unreachable,
     M::unreachable,
     M::unreachable,
     true,
     true},
    {{409}, M::conflict, M::conflict, M::not_cm, M::not_cm, false, false},
    {{429}, M::throttled, M::throttled, M::throttled, M::throttled, true, true},
};

M meaning_in(const Row& row, Call call) {
    return call == Call::start       ? row.start
           : call == Call::heartbeat ? row.heartbeat
           : call == Call::end       ? row.end
                                     : row.list;
}

bool never_has_body(int status) {
    return status == 101 || status == 204 || status == 304;
}

std::string text_of(int status, Body body) {
    if (body == Body::none || never_has_body(status)) return response(status, kLocation);
    return body == Body::json ? response(status, kJson + kLocation, "[]") : html(status);
}

M expected_meaning(const Row& row, int status, Call call, Body body, Channel channel) {
    const M meaning = meaning_in(row, call);
    const bool bodiless = body == Body::none || never_has_body(status);
    if (meaning == M::listed && (bodiless || body == Body::page)) return M::not_cm;
    if (meaning == M::granted && call == Call::start) return meaning;  // it names a session
    const bool counts = channel == Channel::verified ? row.page_counts : row.page_counts_open;
    return body == Body::page && !bodiless && !counts ? M::not_cm : meaning;
}

// A second time, and by name: the household's own limit, the app's request, the operator's set-up
// and servers, the network.
B expected_blame(M meaning, int status, Channel channel) {
    const B theirs =
        channel == Channel::verified && status != 407 && status != 511 ? B::service : B::network;
    switch (meaning) {
        case M::conflict:
            return B::household;
        case M::invalid:
        case M::throttled:
            return B::app;
        case M::unauthorized:
            return B::service;
        case M::unreachable:
        case M::unclear:
        case M::not_cm:
            return theirs;
        default:
            return B::none;
    }
}

TEST(Blame, OfEveryStatusEveryCallAndEveryBody) {
    for (const Row& row : kRows) {
        for (const int status : row.statuses) {
            for (const Call call : kAllCalls) {
                for (const Body body : {Body::none, Body::json, Body::page}) {
                    for (const Channel channel : {Channel::open, Channel::verified}) {
                        const auto made = read(call, text_of(status, body), false, channel);
                        const M meaning = expected_meaning(row, status, call, body, channel);
                        const std::string which =
                            std::to_string(status) + " " + std::string(call_name(call)) + " body " +
                            std::to_string(static_cast<int>(body)) + " channel " +
                            std::to_string(static_cast<int>(channel));
                        EXPECT_EQ(meaning_name(made->answer.meaning), meaning_name(meaning))
                            << which;
                        EXPECT_EQ(blame_name(made->answer.blame),
                                  blame_name(expected_blame(meaning, status, channel)))
                            << which;
                    }
                }
            }
        }
    }
}

TEST(Blame, OfWhatNoStatusTells) {
    const struct {
        M meaning;
        B open;
        B verified;
    } kTold[] = {
        {M::granted, B::none, B::none},
        {M::listed, B::none, B::none},
        {M::terminated, B::household, B::household},
        {M::revoked, B::service, B::service},
        {M::incomplete, B::app, B::app},
        {M::unclear, B::network, B::service},
        {M::insecure, B::network, B::service},
        {M::clock_not_set, B::network, B::network},
    };
    for (const auto& row : kTold) {
        EXPECT_EQ(blame_of(row.meaning, Channel::open), row.open) << meaning_name(row.meaning);
        EXPECT_EQ(blame_of(row.meaning, Channel::verified), row.verified);
        EXPECT_EQ(no_response(row.meaning, {}).blame, row.open);
    }
    for (const Call call : kAllCalls) {
        EXPECT_EQ(lost(call, "closed").blame, B::network);
        EXPECT_EQ(read(call, "HTTP/1.1 202 x\r\nContent-Length: 2\r\n", true)->answer.blame,
                  B::network)
            << "the connection broke";
        EXPECT_EQ(read(call, "HTTP/1.1 2", true)->answer.blame, B::network) << "no status yet";
        EXPECT_EQ(read(call, "SSH-2.0\r\n")->answer.blame, B::service) << "no HTTP, over TLS";
        EXPECT_EQ(read(call, "HTTP/1.1 202 x\r\n no field\r\n\r\n")->answer.status, 202);
        EXPECT_EQ(read(call, "HTTP/1.1 202 x\r\n no field\r\n\r\n")->answer.blame, B::service);
    }
    EXPECT_EQ(read(Call::start, response(202))->answer.blame, B::service) << "no Location";
}

TEST(Blame, HasAStableName) {
    EXPECT_EQ(blame_name(B::none), "");
    EXPECT_EQ(blame_name(B::household), "household");
    EXPECT_EQ(blame_name(B::app), "app");
    EXPECT_EQ(blame_name(B::service), "operator");
    EXPECT_EQ(blame_name(B::network), "network");
}

}  // namespace
}  // namespace cmagent::cm
