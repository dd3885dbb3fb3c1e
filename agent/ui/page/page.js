/*
 * A viewer's overlay as a working reference: what is playing, who is watching when the limit is reached, who ended it.
 * Arrow keys, OK and Back are all it needs. It plays nothing: a coloured frame stands for the picture.
 * Who signs in and what there is to watch may be given in the address: #idp=…&subject=…&channels=News,Sport
 */
(function () {
    'use strict';

    var TEXTS = {
        en: {
            nothing: 'Nothing is playing', playing: 'Now playing', grace: 'Now playing – the service cannot be reached',
            starting: 'One moment …', stopping: 'Stopping …', since: 'since {time}', stop: 'Stop',
            limit: 'Too many streams', ended: 'Playback has ended', failed: 'This cannot be played now',
            confirm: 'End this stream?', yes: 'Yes, end it', no: 'No', back: 'Back', ok: 'OK',
            device: 'A device', watching: '{channel}, since {time}', watchingSince: 'since {time}',
            unreachable: 'The service cannot be reached', noAgent: 'Connecting …',
            nothingToEnd: 'None of these streams can be ended from here.',
            hints: '▲ ▼  choose      OK  play      BACK  close'
        },
        fr: {
            nothing: 'Aucune lecture en cours', playing: 'Lecture en cours',
            grace: 'Lecture en cours – le service est injoignable',
            starting: 'Un instant …', stopping: 'Arrêt en cours …', since: 'depuis {time}', stop: 'Arrêter',
            limit: 'Trop de flux', ended: 'La lecture est terminée', failed: 'Lecture impossible pour le moment',
            confirm: 'Arrêter ce flux ?', yes: 'Oui, l’arrêter', no: 'Non', back: 'Retour', ok: 'OK',
            device: 'Un appareil', watching: '{channel}, depuis {time}', watchingSince: 'depuis {time}',
            unreachable: 'Le service est injoignable', noAgent: 'Connexion …',
            nothingToEnd: 'Aucun de ces flux ne peut être arrêté d’ici.',
            hints: '▲ ▼  choisir      OK  lire      RETOUR  fermer'
        }
    };
    // Key codes: arrows and Enter, and what remote controls send for Back (HbbTV, LG, Samsung, Escape, Backspace).
    var UP = 38;
    var DOWN = 40;
    var BACK = { 461: 1, 10009: 1, 27: 1, 8: 1 };

    var wish = addressed();
    var language = /^fr/i.test(wish.language || navigator.language || '') ? 'fr' : 'en';
    var texts = TEXTS[language];
    var agent = cmagent.connect({ language: language, poll: wish.poll === '1' });
    var current = null;   // the session that plays, as the agent told it last
    var asking = false;   // a start is being decided
    var focusBefore = null;

    function addressed() {
        var found = { idp: 'demo-mvpd', subject: 'demo-household', channels: 'News,Sport,Film,Kids' };
        location.hash.replace(/^#/, '').split('&').forEach(function (part) {
            var at = part.indexOf('=');
            if (at > 0) { found[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1)); }
        });
        return found;
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
        var state = current && current.state !== 'ended' ? current.state : asking ? 'starting' : 'nothing';
        var plays = state === 'active' || state === 'grace';
        element('now').className = plays ? 'playing' + (state === 'grace' ? ' grace' : '') : '';
        show('now-state', texts[state === 'active' ? 'playing' : state]);
        show('now-channel', plays && current.metadata.channel);
        show('now-since', plays && current.startedAt && fill(texts.since, { time: clock(current.startedAt) }));
        element('stop').hidden = !plays;
        if (!plays && document.activeElement === element('stop')) { focusFirst(element('channels')); }
    }

    function take(session) {
        current = session;
        asking = false;
        render();
    }

    function refresh() {
        agent.sessions(function (error, sessions) {
            var mine;
            if (error) { return; }
            mine = sessions.filter(function (s) { return s.state !== 'ended'; });
            take(mine[mine.length - 1] || null);
        });
    }

    function play(channel) {
        var request = { idp: wish.idp, subject: wish.subject, metadata: { channel: channel } };
        if (wish.deviceName) { request.metadata.deviceName = wish.deviceName; }
        if (current && current.state !== 'ended') { request.replaces = current.id; }
        asking = true;
        render();
        agent.start(request, decided);
    }

    function decided(error, session) {
        if (!error) {
            closeDialog();
            return take(session);
        }
        asking = false;
        // A later zap has taken the place of this one.
        if (error.code === 'replaced') { return render(); }
        refresh();
        if (error.code === 'stream-limit') { return offer(error); }
        return tell(texts.failed, error.detail || error.message);
    }

    function stop() {
        var id = current.id;
        take(null);
        agent.stop(id);
    }

    // --- dialogs ---

    // `role` "back": what the remote control's Back does.
    function button(label, small, act, role) {
        var item = document.createElement('button');
        item.className = 'item';
        if (role) { item.setAttribute('data-role', role); }
        item.textContent = label;
        if (small) {
            item.appendChild(document.createElement('small')).textContent = small;
        }
        item.onclick = act;
        return item;
    }

    function openDialog(title, text, items) {
        var choices = element('choices');
        if (element('overlay').hidden) { focusBefore = document.activeElement; }
        show('dialog-title', title);
        show('dialog-text', text);
        choices.textContent = '';
        items.forEach(function (item) { choices.appendChild(item); });
        element('overlay').hidden = false;
        focusFirst(choices);
    }

    function closeDialog() {
        if (element('overlay').hidden) { return; }
        element('overlay').hidden = true;
        if (focusBefore && !focusBefore.hidden) { focusBefore.focus(); } else { focusFirst(element('channels')); }
    }

    function tell(title, text) { openDialog(title, text, [button(texts.ok, '', closeDialog, 'back')]); }

    function describe(conflict) {
        var values = { channel: conflict.channel, time: conflict.startedAt ? clock(conflict.startedAt) : '' };
        if (!values.time) { return values.channel || ''; }
        return fill(values.channel ? texts.watching : texts.watchingSince, values);
    }

    // Streams that count against the limit; one that stands under two rules is offered once.
    function choices(problem) {
        var seen = {};
        var list = [];
        (problem.violations || []).forEach(function (violation) {
            violation.conflicts.forEach(function (conflict) {
                var code = conflict.terminationCode;
                if (!code || seen[code]) { return; }
                seen[code] = true;
                list.push(conflict);
            });
        });
        return list;
    }

    function offer(problem) {
        var list = choices(problem);
        var items = list.map(function (conflict) {
            var name = conflict.deviceName || conflict.applicationName || texts.device;
            return button(name, describe(conflict), function () { confirm(problem, conflict, name); });
        });
        items.push(button(texts.back, '', function () {
            agent.giveUp(problem.conflictId);
            closeDialog();
        }, 'back'));
        openDialog(texts.limit, problem.detail + (list.length ? '' : ' ' + texts.nothingToEnd), items);
    }

    function confirm(problem, conflict, name) {
        openDialog(texts.confirm, name + ' – ' + describe(conflict), [
            button(texts.no, '', function () { offer(problem); }, 'back'),
            button(texts.yes, '', function () {
                asking = true;
                openDialog(texts.starting, '', []);
                // A device counts until its last stream has ended: all of them go.
                agent.resolve(problem.conflictId, codesOf(problem, conflict), decided);
            })
        ]);
    }

    function codesOf(problem, chosen) {
        var codes = [chosen.terminationCode];
        (problem.violations || []).forEach(function (violation) {
            violation.conflicts.forEach(function (conflict) {
                var together = violation.attribute && violation.attribute !== 'streamId' &&
                    conflict.value !== undefined && conflict.value === chosen.value;
                if (together && conflict.terminationCode && codes.indexOf(conflict.terminationCode) < 0) {
                    codes.push(conflict.terminationCode);
                }
            });
        });
        return codes.slice(0, 8);
    }

    // --- events ---

    function ended(event) {
        if (!current || event.sessionId !== current.id) { return; }
        take(null);
        if (event.endReason !== 'user' && event.endReason !== 'player-exited') {
            tell(texts.ended, event.message);
        }
    }

    agent.watch({
        'playback-stop': function (event) {
            // Another page or program may play on this agent too: each stops its own.
            if (!current || event.sessionId !== current.id) { return; }
            current.state = 'stopping';
            render();
            agent.stopped(event.sessionId);
        },
        'session-ended': ended,
        'session-updated': function (event) {
            if (current && event.sessionId === current.id) { refresh(); }
        },
        cm: function (event) { show('reach', event.reachable ? '' : texts.unreachable); },
        reset: refresh,
        connected: function () {
            show('reach', '');
            refresh();
        },
        disconnected: function () { show('reach', texts.noAgent); }
    });

    // --- the remote control ---

    function items(inside) {
        return Array.prototype.filter.call(inside.querySelectorAll('.item'), function (item) { return !item.hidden; });
    }
    function focusFirst(inside) {
        var first = items(inside)[0];
        if (first) { first.focus(); }
    }

    document.onkeydown = function (event) {
        var inside = element('overlay').hidden ? element('channels') : element('choices');
        var list = items(inside);
        var at = list.indexOf(document.activeElement);
        if (event.keyCode === UP || event.keyCode === DOWN) {
            at = at < 0 ? 0 : at + (event.keyCode === UP ? -1 : 1);
            if (list.length) { list[(at + list.length) % list.length].focus(); }
            return false;
        }
        if (BACK[event.keyCode]) {
            list.forEach(function (item) {
                if (item.getAttribute('data-role') === 'back') { item.click(); }
            });
            return false;
        }
        return undefined;
    };

    wish.channels.split(',').forEach(function (channel) {
        element('channels').appendChild(button(channel, '', function () { play(channel); }));
    });
    var stopButton = button(texts.stop, '', stop);
    stopButton.id = 'stop';
    element('channels').appendChild(stopButton);
    document.documentElement.lang = language;
    show('device', wish.deviceName || 'cmagent');
    show('hints', texts.hints);
    render();
    focusFirst(element('channels'));
}());
