'use strict';
// A window in virtual time: a media element as HTML describes it, an agent with one household, and the client's
// files read into it. Nothing here waits for a real clock.

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { ROOT } = require('./stage.js');

const CLIENT = path.join(ROOT, 'agent/ui/client');
const FILES = ['cmagent.js', 'window.js', 'picture.js', 'bind.js'];
const scripts = FILES.map((name) => new vm.Script(fs.readFileSync(path.join(CLIENT, name), 'utf8'), { filename: path.join(CLIENT, name) }));

const CALLS = ['start', 'resolve', 'wait', 'conflict', 'giveUp', 'sessions', 'session', 'update', 'stop', 'stopped'];

class Clock {
    constructor() {
        Object.assign(this, { now: 0, serial: 0, due: new Map() });
        this.setTimeout = (act, ms = 0) => {
            this.due.set(this.serial += 1, { at: this.now + Math.max(0, ms), act });
            return this.serial;
        };
        this.clearTimeout = (id) => this.due.delete(id);
    }

    // What is due within `ms`, in order, with the promises that it settles.
    async run(ms = 0) {
        const until = this.now + ms;
        for (;;) {
            await new Promise(setImmediate);
            let next = null;
            for (const [id, one] of this.due) {
                if (one.at <= until && (!next || one.at < next.at)) { next = { id, ...one }; }
            }
            if (!next) { break; }
            this.due.delete(next.id);
            this.now = Math.max(this.now, next.at);
            next.act();
        }
        this.now = until;
    }
}

// https://html.spec.whatwg.org/multipage/media.html: the load algorithm, play, pause, the end.
class Video {
    constructor(clock, { promises = true } = {}) {
        Object.assign(this, { clock, promises, paused: true, ended: false, error: null, readyState: 0, networkState: 0,
            autoplay: false, refuses: false, srcObject: null, duration: Infinity, loadMs: 50, listeners: {}, pending: [],
            tasks: new Set(), at: 0, seen: null, source: '' });
    }

    addEventListener(name, act) { (this.listeners[name] = this.listeners[name] || []).push(act); }
    removeEventListener(name, act) { this.listeners[name] = this.listeners[name].filter((one) => one !== act); }
    task(act, ms = 1) {
        const id = this.clock.setTimeout(() => {
            this.tasks.delete(id);
            act();
        }, ms);
        this.tasks.add(id);
    }
    fire(name) { this.task(() => this.dispatch(name)); }
    dispatch(name) { for (const act of (this.listeners[name] || []).slice()) { act({ type: name, target: this }); } }

    get shows() { return !this.paused && this.readyState >= 3 && !this.ended; }
    get currentTime() { return this.shows ? Math.min(this.at + (this.clock.now - this.seen) / 1000, this.duration) : this.at; }
    // Before whatever changes what it shows.
    stamp() {
        this.at = this.currentTime;
        this.seen = this.clock.now;
    }
    settle(error) {
        for (const { resolve, reject } of this.pending.splice(0)) { if (error) { reject(error); } else { resolve(); } }
    }

    get src() { return this.source; }
    set src(url) {
        this.source = url;
        this.load();
    }
    removeAttribute(name) { if (name === 'src') { this.source = ''; } }

    load() {
        this.stamp();
        for (const id of this.tasks) { this.clock.clearTimeout(id); }
        this.tasks.clear();
        if (this.networkState !== 0) {
            this.fire('emptied');
            if (!this.paused) {
                this.paused = true;
                this.settle(Object.assign(new Error('aborted'), { name: 'AbortError' }));
            }
        }
        Object.assign(this, { readyState: 0, ended: false, error: null, at: 0, networkState: this.source ? 2 : 0 });
        if (!this.source) { return; }
        this.fire('loadstart');
        this.task(() => {
            if (/broken/.test(this.source)) {
                Object.assign(this, { error: { code: 4 }, networkState: 3 });
                this.settle(Object.assign(new Error('none'), { name: 'NotSupportedError' }));
                return this.dispatch('error');
            }
            this.stamp();
            this.readyState = 4;
            this.dispatch('canplay');
            if (this.autoplay && this.paused) {
                this.paused = false;
                this.fire('play');
            }
            if (!this.paused) { this.goesOn(); }
        }, this.loadMs);
    }

