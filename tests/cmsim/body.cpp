#include "tests/cmsim/body.h"

#include "tests/cmsim/date.h"
#include "tests/cmsim/json_text.h"

namespace cmagent::cmsim {
namespace {

constexpr const char* kRemoteTermination = "remote-termination";
constexpr const char* kReason = "New session requested with X-Terminate header";

std::string known(const Metadata& metadata, const char* name) {
    const std::string value = value_of(metadata, name);
    return value.empty() ? "Unknown" : value;
}

void write_known(JsonText& json, const char* name, const std::string& value) {
    if (!value.empty()) json.member(name, value);
}

// The members of a stream in the service dialect, apart from its metadata.
void write_description(JsonText& json, const Stream& stream) {
    json.member("channel", known(stream.metadata, "channel"));
    json.member("startedAt", rfc3339(stream.started));
    json.member("deviceName", known(stream.metadata, "deviceName"));
    write_known(json, "applicationName", stream.application_name);
}

void write_obligations(JsonText& json, const std::vector<Obligation>& obligations) {
    for (const Obligation& obligation : obligations) {
        json.object();
        json.member("namespace", obligation.space).member("action", obligation.action);
        if (!obligation.arguments.empty()) {
            json.key("arguments").array();
            for (const std::string& argument : obligation.arguments) json.text(argument);
            json.close();
        }
        json.close();
    }
}

// --- service ---

void write_service_violation(JsonText& json, const Violation& violation) {
    json.object().member("type", "rule-violation");
    write_known(json, "message", violation.rule.message);
    json.member("policyName", violation.policy).member("ruleName", violation.rule.name);
    write_known(json, "attribute", violation.rule.attribute);
    json.member("threshold", static_cast<std::int64_t>(violation.rule.threshold));
    json.key("scope").array();
    for (const std::string& name : violation.rule.scope) json.text(name);
    json.close();
    json.key("conflicts").object();
    for (const Conflict& conflict : violation.conflicts) {
        json.key(conflict.value).array();
        for (const Stream& stream : conflict.streams) {
            json.object();
            write_known(json, "terminationCode", stream.termination_code);
            Metadata others = stream.metadata;
            others.erase("channel");
            others.erase("deviceName");
            if (!others.empty()) json.member("metadata", others);
            write_description(json, stream);
            json.close();
        }
        json.close();
    }
    json.close().close();
}

std::string service_evaluation(const Evaluation& evaluation) {
    JsonText json;
    json.object().key("associatedAdvice").array();
    for (const Violation& violation : evaluation.violations) {
        write_service_violation(json, violation);
    }
    if (evaluation.terminator) {
        json.object().member("type", kRemoteTermination);
        json.member("message", "This session was terminated by a remote user");
        json.key("terminator").object();
        write_description(json, *evaluation.terminator);
        json.close().close();
    }
    json.close().key("obligations");
    // The published 400 shows its one obligation bare, without the array.
    const bool bare = evaluation.obligations.size() == 1;
    if (!bare) json.array();
    write_obligations(json, evaluation.obligations);
    return json.finish();
}

// --- guide ---

void write_guide_termination(JsonText& json, const Stream& terminator) {
    json.object().member("adviceType", kRemoteTermination).key("attributes").object();
    json.member("terminatedBy", terminator.session).member("reason", kReason);
    json.close().close();
}

void write_guide_violation(JsonText& json, const Violation& violation, std::size_t number) {
    json.object().member("id", "advice-" + std::to_string(number));
    json.member("adviceType", "rule-violation").key("attributes").object();
    json.member("rule", violation.rule.name);
    json.member("threshold", static_cast<std::int64_t>(violation.rule.threshold));
    json.member("current", static_cast<std::int64_t>(violation.current));
    json.key("conflicts").array();
    for (const Conflict& conflict : violation.conflicts) {
        for (const Stream& stream : conflict.streams) {
            json.object().member("sessionId", stream.session);
            write_known(json, "terminationCode", stream.termination_code);
            json.member("metadata", stream.metadata);
            json.close();
        }
    }
    json.close().close().close();
}

std::string guide_evaluation(const Evaluation& evaluation) {
    JsonText json;
    if (evaluation.terminator) {
        write_guide_termination(json, *evaluation.terminator);
        return json.finish();
    }
    json.object().member("status", "error").key("error").object();
    json.member("code", evaluation.violations.empty() ? "BAD_REQUEST" : "POLICY_VIOLATION");
    json.member("message",
                evaluation.violations.empty() ? "Bad request" : "Concurrent usage limit exceeded");
    json.close().key("evaluationResult").object().member("decision", "DENY");
    json.key("obligations").array();
    write_obligations(json, evaluation.obligations);
    json.close().key("associatedAdvice").array();
    std::size_t number = 0;
    for (const Violation& violation : evaluation.violations) {
        write_guide_violation(json, violation, ++number);
    }
    return json.finish();
}

// --- reference ---

std::string reference_termination(const Stream& terminator) {
    JsonText json;
    json.object().key("evaluationResult").object().member("decision", "DENY");
    json.key("associatedAdvice").array();
    write_guide_termination(json, terminator);
    return json.finish();
}

std::string reference_evaluation(const Evaluation& evaluation) {
    if (evaluation.terminator) return reference_termination(*evaluation.terminator);
    JsonText json;
    json.object().key("associatedAdvice").array();
    for (const Violation& violation : evaluation.violations) {
        json.object().member("policyName", violation.policy);
        json.member("ruleName", violation.rule.name).key("scope").object().close();
        write_known(json, "attribute", violation.rule.attribute);
        json.member("threshold", static_cast<std::int64_t>(violation.rule.threshold));
        json.key("conflicts").array();
        for (const Conflict& conflict : violation.conflicts) {
            for (const Stream& stream : conflict.streams) {
                json.object().member("sessionId", stream.session);
                write_known(json, "terminationCode", stream.termination_code);
                write_description(json, stream);
                json.member("metadata", stream.metadata);
                json.close();
            }
        }
        json.close().close();
    }
    json.close().key("obligations").array();
    write_obligations(json, evaluation.obligations);
    return json.finish();
}

// --- the same in all dialects ---

std::string running_streams(const RunningStreams& running) {
    JsonText json;
    json.object().key("runningStreams").array();
    for (const Stream& stream : running.streams) {
        json.object().member("sessionId", stream.session).member("startTime", stream.started);
        json.member("applicationId", stream.application);
        write_known(json, "applicationName", stream.application_name);
        write_known(json, "terminationCode", stream.termination_code);
        json.member("metadata", stream.metadata);
        json.close();
    }
    json.close();
    if (running.others) json.member("otherStreams", static_cast<std::int64_t>(*running.others));
    return json.finish();
}

std::string names_array(const Names& names) {
    JsonText json;
    json.array();
    for (const std::string& name : names) json.text(name);
    return json.finish();
}

std::string evaluation_in(const Evaluation& evaluation, Dialect dialect) {
    switch (dialect) {
        case Dialect::service:
        case Dialect::published:
            return service_evaluation(evaluation);
        case Dialect::guide:
            return guide_evaluation(evaluation);
        case Dialect::reference:
            return reference_evaluation(evaluation);
    }
    return {};
}

}  // namespace

std::optional<Dialect> dialect_named(std::string_view name) {
    if (name == "service") return Dialect::service;
    if (name == "guide") return Dialect::guide;
    if (name == "reference") return Dialect::reference;
    if (name == "published") return Dialect::published;
    return std::nullopt;
}

std::string render(const Answer& answer, Dialect dialect) {
    if (const auto* evaluation = std::get_if<Evaluation>(&answer.body)) {
        return evaluation_in(*evaluation, dialect);
    }
    if (const auto* running = std::get_if<RunningStreams>(&answer.body)) {
        return running_streams(*running);
    }
    if (const auto* names = std::get_if<Names>(&answer.body)) return names_array(*names);
    return {};
}

}  // namespace cmagent::cmsim
