'use strict';
// cmagent.bind in virtual time, with an element as HTML describes it: what is shown has a session, what has a session
// is shown, and a stop is told when it is one.

const assert = require('node:assert');
const { test } = require('node:test');
const { Household, Video, openWindow } = require('./virtual.js');

const WHO = { idp: 'mvpd', subject: 'household' };

// A bound element: {clock, video, house, bound, told, loads, …}.
function stage({ options = {}, house = {}, video = {}, window = openWindow() } = {}) {
    const { clock, cmagent } = window;
    const agent = new Household(clock, house);
    const element = new Video(clock, video);
    const told = { limits: [], stops: [], problems: [], states: [], logouts: [], views: [] };
    told.view = Object.fromEntries(['close', 'free', 'missed'].map((name) => [name, () => told.views.push(name)]));
    const bound = cmagent.bind(agent, element, { who: WHO,
        onLimit: (problem, choose) => {
            told.limits.push({ problem, choose });
            return told.view;
        },
        onStop: (event, again) => told.stops.push({ ...event, again }),
        onProblem: (problem) => told.problems.push(problem), onState: (session) => told.states.push(session),
        onLogout: (event) => told.logouts.push(event), ...options });
    // What is said to be off, is.
    agent.onCall = (name, words) => {
        if (name === 'stop' || name === 'stopped' || (name === 'start' && words[0].replaces)) {
            assert.ok(!element.shows, `${name} while it is shown`);
        }
    };
    const calls = (name) => agent.asked.filter((call) => call[0] === name).map((call) => call[1]);
    return { window, clock, run: (ms) => clock.run(ms), house: agent, video: element, bound, told, calls };
}
const channel = (name, more) => ({ metadata: { channel: name }, src: `${name}.webm`, ...more });

async function playing(options) {
    const it = stage(options);
    it.bound.play(channel('News'));
    await it.run(300);
    assert.ok(it.video.shows);
    it.id = it.bound.session().id;
    return it;
}

test('asks, loads and plays; stopped by the viewer the place is given back', async () => {
    const it = stage();
    it.bound.play(channel('News'));
    await it.run(5);
    assert.strictEqual(it.video.src, '');
    await it.run(300);
    assert.ok(it.video.shows);
    assert.deepStrictEqual(JSON.parse(JSON.stringify(it.calls('start'))), [{ ...WHO, metadata: { channel: 'News' } }]);
    assert.deepStrictEqual(it.told.states.map((session) => session.id), ['s1']);
    await it.run(70000);
    assert.ok(it.video.shows, 'the patience with its beginning is over');
    it.bound.stop();
    await it.run(300);
    assert.ok(!it.video.shows);
    assert.deepStrictEqual([it.calls('stop'), it.house.live().length, it.house.watchers.size], [['s1'], 0, 0]);
});

test('a play() of anybody without a session is held and asked for', async () => {
    const it = stage();
    it.video.src = 'News.webm';
    await it.run(100);
    assert.strictEqual(it.house.watchers.size, 0);
    it.video.play();
    it.video.play();
    await it.run(2);
    assert.ok(it.video.paused);
    await it.run(300);
    assert.ok(it.video.shows);
    assert.strictEqual(it.calls('start').length, 1);
});

test('autoplay, and an element that plays before it is bound, are held likewise', async () => {
    const it = stage();
    it.video.autoplay = true;
    it.video.src = 'News.webm';
    await it.run(300);
    assert.ok(it.video.shows);
    assert.strictEqual(it.calls('start').length, 1);

    const window = openWindow();
    const early = new Video(window.clock);
    early.src = 'News.webm';
    early.play();
    await window.clock.run(100);
    const house = new Household(window.clock);
    window.cmagent.bind(house, early, { who: WHO });
    assert.ok(early.paused);
    await window.clock.run(300);
    assert.ok(early.shows);
    assert.strictEqual(house.live().length, 1);
});

test('a remote stop: paused, unloaded, confirmed when it stands still', async () => {
    let unloaded = null;
    const it = await playing({ options: { unload: () => new Promise((resolve) => { unloaded = resolve; }) } });
    it.house.terminate(it.id);
    await it.run(20);
    assert.ok(it.video.paused);
    await it.run(200);
    assert.deepStrictEqual(it.calls('stopped'), []);
    unloaded();
    await it.run(100);
    assert.deepStrictEqual(it.calls('stopped'), [it.id]);
    const { playback, endReason } = it.house.sessions_.get(it.id);
    assert.deepStrictEqual([playback, endReason], ['stopped', 'remote-termination']);
    assert.deepStrictEqual(it.told.stops.map((event) => event.reason), ['remote-termination']);
    assert.strictEqual(it.told.states.pop(), null);
    assert.strictEqual(it.calls('stop').length, 0);
});