    goesOn() {
        this.seen = this.clock.now;
        this.task(() => {
            if (!this.paused) {
                this.settle();
                this.dispatch('playing');
            }
        });
        if (this.duration < Infinity) { this.task(() => this.maybeEnd(), (this.duration - this.at) * 1000); }
    }
    maybeEnd() {
        if (!this.shows || this.currentTime < this.duration) { return; }
        this.stamp();
        this.ended = true;
        this.paused = true;
        this.dispatch('pause');
        this.dispatch('ended');
    }

    play() {
        if (this.gesture) { this.refuses = false; }
        if (this.refuses) {
            const error = Object.assign(new Error('not allowed'), { name: 'NotAllowedError' });
            return this.promises ? Promise.reject(error) : undefined;
        }
        const promise = new Promise((resolve, reject) => { this.pending.push({ resolve, reject }); });
        promise.catch(() => {});
        if (this.ended) { Object.assign(this, { ended: false, at: 0 }); }
        if (this.paused) {
            this.stamp();
            this.paused = false;
            this.fire('play');
            if (this.readyState >= 3) { this.goesOn(); }
        } else if (this.readyState >= 3) {
            this.task(() => this.settle());
        }
        return this.promises ? promise : undefined;
    }

    pause() {
        if (this.paused) { return; }
        this.stamp();
        this.paused = true;
        this.fire('pause');
        this.settle(Object.assign(new Error('paused'), { name: 'AbortError' }));
    }
}

// An agent as contract.md has it, with one household of `places`; `cmagent.connect`'s calls. `ms()`: how long each
// answer takes; `fault(name)`: a problem instead of an answer, or nothing. `asked` holds every call.
class Household {
    constructor(clock, { places = 3, ms = () => 5 } = {}) {
        Object.assign(this, { clock, places, ms, fault: () => null, asked: [], sessions_: new Map(), conflicts: new Map(),
            others: 0, serial: 0, watchers: new Set(), starting: 0, mostStarting: 0, onCall: () => {} });
        for (const name of CALLS) {
            this[name] = (...words) => this.call(name, words);
        }
    }

    call(name, words) {
        const done = typeof words[words.length - 1] === 'function' ? words.pop() : null;
        let given = false;
        words = JSON.parse(JSON.stringify(words));
        this.asked.push([name, ...words]);
        this.onCall(name, words);
        if (name === 'start') { this.mostStarting = Math.max(this.mostStarting, this.starting += 1); }
        this.clock.setTimeout(() => {
            const fault = this.fault(name);
            // A fault of the way back: it was done all the same.
            const [error, result] = !fault || fault.done ? this[`do_${name}`](given, ...words) : [fault];
            this.clock.setTimeout(() => {
                if (name === 'start') { this.starting -= 1; }
                if (!given && done) { done(fault || error, result); }
            }, this.ms());
        }, this.ms());
        return () => { given = true; };
    }

    problem(code, status, more) { return { code, status, ...more }; }
    live() { return [...this.sessions_.values()].filter((one) => one.state !== 'ended'); }
    tell(event, data) {
        for (const watcher of this.watchers) {
            this.clock.setTimeout(() => { if (this.watchers.has(watcher) && watcher[event]) { watcher[event](data); } }, this.ms());
        }
    }
    end(id, endReason) {
        const session = this.sessions_.get(id);
        if (!session || session.state === 'ended') { return; }
        Object.assign(session, { state: 'ended', endReason });
        this.tell('session-ended', { sessionId: id, endReason });
    }
    open(body) {
        const session = { id: `s${this.serial += 1}`, state: 'active', paused: false, own: true, metadata: body.metadata };
        this.sessions_.set(session.id, session);
        this.tell('session-started', { sessionId: session.id, state: 'active', paused: false });
        return [null, { ...session }];
    }

