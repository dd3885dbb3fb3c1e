/*
 * Client for the local API of cmagentd (agent/ui/openapi.yaml), for browsers back to Chromium 38
 * and old WebKit, and for Node. One file, no dependencies, ES5.
 *
 *   var agent = cmagent.connect({ url: 'http://127.0.0.1:8790' });
 *   agent.start({ idp: 'mvpd', subject: 'household' }, function (error, session) {
 *       if (error && error.code === 'stream-limit') { showWhoIsWatching(error.violations); }
 *   });
 *   var watch = agent.watch({ 'playback-stop': function (event) {
 *       video.pause();
 *       agent.stopped(event.sessionId);
 *   } });
 *
 * Every call takes a callback done(error, result) as its last argument; the callback may be left
 * out, and is called exactly once, never from within the call. `error` is a cmagent.Problem. A call
 * returns a function that gives the request up: done is not called then, and a start that has not
 * been decided is withdrawn.
 *
 * A session or a conflict is named by its id, or given as it was read: what has changed meanwhile
 * is then refused with `precondition-failed`, for its `etag` goes along as If-Match.
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
    var POLL_SECONDS = 25;
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

    function has(object, name) { return Object.prototype.hasOwnProperty.call(object, name); }

    // A failed call: an answer of the agent (RFC 9457) with its code; or one that cannot be read
    // (code "unreadable"); or none at all (code "unreachable", status 0). The last two have no
    // detail: the UI has words of its own.
    function Problem(members) {
        var name;
        for (name in members) {
            if (has(members, name)) { this[name] = members[name]; }
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

    function query(members) {
        var parts = [];
        var name;
        for (name in members) {
            if (members[name] !== undefined) {
                parts.push(encodeURIComponent(name) + '=' + encodeURIComponent(members[name]));
            }
        }
        return parts.length ? '?' + parts.join('&') : '';
    }

    // --- one request, by what the platform has ---
    // settle(error, {status, json, retryAfter, etag})

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
        xhr.onerror = function () { settle(unreachable('network')); };
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
        var inBrowser = typeof XMLHttpRequest !== 'undefined';
        var base = (settings.url || (inBrowser ? '' : USUAL_URL)).replace(/\/$/, '') + '/v1';
        var send = inBrowser ? requestByXhr : requestByNode;

        function headersFor(body, more) {
            var headers = { Accept: 'application/json' };
            var name;
            if (settings.language) { headers['Accept-Language'] = settings.language; }
            if (settings.token) { headers.Authorization = 'Bearer ' + settings.token; }
            if (body !== undefined) { headers['Content-Type'] = 'application/json'; }
            for (name in more) { headers[name] = more[name]; }
            return headers;
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
                url: base + path,
                headers: headersFor(body, extra.headers),
                timeoutMs: extra.timeoutMs || ANSWER_MS,
                body: body === undefined ? undefined : JSON.stringify(body)
            }, function (error, answer) {
                if (error) { return settle(error); }
                if (answer.status >= 300 ||
                    (answer.status !== 204 && answer.json === undefined)) {
                    return settle(problemFrom(answer));
                }
                return settle(null, resultFrom(answer));
            });
            return function () {
                settled = true;
                cancel();
            };
        }

        function path(folder, thing) {
            var id = thing && typeof thing === 'object' ? thing[ID_OF[folder]] : thing;
            return '/' + folder + '/' + encodeURIComponent(id);
        }

        // A call that changes `thing`.
        function change(method, folder, thing, body, done) {
            return call(method, path(folder, thing), body, done,
                { headers: thing && thing.etag ? { 'If-Match': thing.etag } : {} });
        }

        // `who.metadata` is what would be started, or nothing.
        function account(who) {
            var members = {};
            var name;
            for (name in who) {
                if (name !== 'metadata') { members[name] = who[name]; }
            }
            for (name in who.metadata) { members['metadata.' + name] = who.metadata[name]; }
            return query(members);
        }

        // A key for one start, so that a UI that asks again after a lost answer does not take a
        // second slot.
        function freshKey() {
            var key = '';
            while (key.length < 24) { key += Math.floor(Math.random() * 16).toString(16); }
            return key;
        }

        return {
            // `request` as POST /v1/sessions; `request.idempotencyKey` goes into the header of that
            // name.
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
                return change('DELETE', 'sessions', session, undefined, done);
            },
            // Playback has stopped, as `playback-stop` demanded.
            stopped: function (id, done) {
                return call('POST', path('sessions', id) + '/stopped', undefined, done);
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
            // Tells `handlers` of every event by its name, in order; `handlers.connected` and
            // `handlers.disconnected` of the way there. After `connected` and `reset` read
            // sessions() again: something may have been missed. Returns {close()}.
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
            source.addEventListener(name, function (event) {
                tell.event(name, parse(event.data) || {});
            });
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
            cancel = call('GET', '/events' + query({ timeoutSeconds: POLL_SECONDS, since: since }),
                undefined, heard, { timeoutMs: (POLL_SECONDS + 10) * 1000 });
        }
        function heard(error, events) {
            if (closed) { return; }
            tell.connection(!error);
            if (!error) {
                retryMs = FIRST_RETRY_MS;
                take(events);
                timer = setTimeout(poll, 0);
                return;
            }
            timer = setTimeout(poll,
                error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : retryMs);
            retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
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