test('an unload that hangs, fails or throws: the source is taken away', async () => {
    for (const unload of [() => new Promise(() => {}), () => Promise.reject(new Error('no')), () => { throw new Error('no'); }]) {
        const it = await playing({ options: { unload } });
        it.house.terminate(it.id);
        await it.run(1900);
        assert.strictEqual(it.video.src, '');
        assert.strictEqual(it.house.sessions_.get(it.id).playback, 'stopped');
    }
});

test('a player that plays on against the stop is not said to be off', async () => {
    const it = await playing();
    const fight = () => {
        it.video.play();
        if (it.video.src) { it.clock.setTimeout(fight, 7); }
    };
    it.house.terminate(it.id);
    await it.run(10);
    fight();
    await it.run(900);
    assert.strictEqual(it.calls('stopped').length, 0);
    await it.run(900);
    assert.strictEqual(it.house.sessions_.get(it.id).playback, 'stopped');
    assert.strictEqual(it.video.src, '', 'its source was taken away');
});

test('hazard 50: play() that the browser refuses gives the place back', async () => {
    for (const promises of [true, false]) {
        const it = stage({ video: { promises } });
        it.video.refuses = true;
        it.bound.play(channel('News'));
        await it.run(300);
        assert.deepStrictEqual(it.told.problems.map((one) => [one.code, one.reason]), [['play-refused', 'NotAllowedError']]);
        assert.deepStrictEqual([it.house.live().length, it.house.watchers.size], [0, 0]);
    }
});

test('an engine that plays an element by a viewer’s key alone plays it after one', async () => {
    for (const promises of [true, false]) {
        let again = null;
        const it = stage({ video: { promises }, options: { onProblem: (problem, act) => { again = act; } } });
        it.video.refuses = true;
        it.bound.play(channel('News'));
        await it.run(300);
        it.video.gesture = true;
        again();
        it.video.gesture = false;
        assert.ok(it.video.paused);
        await it.run(300);
        assert.ok(it.video.shows);
        assert.strictEqual(it.calls('start').length, 2);
    }
});

test('the end gives the place back, and play after it asks anew', async () => {
    const it = stage();
    it.video.duration = 1;
    it.bound.play(channel('News'));
    await it.run(1300);
    assert.ok(it.video.ended);
    assert.deepStrictEqual([it.house.live().length, it.told.problems.length, it.told.stops.length], [0, 0, 0]);
    it.video.play();
    await it.run(300);
    assert.ok(it.video.shows);
    assert.strictEqual(it.house.live().length, 1);
});

test('a source that cannot be played, a load that fails, one that hangs', async () => {
    for (const [request, reason, ms] of [[channel('broken'), /error 4|NotSupportedError/, 300],
        [channel('News', { load: () => Promise.reject(new Error('no manifest')) }), /no manifest/, 300],
        [channel('News', { load: () => { throw new Error('no key'); } }), /no key/, 300],
        [channel('News', { load: () => new Promise(() => {}) }), /timeout/, 61000]]) {
        const it = stage();
        it.bound.play(request);
        await it.run(ms);
        assert.strictEqual(it.told.problems.length, 1);
        assert.match(it.told.problems[0].reason, reason);
        assert.strictEqual(it.house.live().length, 0);
    }
});

test('a pause is told, and so is that it goes on; paused for too long, play asks anew', async () => {
    const it = await playing();
    it.video.pause();
    await it.run(100);
    assert.strictEqual(it.house.sessions_.get(it.id).paused, true);
    it.video.play();
    await it.run(100);
    assert.strictEqual(it.house.sessions_.get(it.id).paused, false);
    it.video.pause();
    await it.run(100);
    it.house.terminate(it.id, 'paused');
    await it.run(100);
    assert.strictEqual(it.house.sessions_.get(it.id).playback, 'stopped');
    assert.strictEqual(it.video.src, 'News.webm');
    it.video.play();
    await it.run(100);
    assert.ok(it.video.shows);
    assert.notStrictEqual(it.bound.session().id, it.id);
});

