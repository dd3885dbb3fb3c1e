/*
 * Before anybody is refused: how many places are taken, who watches on which device, and ending a
 * stream without watching here.
 */
var pageWatching = (function () {
    'use strict';

    // Between two looks, where nothing says when the next stream ends.
    var LOOK_MS = 60 * 1000;
    var SHORTEST_LOOK_MS = 10 * 1000;
    // After a change: several come together.
    var SOON_MS = 2000;

    // The limit on streams, where it is known: others count what this page does not.
    function limitOf(outlook) {
        return (outlook.limits || []).filter(function (limit) {
            var streams = !limit.attribute || limit.attribute === 'streamId';
            return streams && limit.atMost !== undefined && !(limit.scope && limit.scope.length);
        }).sort(function (a, b) { return a.atMost - b.atMost; })[0];
    }

    // `page`: {agent, account, words, overlay, show, ask}
    return function (page) {
        var words = page.words;
        var texts = words.texts;
        var overlay = page.overlay;
        var timer = null;
        var endedHere = '';  // the session of this box that the viewer has ended in the list

        // --- how many places are taken ---

        function tellPlaces(outlook) {
            var limit = limitOf(outlook);
            var n = outlook.streams || 0;
            page.show('places', limit ?
                words.fill(texts.places, { n: n, limit: limit.atMost }) : n || '');
            document.getElementById('places').className = outlook.verdict;
        }

        function look() {
            plan(LOOK_MS);
            if (document.hidden) { return; }
            page.agent.outlook(page.account, function (error, outlook) {
                if (error) { return; }
                tellPlaces(outlook);
                if (outlook.nextLapseInMs) {
                    plan(Math.max(outlook.nextLapseInMs, SHORTEST_LOOK_MS));
                }
            });
        }
        function plan(ms) {
            clearTimeout(timer);
            timer = setTimeout(look, ms);
        }

        // --- who watches ---

        function list() {
            var who = { idp: page.account.idp, subject: page.account.subject, refresh: true };
            askPatiently(function (done) {
                return page.agent.streams(who, done);
            }, function (error, body) {
                return error ? overlay.problem(error, list) : showList(body);
            });
        }

        function askPatiently(request, answered) {
            overlay.patiently(function (done) { return page.ask(request, done); }, overlay.close,
                answered);
        }

        function showList(body) {
            var unlisted = words.others(body.otherStreams || 0);
            var buttons = body.streams.map(function (stream) {
                var choice = { name: words.nameOf(stream), about: words.describe(stream) };
                var ends = stream.sessionId && (stream.terminationCode || stream.here);
                return overlay.choice(choice, ends && function () {
                    overlay.confirm(choice, function () { showList(body); }, function () {
                        end(stream, body);
                    });
                });
            });
            buttons.push(overlay.backButton(texts.back, overlay.close));
            overlay.open(texts.who, body.streams.length ? unlisted : unlisted || texts.nobody,
                buttons);
        }

        // The list is shown on without it: the service may not be asked again so soon.
        function end(stream, body) {
            endedHere = stream.here || '';
            askPatiently(function (done) {
                return page.agent.endStream(page.account, stream.sessionId, done);
            }, function (error) {
                if (error) { return overlay.problem(error, function () { end(stream, body); }, list); }
                body.streams.splice(body.streams.indexOf(stream), 1);
                return showList(body);
            });
        }

        return {
            list: list,
            lookSoon: function () { plan(SOON_MS); },
            wasEndedHere: function (id) { return id === endedHere; }
        };
    };
}());
