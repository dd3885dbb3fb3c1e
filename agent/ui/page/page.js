/*
 * A viewer's overlay as a working reference: the stream that plays, how many places are taken, the
 * streams that are watched when the limit is reached, waiting for a place, and the device that has
 * ended playback. Arrow keys, OK and Back are all it needs. The page plays nothing: a coloured
 * frame stands for the picture.
 * Who signs in and what there is to watch may be given in the address:
 *   #idp=…&subject=…&channels=News,Sport&deviceName=…&language=fr&poll=1
 */
(function () {
    'use strict';

    // Ends that the viewer has brought about need no words.
    var EXPECTED = { user: true, 'player-exited': true };
    // What the service answers for good: no other try will mend it.
    var HOPELESS = { 'cm-rejected': true, 'cm-credentials': true };
    // The list from which was chosen has changed; the conflict is no longer there.
    var OUTDATED = { 'code-not-offered': true, 'precondition-failed': true };
    var OVER = { 'conflict-over': true, 'no-such-conflict': true };
    var WAIT_SECONDS = 900;

    var wish = addressed();
    var words = pageWords(wish.language || navigator.language);
    var texts = words.texts;
    var offerOf = pageOffer(words);
    var screen = pageScreen(words, withdraw);
    var element = screen.element;
    var show = screen.show;
    var button = screen.button;
    var backButton = screen.backButton;
    var agent = cmagent.connect({ language: words.language, poll: wish.poll === '1' });
    var account = { idp: wish.idp, subject: wish.subject };
    var watching = pageWatching({ agent: agent, account: account, words: words, screen: screen,
        ask: askPatiently, fail: fail, confirm: confirm });

    var current = null;    // the session that plays, as the agent told it last
    var lastId = '';       // of the session that played last: what a zap replaces
    var undecided = null;  // gives up what is being asked
    // Chosen while the very first start is being decided, which has no id yet to replace.
    var nextChannel = '';
    var waiting = null;    // {conflictId, channel, until, timer}: a place is waited for

    function addressed() {
        var found = { idp: 'demo-mvpd', subject: 'demo-household',
            channels: 'News,Sport,Film,Kids' };
        location.hash.replace(/^#/, '').split('&').forEach(function (part) {
            var at = part.indexOf('=');
            if (at > 0) { found[part.slice(0, at)] = plain(part.slice(at + 1)); }
        });
        return found;
    }
    // An address that was typed by hand may hold a % that stands for itself.
    function plain(text) {
        try { return decodeURIComponent(text); } catch (_) { return text; }
    }

    // --- what plays ---

    function render() {
        var state = current ? current.state : undecided ? 'starting' :
            waiting ? 'waiting' : 'nothing';
        var plays = state === 'active' || state === 'grace';
        var waits = state === 'waiting';
        var since = plays && current.startedAt && words.moment(current.startedAt);
        element('now').className = plays ? 'playing ' + state : '';
        show('now-state', words.pick(texts, state));
        show('now-channel', plays ? current.metadata.channel : waits && waiting.channel);
        show('now-since', since ? words.fill(texts.started, { time: since }) :
            waits && words.fill(texts.until, { time: words.clock(waiting.until) }));
        show('stop', waits ? texts.waitNoMore : texts.stop);
        element('stop').hidden = !plays && !waits;
        if (element('stop').hidden && document.activeElement === element('stop')) {
            screen.focusFirst(element('channels'));
        }
    }

    function take(session) {
        current = session;
        if (session) { lastId = session.id; }
        render();
        watching.lookSoon();
    }

    function withId(sessions, id) {
        return sessions.filter(function (session) { return session.id === id; })[0];
    }
    function isLive(session) { return session.state !== 'ended' && session.state !== 'starting'; }
    // The page's own goes before what another app plays.
    function found(sessions) {
        var live = sessions.filter(isLive);
        return live.filter(function (session) { return session.own; }).pop() || live.pop() || null;
    }

    // The one way by which the page learns of a change: events, a new connection and missed events
    // all lead here.
    function refresh() {
        var id = current && current.id;
        agent.sessions(function (error, sessions) {
            var known;
            // Something else may play since this was asked.
            if (error || id !== (current && current.id)) { return; }
            if (!id) { return take(found(sessions)); }
            known = withId(sessions, id);
            if (known && isLive(known)) { return take(known); }
            return lose(known);
        });
    }

    function lose(session) {
        var buttons = [backButton(texts.ok, screen.close)];
        take(null);
        if (session && (words.pick(EXPECTED, session.endReason) ||
            watching.wasEndedHere(session.id))) {
            return;
        }
        // What another app was refused, that app resolves.
        if (session && session.own && session.conflictId) {
            buttons.unshift(button(texts.watchHere, '', function () {
                read(session.conflictId, session.metadata.channel);
            }));
        }
        screen.open(texts.ended, session && session.message, buttons);
    }

    // --- starting and stopping ---

    // Only the last wish counts: what an earlier one comes to is not of interest any more.
    function ask(request, answered) {
        var giveUp = request(function (error, result) {
            if (undecided !== giveUp) { return; }
            undecided = null;
            render();
            answered(error, result);
        });
        undecided = giveUp;
        render();
    }

    // The same behind a dialog, which Back leaves.
    function askPatiently(request, answered) {
        screen.open(texts.starting, '', [backButton(texts.back, withdraw)]);
        ask(request, answered);
    }

    function play(channel) {
        var start = { idp: wish.idp, subject: wish.subject, metadata: { channel: channel } };
        if (undecided && !lastId) {
            nextChannel = channel;
            return;
        }
        waitNoMore();
        screen.close();
        if (wish.deviceName) { start.metadata.deviceName = wish.deviceName; }
        if (lastId) { start.replaces = lastId; }
        ask(function (done) { return agent.start(start, done); }, function (error, session) {
            decided(error, session, channel, function () { play(channel); });
        });
    }

    // `again` asks the same once more; `back` leads to where the viewer came from.
    function decided(error, session, channel, again, back) {
        var next = nextChannel;
        nextChannel = '';
        if (!error) {
            screen.close();
            take(session);
        }
        if (next) { return play(next); }
        if (!error) { return undefined; }
        refresh();
        if (error.code === 'stream-limit') { return offer(error, channel); }
        return fail(error, again, back);
    }

    // Whether the same may be answered in another way the next time.
    function mayPass(error) {
        var passing = error.status === 0 || error.status === 429 || error.status >= 500;
        return words.pick(OVER, error.code) || (passing && !words.pick(HOPELESS, error.code));
    }

    function fail(error, again, back) {
        var buttons = [backButton(back ? texts.back : texts.ok, back || screen.close)];
        // Another program of this box has chosen something else.
        if (error.code === 'replaced') { return screen.close(); }
        if (mayPass(error)) { buttons.unshift(button(texts.again, '', again)); }
        return screen.open(texts.failed, error.detail || words.pick(texts, error.code), buttons);
    }

    function withdraw() {
        if (!undecided) { return; }
        undecided();
        undecided = null;
        nextChannel = '';
        screen.close();
        render();
        refresh();
    }

    function stop() {
        if (!current) { return waitNoMore(); }
        agent.stop(current.id);
        return take(null);
    }

    // --- the limit is reached ---

    function offer(problem, channel, note) {
        var offered = offerOf(problem, note);
        var buttons = offered.choices.map(function (choice) {
            return screen.choice(choice, choice.codes.length && function () {
                confirm(choice, function () { offer(problem, channel, note); }, function () {
                    resolve(problem, channel, choice);
                });
            });
        });
        if (offered.choices.length) {
            buttons.push(button(texts.wait, '', function () { wait(problem, channel); }));
        }
        buttons.push(button(texts.again, '', function () { tryAgain(problem, channel); }));
        buttons.push(backButton(texts.back, function () { giveUp(problem); }));
        screen.open(offered.title, offered.text, buttons);
    }

    function giveUp(conflict) {
        agent.giveUp(conflict.conflictId);
        screen.close();
    }

    function confirm(choice, back, act) {
        screen.open(texts.confirm, [choice.name, choice.about].filter(Boolean).join(texts.and),
            [backButton(texts.no, back), button(texts.yes, '', act)]);
    }

    function resolve(problem, channel, choice) {
        askPatiently(function (done) {
            return agent.resolve(problem, choice.codes, done);
        }, function (error, session) {
            if (error && words.pick(OUTDATED, error.code)) {
                return read(problem.conflictId, channel, error.detail);
            }
            return settle(error, session, problem, channel, function () {
                resolve(problem, channel, choice);
            });
        });
    }

    function tryAgain(conflict, channel) {
        askPatiently(function (done) {
            return agent.tryAgain(conflict.conflictId, done);
        }, function (error, session) {
            settle(error, session, conflict, channel, function () {
                tryAgain(conflict, channel);
            });
        });
    }

    // A conflict outlives every fault; once it is over, what was wanted is started anew.
    function settle(error, session, conflict, channel, again) {
        var over = error && words.pick(OVER, error.code);
        decided(error, session, channel, over ? function () { play(channel); } : again,
            over ? undefined : function () { read(conflict.conflictId, channel); });
    }

    // The conflict as it stands now.
    function read(conflictId, channel, note) {
        askPatiently(function (done) {
            return agent.conflict(conflictId, done);
        }, function (error, problem) {
            if (!error) { return offer(problem, channel, note); }
            return fail(error, function () {
                if (words.pick(OVER, error.code)) { return play(channel); }
                return read(conflictId, channel, note);
            });
        });
    }

    // --- waiting for a place ---

    function wait(conflict, channel) {
        askPatiently(function (done) {
            return agent.wait(conflict.conflictId, { seconds: WAIT_SECONDS, start: false }, done);
        }, function (error, told) {
            if (error) {
                return settle(error, null, conflict, channel, function () {
                    wait(conflict, channel);
                });
            }
            waiting = { conflictId: conflict.conflictId, channel: channel,
                until: told.wait && told.wait.until || Date.now() + WAIT_SECONDS * 1000,
                timer: setTimeout(function () { endWait(texts.waitOver, texts.again); },
                    WAIT_SECONDS * 1000) };
            screen.close();
            return render();
        });
    }

    function forget() {
        var known = waiting;
        clearTimeout(waiting.timer);
        waiting = null;
        render();
        return known;
    }

    function waitNoMore() {
        if (waiting) { agent.giveUp(forget().conflictId); }
    }

    // The waiting has come to its end: the viewer says whether it is still wanted.
    function endWait(title, label) {
        var known = forget();
        screen.open(title, known.channel, [
            button(label, '', function () { tryAgain(known, known.channel); }),
            backButton(texts.notNow, function () { giveUp(known); })
        ]);
    }

    // Whether the waiting goes on, after events may have been missed.
    function checkWait() {
        var known = waiting;
        if (!known) { return; }
        agent.conflict(known.conflictId, function (error, problem) {
            var goesOn = error ? !words.pick(OVER, error.code) : problem.wait;
            if (goesOn || waiting !== known) { return; }
            if (error) { return endWait(texts.waitOver, texts.again); }
            forget();
            return offer(problem, known.channel);
        });
    }

    // --- events ---

    function tellReach() {
        agent.status(function (error, status) {
            if (!error) { show('reach', status.cm.reachable ? '' : texts.serviceAway); }
        });
    }

    function readAll() {
        tellReach();
        refresh();
        checkWait();
    }

    agent.watch({
        'playback-stop': function (event) {
            if (!current || event.sessionId !== current.id) { return; }
            current.state = 'stopping';
            render();
            // Another app's picture is not this page's to speak of.
            if (current.own) { agent.stopped(event.sessionId); }
        },
        'session-started': refresh,
        'session-updated': refresh,
        'session-ended': refresh,
        'slot-free': function (event) {
            if (waiting && event.conflictId === waiting.conflictId) {
                endWait(texts.free, texts.watchNow);
            }
        },
        reset: readAll,
        cm: tellReach,
        connected: readAll,
        disconnected: function () { show('reach', texts.connecting); }
    });

    // --- the first picture ---

    function addToChannels(item) { return element('channels').appendChild(item); }

    wish.channels.split(',').forEach(function (channel) {
        addToChannels(button(channel, '', function () { play(channel); }));
    });
    addToChannels(button(texts.stop, '', stop)).id = 'stop';
    addToChannels(button(texts.who, '', watching.list))
        .appendChild(document.createElement('small')).id = 'places';
    document.documentElement.lang = words.language;
    show('device', wish.deviceName || 'cmagent');
    show('reach', texts.connecting);
    show('hints', texts.hints);
    render();
    screen.focusFirst(element('channels'));
}());