test('a pause during the question withdraws it; what is granted all the same is given back', async () => {
    const it = stage({ house: { ms: () => 100 } });
    it.bound.play(channel('News'));
    await it.run(50);
    it.bound.pause();
    await it.run(500);
    assert.ok(!it.video.shows);
    assert.deepStrictEqual([it.house.live().length, it.told.states.length], [0, 0]);
});

test('zapping: one request in flight, then the newest wish; nobody is told of what is replaced', async () => {
    const it = await playing({ house: { ms: () => 50 } });
    for (const name of ['A', 'B', 'C', 'D']) {
        it.bound.play(channel(name));
        assert.ok(!it.video.shows);
        await it.run(10);
    }
    await it.run(600);
    assert.deepStrictEqual(it.calls('start').map((body) => body.metadata.channel), ['News', 'A', 'D']);
    assert.strictEqual(it.house.mostStarting, 1);
    assert.strictEqual(it.video.src, 'D.webm');
    assert.ok(it.video.shows);
    assert.deepStrictEqual([it.told.stops.length, it.house.live().length], [0, 1]);
    assert.deepStrictEqual(it.told.states.map((session) => session && session.metadata.channel), ['News', 'D']);
    // The same once more is no start.
    it.bound.play(channel('D'));
    await it.run(300);
    assert.ok(it.video.shows);
    assert.strictEqual(it.calls('start').length, 3);
});

test('a zap that is refused leaves nothing behind', async () => {
    const it = await playing();
    it.house.fault = (name) => (name === 'start' ? { code: 'cm-protocol', status: 502 } : null);
    it.bound.play(channel('Sport'));
    await it.run(300);
    assert.ok(!it.video.shows);
    assert.deepStrictEqual([it.house.live().length, it.told.problems.map((one) => one.code).join()], [0, 'cm-protocol']);
});

test('the limit: a choice, again, a fault on the way, waiting, giving up', async () => {
    const it = stage();
    it.house.others = 3;
    it.bound.play(channel('News'));
    await it.run(100);
    assert.strictEqual(it.told.limits.length, 1);
    assert.strictEqual(it.told.limits[0].choose.wanted, 'News');
    it.told.limits[0].choose([]);
    await it.run(100);
    assert.strictEqual(it.told.limits.length, 2);
    it.told.limits[0].choose(['x']);
    await it.run(100);
    assert.strictEqual(it.calls('resolve').length, 1, 'what was told before is over');

    const heard = [];
    const done = (error, result) => heard.push(error ? error.code : result.conflictId || result.id);
    const { choose } = it.told.limits[1];
    const [id] = it.house.conflicts.keys();
    it.house.fault = () => ({ code: 'unreachable', status: 0 });
    choose(['code'], done);
    await it.run(100);
    choose(['code']);
    await it.run(100);
    assert.deepStrictEqual([heard, it.told.problems.map((one) => one.code)], [['unreachable'], ['unreachable']]);
    it.house.fault = () => null;
    choose.wait(60, done);
    await it.run(100);
    choose.read(done);
    await it.run(100);
    assert.deepStrictEqual(heard, ['unreachable', id, id]);
    it.house.tell('slot-free', { conflictId: id });
    for (const watcher of it.house.watchers) { watcher.reset(); }
    await it.run(100);
    assert.deepStrictEqual(it.told.views, ['missed', 'free']);
    const giveUp = choose(['code'], done);
    await it.run(3);
    giveUp();  // not what it wants to end, but another one
    choose(['code'], done);
    await it.run(1300);
    assert.ok(it.video.shows);
    assert.deepStrictEqual([heard.slice(3), it.told.views.slice(2), it.house.live().length], [[it.bound.session().id], ['close'], 1]);

    it.bound.stop();
    it.house.others = 3;
    it.bound.play(channel('News'));
    await it.run(300);
    it.told.limits.pop().choose.giveUp();
    await it.run(300);
    assert.deepStrictEqual([it.house.conflicts.size, it.house.watchers.size, it.video.shows], [0, 0, false]);
});

test('the conflict is over meanwhile: the same is started anew', async () => {
    const it = stage();
    it.house.others = 3;
    it.bound.play(channel('News'));
    await it.run(100);
    it.house.conflicts.clear();
    const heard = [];
    it.told.limits[0].choose(['code'], (error) => heard.push(error.code));
    await it.run(100);
    assert.deepStrictEqual(heard, ['conflict-over']);
    it.house.others = 0;
    it.told.limits[0].choose([], (error, session) => heard.push(session.id));
    await it.run(300);
    assert.ok(it.video.shows);
    assert.deepStrictEqual(heard, ['conflict-over', it.bound.session().id]);
});

