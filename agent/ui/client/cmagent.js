/*
 * Client for the local API of cmagentd (agent/ui/openapi.yaml), for browsers back to Chromium 38 and old WebKit, and for
 * Node. One file, no dependencies, ES5.
 *
 *   var agent = cmagent.connect({ url: 'http://127.0.0.1:8790' });
 *   agent.start({ idp: 'mvpd', subject: 'household' }, function (error, session) {
 *       if (error && error.code === 'stream-limit') { showWhoIsWatching(error.violations); }
 *   });
 *   var watch = agent.watch({ 'playback-stop': function (event) { video.pause(); agent.stopped(event.sessionId); } });
 *
 * Every call takes a callback done(error, result) as its last argument; it may be left out, and is called exactly once,
 * never from within the call. `error` is a cmagent.Problem.
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

    // CM may take 15 s for its decision, the agent answers before that; a little longer, and nobody is there.
    var ANSWER_MS = 30000;
    var POLL_SECONDS = 25;
    // Between attempts to reach a daemon that is being restarted: short enough for a viewer, and no storm.
    var FIRST_RETRY_MS = 500;
    var LONGEST_RETRY_MS = 10000;
    var EVENTS = ['session-started', 'session-updated', 'playback-stop', 'session-ended', 'conflict', 'obligation', 'cm',
        'reset'];

    // What went wrong: an answer of the agent (RFC 9457), or its absence (code "unreachable", status 0).
    function Problem(members) {
        var name;
        for (name in members) {
            if (Object.prototype.hasOwnProperty.call(members, name)) { this[name] = members[name]; }
        }
        this.name = 'Problem';
        this.message = this.detail || this.title || this.code;
    }
    Problem.prototype = Object.create(Error.prototype);
    Problem.prototype.constructor = Problem;

    function unreachable(why) {
        return new Problem({ code: 'unreachable', status: 0, title: 'The agent does not answer', reason: why });
    }

    function problemFrom(answer) {
        var members = answer.json || {};
        members.status = answer.status;
        members.code = members.code || 'unreadable';
        if (answer.retryAfter) { members.retryAfterSeconds = Number(answer.retryAfter); }
        return new Problem(members);
    }

    function parse(text) {
        try {
            return JSON.parse(text);
        } catch (_) {
            return undefined;
        }
    }

    // --- one request, by what the platform has: settle(error, {status, json, etag, retryAfter}) ---

    function requestByXhr(call, settle) {
        var xhr = new XMLHttpRequest();
        var name;
        xhr.open(call.method, call.url);
        xhr.timeout = call.timeoutMs;
        for (name in call.headers) { xhr.setRequestHeader(name, call.headers[name]); }
        xhr.onload = function () {
            settle(null, { status: xhr.status, json: parse(xhr.responseText), etag: xhr.getResponseHeader('ETag'),
                retryAfter: xhr.getResponseHeader('Retry-After') });
        };
        xhr.onerror = function () { settle(unreachable('network')); };
        xhr.ontimeout = function () { settle(unreachable('timeout')); };
        xhr.send(call.body);
        return function () { xhr.abort(); };
    }

    function requestByNode(call, settle) {
        var url = require('url').parse(call.url);
        var request = require('http').request({ method: call.method, hostname: url.hostname, port: url.port,
            path: url.path, headers: call.headers }, function (response) {
            var text = '';
            response.setEncoding('utf8');
            response.on('data', function (part) { text += part; });
            response.on('end', function () {
                settle(null, { status: response.statusCode, json: parse(text), etag: response.headers.etag,
                    retryAfter: response.headers['retry-after'] });
            });
        });
        request.setTimeout(call.timeoutMs, function () { request.destroy(new Error('timeout')); });
        request.on('error', function (error) { settle(unreachable(error.message)); });
        request.end(call.body);
        return function () { request.destroy(); };
    }

    function once(done) {
        var called = false;
        return function (error, result) {
            if (called) { return; }
            called = true;
            if (done) { done(error, result); }
        };
    }

    function connect(options) {
        var settings = options || {};
        var base = (settings.url || '').replace(/\/$/, '') + '/v1';
        var send = typeof XMLHttpRequest === 'undefined' ? requestByNode : requestByXhr;

        // Returns a function that gives the request up.
        function call(method, path, body, done, more) {
            var extra = more || {};
            var headers = { Accept: 'application/json' };
            var name;
            if (settings.language) { headers['Accept-Language'] = settings.language; }
            if (settings.token) { headers.Authorization = 'Bearer ' + settings.token; }
            if (body !== undefined) { headers['Content-Type'] = 'application/json'; }
            for (name in extra.headers) { headers[name] = extra.headers[name]; }
            var settle = once(done);
            return send({ method: method, url: base + path, headers: headers, timeoutMs: extra.timeoutMs || ANSWER_MS,
                body: body === undefined ? undefined : JSON.stringify(body) }, function (error, answer) {
                if (error) { return settle(error); }
                if (answer.status >= 300) { return settle(problemFrom(answer)); }
                return settle(null, answer.json, answer);
            });
        }

        function path(kind, id) { return '/' + kind + '/' + encodeURIComponent(id); }

        function query(members) {
            var parts = [];
            var name;
            for (name in members) {
                if (members[name] !== undefined) { parts.push(name + '=' + encodeURIComponent(members[name])); }
            }
            return parts.length ? '?' + parts.join('&') : '';
        }

        // A key for one start, so that a UI that asks again after a lost answer does not take a second slot.
        function freshKey() {
            var key = '';
            while (key.length < 24) { key += Math.floor(Math.random() * 16).toString(16); }
            return key;
        }

        return {
            // `request` as POST /v1/sessions; `request.idempotencyKey` goes into the header of that name.
            start: function (request, done) {
                var body = {};
                var name;
                for (name in request) {
                    if (name !== 'idempotencyKey') { body[name] = request[name]; }
                }
                return call('POST', '/sessions', body, done,
                    { headers: { 'Idempotency-Key': request.idempotencyKey || freshKey() } });
            },
            // Ends the streams that the viewer has chosen, and starts what was wanted.
            resolve: function (conflictId, codes, done) {
                return call('POST', path('conflicts', conflictId), { terminate: codes }, done);
            },
            conflict: function (conflictId, done) { return call('GET', path('conflicts', conflictId), undefined, done); },
            giveUp: function (conflictId, done) { return call('DELETE', path('conflicts', conflictId), undefined, done); },
            sessions: function (done) {
                return call('GET', '/sessions', undefined, function (error, body) {
                    if (done) { done(error, body && body.sessions); }
                });
            },
            session: function (id, done) { return call('GET', path('sessions', id), undefined, done); },
            update: function (id, changes, done) { return call('PATCH', path('sessions', id), changes, done); },
            // The UI has stopped playback by itself.
            stop: function (id, done) { return call('DELETE', path('sessions', id), undefined, done); },
            // Playback has stopped, as `playback-stop` demanded.
            stopped: function (id, done) { return call('POST', path('sessions', id) + '/stopped', undefined, done); },
            streams: function (who, done) { return call('GET', '/streams' + query(who), undefined, done); },
            metadata: function (application, done) {
                return call('GET', '/metadata' + query({ application: application }), undefined, done);
            },
            logout: function (who, done) { return call('POST', '/logout', who, done); },
            status: function (done) { return call('GET', '/status', undefined, done); },
            // Tells `handlers` of every event by its name, in order; `handlers.connected` and `handlers.disconnected` of
            // the way there. After `reset` read sessions() again. Returns {close()}.
            watch: function (handlers) {
                return typeof EventSource === 'undefined' || settings.poll
                    ? watchByPolling(call, handlers)
                    : watchByEventSource(base, settings, handlers);
            }
        };
    }

    // --- events ---

    function teller(handlers) {
        var connected = null;
        return {
            event: function (name, data) {
                if (handlers[name]) { handlers[name](data); }
            },
            connection: function (now) {
                if (now === connected) { return; }
                connected = now;
                var handler = now ? handlers.connected : handlers.disconnected;
                if (handler) { handler(); }
            }
        };
    }

    function watchByEventSource(base, settings, handlers) {
        var tell = teller(handlers);
        var source = null;
        var timer = null;
        var closed = false;
        var retryMs = FIRST_RETRY_MS;

        function listen(name) {
            source.addEventListener(name, function (event) { tell.event(name, parse(event.data) || {}); });
        }
        function open() {
            var i;
            // EventSource can send no header.
            source = new EventSource(base + '/events' +
                (settings.token ? '?access_token=' + encodeURIComponent(settings.token) : ''));
            source.onopen = function () {
                retryMs = FIRST_RETRY_MS;
                tell.connection(true);
            };
            source.onerror = function () {
                tell.connection(false);
                // It comes back by itself, but not after an answer that was an error.
                if (source.readyState === 2 && !closed) {
                    timer = setTimeout(open, retryMs);
                    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
                }
            };
            for (i = 0; i < EVENTS.length; i += 1) { listen(EVENTS[i]); }
        }
        open();
        return {
            close: function () {
                closed = true;
                clearTimeout(timer);
                source.close();
            }
        };
    }

    function watchByPolling(call, handlers) {
        var tell = teller(handlers);
        var last;
        var cancel = null;
        var timer = null;
        var closed = false;
        var retryMs = FIRST_RETRY_MS;

        function take(events) {
            var i;
            for (i = 0; i < events.length && !closed; i += 1) {
                last = events[i].id;
                tell.event(events[i].event, events[i].data);
            }
        }
        function poll() {
            // Without a number to start from the agent answers at once, with where it stands.
            var path = '/events?timeoutSeconds=' + POLL_SECONDS + '&since=' + (last === undefined ? 0 : last);
            cancel = call('GET', path, undefined, function (error, events) {
                if (closed) { return; }
                tell.connection(!error);
                if (!error) {
                    retryMs = FIRST_RETRY_MS;
                    take(events || []);
                    timer = setTimeout(poll, 0);
                    return;
                }
                timer = setTimeout(poll, error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : retryMs);
                retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
            }, { timeoutMs: (POLL_SECONDS + 10) * 1000 });
        }
        poll();
        return {
            close: function () {
                closed = true;
                clearTimeout(timer);
                if (cancel) { cancel(); }
            }
        };
    }

    return { connect: connect, Problem: Problem };
}));
