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

    var OVER = { 'conflict-over': true, 'no-such-conflict': true };

    var wish = addressed();
    var words = pageWords(wish.language || navigator.language);
    var texts = words.texts;
    var channels = cmagent.remote(element('channels'), withdraw);
    var overlay = cmagent.overlay(element('overlay'), { language: words.language,
        onWait: showWaiting, onClose: keepFocus });
    var agent = cmagent.connect({ language: words.language, poll: wish.poll === '1' });
    var account = { idp: wish.idp, subject: wish.subject };
    var watching = pageWatching({ agent: agent, account: account, words: words, overlay: overlay,
        show: show, ask: ask });

    var current = null;    // the session that plays, as the agent told it last
    var lastId = '';       // of the session that played last: what a zap replaces
    var undecided = null;  // gives up what is being asked
    // Chosen while the very first start is being decided, which has no id yet to replace.
    var nextChannel = '';
    var limit = null;      // {conflictId, close(), free(), missed()}: what the overlay asks about
    var waiting = null;    // {until, wanted}: a place is waited for

    function element(id) { return document.getElementById(id); }
    function show(id, text) { element(id).textContent = text || ''; }

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
        show('now-channel', plays ? current.metadata.channel : waits && waiting.wanted);
        show('now-since', since ? words.fill(texts.started, { time: since }) :
            waits && words.fill(texts.until, { time: words.clock(waiting.until) }));
        show('stop', waits ? texts.waitNoMore : texts.stop);
        element('stop').hidden = !plays && !waits;
        if (element('stop').hidden && document.activeElement === element('stop')) {
            channels.focusFirst();
        }
    }
    // What had the focus may be gone.
    function keepFocus() {
        if (document.activeElement === document.body) { channels.focusFirst(); }
    }
    function showWaiting(told) {
        waiting = told;
        render();
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
        take(null);
        if (!session) { return overlay.ended({}); }
        if (watching.wasEndedHere(session.id)) { return undefined; }
        // What another app was refused, that app resolves.
        return overlay.ended(session, session.own && session.conflictId && function () {
            askLimit(null, session.conflictId, session.metadata.channel);
        });
    }

    // --- starting and stopping ---

    // Only the last wish counts: what an earlier one comes to is not of interest any more. Returns what
    // withdraws it.
    function ask(request, answered) {
        var giveUp = request(function (error, result) {
            if (undecided !== giveUp) { return; }
            undecided = null;
            render();
            answered(error, result);
        });
        undecided = giveUp;
        render();
        return withdraw;
    }

    function play(channel) {
        var start = { idp: wish.idp, subject: wish.subject, metadata: { channel: channel } };
        if (undecided && !lastId) {
            nextChannel = channel;
            return;
        }
        if (waiting) { overlay.giveUp(); }
        if (limit) { limit.close(); }
        overlay.close();
        if (wish.deviceName) { start.metadata.deviceName = wish.deviceName; }
        if (lastId) { start.replaces = lastId; }
        ask(function (done) { return agent.start(start, done); }, function (error, session) {
            decided(error, session, channel, function () {
                overlay.problem(error, function () { play(channel); });
            });
        });
    }

    // `failed`: what a fault leads to that is no limit.
    function decided(error, session, channel, failed) {
        var next = nextChannel;
        nextChannel = '';
        if (!error) {
            if (limit) { limit.close(); }
            take(session);
        }
        if (next) { return play(next); }
        if (!error) { return undefined; }
        refresh();
        if (error.code === 'stream-limit') { return askLimit(error, error.conflictId, channel); }
        return failed();
    }

    function withdraw() {
        if (!undecided) { return; }
        undecided();
        undecided = null;
        nextChannel = '';
        render();
        refresh();
    }

    function stop() {
        if (!current) { return overlay.giveUp(); }
        agent.stop(current.id);
        return take(null);
    }

    // --- the limit is reached ---

    // `problem`: null where it has to be read first.
    function askLimit(problem, conflictId, channel) {
        var latest = problem;
        var over = false;

        function choose(codes, done) {
            if (over) {
                play(channel);
                return withdraw;
            }
            return ask(function (heard) {
                return codes.length ? agent.resolve(latest, codes, heard) :
                    agent.tryAgain(conflictId, heard);
            }, function (error, session) {
                over = Boolean(error && words.pick(OVER, error.code));
                decided(error, session, channel, function () { done(error); });
            });
        }
        choose.wanted = channel;
        choose.read = function (done) {
            return agent.conflict(conflictId, function (error, read) {
                latest = read || latest;
                over = Boolean(error && words.pick(OVER, error.code));
                done(error, read);
            });
        };
        choose.wait = function (seconds, done) {
            return agent.wait(conflictId, { seconds: seconds, start: false }, done);
        };
        choose.giveUp = function () { agent.giveUp(conflictId); };
        limit = overlay(problem, choose);
        limit.conflictId = conflictId;
    }

    // --- events ---

    function tellReach() {
        agent.status(function (error, status) {
            if (!error) { show('reach', status.cm.reachable === false ? texts.serviceAway : ''); }
        });
    }

    function readAll() {
        tellReach();
        refresh();
        if (limit) { limit.missed(); }
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
            if (limit && event.conflictId === limit.conflictId) { limit.free(); }
        },
        reset: readAll,
        cm: tellReach,
        connected: readAll,
        disconnected: function () { show('reach', texts.connecting); }
    });

    // --- the first picture ---

    function addToChannels(item) { return element('channels').appendChild(item); }

    wish.channels.split(',').forEach(function (channel) {
        addToChannels(overlay.button(channel, '', function () { play(channel); }));
    });
    addToChannels(overlay.button(texts.stop, '', stop)).id = 'stop';
    addToChannels(overlay.button(texts.who, '', watching.list))
        .appendChild(document.createElement('small')).id = 'places';
    document.documentElement.lang = words.language;
    show('device', wish.deviceName || 'cmagent');
    show('reach', texts.connecting);
    show('hints', texts.hints);
    document.onkeydown = function (event) { return !channels.take(event); };
    render();
    channels.focusFirst();
}());