test('a viewer who waits without a view of its own gets the place when it is free', async () => {
    const it = stage();
    it.house.others = 3;
    it.told.view = null;
    it.bound.play(channel('News'));
    await it.run(100);
    it.told.limits[0].choose.wait(60);
    await it.run(100);
    it.house.others = 2;
    it.house.tell('slot-free', { conflictId: [...it.house.conflicts.keys()][0] });
    await it.run(300);
    assert.ok(it.video.shows);
});

test('without a list for the viewer a limit is a problem, and given up', async () => {
    const it = stage({ options: { onLimit: undefined } });
    it.house.others = 3;
    it.bound.play(channel('News'));
    await it.run(100);
    assert.strictEqual(it.told.problems[0].code, 'stream-limit');
    assert.strictEqual(it.house.conflicts.size, 0);
    it.house.others = 0;
    it.video.play();
    await it.run(300);
    assert.ok(it.video.shows);
});

test('ended by a limit: again() leads to the list', async () => {
    const it = await playing();
    it.house.conflicts.set('c9', { ...WHO, metadata: { channel: 'News' } });
    it.house.sessions_.get(it.id).state = 'stopping';
    it.house.tell('playback-stop', { sessionId: it.id, reason: 'displaced', conflictId: 'c9' });
    await it.run(300);
    it.told.stops[0].again();
    await it.run(300);
    it.told.limits[0].choose([]);
    await it.run(300);
    assert.ok(it.video.shows);
});

test('a stop that overtakes the grant', async () => {
    const it = stage();
    it.bound.play(channel('News'));
    it.house.ms = () => 1;
    await it.run(6);
    it.house.ms = () => 300;
    it.house.ms = () => 1;
    const [session] = it.house.live();
    assert.ok(session);
    it.house.terminate(session.id);
    await it.run(300);
    assert.ok(!it.video.shows);
    assert.strictEqual(it.house.sessions_.get(session.id).playback, 'stopped');
    assert.strictEqual(it.told.stops.length, 1);
});

test('the daemon was started again: what is gone is stopped', async () => {
    const it = await playing();
    it.house.forget();
    await it.run(700);
    assert.ok(!it.video.shows);
    assert.deepStrictEqual(it.told.stops.map((event) => event.reason), ['gone']);
    // A stop that was missed is made up for.
    const other = await playing();
    other.house.terminate(other.id, 'remote-termination', false);
    for (const watcher of other.house.watchers) { watcher.reset(); }
    await other.run(300);
    assert.strictEqual(other.house.sessions_.get(other.id).playback, 'stopped');
});

test('what the agent does not hear is said again', async () => {
    const it = await playing();
    let away = true;
    it.house.fault = () => (away ? { code: 'unreachable', status: 0 } : null);
    it.bound.stop();
    await it.run(5000);
    assert.strictEqual(it.house.live().length, 1);
    away = false;
    await it.run(8000);
    assert.strictEqual(it.house.live().length, 0);
    assert.ok(it.calls('stop').length < 8, 'not in a storm');
});

test('a page that goes away pauses first; back from the cache it asks again', async () => {
    const it = await playing();
    it.window.self.navigator.sendBeacon = () => true;
    it.window.hide();
    assert.ok(it.video.paused);
    assert.strictEqual(it.house.watchers.size, 0);
    it.house.end(it.id, 'user');
    await it.run(100);
    it.window.show();
    await it.run(300);
    assert.ok(it.video.shows);
    assert.strictEqual(it.house.live().length, 1);
    // Paused by the viewer it stays so.
    it.video.pause();
    await it.run(100);
    it.window.hide();
    it.house.end(it.bound.session() ? it.bound.session().id : 's2', 'user');
    it.window.show();
    await it.run(300);
    assert.ok(!it.video.shows);
    assert.strictEqual(it.calls('start').length, 2);
});

test('a reload replaces what the window had, or gives it back', async () => {
    for (const plays of [true, false]) {
        const first = await playing();
        first.window.hide();  // without beacons
        const second = openWindow(first.clock, first.window.storage);
        const video = new Video(first.clock);
        const bound = second.cmagent.bind(first.house, video, { who: WHO });
        if (plays) { bound.play(channel('News')); }
        await first.run(1500);
        assert.strictEqual(first.house.live().length, plays ? 1 : 0);
        assert.strictEqual(video.shows, plays);
        if (plays) { assert.strictEqual(first.calls('start')[1].replaces, first.id); }
    }
});