    do_start(withdrawn, body, conflict) {
        if (withdrawn) { return [this.problem('replaced', 409)]; }
        this.end(body.replaces, 'replaced');
        if (this.live().length + this.others < this.places) { return this.open(body); }
        const id = conflict || `c${this.serial += 1}`;
        this.conflicts.set(id, body);
        return [this.problem('stream-limit', 409, { conflictId: id, violations: [] })];
    }
    do_resolve(withdrawn, id, codes) {
        if (!this.conflicts.has(id)) { return [this.problem('conflict-over', 410)]; }
        this.others -= Math.min(codes.length, this.others);
        const answer = this.do_start(withdrawn, { ...this.conflicts.get(id), replaces: '' }, id);
        if (answer[1]) { this.conflicts.delete(id); }
        return answer;
    }
    do_wait(_, id, wait) {
        if (!this.conflicts.has(id)) { return [this.problem('conflict-over', 410)]; }
        return [null, { conflictId: id, wait: { start: wait.start } }];
    }
    do_conflict(_, id) {
        return this.conflicts.has(id) ? [null, { conflictId: id, violations: [] }] : [this.problem('no-such-conflict', 404)];
    }
    do_giveUp(_, id) {
        this.conflicts.delete(id);
        return [null];
    }
    do_sessions() { return [null, [...this.sessions_.values()].map((one) => ({ ...one }))]; }
    do_session(_, id) {
        const session = this.sessions_.get(id);
        return session ? [null, { ...session }] : [this.problem('no-such-session', 404)];
    }
    do_update(_, id, changes) {
        const session = this.sessions_.get(id);
        if (!session) { return [this.problem('no-such-session', 404)]; }
        if (session.state === 'ended') { return [this.problem('session-ended', 409)]; }
        Object.assign(session, changes);
        return [null, { ...session }];
    }
    do_stop(_, id) {
        this.end(id, 'user');
        return [null];
    }
    do_stopped(_, id) {
        const session = this.sessions_.get(id);
        if (!session) { return [this.problem('no-such-session', 404)]; }
        if (session.state === 'stopping') { session.playback = 'stopped'; }
        this.end(id, session.reason || 'user');
        return [null];
    }

    // CM, or somebody, ends it; `told` false: nobody hears of it.
    terminate(id, reason = 'remote-termination', told = true) {
        const session = this.sessions_.get(id);
        if (!session || session.state !== 'active') { return; }
        Object.assign(session, { state: 'stopping', reason });
        if (told) { this.tell('playback-stop', { sessionId: id, reason, message: 'Ended.' }); }
        this.clock.setTimeout(() => {
            if (session.state === 'stopping') {
                session.playback = 'unconfirmed';
                this.end(id, reason);
            }
        }, 2000);
    }
    // The daemon is started again, and knows nothing any more.
    forget() {
        this.sessions_.clear();
        this.conflicts.clear();
        for (const watcher of this.watchers) {
            watcher.disconnected();
            this.clock.setTimeout(() => { if (this.watchers.has(watcher)) { watcher.connected(); } }, 500);
        }
    }

    watch(handlers) {
        this.watchers.add(handlers);
        this.clock.setTimeout(() => { if (this.watchers.has(handlers) && handlers.connected) { handlers.connected(); } }, this.ms());
        return { close: () => this.watchers.delete(handlers) };
    }
}

// A window: {clock, cmagent, storage, hide(), show(), close(), sees(house)}. `storage` is what it had before a reload.
function openWindow(clock = new Clock(), storage = new Map()) {
    const heard = { pagehide: [], pageshow: [] };
    class FakeDate extends Date { static now() { return clock.now; } }
    let closed = false;
    const while_open = (act) => (...words) => (closed ? undefined : act(...words));
    const self = { setTimeout: (act, ms) => clock.setTimeout(while_open(act), ms), clearTimeout: clock.clearTimeout, console, Date: FakeDate,
        XMLHttpRequest: class {}, navigator: {}, crypto: { getRandomValues: (bytes) => bytes.fill(7) },
        addEventListener: (name, act) => (heard[name] = heard[name] || []).push(act), removeEventListener: () => {},
        sessionStorage: { getItem: (name) => (storage.has(name) ? storage.get(name) : null),
            setItem: (name, value) => storage.set(name, value), removeItem: (name) => storage.delete(name) } };
    self.self = self.window = self;
    self.name = 'tab';
    vm.createContext(self);
    for (const script of scripts) { script.runInContext(self); }
    const fire = (name, event) => heard[name].forEach((act) => act(event));
    // The agent as this window sees it: it hears nothing once it is closed.
    const sees = (house) => Object.fromEntries([...CALLS, 'watch'].map((name) => [name, (...words) => house[name](
        ...words.map((word) => (typeof word === 'function' ? while_open(word) : word)))]));
    return { clock, storage, self, cmagent: self.cmagent, sees, close: () => { closed = true; },
        hide: () => fire('pagehide', {}), show: () => fire('pageshow', { persisted: true }) };
}

module.exports = { Clock, Household, Video, openWindow };
