/*
 * What a media element shows, for cmagent.bind (bind.js): begins, holds, and is off. A file of the
 * client: it extends `cmagent`.
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

    // Between two looks at the time of an element that shall stand still: two frames at 50 Hz.
    var STILL_MS = 40;
    var LONGEST_LOOK_MS = 1000;
    // Half of the agent's own deadline (`player.stopDeadlineMs`): then the source is taken away.
    var PATIENCE_MS = 1000;
    // Until the first frame. No stream takes as long, and the household waits for the place.
    var START_MS = 60000;
    // Players mend a media error by taking the source away and giving it back. A picture that does not
    // come back by then is over.
    var VACANT_MS = 1000;

    // done(error) when `work`, which may return a Promise, has come to its end.
    function finish(work, done) {
        var result;
        try {
            result = work ? work() : undefined;
        } catch (error) {
            return done(error);
        }
        if (!result || typeof result.then !== 'function') { return done(null); }
        return result.then(function () { done(null); }, function (error) {
            done(error || new Error('rejected'));
        });
    }

    // `tell`: {wanted()} somebody plays the element and nothing may be shown: it is held;
    // {again()} it is played after its source has gone; {paused()} it was paused or goes on;
    // {over(code, reason)} nothing is shown any more, of itself: code "" where that is no fault.
    cmagent.picture = function (video, unload, tell) {
        var phase = 'off';     // off, loading, starting (play() was called), on
        var showing = null;    // {request, load}: what may be shown
        var loaded = null;     // the request whose source the element has
        var waiting = [];      // who waits for it to be off
        var unloading = null;  // the unload that has not come to its end
        var since = 0;         // when it should have begun to be off
        var attached = false;  // to the document, when it was last seen to play
        var taken = false;     // the source, since it should have been off
        var timer = null;      // of the start, or of a source that has gone

        function hold() {
            if (!video.paused) { video.pause(); }
        }
        function expect(ms, code, reason) {
            clearTimeout(timer);
            timer = ms ? setTimeout(function () { tell.over(code, reason); }, ms) : null;
        }

        // A player that is no media element may not tell that it plays: its time does.
        function expectPicture() {
            var at = video.currentTime;
            clearTimeout(timer);
            timer = setTimeout(function () {
                if (video.paused || video.currentTime === at) {
                    tell.over('media-error', 'timeout');
                } else {
                    phase = 'on';
                }
            }, START_MS);
        }

        // --- off ---

        function takeSourceAway() {
            unloading = null;
            loaded = null;
            taken = true;
            hold();
            if (video.srcObject) { video.srcObject = null; }
            if (video.removeAttribute) { video.removeAttribute('src'); }
            if (video.load) { video.load(); }
        }

        function look(before, ms) {
            var now = video.currentTime;
            var still = (video.paused || video.readyState === 0) && (now === before || isNaN(now));
            var late = Date.now() - since >= PATIENCE_MS;
            if (still && !unloading) {
                return waiting.splice(0).forEach(function (done) { done(); });
            }
            if (late && !taken) { takeSourceAway(); }
            hold();
            return setTimeout(function () {
                look(now, late ? Math.min(ms * 2, LONGEST_LOOK_MS) : ms);
            }, ms);
        }

        // Off, and `done` when it stands still. `whole`: without its source.
        function clear(whole, done) {
            var mine;
            expect(0);
            showing = null;
            phase = 'off';
            hold();
            if (whole && unload && !unloading) {
                loaded = null;
                mine = unloading = {};
                // A player that hangs, or cannot do it, loses its source.
                setTimeout(function () {
                    if (unloading === mine) { takeSourceAway(); }
                }, PATIENCE_MS);
                finish(unload, function (error) {
                    if (unloading !== mine) { return; }
                    if (error) { takeSourceAway(); }
                    unloading = null;
                });
            }
            if (waiting.push(done) === 1) {
                since = Date.now();
                taken = false;
                look(undefined, STILL_MS);
            }
        }

        // --- on ---

        function start(mine) {
            var promised;
            function refused(error) {
                // Of what came between (a pause, another source) its own event tells.
                if (showing === mine && error.name !== 'AbortError') {
                    tell.over('play-refused', error.name);
                }
            }
            phase = 'starting';
            try {
                promised = video.play();
            } catch (error) {
                return refused(error);
            }
            if (promised && promised.then) { return promised.then(null, refused); }
            // Old engines return nothing, and leave what they refuse paused.
            return video.paused ? refused({ name: 'NotAllowedError' }) : undefined;
        }

        // Loads `what` where the element does not have it, and plays it.
        function show(what) {
            showing = what;
            phase = 'loading';
            expectPicture();
            function load() {
                if (showing !== what) { return; }
                if (loaded === what.request) { return start(what); }
                loaded = what.request;
                return finish(what.load, function (error) {
                    if (showing !== what || phase !== 'loading') { return; }
                    if (error) { return tell.over('media-error', String(error.message || error)); }
                    start(what);
                });
            }
            if (waiting.length) { waiting.push(load); } else { load(); }
        }

        // --- what the element tells ---

        // Somebody plays it, and nothing may be shown.
        function refuse() {
            if (video.paused) { return; }
            hold();
            tell.wanted();
        }
        function vacate(code, reason) {
            phase = 'vacant';
            expect(VACANT_MS, code, reason);
        }
        function isAttached() {
            return Boolean(video.isConnected === undefined ?
                video.ownerDocument && video.ownerDocument.documentElement.contains(video) :
                video.isConnected);
        }
        var heard = {
            play: function () {
                if (!showing) { return refuse(); }
                if (phase === 'vacant') { return tell.again(); }
                if (phase === 'starting' && !timer) { expectPicture(); }
                return tell.paused();
            },
            pause: function () {
                if (!video.paused || video.ended) { return; }
                if (phase !== 'starting' && phase !== 'on') { return; }
                // Out of the document it is paused, and nobody can see that it is.
                if (attached && !isAttached()) { return tell.over('', 'removed'); }
                expect(0);
                tell.paused();
            },
            playing: function () {
                // A new source may have swallowed the event "play".
                if (!showing) { return refuse(); }
                if (phase === 'vacant') { return tell.again(); }
                expect(0);
                phase = 'on';
                attached = isAttached();
                return undefined;
            },
            // A source that came late has undone play() without a word.
            canplay: function () {
                if (phase === 'starting' && video.paused && timer) { start(showing); }
            },
            ended: function () {
                if (showing && video.ended) { tell.over('', 'ended'); }
            },
            error: function () {
                var reason = showing && video.error && 'error ' + video.error.code;
                if (!reason) { return; }
                if (phase !== 'on') { return tell.over('media-error', reason); }
                vacate('media-error', reason);
            },
            emptied: function () {
                if (phase === 'on') { vacate('', 'emptied'); }
            }
        };
        Object.keys(heard).forEach(function (name) { video.addEventListener(name, heard[name]); });

        return {
            clear: clear,
            show: show,
            hold: hold,
            // While a viewer's key is being handled: engines that play an element by such a key alone
            // let it be played from then on. Nothing is seen of it.
            bless: function () {
                var promised = video.paused && video.play();
                if (promised && promised.then) { promised.then(null, function () {}); }
                hold();
            },
            isPaused: function () { return Boolean(video.paused); },
            // It goes on under the session that it had.
            keep: function () {
                phase = 'starting';
                expectPicture();
            },
            pause: function () {
                expect(0);
                if (phase === 'loading') { phase = 'on'; }
                hold();
            },
            resume: function () {
                if (showing && phase !== 'loading') { start(showing); }
            },
            close: function () {
                expect(0);
                Object.keys(heard).forEach(function (name) {
                    video.removeEventListener(name, heard[name]);
                });
            }
        };
    };
    return cmagent;
}));
