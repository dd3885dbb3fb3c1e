/*
 * What the bindings of one window (bind.js) have in common: one stream of events for each agent, and
 * what is remembered over a reload. A file of the client: it extends `cmagent`.
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

    var EVENTS = ['playback-stop', 'session-ended', 'session-updated', 'slot-free', 'obligation',
        'reset', 'connected', 'disconnected'];
    var LIVE = { active: true, grace: true, stopping: true };

    var bindings = [];  // {n, video, agent, has(id), isAsking(), close()}
    var streams = [];   // {agent, listeners, connected, watch}

    function without(list, item) { list.splice(list.indexOf(item), 1); }

    function handlersOf(stream) {
        var handlers = {};
        EVENTS.forEach(function (name) {
            handlers[name] = function (event) {
                if (name === 'connected') { stream.connected = true; }
                if (name === 'disconnected') { stream.connected = false; }
                stream.listeners.slice().forEach(function (listener) {
                    if (listener[name]) { listener[name](event); }
                });
            };
        });
        return handlers;
    }

    function has(session, metadata) {
        return Object.keys(metadata).every(function (name) {
            return session.metadata && session.metadata[name] === String(metadata[name]);
        });
    }

    cmagent.window = {
        // Takes a place; who had bound the element leaves it.
        enter: function (binding) {
            var taken = bindings.map(function (one) { return one.n; });
            binding.n = 0;
            bindings.filter(function (one) { return one.video === binding.video; })
                .forEach(function (one) { one.close(); });
            while (taken.indexOf(binding.n) >= 0) { binding.n += 1; }
            bindings.push(binding);
        },
        leave: function (binding) { without(bindings, binding); },

        // Tells `handlers` what happens at `agent`; returns a function that ends it.
        follow: function (agent, handlers) {
            var stream = streams.filter(function (one) { return one.agent === agent; })[0];
            if (!stream) {
                stream = { agent: agent, listeners: [], connected: false };
                streams.push(stream);
                stream.watch = agent.watch(handlersOf(stream));
            }
            stream.listeners.push(handlers);
            if (stream.connected) { handlers.connected(); }
            return function () {
                without(stream.listeners, handlers);
                if (stream.listeners.length) { return; }
                without(streams, stream);
                stream.watch.close();
            };
        },

        // What the nth binding keeps over a reload: read(), write(text). A copy of the window has
        // another name (cmagent.js, "keyOfWindow").
        memoryOf: function (n) {
            var place = typeof window === 'object' && window.name &&
                'cmagent.' + window.name + '.' + n;
            function by(act) {
                try { return place ? act(sessionStorage) : ''; } catch (_) { return ''; }
            }
            return {
                read: function () {
                    return by(function (kept) { return kept.getItem(place) || ''; });
                },
                write: function (text) {
                    by(function (kept) {
                        if (text) { kept.setItem(place, text); } else { kept.removeItem(place); }
                    });
                }
            };
        },

        // done(error, sessions): of this window, with these metadata, that no binding has. A start
        // whose answer was not waited for may have been granted all the same.
        orphans: function (agent, metadata, done) {
            agent.sessions(function (error, sessions) {
                var asking = bindings.some(function (one) {
                    return one.agent === agent && one.isAsking();
                });
                if (error || asking) { return done(error || { status: 0 }); }
                return done(null, sessions.filter(function (session) {
                    return session.own && LIVE[session.state] === true && has(session, metadata) &&
                        !bindings.some(function (one) { return one.has(session.id); });
                }));
            });
        }
    };
    return cmagent;
}));
