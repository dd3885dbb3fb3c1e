// Any body of an answer: what is read of it is what the same reading with cJSON finds, keeps to its
// limits, and is valid JSON in the local API.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "agent/cm/advice.h"
#include "agent/cm/required_metadata.h"
#include "agent/cm/running_streams.h"
#include "agent/ui/evaluation_json.h"
#include "tests/bench/advice/cjson_dom.h"
#include "tests/bench/advice/evaluation_by_dom.h"

namespace {

using namespace cmagent;

void require(bool holds) {
    if (!holds) std::abort();
}

// All that was read, one after the other.
struct Said {
    std::string all;

    void entry(bench::Entry kind) { all += "\n" + std::to_string(static_cast<int>(kind)) + ": "; }
    void text(std::string_view text) { all.append("[").append(text).append("]"); }
    void number() { all += "#"; }
};

void compare_with_cjson(std::string_view text, const cm::Evaluation& evaluation) {
    if (text.find("\\u0000") != std::string_view::npos) return;  // ends a string of cJSON
    static char plain[json::kMaxText];
    const std::unique_ptr<cJSON, void (*)(cJSON*)> root(
        cJSON_ParseWithLength(text.data(), text.size()), cJSON_Delete);
    if (root == nullptr) return;
    Said ours;
    Said theirs;
    bench::CmagentReader(ours, Buffer{plain, sizeof plain}).read(evaluation);
    bench::DomReader<bench::CjsonDom, Said>(theirs).read(root.get());
    require(ours.all == theirs.all);
}

void check_limits(const cm::Evaluation& evaluation) {
    std::size_t conflicts = 0;
    for (const cm::Advice& advice : evaluation.advice()) {
        for (const cm::ConflictingSession& conflict : advice.conflicts) {
            ++conflicts;
            const json::String code = conflict.termination_code;
            Text<64> kept;
            require(!code || (unescape(code, kept) && !kept.empty()));
        }
    }
    require(conflicts <= cm::kMaxConflicts);
    require(evaluation.advice().size() <= cm::kMaxAdvice);
    require(evaluation.obligations().size() <= cm::kMaxObligations);
}

void check_written(const cm::Evaluation& evaluation) {
    static char bytes[4 * json::kMaxText];
    static json::Token tokens[json::kMaxTokens];
    json::Writer writer(Buffer{bytes, sizeof bytes});
    writer.begin_object();
    ui::write_violations(writer.key("violations"), evaluation, {*ui::languages().begin()});
    ui::write_termination(writer.key("termination"), evaluation);
    ui::write_obligations(writer.key("obligations"), evaluation);
    writer.end_object();
    require(writer.ok());
    if (writer.view().size() <= json::kMaxText) {
        require(json::parse(writer.view(), tokens).error == json::Error::none);
    }
}

// Each reading says no more than the body does. A key is an id to the one and a name to the other.
void walk_lists(std::string_view text, json::Tokens tokens) {
    const json::Item body = json::parse(text, tokens).root;
    std::size_t ids = 0;
    for (const cm::RunningStream& stream : cm::RunningStreams(body))
        ids += stream.session_id.raw().size();
    require(ids <= text.size());
    std::size_t names = 0;
    for (const json::String name : cm::RequiredMetadata(body)) names += name.raw().size();
    require(names <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static json::Token tokens[cm::kMaxBodyTokens];
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const cm::Evaluation evaluation = cm::Evaluation::read(text, tokens);
    if (evaluation.error() == json::Error::none) {
        compare_with_cjson(text, evaluation);
    } else {
        require(evaluation.advice().empty() && evaluation.obligations().empty());
    }
    check_limits(evaluation);
    check_written(evaluation);
    walk_lists(text, tokens);
    return 0;
}