test('a reload while the agent decides: what was granted to nobody is given back', async () => {
    const first = stage({ house: { ms: () => 50 } });
    first.bound.play(channel('News'));
    await first.run(60);
    assert.strictEqual(first.house.live().length, 1);
    first.window.hide();
    const second = openWindow(first.clock, first.window.storage);
    second.cmagent.bind(first.house, new Video(first.clock), { who: WHO });
    await first.run(1500);
    assert.strictEqual(first.house.live().length, 0);
});

test('two elements of one page, one stream of events; each stops its own', async () => {
    const it = await playing();
    const video = new Video(it.clock);
    const second = it.window.cmagent.bind(it.house, video, { who: WHO });
    second.play(channel('Sport'));
    await it.run(300);
    assert.ok(video.shows && it.video.shows);
    assert.strictEqual(it.house.watchers.size, 1);
    it.house.terminate(it.id);
    await it.run(300);
    assert.ok(video.shows && !it.video.shows);
    second.close();
    await it.run(300);
    assert.deepStrictEqual([video.shows, it.house.live().length, it.house.watchers.size], [false, 0, 0]);
    // Nobody holds it any more.
    video.play();
    await it.run(300);
    assert.ok(video.shows);
});

test('an element is bound once', async () => {
    const it = await playing();
    it.window.cmagent.bind(it.house, it.video, { who: WHO });
    await it.run(300);
    assert.strictEqual(it.house.live().length, 0);
    it.video.play();
    await it.run(300);
    assert.strictEqual(it.house.live().length, 1);
});

test('a media error that the player mends is none; one that it does not is', async () => {
    for (const mends of [true, false]) {
        const it = await playing();
        it.video.error = { code: 3 };
        it.video.dispatch('error');
        if (mends) {
            it.video.src = 'News.webm';
            it.video.play();
        }
        await it.run(1500);
        assert.strictEqual(it.video.shows, mends);
        assert.deepStrictEqual([it.calls('start').length, it.house.live().length], [1, mends ? 1 : 0]);
        assert.deepStrictEqual(it.told.problems.map((one) => one.reason), mends ? [] : ['error 3']);
    }
});

test('an element that is taken out of the document takes its session with it', async () => {
    const it = stage();
    it.video.isConnected = true;
    it.bound.play(channel('News'));
    await it.run(300);
    it.video.isConnected = false;
    it.video.pause();
    await it.run(300);
    assert.deepStrictEqual([it.house.live().length, it.house.watchers.size], [0, 0]);
});

test('a demand to sign out is told; what the app does wrong there undoes nothing', async () => {
    const it = await playing({ options: { onStop: () => { throw new Error('of the app'); } } });
    for (const watcher of it.house.watchers) { watcher.obligation({ action: 'logout', sessionId: it.id }); }
    assert.deepStrictEqual(it.told.logouts, [{ action: 'logout', sessionId: it.id }]);
    it.house.terminate(it.id, 'logout');
    await assert.rejects(it.run(300), /of the app/);
    await it.run(300);
    assert.strictEqual(it.house.sessions_.get(it.id).playback, 'stopped');
});

test('the player changes the source by itself', async () => {
    let now = 'News';
    const it = stage({ options: { who: () => ({ ...WHO, metadata: { channel: now } }) } });
    it.video.src = 'News.webm';
    it.video.play();
    await it.run(300);
    // A media error that the player mends: the same goes on.
    it.video.src = 'News.webm';
    it.video.play();
    await it.run(2000);
    assert.deepStrictEqual([it.calls('start').length, it.video.shows], [1, true]);
    // Another channel is another session.
    now = 'Sport';
    it.video.src = 'Sport.webm';
    it.video.play();
    await it.run(300);
    assert.deepStrictEqual(it.calls('start').map((body) => body.metadata.channel), ['News', 'Sport']);
    assert.deepStrictEqual([it.house.live().length, it.video.shows, it.video.src], [1, true, 'Sport.webm']);
    // Nothing comes any more.
    it.video.removeAttribute('src');
    it.video.load();
    await it.run(2000);
    assert.strictEqual(it.house.live().length, 0);
});

