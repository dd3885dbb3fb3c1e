/*
 * The windows of one UI share one stream of events (contract.md, "The client for web apps"): a
 * browser has six connections for a host, and seven windows that listen leave none for a call. A
 * file of the client: agent.watch() asks it for a place.
 *
 * A window is known by a lock of its own, which ends with it however it ends. One more lock is that
 * of the window which holds the stream; the others wait for it in line, so that the next one
 * follows at once. It tells the others what it hears, and they it their keys, over a channel of their
 * origin.
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

    // As many windows as the agent takes on one stream (`also`) beside the one that holds it.
    var MOST_OTHERS = 7;
    // Windows that come together change the stream once.
    var TOGETHER_MS = 30;
    // A window that holds the stream and does not answer for so long, for it hangs or is frozen,
    // loses it.
    var ASK_MS = 3000;
    // One that listens by it, and does not answer between two questions, is not there either.
    var ROUND_MS = 20000;
    var KEPT_IDS = 128;  // as the agent keeps events
    // An id that no run of the agent has given out: it says first where it stands, as a `reset`. The
    // window that follows goes on from there, though nobody had heard an event yet.
    var NOWHERE = '0';
    // Where there are no locks: so many windows may each hold a connection, and two are for calls.
    var MOST_ALONE = 4;
    var MARK = 'cmagent.listens.';
    var RENEW_MS = 3000;

    // What only the window says that holds the stream.
    var FROM_HOLDER = ['lead', 'event', 'connection', 'alive', 'round'];

    var locks = typeof navigator === 'object' && navigator.locks;
    var windows = 0;

    // A lock that is held until the function which this returns is called. `got` is called once it
    // is held, `lost` when another window has taken it, or it can never be had.
    function hold(name, steals, got, lost) {
        var release = null;
        var over = false;
        // One that waits would keep its page out of the back-forward cache. Who steals does not
        // wait.
        var controller = steals || typeof AbortController === 'undefined' ? null :
            new AbortController();
        var options = steals ? { steal: true } : controller ? { signal: controller.signal } : {};
        locks.request(name, options, function () {
            if (over) { return undefined; }
            got();
            // A lock waits for anything that has a `then`.
            return { then: function (resolve) {
                release = resolve;
                if (over) { resolve(); }
            } };
        }).then(null, function () {
            if (!over) { lost(); }
        });
        return function () {
            over = true;
            if (release) {
                release();
            } else if (controller) {
                controller.abort();
            }
        };
    }

    // A way of watch(). `source`: {name, key, listen(keys, since, tell)}; what listen() returns is
    // open, and has close().
    function join(source, tell, alone) {
        var group = 0;
        var channel = null;
        var stream = null;   // of the window that holds one
        var past = [];       // those before, until it is open
        var others = {};     // that listen by it: {key, forget()}, by the window's name
        var seen = [];       // ids of events
        var last = '';
        var leads = false;
        var up = false;        // the stream, whosesoever it is
        var answered = true;
        var pending = null;
        var asking = null;
        var rounds = null;
        var me, leave, resign;

        function say(type, members) {
            var message = members || {};
            message.type = type;
            message.from = me;
            if (channel) { channel.postMessage(message); }
        }
        function lockOf(id) { return source.name + ' ' + id; }
        function place() { return source.name + ' #' + group; }

        // An event is told once, though it may come over the stream before and the one after. To a
        // window that has heard nothing before, a `reset` is where the agent stands, and no news.
        function hear(id, name, data) {
            var first = !last;
            if (id && seen.indexOf(id) >= 0) { return; }
            if (id) {
                last = id;
                seen.push(id);
                if (seen.length > KEPT_IDS) { seen.shift(); }
            }
            if (first && name === 'reset') { return; }
            tell.event(name, data);
        }
        function connected(now) {
            up = now;
            tell.connection(now);
        }

        // --- the window that holds the stream ---

        function closeAll(streams) {
            streams.forEach(function (one) { one.close(); });
        }
        function listen() {
            var keys = Object.keys(others).map(function (id) { return others[id].key; });
            var now;
            pending = null;
            past.push(stream);
            past = past.filter(Boolean);
            now = source.listen(keys.filter(Boolean), last || NOWHERE, {
                event: function (name, data, id) {
                    if (!leads) { return; }
                    say('event', { name: name, data: data, id: id });
                    hear(id, name, data);
                },
                connection: function (isUp) {
                    if (stream !== now) { return; }
                    if (isUp) { closeAll(past.splice(0)); }
                    say('connection', { up: isUp, last: last });
                    connected(isUp);
                }
            });
            stream = now;
        }
        function change() {
            if (!pending) { pending = setTimeout(listen, TOGETHER_MS); }
        }
        function welcome(id, key) {
            if (others[id]) { return say('connection', { up: up, last: last }); }
            if (Object.keys(others).length >= MOST_OTHERS) { return say('full', { to: id }); }
            others[id] = { key: key, well: true };
            // It is had when that window has gone.
            others[id].forget = hold(lockOf(id), false, function () { dismiss(id); },
                function () {});
            return change();
        }
        function dismiss(id) {
            if (!has(others, id)) { return; }
            others[id].forget();
            delete others[id];
            change();
        }
        function round() {
            Object.keys(others).forEach(function (id) {
                if (!others[id].well) { return dismiss(id); }
                others[id].well = false;
                return undefined;
            });
            say('round');
        }
        function lead() {
            leads = true;
            clearTimeout(asking);
            others = {};
            // Something may have been missed since the window before fell silent.
            if (up) { connected(false); }
            say('lead');
            listen();
            rounds = setInterval(round, ROUND_MS);
        }
        function heardOf(id) {
            if (has(others, id)) {
                others[id].well = true;
            } else {
                say('who', { to: id });
            }
        }

        // --- a window that waits ---

        // Whether the window that holds the stream is well.
        function ask() {
            if (leads) { return; }
            if (!answered) { return follow(true); }
            answered = false;
            say('ask');
            asking = setTimeout(ask, ASK_MS);
        }
        function watch() {
            clearTimeout(asking);
            answered = true;
            asking = setTimeout(ask, ASK_MS);
        }
        function follow(steals) {
            var held = resign;
            resign = hold(place(), steals, lead, stepDown);
            if (held) { held(); }
            watch();
        }
        // The stream is another window's now.
        function stepDown() {
            if (!channel) { return; }
            if (!leads) { return surrender(); }
            stopLeading();
            connected(false);
            follow(false);
            say('hello', { key: source.key });
        }
        function stopLeading() {
            leads = false;
            clearTimeout(pending);
            clearInterval(rounds);
            pending = null;
            Object.keys(others).forEach(function (id) { others[id].forget(); });
            others = {};
            closeAll(past.splice(0).concat(stream || []));
            stream = null;
        }
        // The browser has locks, but not for this page.
        function surrender() {
            close();
            stream = alone();
        }

        function read(message) {
            if (leads) {
                if (message.type === 'hello') { welcome(message.from, message.key); }
                if (message.type === 'bye') { dismiss(message.from); }
                if (message.type === 'ask') { say('alive'); }
                if (message.type === 'ask' || message.type === 'well') { heardOf(message.from); }
                return;
            }
            if (message.type === 'round') { say('well'); }
            answered = answered || FROM_HOLDER.indexOf(message.type) >= 0;
            if (message.type === 'event') { hear(message.id, message.name, message.data); }
            if (message.type === 'connection') {
                last = last || message.last;
                connected(message.up);
            }
            if (message.type === 'lead') {
                connected(false);
                say('hello', { key: source.key });
            }
            if (message.type === 'who' && message.to === me) { say('hello', { key: source.key }); }
            if (message.type === 'full' && message.to === me) {
                shut();
                group += 1;
                open();
            }
        }

        function open() {
            windows += 1;
            me = windows + '.' + Math.random().toString(36).slice(2);
            seen = [];
            last = '';
            channel = new BroadcastChannel(place());
            channel.onmessage = function (event) { read(event.data); };
            resign = null;
            leave = hold(lockOf(me), false, function () {
                follow(false);
                say('hello', { key: source.key });
            }, surrender);
        }
        function shut() {
            if (!channel) { return; }
            clearTimeout(asking);
            say('bye');
            stopLeading();
            if (resign) { resign(); }
            leave();
            channel.close();
            channel = null;
        }
        function close() {
            shut();
            if (stream) { stream.close(); }
            stream = null;
        }
        return { open: open, close: close };
    }

    function has(object, name) { return Object.prototype.hasOwnProperty.call(object, name); }

    // --- without locks ---

    // The windows of this origin that listen, by the marks that each of them renews. Where nothing
    // can be marked a window takes itself for alone.
    function crowd() {
        var now = Date.now();
        var count = 0;
        try {
            Object.keys(localStorage).forEach(function (name) {
                if (name.indexOf(MARK) !== 0) { return; }
                if (now - Number(localStorage.getItem(name)) < 3 * RENEW_MS) {
                    count += 1;
                } else {
                    localStorage.removeItem(name);
                }
            });
        } catch (_) {
            count = 0;
        }
        return count;
    }
    function mark(name, set) {
        try {
            if (set) {
                localStorage.setItem(MARK + name, Date.now());
            } else {
                localStorage.removeItem(MARK + name);
            }
        } catch (_) {
            // It is alone.
        }
    }

    // `alone()` and `byTurns()` open a way each.
    function count(alone, byTurns, tell) {
        var me, way, kind, timer;

        function settle() {
            var wanted = crowd() > MOST_ALONE ? byTurns : alone;
            mark(me, true);
            if (wanted === kind) { return; }
            if (way) {
                way.close();
                tell.connection(false);
            }
            kind = wanted;
            way = wanted();
        }
        return {
            open: function () {
                me = Math.random().toString(36).slice(2);
                kind = null;
                way = null;
                mark(me, true);
                settle();
                timer = setInterval(settle, RENEW_MS);
            },
            close: function () {
                clearInterval(timer);
                mark(me, false);
                way.close();
            }
        };
    }

    // The way by which a watch of this window listens. `source.listen` is missing where there is no
    // EventSource.
    cmagent.share = function (source, tell, alone, byTurns) {
        return source.listen && locks && typeof BroadcastChannel !== 'undefined' ?
            join(source, tell, alone) : count(alone, byTurns, tell);
    };
    return cmagent;
}));
