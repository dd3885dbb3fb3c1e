/*
 * Client for the local API of cmagentd (agent/ui/openapi.yaml), for browsers back to Chromium 38
 * and old WebKit, and for Node. No dependencies, ES5; the other files of the client extend it. What a
 * page that shows pictures needs, with all its races, is bind.js; this is what lies below.
 *
 *   var agent = cmagent.connect({ url: 'http://127.0.0.1:8790' });
 *   agent.start({ idp: 'mvpd', subject: 'household' }, function (error, session) {
 *       if (error && error.code === 'stream-limit') { showWhoIsWatching(error.violations); }
 *       if (session) { playing = session.id; }
 *   });
 *   var watch = agent.watch({ 'playback-stop': function (event) {
 *       if (event.sessionId !== playing) { return; }
 *       video.pause();
 *       agent.stopped(playing);
 *   } });
 *
 * Every call takes a callback done(error, result) as its last argument; the callback may be left
 * out, and is called exactly once, never from within the call. `error` is a cmagent.Problem. A call
 * returns a function that gives the request up: done is not called then, and a start that has not
 * been decided is withdrawn.
 *
 * A session or a conflict is named by its id, or given as it was read: what has changed meanwhile
 * is then refused with `precondition-failed`, for its `etag` goes along as If-Match.
 *
 * The client owns the sessions that it starts: it makes a secret key, keeps it over reloads of its
 * window, and gives it with every call. `session.own` tells which ones they are. A page that goes
 * away says that they have stopped, and hears nothing while the browser keeps it frozen.
 */
