/*
 * What a viewer reads and may choose where a limit is reached, from a conflict as the agent tells
 * it (contract.md, "Conflict"). Nothing of the screen is in here.
 *
 *   cmagent.offer(cmagent.words('fr'))(problem)   // {title, text, choices: [{name, about, codes}]}
 */
(function (root, extend) {
    'use strict';
    if (typeof module === 'object' && module.exports) {
        module.exports = extend(require('./cmagent.js'));
    } else {
        extend(root.cmagent);
    }
}(typeof self === 'undefined' ? this : self, function (cmagent) {
    'use strict';

    // What one request may end (contract of POST /v1/conflicts/{id}).
    var MOST_CODES = 8;
    // More sentences would push the choices off the screen.
    var MOST_LINES = 3;
    cmagent.offer = function (words) {
        var texts = words.texts;
        var TITLES = { streams: texts.programmes, devices: texts.devices, channel: texts.channel,
            channels: texts.channels };

        // One channel is watched too often, or too many channels are watched.
        function kindOf(violation) {
            var channels = violation.kind === 'channel' &&
                (violation.scope || []).indexOf('channel') < 0 &&
                (/channel/i.test(violation.attribute) || /channels/i.test(violation.rule));
            return channels ? 'channels' : violation.kind;
        }

        function isSaid(violation, problem) {
            return (problem.detail || '').indexOf(violation.line) >= 0;
        }

        // Of the violation whose sentence speaks for all.
        function title(problem) {
            var spoken = problem.violations.filter(function (violation) {
                return isSaid(violation, problem);
            })[0] || problem.violations[0];
            return spoken && words.pick(TITLES, kindOf(spoken)) || texts.failed;
        }

        // `note` stands first: why the viewer sees the list again.
        function lines(problem, note) {
            var others = problem.violations.filter(function (violation) {
                return !isSaid(violation, problem);
            }).map(function (violation) { return violation.line; });
            var found = [note, problem.detail].concat(others);
            return found.filter(function (line, i) {
                return line && found.indexOf(line) === i;
            }).slice(0, MOST_LINES);
        }

        // What must end as a whole to free a place: all streams of what the rule counts, say of a
        // device; '' where that is a single stream.
        function groupOf(stream) {
            return stream.value === stream.sessionId ? '' : stream.value || '';
        }

        // The choices of what to end, {name, about, codes}. A stream under two rules has its code
        // once (contract.md, "Violation"): it is offered by itself once, and counts within its
        // device, too.
        function choices(problem) {
            var found = [];
            var codeOf = {};
            problem.violations.forEach(function (violation) {
                var groups = {};
                violation.conflicts.forEach(function (stream) {
                    var group = groupOf(stream);
                    var id = '=' + (stream.sessionId || '');
                    var code = stream.terminationCode || codeOf[id];
                    var choice = group && groups['=' + group];
                    if (!group && codeOf[id]) { return; }
                    if (stream.sessionId && code) { codeOf[id] = code; }
                    if (!choice) {
                        choice = { codes: [], streams: [], name: group &&
                            violation.kind !== 'devices' ? group : words.nameOf(stream) };
                        groups['=' + group] = choice;
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
    return cmagent;
}));
