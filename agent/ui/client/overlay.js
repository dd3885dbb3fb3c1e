/*
 * What a viewer is asked where a limit is reached, over the picture: who is watching, which stream
 * shall end, whether to wait for a place (contract.md, "The client for web apps").
 *
 *   var overlay = cmagent.overlay(document.getElementById('limit'));
 *   cmagent.bind(agent, video, { onLimit: overlay, onProblem: overlay.problem,
 *       onStop: overlay.ended, onState: overlay.state });
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

    // Ends that the viewer has brought about need no words.
    var EXPECTED = { user: true, 'player-exited': true };
    // What the service answers for good: no other try will mend it.
    var HOPELESS = { 'cm-rejected': true, 'cm-credentials': true };
    // The list from which was chosen has changed; the conflict is no longer there.
    var OUTDATED = { 'code-not-offered': true, 'precondition-failed': true };
    var OVER = { 'conflict-over': true, 'no-such-conflict': true };
    var WAIT_SECONDS = 900;

    // Whether the same may be answered in another way the next time.
    function mayPass(words, error) {
        var passing = error.status === 0 || error.status === 429 || error.status >= 500;
        return words.pick(OVER, error.code) || (passing && !words.pick(HOPELESS, error.code));
    }

    cmagent.overlay = function (element, options) {
        var settings = options || {};
        var seconds = settings.waitSeconds || WAIT_SECONDS;
        var words = cmagent.words(settings.language || navigator.language);
        var texts = words.texts;
        var offerOf = cmagent.offer(words);
        var dialog = cmagent.dialog(element, settings);
        var button = dialog.button;
        var backButton = dialog.backButton;
        // {choose, timer, show}: the limit that is asked about. `timer`: a place is waited for;
        // `show` opens what is asked now.
        var current = null;
        var shown = '';  // the id of the session that shows a picture

        // --- what any list of streams asks ---

        // A stream, {name, about}, that can be chosen, or only seen.
        function choice(stream, act) {
            var seen = [stream.about, act ? '' : texts.fixed].filter(Boolean);
            return button(stream.name, seen.join(texts.and), act);
        }

        function confirm(stream, back, act) {
            dialog.open(texts.confirm, [stream.name, stream.about].filter(Boolean).join(texts.and),
                [backButton(texts.no, back), button(texts.yes, '', act)]);
        }

        // `again` asks the same once more; `back` leads to where the viewer came from.
        function failed(error, again, back) {
            var buttons = [backButton(back ? texts.back : texts.ok, back || close)];
            // Another program of this box has chosen something else.
            if (error.code === 'replaced') { return close(); }
            if (again && mayPass(words, error)) { buttons.unshift(button(texts.again, '', again)); }
            return dialog.open(texts.failed, error.detail || words.pick(texts, error.code), buttons);
        }

        // What is asked behind a dialog, which Back leaves: `request` returns what withdraws it.
        // Returns what opens the dialog again.
        function patiently(request, withdrawn, answered) {
            var cancel;
            function show() {
                dialog.open(texts.starting, '', [backButton(texts.back, function () {
                    if (cancel) { cancel(); }
                    withdrawn();
                })]);
            }
            show();
            cancel = request(answered);
            return show;
        }

        // --- one limit ---

        // What was shown beside a limit: that comes back.
        function close() {
            if (current) { current.show(); } else { dialog.close(); }
        }
        function leave() {
            endWait();
            current = null;
            dialog.close();
        }
        function endWait() {
            if (!current || !current.timer) { return; }
            clearTimeout(current.timer);
            current.timer = null;
            if (settings.onWait) { settings.onWait(null); }
        }
        function giveUp() {
            var known = current;
            leave();
            if (known) { known.choose.giveUp(); }
        }

        // What comes to nothing any more because of another limit, or of none, is not heard.
        function ask(request, answered) {
            var known = current;
            known.show = patiently(request, giveUp, function (error, result) {
                if (known === current) { answered(error, result); }
            });
        }
        // Opens a question about the limit.
        function show(question) {
            current.show = question;
            question();
        }

        function end(codes) {
            var choose = current.choose;
            ask(function (done) { return choose(codes, done); }, function (error) {
                settle(error, function () { end(codes); });
            });
        }

        // A conflict outlives every fault; once it is over, what was wanted is started anew.
        function settle(error, again) {
            var over = error && words.pick(OVER, error.code);
            if (!error) { return leave(); }
            if (words.pick(OUTDATED, error.code)) { return read(error.detail); }
            return fail(error, over ? anew : again, over ? giveUp : read);
        }
        function anew() { end([]); }
        function fail(error, again, back) {
            show(function () { failed(error, again, back); });
        }

        // The conflict as it stands now; `note`: why the viewer sees it again.
        function read(note) {
            ask(current.choose.read, function (error, problem) {
                var over = error && words.pick(OVER, error.code);
                if (!error) { return offer(problem, typeof note === 'string' ? note : ''); }
                return fail(error, over ? anew : function () { read(note); }, giveUp);
            });
        }

        function offer(problem, note) {
            var offered = offerOf(problem, note);
            function list() {
                var buttons = offered.choices.map(function (one) {
                    return choice(one, one.codes.length && function () {
                        confirm(one, list, function () { end(one.codes); });
                    });
                });
                if (offered.choices.length) { buttons.push(button(texts.wait, '', wait)); }
                buttons.push(button(texts.again, '', anew));
                buttons.push(backButton(texts.back, giveUp));
                dialog.open(offered.title, offered.text, buttons);
            }
            show(list);
        }

        // --- waiting for a place ---

        function wait() {
            var choose = current.choose;
            ask(function (done) { return choose.wait(seconds, done); }, function (error, told) {
                return error ? settle(error, wait) : showWait(told);
            });
        }

        function showWait(told) {
            var until = told.wait && told.wait.until || Date.now() + seconds * 1000;
            var wanted = current.choose.wanted;
            current.timer = setTimeout(waitOver, seconds * 1000);
            if (settings.onWait) {
                show(dialog.close);
                return settings.onWait({ until: until, wanted: wanted });
            }
            return show(function () {
                var time = words.fill(texts.until, { time: words.clock(until) });
                dialog.open(texts.waiting, [wanted, time].filter(Boolean).join('\n'),
                    [backButton(texts.waitNoMore, giveUp)]);
            });
        }

        // The viewer says whether it is still wanted.
        function askWhetherStill(title, label) {
            endWait();
            show(function () {
                dialog.open(title, current.choose.wanted,
                    [button(label, '', anew), backButton(texts.notNow, giveUp)]);
            });
        }
        function waitOver() { askWhetherStill(texts.waitOver, texts.again); }

        // Whether the waiting goes on.
        function checkWait() {
            var known = current;
            known.choose.read(function (error, problem) {
                var goesOn = error ? !words.pick(OVER, error.code) : problem.wait;
                if (goesOn || known !== current || !known.timer) { return; }
                if (error) { return waitOver(); }
                endWait();
                return offer(problem);
            });
        }

        // --- the whole ---

        // contract.md, onLimit. Without a problem it is read first.
        function onLimit(problem, choose) {
            var mine = { choose: choose, timer: null };
            function ifWaiting(act) {
                return function () {
                    if (mine === current && mine.timer) { act(); }
                };
            }
            endWait();
            current = mine;
            if (problem) { offer(problem); } else { read(); }
            return {
                close: function () {
                    if (mine === current) { leave(); }
                },
                free: ifWaiting(function () { askWhetherStill(texts.free, texts.watchNow); }),
                missed: ifWaiting(checkWait)
            };
        }

        // An onStop. `again`: what leads to another try, where there is one.
        onLimit.ended = function (event, again) {
            var buttons = [backButton(texts.ok, close)];
            if (words.pick(EXPECTED, event.reason || event.endReason)) { return; }
            if (again) { buttons.unshift(button(texts.watchHere, '', again)); }
            dialog.open(texts.ended, event.message, buttons);
        };
        // An onState: a new picture takes away what was told of the one before.
        onLimit.state = function (session) {
            var id = session ? session.id : '';
            if (id && id !== shown) { close(); }
            shown = id;
        };
        onLimit.problem = failed;
        onLimit.giveUp = giveUp;
        // For lists and questions of the app's own.
        onLimit.open = dialog.open;
        onLimit.close = close;
        onLimit.button = button;
        onLimit.backButton = backButton;
        onLimit.choice = choice;
        onLimit.confirm = confirm;
        onLimit.patiently = patiently;
        return onLimit;
    };
    return cmagent;
}));
