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
    var memories = [];  // {id, doubts} of the nth binding
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

        // What the nth binding keeps over a reload: the id of its session, and the metadata of starts
        // that may have been granted without its knowledge. A copy of the window has another name
        // (cmagent.js, "keyOfWindow").
        memoryOf: function (n) {
            var place = typeof window === 'object' && window.name &&
                'cmagent.' + window.name + '.' + n;
            // A binding that was closed may still have something to settle here.
            var known = memories[n] || { id: '', doubts: [] };
            function store(text) {
                try {
                    if (text === undefined) { return JSON.parse(sessionStorage.getItem(place)); }
                    sessionStorage.setItem(place, text);
                } catch (_) {
                    // A window without a storage remembers as long as the page.
                }
                return null;
            }
            function change(id, doubts) {
                known.id = id;
                known.doubts = doubts;
                if (place) { store(JSON.stringify(known)); }
            }
            memories[n] = known = !memories[n] && place && store() || known;
            return {
                id: function () { return known.id; },
                doubts: function () { return known.doubts.slice(); },
                keep: function (id) { change(id, known.doubts); },
                forget: function (id) {
                    if (known.id === id) { change('', known.doubts); }
                },
                doubt: function (metadata) { change(known.id, known.doubts.concat(metadata)); },
                trust: function (metadata) {
                    change(known.id, known.doubts.filter(function (one) {
                        return JSON.stringify(one) !== JSON.stringify(metadata);
                    }));
                }
            };
        },

        // done(error, sessions): of this window, with one of these metadata, that no binding has. A
        // start whose answer was not waited for may have been granted all the same.
        orphans: function (agent, doubts, done) {
            agent.sessions(function (error, sessions) {
                var asking = bindings.some(function (one) {
                    return one.agent === agent && one.isAsking();
                });
                if (error || asking) { return done(error || { status: 0 }); }
                return done(null, sessions.filter(function (session) {
                    return session.own && LIVE[session.state] === true &&
                        doubts.some(function (metadata) { return has(session, metadata); }) &&
                        !bindings.some(function (one) { return one.has(session.id); });
                }));
            });
        }
    };
    return cmagent;
}));
