/*
 * A viewer's overlay as a working reference: the stream that plays, the streams that are watched
 * when the limit is reached, and the device that ended playback. Arrow keys, OK and Back are all it
 * needs. The page plays nothing: a coloured frame stands for the picture.
 * Who signs in and what there is to watch may be given in the address:
 *   #idp=…&subject=…&channels=News,Sport&deviceName=…&language=fr&poll=1
 */
(function () {
    'use strict';

    var TEXTS = {
        en: {
            nothing: 'Nothing is playing', active: 'Now playing', grace: 'Now playing – the service cannot be reached',
            starting: 'One moment …', stopping: 'Stopping …', since: 'since {time}', stop: 'Stop',
            limit: 'Too many streams', ended: 'Playback has ended', failed: 'This cannot be played now',
            confirm: 'End this?', yes: 'Yes, end it', no: 'No', back: 'Back', ok: 'OK',
            someDevice: 'A device', watching: '{channel}, since {time}', and: ' · ', more: 'And {n} more.',
            fixed: 'cannot be ended from here', nothingToEnd: 'None of this can be ended from here.',
            serviceAway: 'The service cannot be reached', connecting: 'Connecting …',
            unreachable: 'This device does not answer. Please try again.',
            unreadable: 'Something went wrong on this device.',
            hints: '▲ ▼  choose      OK  play      BACK  close'
        },
        fr: {
            nothing: 'Aucune lecture en cours', active: 'Lecture en cours',
            grace: 'Lecture en cours – le service est injoignable',
            starting: 'Un instant …', stopping: 'Arrêt en cours …', since: 'depuis {time}', stop: 'Arrêter',
            limit: 'Trop de flux', ended: 'La lecture est terminée', failed: 'Lecture impossible pour le moment',
            confirm: 'Arrêter ceci ?', yes: 'Oui, arrêter', no: 'Non', back: 'Retour', ok: 'OK',
            someDevice: 'Un appareil', watching: '{channel}, depuis {time}', and: ' · ', more: 'Et {n} de plus.',
            fixed: 'ne peut pas être arrêté d’ici', nothingToEnd: 'Rien de cela ne peut être arrêté d’ici.',
            serviceAway: 'Le service est injoignable', connecting: 'Connexion …',
            unreachable: 'Cet appareil ne répond pas. Veuillez réessayer.',
            unreadable: 'Un problème est survenu sur cet appareil.',
            hints: '▲ ▼  choisir      OK  lire      RETOUR  fermer'
        }
    };
    // The keys of remote controls: arrows, and for Back the codes of HbbTV and LG, of Samsung,
    // Escape, Backspace.
    var UP = 38;
    var DOWN = 40;
    var BACK = { 461: true, 10009: true, 27: true, 8: true };
    // Ends that the viewer has brought about need no words.
    var EXPECTED = { user: true, 'player-exited': true };
    // What one request may end (contract of POST /v1/conflicts/{id}).
    var MOST_CODES = 8;

    var wish = addressed();
    var language = /^fr/i.test(wish.language || navigator.language || '') ? 'fr' : 'en';
    var texts = TEXTS[language];
    var agent = cmagent.connect({ language: language, poll: wish.poll === '1' });

    var current = null;    // the session that plays, as the agent told it last
    var lastId = '';       // of the session that played last: what a zap replaces
    var undecided = null;  // gives up the start that is being decided
    var nextChannel = '';  // chosen while the very first start is being decided, which has no id yet to replace
    var focusBefore = null;

    function addressed() {
        var found = { idp: 'demo-mvpd', subject: 'demo-household', channels: 'News,Sport,Film,Kids' };
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

    function element(id) { return document.getElementById(id); }
    function show(id, text) { element(id).textContent = text || ''; }
    function fill(text, values) {
        return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
    }
    function clock(time) {
        var date = new Date(time);
        function two(number) { return (number < 10 ? '0' : '') + number; }
        return isNaN(date.getTime()) ? '' : two(date.getHours()) + ':' + two(date.getMinutes());
    }

    // --- what plays ---

    function render() {
        var state = current ? current.state : undecided ? 'starting' : 'nothing';
        var plays = state === 'active' || state === 'grace';
        element('now').className = plays ? 'playing ' + state : '';
        show('now-state', texts[state]);
        show('now-channel', plays && current.metadata.channel);
        show('now-since', plays && current.startedAt && fill(texts.since, { time: clock(current.startedAt) }));
        element('stop').hidden = !plays;
        if (!plays && document.activeElement === element('stop')) { focusFirst(element('channels')); }
    }

    function take(session) {
        current = session;
        if (session) { lastId = session.id; }
        render();
    }

    function withId(sessions, id) {
        return sessions.filter(function (session) { return session.id === id; })[0];
    }
    function isLive(session) { return session.state !== 'ended' && session.state !== 'starting'; }

    // The one way by which the page learns of a change: events, a new connection and missed events
    // all lead here.
    function refresh() {
        var id = current && current.id;
        agent.sessions(function (error, sessions) {
            var known;
            // Something else may play since this was asked.
            if (error || id !== (current && current.id)) { return; }
            if (!id) { return take(sessions.filter(isLive).pop() || null); }
            known = withId(sessions, id);
            if (known && isLive(known)) { return take(known); }
            return lose(known);
        });
    }

    function lose(session) {
        take(null);
        if (!session || !EXPECTED[session.endReason]) { tell(texts.ended, session && session.message); }
    }

    // --- starting and stopping ---

    // Only the last wish counts: what an earlier one comes to is not of interest any more.
    function ask(request) {
        var giveUp = request(function (error, session) {
            if (undecided !== giveUp) { return; }
            undecided = null;
            decided(error, session);
        });
        undecided = giveUp;
        render();
    }

    function play(channel) {
        var start = { idp: wish.idp, subject: wish.subject, metadata: { channel: channel } };
        if (undecided && !lastId) {
            nextChannel = channel;
            return;
        }
        if (wish.deviceName) { start.metadata.deviceName = wish.deviceName; }
        if (lastId) { start.replaces = lastId; }
        ask(function (done) { return agent.start(start, done); });
    }

    function decided(error, session) {
        var channel = nextChannel;
        nextChannel = '';
        if (!error) {
            closeDialog();
            take(session);
        }
        if (channel) { return play(channel); }
        if (!error) { return undefined; }
        render();
        refresh();
        // Another program of this box has chosen something else.
        if (error.code === 'replaced') { return closeDialog(); }
        if (error.code === 'stream-limit') { return offer(error); }
        return tell(texts.failed, error.detail || texts[error.code]);
    }

    function withdraw() {
        if (!undecided) { return; }
        undecided();
        undecided = null;
        nextChannel = '';
        closeDialog();
        render();
        refresh();
    }

    function stop() {
        agent.stop(current.id);
        take(null);
    }

    // --- dialogs ---

    function button(label, small, act) {
        var item = document.createElement('button');
        item.className = 'item';
        item.textContent = label;
        if (small) { item.appendChild(document.createElement('small')).textContent = small; }
        item.onclick = act;
        item.disabled = !act;
        return item;
    }

    // What the remote control's Back does, too.
    function backButton(label, act) {
        var item = button(label, '', act);
        item.setAttribute('data-role', 'back');
        return item;
    }

    function openDialog(title, text, buttons) {
        var choices = element('choices');
        if (element('overlay').hidden) { focusBefore = document.activeElement; }
        show('dialog-title', title);
        show('dialog-text', text);
        choices.textContent = '';
        buttons.forEach(function (item) { choices.appendChild(item); });
        element('overlay').hidden = false;
        focusFirst(choices);
    }

    function closeDialog() {
        if (element('overlay').hidden) { return; }
        element('overlay').hidden = true;
        if (focusBefore && focusBefore !== document.body && !focusBefore.hidden) { return focusBefore.focus(); }
        focusFirst(element('channels'));
    }

    function tell(title, text) { openDialog(title, text, [backButton(texts.ok, closeDialog)]); }

    function describe(stream) {
        var values = { channel: stream.channel, time: stream.startedAt ? clock(stream.startedAt) : '' };
        if (!values.time) { return values.channel || ''; }
        return fill(values.channel ? texts.watching : texts.since, values);
    }

    // The choices of what to end, {name, codes, streams}: a stream; or, where the rule counts
    // devices or the like, all streams of one device, for ending some of them frees nothing. A
    // stream under two rules is offered once.
    function choicesOf(problem) {
        var choices = [];
        var offered = {};
        problem.violations.forEach(function (violation) {
            var byValue = {};
            var byStream = !violation.attribute || violation.attribute === 'streamId';
            violation.conflicts.forEach(function (stream) {
                var choice = byStream ? null : byValue[stream.value];
                var code = stream.terminationCode;
                if (code && offered[code]) { return; }
                if (!choice) {
                    choice = { name: stream.deviceName || stream.applicationName || texts.someDevice, codes: [],
                        streams: [] };
                    byValue[stream.value] = choice;
                    choices.push(choice);
                }
                choice.streams.push(describe(stream));
                if (code && choice.codes.length < MOST_CODES) {
                    choice.codes.push(code);
                    offered[code] = true;
                }
            });
        });
        return choices;
    }

    function offer(problem) {
        var choices = choicesOf(problem);
        var text = [problem.detail];
        var unlisted = problem.violations.reduce(function (sum, v) { return sum + (v.moreConflicts || 0); }, 0);
        var buttons = choices.map(function (choice) {
            var streams = choice.streams.filter(Boolean);
            if (choice.codes.length) {
                return button(choice.name, streams.join(texts.and), function () { confirm(problem, choice, streams); });
            }
            return button(choice.name, streams.concat(texts.fixed).join(texts.and), null);
        });
        if (unlisted) { text.push(fill(texts.more, { n: unlisted })); }
        if (!choices.some(function (choice) { return choice.codes.length; })) { text.push(texts.nothingToEnd); }
        buttons.push(backButton(texts.back, function () {
            agent.giveUp(problem.conflictId);
            closeDialog();
        }));
        openDialog(texts.limit, text.join(' '), buttons);
    }

    function confirm(problem, choice, streams) {
        openDialog(texts.confirm, [choice.name].concat(streams).join(texts.and), [
            backButton(texts.no, function () { offer(problem); }),
            button(texts.yes, '', function () {
                openDialog(texts.starting, '', [backButton(texts.back, withdraw)]);
                ask(function (done) { return agent.resolve(problem.conflictId, choice.codes, done); });
            })
        ]);
    }

    // --- events ---

    function tellReach() {
        agent.status(function (error, status) {
            if (!error) { show('reach', status.cm.reachable ? '' : texts.serviceAway); }
        });
    }

    agent.watch({
        'playback-stop': function (event) {
            if (!current || event.sessionId !== current.id) { return; }
            current.state = 'stopping';
            render();
            agent.stopped(event.sessionId);
        },
        'session-started': refresh,
        'session-updated': refresh,
        'session-ended': refresh,
        reset: refresh,
        cm: tellReach,
        connected: function () {
            tellReach();
            refresh();
        },
        disconnected: function () { show('reach', texts.connecting); }
    });

    // --- the remote control ---

    function items(inside) {
        return Array.prototype.filter.call(inside.querySelectorAll('.item'), function (item) {
            return !item.hidden && !item.disabled;
        });
    }
    function focusFirst(inside) {
        var first = items(inside)[0];
        if (first) { first.focus(); }
    }
    function move(list, step) {
        var at = list.indexOf(document.activeElement);
        list[at < 0 ? 0 : (at + step + list.length) % list.length].focus();
    }
    function goBack(list) {
        var back = list.filter(function (item) { return item.getAttribute('data-role') === 'back'; })[0];
        if (back) { back.click(); } else { withdraw(); }
    }

    document.onkeydown = function (event) {
        var list = items(element(element('overlay').hidden ? 'channels' : 'choices'));
        if (event.keyCode === UP) {
            move(list, -1);
        } else if (event.keyCode === DOWN) {
            move(list, 1);
        } else if (BACK[event.keyCode]) {
            goBack(list);
        } else {
            return true;  // OK presses the button that has the focus, as Enter does
        }
        return false;
    };

    // --- the first picture ---

    function addToChannels(item) { return element('channels').appendChild(item); }

    wish.channels.split(',').forEach(function (channel) {
        addToChannels(button(channel, '', function () { play(channel); }));
    });
    addToChannels(button(texts.stop, '', stop)).id = 'stop';
    document.documentElement.lang = language;
    show('device', wish.deviceName || 'cmagent');
    show('reach', texts.connecting);
    show('hints', texts.hints);
    render();
    focusFirst(element('channels'));
}());