test('listens again for the next picture, and remembers nothing of the one that was given back', async () => {
    const it = await playing();
    it.bound.stop();
    await it.run(300);
    it.bound.play();
    await it.run(300);
    it.house.terminate(it.bound.session().id);
    await it.run(300);
    assert.ok(!it.video.shows);
    it.bound.play();
    await it.run(300);
    it.bound.stop();
    await it.run(300);
    const asked = it.house.asked.length;
    it.window.hide();
    const second = openWindow(it.clock, it.window.storage);
    second.cmagent.bind(it.house, new Video(it.clock), { who: WHO });
    await it.run(3000);
    assert.strictEqual(it.house.asked.length, asked);
});

test('who watches and what are told together, and what is asked for goes over it', async () => {
    const it = stage({ options: { who: () => ({ ...WHO, application: 'news', metadata: { channel: 'none', region: 'North' } }) } });
    it.bound.play(channel('News', { clientVersion: '7', replaces: 'x', idempotencyKey: 'y' }));
    await it.run(300);
    assert.deepStrictEqual(it.calls('start'), [{ ...WHO, application: 'news', metadata: { channel: 'News', region: 'North' },
        clientVersion: '7' }]);
});

test('after close nothing is asked or held any more', async () => {
    const it = await playing();
    it.bound.close();
    it.bound.close();
    await it.run(300);
    const asked = it.house.asked.length;
    it.bound.play(channel('Sport'));
    it.bound.stop();
    it.bound.pause();
    it.window.hide();
    it.window.show();
    await it.run(300);
    assert.strictEqual(it.house.asked.length, asked);
    assert.strictEqual(it.bound.session(), null);
});

test('another wish leaves the limit; the same one again resumes, or loads anew without a start', async () => {
    const it = stage();
    it.house.others = 3;
    it.bound.play(channel('News'));
    await it.run(100);
    it.house.others = 0;
    it.bound.play(channel('Sport'));
    assert.deepStrictEqual(it.told.views, ['close']);
    await it.run(300);
    assert.ok(it.video.shows);
    assert.deepStrictEqual([it.house.conflicts.size, it.bound.session().metadata.channel], [0, 'Sport']);

    const at = it.video.currentTime;
    it.bound.pause();
    await it.run(100);
    assert.strictEqual(it.house.live()[0].paused, true);
    it.bound.play();
    await it.run(100);
    assert.ok(it.video.shows && it.video.currentTime > at, 'it goes on where it was');
    let loads = 0;
    const load = () => {
        loads += 1;
        it.video.src = 'Sport.webm?anew';
    };
    it.bound.play({ metadata: { channel: 'Sport' }, load });
    await it.run(300);
    assert.deepStrictEqual([loads, it.video.shows, it.calls('start').length], [1, true, 2]);
});

test('a player of a box that has no more than is needed', async () => {
    const window = openWindow();
    const { clock } = window;
    const house = new Household(clock);
    const heard = {};
    const player = { paused: true, since: 0,
        get currentTime() { return this.paused ? 0 : (clock.now - this.since) / 1000; },
        play() { Object.assign(this, { paused: false, since: clock.now }); heard.play(); },
        pause() { this.paused = true; heard.pause(); },
        addEventListener: (name, act) => { heard[name] = act; }, removeEventListener: () => {} };
    const problems = [];
    const bound = window.cmagent.bind(house, player, { who: WHO, onProblem: (problem) => problems.push(problem.code) });
    bound.play();
    await clock.run(90000);
    assert.ok(!player.paused);
    house.terminate(bound.session().id);
    await clock.run(300);
    assert.ok(player.paused);
    assert.deepStrictEqual([house.live().length, house.sessions_.get('s1').playback, problems.length], [0, 'stopped', 0]);
});

test('a zap takes the old source away before it gives the new one', async () => {
    const steps = [];
    const it = stage({ options: { unload: () => new Promise((resolve) => {
        steps.push('unload');
        it.clock.setTimeout(() => {
            steps.push('unloaded');
            resolve();
        }, 200);
    }) } });
    const load = (name) => () => {
        steps.push(name);
        it.video.src = `${name}.webm`;
    };
    it.bound.play({ metadata: { channel: 'News' }, load: load('News') });
    await it.run(300);
    it.bound.play({ metadata: { channel: 'Sport' }, load: load('Sport') });
    await it.run(600);
    assert.deepStrictEqual(steps, ['News', 'unload', 'unloaded', 'Sport']);
    assert.ok(it.video.shows);
});
