/*
 * Binds a <video>, and whatever player feeds it, to sessions: no picture without a session, no
 * session without a picture, a stop that is confirmed when it is one (contract.md, "The client for
 * web apps"). A file of the client, after window.js and picture.js.
 *
 *   var bound = cmagent.bind(agent, video, {
 *       who: { idp: 'mvpd', subject: 'household' },
 *       unload: function () { return player.unload(); },
 *       onLimit: function (problem, choose) { … choose([code]) … choose.giveUp() … }
 *   });
 *   bound.play({ metadata: { channel: 'News' }, load: function () { return player.load(url); } });
 */
(function (root, extend) {
    'use strict';
    if (typeof module === 'object' && module.exports) {
        require('./window.js');
        require('./picture.js');
        module.exports = extend(require('./cmagent.js'));
    } else {
        extend(root.cmagent);
    }
}(typeof self === 'undefined' ? this : self, function (cmagent) {
    'use strict';

    // What the agent does not hear is said again, ever more slowly.
    var FIRST_RETRY_MS = 500;
    var LONGEST_RETRY_MS = 30000;
    // What is left of a former page, or of a start that was given up, takes no place for longer.
    var LEFT_MS = 1000;
    var OVER = { 'conflict-over': true, 'no-such-conflict': true };
    // Members of play()'s request that are not the app's to tell the agent.
    var OWN = { load: true, src: true, replaces: true, idempotencyKey: true };

    function is(table, name) { return Object.prototype.hasOwnProperty.call(table, name); }
    function mayPass(error) {
        return error.status === 0 || error.status === 429 || error.status >= 500;
    }
    function merge(into, from) {
        var name;
        for (name in from) {
            if (is(from, name) && !is(OWN, name) && name !== '__proto__') {
                into[name] = from[name];
            }
        }
        return into;
    }
    function slower(ms) { return Math.min((ms || FIRST_RETRY_MS) * 2, LONGEST_RETRY_MS); }
    function nothing() {}

    cmagent.bind = function (agent, video, options) {
        var settings = options || {};
        var closed = false;
        var last = {};        // the newest request
        var wish = null;      // what is to be shown, and is not granted: {request, body, load}
        var asked = null;     // what the agent decides on: {wish, anew, done, cancel}
        var shown = null;     // what may be shown: {id, session, wish, told: paused}
        var limit = null;     // the viewer chooses: {id, wish, view, waits}
        var previous = '';    // the session whose place the next one takes
        var early = {};       // what was heard of sessions that are not granted yet, by id
        var unsure = false;   // something may have been missed meanwhile
        var ordered = false;  // the picture is being stopped by order
        var looking = false;  // what CM refused, or a former page has left, is being read
        var barred = false;   // the browser has refused to play it without a viewer's key
        var unfollow = null;
        var resumes = false;  // when the page comes back from the browser's cache
        var me = { agent: agent, video: video, close: close,
            has: function (id) { return Boolean(shown && shown.id === id) || previous === id; },
            isAsking: function () { return Boolean(asked); } };
        var memory, picture, forgetPage;

        // What an app does there must not undo what is done here.
        function attempt(object, name, words) {
            try {
                return object && object[name] ? object[name].apply(null, words) : undefined;
            } catch (error) {
                setTimeout(function () { throw error; }, 0);
                return undefined;
            }
        }
        function tell(name) { return attempt(settings, name, [].slice.call(arguments, 1)); }

        // Listens while there is something to be told of.
        function listen() {
            var must = !closed && (wish || asked || shown || limit);
            if (must && !unfollow) {
                unfollow = cmagent.window.follow(agent, handlers);
            } else if (!must && unfollow) {
                unfollow();
                unfollow = null;
            }
        }

        // `name`: stop, stopped or giveUp; until the agent has heard it.
        function say(name, id) {
            var ms = 0;
            function again() {
                agent[name](id, function (error) {
                    ms = slower(ms);
                    if (error && mayPass(error)) { setTimeout(again, ms); }
                });
            }
            again();
        }
        function giveBack(id) {
            memory.forget(id);
            say('stop', id);
        }
        // Once its picture is off for sure.
        function giveBackPrevious() {
            var id = previous;
            previous = '';
            if (id) { picture.clear(false, function () { giveBack(id); }); }
        }

        // --- asking ---

        function wishOf(request) {
            var who = typeof settings.who === 'function' ? settings.who() : settings.who;
            var body = merge(merge({}, who), request);
            body.metadata = merge(merge({}, who && who.metadata), request.metadata);
            return { request: request, body: body,
                load: request.load || request.src && function () { video.src = request.src; } };
        }
        function isSame(one, other) {
            return Boolean(one) && JSON.stringify(one.body) === JSON.stringify(other.body);
        }

        function play(request) {
            var wanted;
            if (closed) { return; }
            last = request || last;
            wanted = wishOf(last);
            if (shown && isSame(shown.wish, wanted)) { return showAgain(wanted); }
            if (limit && !asked) { giveUp(); }
            leave(true);
            if (barred) { picture.bless(); }
            wish = wanted;
            proceed();
        }
        function showAgain(wanted) {
            if (shown.wish.request === wanted.request) { return picture.resume(); }
            shown.wish = wanted;
            picture.clear(true, nothing);
            return picture.show(wanted);
        }
        // What is shown makes room: its session ends with the start that takes its place.
        function leave(whole) {
            if (!shown) { return; }
            previous = shown.id;
            shown = null;
            picture.clear(whole, nothing);
        }

        function proceed() {
            listen();
            if (wish && !asked && !limit && !looking) { start(wish); }
        }
        function start(mine, done) {
            picture.hold();
            ask(mine, true, done, function (decided) {
                var body = merge({}, mine.body);
                if (previous) { body.replaces = previous; }
                return agent.start(body, decided);
            });
        }
        // `anew`: as a start, without the conflict that was.
        function ask(mine, anew, done, request) {
            var question = { wish: mine, anew: anew, done: done };
            early = {};
            unsure = false;
            asked = question;
            memory.doubt(mine.body.metadata);
            question.cancel = request(function (error, session) {
                asked = null;
                if (error && error.status === 0) {
                    sweep([mine.body.metadata], LEFT_MS);
                } else {
                    memory.trust(mine.body.metadata);
                }
                if (!error) { return granted(question, session); }
                if (anew) { giveBackPrevious(); }
                return refused(question, error);
            });
            listen();
            return question;
        }
        // What was asked is not wanted any more. It may have been granted all the same.
        function withdrawQuestion() {
            if (!asked) { return; }
            asked.cancel();
            sweep([asked.wish.body.metadata], LEFT_MS);
            asked = null;
        }
        function sweep(doubts, ms) {
            setTimeout(function () {
                giveBackOrphans(doubts, function (error) {
                    if (error) { sweep(doubts, slower(ms)); }
                });
            }, ms);
        }
        function giveBackOrphans(doubts, done) {
            cmagent.window.orphans(agent, doubts, function (error, found) {
                if (!error) {
                    doubts.forEach(memory.trust);
                    found.forEach(function (session) { giveBack(session.id); });
                }
                done(error);
            });
        }

        function granted(question, session) {
            var event = early[session.id];
            endLimit();
            previous = '';
            memory.keep(session.id);
            if (!isSame(wish, question.wish)) {
                previous = session.id;
                return proceed();
            }
            shown = { id: session.id, session: session, wish: wish, told: false };
            wish = null;
            tell('onState', session);
            attempt(question, 'done', [null, session]);
            // The app may have stopped it there.
            if (!shown || shown.id !== session.id) { return undefined; }
            if (event) { return lose(event, !is(event, 'endReason')); }
            picture.show(shown.wish);
            return unsure ? lookUp() : undefined;
        }

        function refused(question, error) {
            var isLimit = error.code === 'stream-limit';
            if (!isSame(wish, question.wish)) {
                if (isLimit) { say('giveUp', error.conflictId); }
                if (limit && !(isLimit && limit.id === error.conflictId)) { giveUp(); }
                endLimit();
                return proceed();
            }
            if (isLimit) { return offer(error, wish); }
            if (limit && is(OVER, error.code) && question.again) { return question.again(); }
            if (question.done) { return attempt(question, 'done', [error]); }
            if (!limit) { wish = null; }
            listen();
            return tell('onProblem', error, function () { play(); });
        }

        // --- the limit ---

        function offer(conflict, mine) {
            var it = { id: conflict.conflictId, wish: mine };
            limit = it;
            wish = mine;
            if (!settings.onLimit) {
                withdraw();
                return tell('onProblem', conflict, function () { play(); });
            }
            it.view = tell('onLimit', conflict, chooser(it));
            return undefined;
        }
        function endLimit() {
            var known = limit;
            limit = null;
            if (known) { attempt(known.view, 'close'); }
        }
        function giveUp() {
            var id = limit.id;
            endLimit();
            say('giveUp', id);
        }

        // What the app is given for one telling of the limit.
        function chooser(mine) {
            // Calls of the agent about it that decide nothing.
            function question(name, words, done) {
                if (limit !== mine) { return nothing; }
                return agent[name].apply(null, [mine.id].concat(words, function (error, result) {
                    if (limit === mine && done) { done(error, result); }
                }));
            }
            function choose(codes, done) { return chosen(mine, codes || [], done); }
            choose.wanted = mine.wish.body.metadata.channel || '';
            choose.wait = function (seconds, done) {
                return question('wait', { seconds: seconds, start: false },
                    function (error, conflict) {
                        mine.waits = !error && seconds > 0;
                        if (done) { done(error, conflict); }
                    });
            };
            choose.read = function (done) { return question('conflict', [], done); };
            choose.giveUp = function () { if (limit === mine) { withdraw(); } };
            return choose;
        }
        function chosen(mine, codes, done) {
            var it;
            if (limit !== mine) { return nothing; }
            withdrawQuestion();
            it = ask(mine.wish, false, done, function (decided) {
                return agent.resolve(mine.id, codes, decided);
            });
            // There is nothing to be ended: the same start without that conflict.
            it.again = codes.length ? null : function () { start(mine.wish, done); };
            return function () { if (asked === it) { withdrawQuestion(); } };
        }
        function isFree() {
            var view = limit.view;
            if (!limit.waits) { return undefined; }
            return view && view.free ? attempt(view, 'free') : chosen(limit, []);
        }

        // --- the end ---

        // Nothing is wanted any more.
        function withdraw() {
            wish = null;
            withdrawQuestion();
            if (limit) { giveUp(); }
            giveBackPrevious();
            listen();
        }

        // By the agent: `confirms` where it waits for the picture to be off.
        function lose(event, confirms) {
            var id = shown.id;
            var mine = shown.wish;
            var reason = event.reason || event.endReason;
            shown = null;
            ordered = true;
            // Paused for too long, it stays where it is: there is no picture to take away.
            picture.clear(reason !== 'paused', function () {
                ordered = false;
                memory.forget(id);
                if (confirms) { say('stopped', id); }
            });
            listen();
            tell('onState', null);
            tell('onStop', merge({ sessionId: id, reason: reason }, event), function () {
                if (closed || wish || shown) { return undefined; }
                return event.conflictId ? readAnew(event.conflictId, mine) : play();
            });
        }
        // What CM refused while it was shown, as it stands now.
        function readAnew(id, mine) {
            wish = mine;
            looking = true;
            listen();
            agent.conflict(id, function (error, conflict) {
                looking = false;
                if (!error && isSame(wish, mine)) { return offer(conflict, mine); }
                if (!error || is(OVER, error.code) || !isSame(wish, mine)) { return proceed(); }
                wish = null;
                listen();
                return tell('onProblem', error, function () { play(); });
            });
        }
        // By the viewer or the element.
        function end(whole) {
            var id = shown.id;
            leave(whole);
            picture.clear(false, function () {
                if (previous !== id || asked) { return; }
                previous = '';
                giveBack(id);
            });
            listen();
            tell('onState', null);
        }

        // --- what the element tells ---

        function wanted() {
            // A player that wants to go on against an order has no wish of the viewer's.
            if (closed || ordered || asked) { return; }
            if (limit) { chosen(limit, []); } else if (!wish) { play(); }
        }
        // The player has another source: of the same, or of something else?
        function again() {
            var now = wishOf(last);
            if (isSame(shown.wish, now)) { return picture.keep(); }
            now.load = null;
            leave(false);
            wish = now;
            return proceed();
        }
        function over(code, reason) {
            if (!shown) { return; }
            end(false);
            barred = code === 'play-refused';
            if (code) {
                tell('onProblem', new cmagent.Problem({ code: code, status: 0, reason: reason,
                    title: 'The picture could not be shown' }), function () { play(); });
            }
        }

        function tellPaused() {
            var mine = shown;
            var now = picture.isPaused();
            if (!mine || mine.telling || mine.told === now) { return; }
            mine.telling = true;
            agent.update(mine.id, { paused: now }, function (error, session) {
                if (shown !== mine) { return; }
                mine.ms = error ? slower(mine.ms) : 0;
                if (error && !mayPass(error)) {
                    mine.telling = false;
                    return lookUp();
                }
                if (!error) {
                    mine.told = now;
                    renew(session);
                }
                return setTimeout(function () {
                    mine.telling = false;
                    if (shown === mine) { tellPaused(); }
                }, mine.ms);
            });
        }
        function renew(session) {
            var known = shown.session;
            shown.session = session;
            if (session.state !== known.state || session.paused !== known.paused) {
                tell('onState', session);
            }
        }

        // --- what the agent tells ---

        // Something may have been missed: is the session still there?
        function lookUp(ms) {
            var mine = shown;
            if (!mine) { return; }
            agent.session(mine.id, function (error, session) {
                if (shown !== mine) { return; }
                if (error && error.status === 404) { return lose({ reason: 'gone' }, false); }
                if (error) {
                    return setTimeout(function () {
                        if (shown === mine) { lookUp(slower(ms)); }
                    }, slower(ms));
                }
                if (session.state === 'ended' || session.state === 'stopping') {
                    return lose(session, session.state === 'stopping');
                }
                renew(session);
                return tellPaused();
            });
        }
        function missed() {
            unsure = true;
            lookUp();
            if (limit) { attempt(limit.view, 'missed'); }
        }
        function stopBy(event, confirms) {
            if (shown && event.sessionId === shown.id) { return lose(event, confirms); }
            if (asked) { early[event.sessionId] = event; }
            return undefined;
        }
        var handlers = {
            'playback-stop': function (event) { stopBy(event, true); },
            'session-ended': function (event) { stopBy(event, false); },
            'session-updated': function (event) {
                if (!shown || event.sessionId !== shown.id) { return; }
                renew(merge(merge({}, shown.session),
                    { state: event.state, paused: event.paused }));
            },
            'slot-free': function (event) {
                if (limit && event.conflictId === limit.id) { isFree(); }
            },
            obligation: function (event) { tell('onLogout', event); },
            reset: missed,
            connected: missed
        };

        // --- the page ---

        // What a former page of this window has left: the next start takes its place.
        function lookBack() {
            var left = memory.id();
            var doubts = memory.doubts();
            previous = left;
            setTimeout(function () {
                if (previous === left && !asked && !shown) { giveBackPrevious(); }
            }, LEFT_MS);
            if (!doubts.length) { return; }
            looking = true;
            giveBackOrphans(doubts, function (error) {
                looking = false;
                if (error) { sweep(doubts, LEFT_MS); }
                proceed();
            });
        }
        // The browser keeps the page, or throws it away: nobody knows.
        function hide() {
            resumes = Boolean(wish || shown && !picture.isPaused());
            wish = null;
            if (asked) { asked.cancel(); }
            asked = null;
            endLimit();
            // The client's beacons tell that its sessions have stopped.
            if (shown && navigator.sendBeacon) { memory.keep(''); }
            shown = null;
            picture.clear(false, nothing);
            listen();
        }
        function reappear() {
            tell('onState', null);
            lookBack();
            if (resumes) { play(); }
        }

        function close() {
            if (closed) { return; }
            closed = true;
            withdraw();
            if (shown) { end(false); }
            forgetPage();
            picture.close();
            cmagent.window.leave(me);
        }

        cmagent.window.enter(me);
        memory = cmagent.window.memoryOf(me.n);
        picture = cmagent.picture(video, settings.unload,
            { wanted: wanted, again: again, paused: tellPaused, over: over });
        forgetPage = cmagent.whenHidden(hide, reappear);
        lookBack();
        // It plays already (an attribute, a player that was faster).
        if (!video.paused) {
            picture.hold();
            play();
        }
        return {
            play: play,
            // The viewer stops.
            stop: function () {
                withdraw();
                if (shown) { end(true); }
            },
            pause: function () {
                withdraw();
                picture.pause();
                tellPaused();
            },
            session: function () { return shown ? shown.session : null; },
            close: close
        };
    };
    return cmagent;
}));