(function (root, factory) {
    'use strict';
    if (typeof module === 'object' && module.exports) {
        module.exports = factory();
    } else {
        root.cmagent = factory();
    }
}(typeof self === 'undefined' ? this : self, function () {
    'use strict';

    // CM may take 15 s for its decision, the agent answers before that; a little longer, and nobody
    // is there.
    var ANSWER_MS = 30000;
    var CHECK_MS = 180000;
    var LONG_POLL = { seconds: 25, pauseMs: 0 };
    // Of many windows: none holds a connection, and a stop is heard well within its deadline.
    var IN_TURN = { seconds: 0, pauseMs: 500 };
    // In Node, where no page says where the agent is.
    var USUAL_URL = 'http://127.0.0.1:8790';
    // Between attempts to reach a daemon that is being restarted: short enough for a viewer, and no
    // storm.
    var FIRST_RETRY_MS = 500;
    var LONGEST_RETRY_MS = 10000;
    var EVENTS = ['session-started', 'session-updated', 'playback-stop', 'session-ended',
        'conflict', 'slot-free', 'obligation', 'cm', 'reset'];
    // The member that is the id of a thing in that folder of the API.
    var ID_OF = { sessions: 'id', conflicts: 'conflictId' };
    var inBrowser = typeof XMLHttpRequest !== 'undefined';
    var hasWindow = typeof window !== 'undefined' && Boolean(window.addEventListener);
    var keptKey = '';
    var published;  // what the other files of the client extend
    var pages = [];  // what was given to whenHidden

    // Sessions that are not decided, or over, show no picture.
    var PLAYING = ['active', 'grace', 'stopping'];

    function has(object, name) { return Object.prototype.hasOwnProperty.call(object, name); }

    // The members of an object, by names that may be anything ("__proto__").
    function copy(from, except) {
        var to = Object.create(null);
        var name;
        for (name in from) {
            if (has(from, name) && name !== except) { to[name] = from[name]; }
        }
        return to;
    }

    // --- whose calls these are (contract.md, "Owner") ---

    // 128 bits. A browser without a source of secrets has keys that are hard to guess, at least:
    // without a key all its sessions would be anybody's.
    function randomKey() {
        var bytes = typeof Uint8Array === 'undefined' ? [] : new Uint8Array(16);
        var source = inBrowser && (self.crypto || self.msCrypto);
        var key = '';
        var i;
        if (source) {
            source.getRandomValues(bytes);
        } else if (!inBrowser) {
            require('crypto').randomFillSync(bytes);
        }
        for (i = 0; i < 16; i += 1) {
            if (inBrowser && !source) { bytes[i] = Math.floor(Math.random() * 256); }
            key += (bytes[i] + 256).toString(16).slice(1);
        }
        return key;
    }

    // The key of this window. What a window stores is copied with it (a duplicated tab,
    // window.open), its name is not: the copy finds no key under its own name, and makes one.
    // Without a storage the key lasts as long as the page.
    function keyOfWindow() {
        var place;
        try {
            window.name = window.name || randomKey();
            place = 'cmagent.' + window.name;
            keptKey = sessionStorage.getItem(place) || keptKey || randomKey();
            sessionStorage.setItem(place, keptKey);
        } catch (_) {
            keptKey = keptKey || randomKey();
        }
        return keptKey;
    }

    // What a page does before it goes away or is frozen (back-forward cache), and when it has come
    // back from there; the newest first: a picture is off before its stop is told. Returns a
    // function that forgets both.
    function whenHidden(hide, show) {
        var one = { hide: hide, show: show };
        pages.unshift(one);
        return function () { pages.splice(pages.indexOf(one), 1); };
    }
    function tellPages(name) {
        pages.slice().forEach(function (one) { one[name](); });
    }
    if (hasWindow) {
        window.addEventListener('pagehide', function () { tellPages('hide'); });
        window.addEventListener('pageshow', function (event) {
            if (event.persisted) { tellPages('show'); }
        });
    }

    // A failed call: an answer of the agent (RFC 9457) with its code; or one that cannot be read
    // (code "unreadable"); or none at all (code "unreachable", status 0). The last two have no
    // detail: the UI has words of its own.
    function Problem(members) {
        var name;
        for (name in members) {
            if (has(members, name) && name !== '__proto__') { this[name] = members[name]; }
        }
        this.name = 'Problem';
        this.message = this.detail || this.title || this.code;
    }
    Problem.prototype = Object.create(Error.prototype);
    Problem.prototype.constructor = Problem;

    function unreachable(why) {
        return new Problem({ code: 'unreachable', status: 0, title: 'The agent does not answer',
            reason: why });
    }

    function problemFrom(answer) {
        var members = typeof answer.json === 'object' && answer.json || {};
        members.status = answer.status;
        members.code = members.code || 'unreadable';
        if (answer.retryAfter) { members.retryAfterSeconds = Number(answer.retryAfter); }
        if (answer.etag) { members.etag = answer.etag; }
        return new Problem(members);
    }

    function resultFrom(answer) {
        if (answer.etag && answer.json) { answer.json.etag = answer.etag; }
        return answer.json;
    }

    function parse(text) {
        try {
            return JSON.parse(text);
        } catch (_) {
            return undefined;
        }
    }

    // A member may be a list: as many parameters of that name.
    function query(members) {
        var parts = [];
        Object.keys(members).forEach(function (name) {
            [].concat(members[name]).forEach(function (value) {
                if (value === undefined) { return; }
                parts.push(encodeURIComponent(name) + '=' + encodeURIComponent(value));
            });
        });
        return parts.length ? '?' + parts.join('&') : '';
    }

    // --- one request, by what the platform has ---
    // settle(error, {status, json, retryAfter, etag})

    function isLoopback(host) {
        return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
    }

    // A browser tells a page nothing of a call that fails: not that nobody listens, that the page's
    // origin is refused, nor that it holds the call back itself (contract.md, "The client for web
    // apps").
    function tellWhy(url, done) {
        var agent = /^http:\/\/(\[[^\]]*\]|[^\/:]*)/.exec(url);
        var page = typeof location === 'object' ? location : { protocol: '', hostname: '' };
        var secure = page.protocol === 'https:';
        var other = 'network-or-allowedOrigins';
        var held = 'mixed-content-or-permission';
        if (url.charAt(0) === '/' || url.indexOf(page.origin + '/') === 0) {
            return done('network');
        }
        if (!agent || !/^https?:$/.test(page.protocol)) { return done(other); }
        if (!isLoopback(agent[1])) { return done(secure ? held : other); }
        // WebKit allows a page over https none of it, and does not know this permission; Chromium
        // asks for it where the page is not this box's own, and never without https.
        if (typeof navigator !== 'object' || !navigator.permissions) {
            return done(secure ? held : other);
        }
        return navigator.permissions.query({ name: 'loopback-network' }).then(function (found) {
            done(found.state === 'granted' || isLoopback(page.hostname) ? other : held);
        }, function () { done(secure ? held : other); });
    }

    function requestByXhr(call, settle) {
        var xhr = new XMLHttpRequest();
        var name;
        xhr.open(call.method, call.url);
        xhr.timeout = call.timeoutMs;
        for (name in call.headers) { xhr.setRequestHeader(name, call.headers[name]); }
        xhr.onload = function () {
            settle(null, { status: xhr.status, json: parse(xhr.responseText),
                retryAfter: xhr.getResponseHeader('Retry-After'),
                etag: xhr.getResponseHeader('ETag') });
        };
        xhr.onerror = function () {
            tellWhy(call.url, function (reason) { settle(unreachable(reason)); });
        };
        xhr.ontimeout = function () { settle(unreachable('timeout')); };
        xhr.send(call.body);
        return function () { xhr.abort(); };
    }

    function requestByNode(call, settle) {
        // A connection of its own: one that is kept may be dead when the daemon has been restarted
        // meanwhile.
        var request = require('http').request(call.url,
            { method: call.method, headers: call.headers, agent: false });
        request.on('response', function (response) {
            var text = '';
            response.setEncoding('utf8');
            response.on('data', function (part) { text += part; });
            response.on('error', function (error) { settle(unreachable(error.message)); });
            response.on('end', function () {
                settle(null, { status: response.statusCode, json: parse(text),
                    retryAfter: response.headers['retry-after'], etag: response.headers.etag });
            });
        });
        request.setTimeout(call.timeoutMs, function () { request.destroy(new Error('timeout')); });
        request.on('error', function (error) { settle(unreachable(error.message)); });
        request.end(call.body);
        return function () { request.destroy(); };
    }

    function connect(options) {
        var settings = options || {};
        var key = settings.clientKey === undefined ? keyOfWindow() : settings.clientKey;
        var playing = Object.create(null);  // the sessions of this page that show a picture, by id
        var base = (settings.url || (inBrowser ? '' : USUAL_URL)).replace(/\/$/, '') + '/v1';
        var token = settings.token || undefined;
        var send = inBrowser ? requestByXhr : requestByNode;

        function headersFor(body, more) {
            var headers = { Accept: 'application/json' };
            var name;
            if (settings.language) { headers['Accept-Language'] = settings.language; }
            if (token) { headers.Authorization = 'Bearer ' + token; }
            if (body !== undefined) { headers['Content-Type'] = 'application/json'; }
            for (name in more) { headers[name] = more[name]; }
            return headers;
        }

        // `target` with the key, which a start has in its body.
        function signed(method, target) {
            if (!key || (method === 'POST' && target === '/sessions')) { return target; }
            return target + (target.indexOf('?') < 0 ? '?' : '&') + 'clientKey=' +
                encodeURIComponent(key);
        }

        function learn(session) {
            if (!session || !session.own) { return; }
            if (PLAYING.indexOf(session.state) < 0) { return forget(session.id); }
            playing[session.id] = true;
        }
        function forget(id) { delete playing[id]; }

        // The pictures go with the page, whether it ever comes back or not.
        function tellStopped() {
            var id;
            for (id in playing) {
                if (navigator.sendBeacon) {
                    navigator.sendBeacon(base + path('sessions', id) + '/stopped' +
                        query({ clientKey: key || undefined, access_token: token }));
                }
            }
            playing = Object.create(null);
        }

        function call(method, path, body, done, more) {
            var extra = more || {};
            var settled = false;
            var cancel;
            function settle(error, result) {
                if (settled) { return; }
                settled = true;
                if (done) { done(error, result); }
            }
            cancel = send({
                method: method,
                url: base + signed(method, path),
                headers: headersFor(body, extra.headers),
                timeoutMs: extra.timeoutMs || ANSWER_MS,
                body: body === undefined ? undefined : JSON.stringify(body)
            }, function (error, answer) {
                if (error) { return settle(error); }
                if (answer.status >= 300 ||
                    (answer.status !== 204 && answer.json === undefined)) {
                    return settle(problemFrom(answer));
                }
                [].concat(answer.json && answer.json.sessions || answer.json).forEach(learn);
                return settle(null, resultFrom(answer));
            });
            return function () {
                settled = true;
                cancel();
            };
        }

        function idOf(folder, thing) {
            return thing && typeof thing === 'object' ? thing[ID_OF[folder]] : thing;
        }
        function path(folder, thing) {
            return '/' + folder + '/' + encodeURIComponent(idOf(folder, thing));
        }

        // `done`, for a call after which that session shows no picture any more.
        function thenForget(session, done) {
            return function (error, result) {
                if (!error) { forget(idOf('sessions', session)); }
                if (done) { done(error, result); }
            };
        }

        // A call that changes `thing`.
        function change(method, folder, thing, body, done) {
            return call(method, path(folder, thing), body, done,
                { headers: thing && thing.etag ? { 'If-Match': thing.etag } : {} });
        }

        // `who.metadata` is what would be started, or nothing.
        function account(who) {
            var members = copy(who, 'metadata');
            var name;
            for (name in who.metadata) { members['metadata.' + name] = who.metadata[name]; }
            return query(members);
        }

        whenHidden(tellStopped, function () {});
        return {
            // `request` as POST /v1/sessions; `request.idempotencyKey` goes into the header of that
            // name, so that a UI that asks again after a lost answer does not take a second slot.
            start: function (request, done) {
                var body = copy(request, 'idempotencyKey');
                if (key) { body.clientKey = key; }
                return call('POST', '/sessions', body, thenForget(request.replaces, done),
                    { headers: { 'Idempotency-Key': request.idempotencyKey || randomKey() } });
            },
            // Ends the streams that the viewer has chosen, and starts what was wanted.
            resolve: function (conflict, codes, done) {
                return change('POST', 'conflicts', conflict, { terminate: codes }, done);
            },
            // Starts what was wanted, without ending anything for it.
            tryAgain: function (conflict, done) {
                return change('POST', 'conflicts', conflict, { terminate: [] }, done);
            },
            // Waits for a place: {seconds: 900}, told by `slot-free`; with `start: true` what was
            // wanted starts then, told by `session-started`. {seconds: 0} ends the waiting.
            wait: function (conflict, wait, done) {
                return change('POST', 'conflicts', conflict, { wait: wait }, done);
            },
            conflict: function (conflictId, done) {
                return call('GET', path('conflicts', conflictId), undefined, done);
            },
            giveUp: function (conflictId, done) {
                return call('DELETE', path('conflicts', conflictId), undefined, done);
            },
            sessions: function (done) {
                return call('GET', '/sessions', undefined, function (error, body) {
                    if (done) { done(error, body && body.sessions); }
                });
            },
            session: function (id, done) {
                return call('GET', path('sessions', id), undefined, done);
            },
            update: function (session, changes, done) {
                return change('PATCH', 'sessions', session, changes, done);
            },
            // The UI has stopped playback by itself.
            stop: function (session, done) {
                return change('DELETE', 'sessions', session, undefined, thenForget(session, done));
            },
            // Playback of a session of its own has stopped, as `playback-stop` demanded.
            stopped: function (id, done) {
                return call('POST', path('sessions', id) + '/stopped', undefined,
                    thenForget(id, done));
            },
            // What the account watches on all its devices; `who.refresh: true` asks CM again.
            streams: function (who, done) {
                return call('GET', '/streams' + account(who), undefined, done);
            },
            // Ends one of these streams without watching here.
            endStream: function (who, cmSessionId, done) {
                return call('DELETE', path('streams', cmSessionId) + account(who), undefined, done);
            },
            // Whether a start of `who.metadata` would fit. It takes no place.
            outlook: function (who, done) {
                return call('GET', '/outlook' + account(who), undefined, done);
            },
            // What became of limits and ends, after the entry `since`.
            history: function (since, done) {
                return call('GET', '/history' + query({ since: since }), undefined, done);
            },
            metadata: function (application, done) {
                var target = '/metadata' + query({ application: application });
                return call('GET', target, undefined, function (error, body) {
                    if (done) { done(error, body && body.required); }
                });
            },
            logout: function (who, done) { return call('POST', '/logout', who, done); },
            status: function (done) { return call('GET', '/status', undefined, done); },
            // The daemon tries what a viewer will need; of a CM that hangs each part is waited for.
            check: function (done) { return call('GET', '/check', undefined, done, { timeoutMs: CHECK_MS }); },
            // Tells `handlers` of every event by its name, in order; `handlers.connected` and
            // `handlers.disconnected` of the way there. After `connected` and `reset` read
            // sessions() again: something may have been missed. Returns {close()}.
            watch: function (handlers) {
                var tell = teller(handlers, forget);
                var observer = settings.observer ? 1 : undefined;
                var streams = typeof EventSource !== 'undefined' && !settings.poll;
                function ask(since, seconds, heard) {
                    since.observer = observer;
                    return call('GET', '/events' + query(since), undefined, heard,
                        { timeoutMs: (seconds + 10) * 1000 });
                }
                // `keys`: of other windows; `since`: the last event that was heard.
                function stream(keys, since, to) {
                    return byEventSource(function (last) {
                        // EventSource can send no header.
                        return base + signed('GET', '/events' + query({ also: keys,
                            observer: observer, access_token: token,
                            lastEventId: last || since || undefined }));
                    }, to);
                }
                function alone() {
                    return opened(streams ? stream([], '', tell) : byPolling(ask, tell, LONG_POLL));
                }
                function byTurns() { return opened(byPolling(ask, tell, IN_TURN)); }
                if (!inBrowser || !published.share) {
                    return whileShown(reopened(alone), tell);
                }
                return whileShown(published.share({
                    name: 'cmagent ' + base + ' ' + (token || '') + (observer ? ' observer' : ''),
                    key: key,
                    listen: streams && function (keys, since, to) {
                        return opened(stream(keys, since, to));
                    }
                }, tell, alone, byTurns), tell);
            }
        };
    }

    // --- events ---

    // `ended` is told of each session that is over.
    function teller(handlers, ended) {
        var connected = null;
        return {
            event: function (name, data) {
                if (name === 'session-ended') { ended(data.sessionId); }
                if (EVENTS.indexOf(name) >= 0 && handlers[name]) { handlers[name](data); }
            },
            connection: function (now) {
                if (now === connected) { return; }
                connected = now;
                var handler = now ? handlers.connected : handlers.disconnected;
                if (handler) { handler(); }
            }
        };
    }

    // `way`: {open(), close()}. A frozen page would hold a listener's place, and hear nothing.
    function whileShown(way, tell) {
        var forget = whenHidden(function () {
            way.close();
            tell.connection(false);
        }, way.open);
        way.open();
        return {
            close: function () {
                forget();
                way.close();
            }
        };
    }

    function opened(way) {
        way.open();
        return way;
    }
    // A way that is made anew each time that it is opened.
    function reopened(make) {
        var way;
        return {
            open: function () { way = make(); },
            close: function () { way.close(); }
        };
    }

    // `urlAfter`: the address, of the id of the last event that was heard.
    function byEventSource(urlAfter, tell) {
        var last = '';
        var source = null;
        var timer = null;
        var retryMs = FIRST_RETRY_MS;

        function listen(name) {
            source.addEventListener(name, function (event) {
                last = event.lastEventId || last;
                tell.event(name, parse(event.data) || {}, last);
            });
        }
        function open() {
            source = new EventSource(urlAfter(last));
            source.onopen = function () {
                retryMs = FIRST_RETRY_MS;
                tell.connection(true);
            };
            source.onerror = function () {
                tell.connection(false);
                // It comes back by itself, but not after an answer that was an error.
                if (source.readyState === 2) {
                    timer = setTimeout(open, retryMs);
                    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
                }
            };
            EVENTS.forEach(listen);
        }
        return {
            open: open,
            close: function () {
                clearTimeout(timer);
                source.onerror = null;
                source.close();
            }
        };
    }

    // `ask`: the poll, of the call's query, its seconds and done.
    function byPolling(ask, tell, turn) {
        var last;
        var cancel = null;
        var timer = null;
        var closed = false;
        var retryMs = FIRST_RETRY_MS;

        function take(events) {
            var first = last === undefined;
            var i;
            for (i = 0; i < events.length && !closed; i += 1) {
                last = events[i].id;
                if (!first) { tell.event(events[i].event, events[i].data); }
            }
        }
        function poll() {
            // An id that no run of the daemon has given out: it answers at once with `reset`, whose
            // id is where it stands.
            var since = last === undefined ? 0 : last;
            cancel = ask({ timeoutSeconds: turn.seconds, since: since }, turn.seconds, heard);
        }
        function heard(error, events) {
            tell.connection(!error);
            if (closed) { return; }
            if (!error) {
                retryMs = FIRST_RETRY_MS;
                take(events);
                timer = closed ? null : setTimeout(poll, turn.pauseMs);
                return;
            }
            timer = setTimeout(poll,
                error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : retryMs);
            retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
        }
        return {
            open: function () {
                closed = false;
                poll();
            },
            close: function () {
                closed = true;
                clearTimeout(timer);
                cancel();
            }
        };
    }

    published = { connect: connect, Problem: Problem, whenHidden: whenHidden };
    return published;
}));
