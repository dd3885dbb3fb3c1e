/*
 * What a viewer reads and may choose where a limit is reached, from a conflict as the agent tells
 * it (contract.md, "Conflict"). Nothing of the screen is in here.
 */
var pageOffer = (function () {
    'use strict';

    // What one request may end (contract of POST /v1/conflicts/{id}).
    var MOST_CODES = 8;
    // More sentences would push the choices off the screen.
    var MOST_LINES = 3;
    // Rules that count streams: to end one frees one place.
    var BY_STREAM = { streamId: true, sessionId: true };

    return function (words) {
        var texts = words.texts;
        var TITLES = { streams: texts.programmes, devices: texts.devices, channel: texts.channel };

        // Of the violation whose sentence speaks for all.
        function title(problem) {
            var spoken = problem.violations.filter(function (violation) {
                return violation.line === problem.detail;
            })[0] || problem.violations[0];
            return spoken && TITLES[spoken.kind] || texts.failed;
        }

        // `note` stands first: what became of an earlier choice.
        function lines(problem, note) {
            var found = [note, problem.detail].concat(problem.violations.map(function (violation) {
                return violation.line;
            }));
            return found.filter(function (line, i) {
                return line && found.indexOf(line) === i;
            }).slice(0, MOST_LINES);
        }

        // The choices of what to end, {name, about, codes}: a stream; or, where the rule counts
        // devices or the like, all streams of one value, for ending some of them frees nothing. A
        // stream under two rules has its code once (contract.md, "Violation"): it is offered as a
        // stream once, and counts within its device, too.
        function choices(problem) {
            var found = [];
            var codeOf = {};
            problem.violations.forEach(function (violation) {
                var byStream = !violation.attribute || BY_STREAM[violation.attribute];
                var byDevice = byStream || violation.kind === 'devices';
                var byValue = {};
                violation.conflicts.forEach(function (stream) {
                    var known = stream.sessionId && codeOf['=' + stream.sessionId];
                    var code = stream.terminationCode || known;
                    var choice = byStream ? null : byValue['=' + stream.value];
                    if (byStream && known) { return; }
                    if (stream.sessionId && code) { codeOf['=' + stream.sessionId] = code; }
                    if (!choice) {
                        choice = { codes: [], streams: [],
                            name: !byDevice && stream.value || words.nameOf(stream) };
                        byValue['=' + stream.value] = choice;
                        found.push(choice);
                    }
                    choice.streams.push(words.describe(stream));
                    if (code && choice.codes.length < MOST_CODES) { choice.codes.push(code); }
                });
            });
            found.forEach(function (choice) {
                choice.about = choice.streams.filter(Boolean).join(texts.and);
            });
            return found;
        }

        function unlisted(problem) {
            return problem.violations.reduce(function (sum, violation) {
                return sum + (violation.moreConflicts || 0);
            }, 0);
        }

        // {title, text, choices}
        return function (problem, note) {
            var list = choices(problem);
            var text = lines(problem, note);
            var closed = list.length && !list.some(function (choice) {
                return choice.codes.length;
            });
            if (unlisted(problem)) { text.push(words.others(unlisted(problem))); }
            if (closed) { text.push(texts.nothingToEnd); }
            return { title: title(problem), text: text.join('\n'), choices: list };
        };
    };
}());
