'use strict';
// What a viewer does about a limit, on real agents: waits, chooses again, ends a stream of this very
// box or one from the list, watches here again. Keys of a remote control are all that is pressed.

const assert = require('node:assert');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { Stage, ask, request, waitFor } = require('./stage.js');
const { Viewer, launch } = require('./browser.js');
const cmagent = require('../../agent/ui/client/cmagent.js');

const HOUSEHOLD = { idp: 'demo-mvpd', subject: 'demo-household' };

let browser;
let stage;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(() => { stage = new Stage(); });
afterEach(() => stage.close());

const start = (agent, deviceName, channel) =>
    ask(agent, 'start', { ...HOUSEHOLD, metadata: { channel, deviceName } });
const running = async () => (await stage.cm.sessions('running')).map((one) => one.metadata.channel).sort();
const fault = (match, what) => request(`${stage.cm.control}/faults`, { method: 'POST',
    body: JSON.stringify({ match: { call: 'init', count: 1, ...match }, fault: what }) });

// Three streams of another box, and a viewer in the kitchen.
async function full({ agent } = {}) {
    await stage.cmsim();
    const kitchen = await stage.agent('Kitchen', agent);
    const attic = await stage.agent('Attic', agent);
    const sessions = [];
    for (const [device, channel] of [['Bedroom', 'One'], ['Tablet', 'Two'], ['Phone', 'Three']]) {
        sessions.push(await start(attic, device, channel));
    }
    const viewer = await Viewer.watch(browser, kitchen);
    return { kitchen, attic, sessions, viewer };
}

test('a place is waited for, and becomes free', async () => {
    const { kitchen, attic, sessions, viewer } = await full();
    await viewer.choose('Kids');
    await viewer.opens(/Too many programmes/);
    await viewer.choose('Wait for a place');
    await viewer.reads('#now-state', /^Waiting for a place$/);
    await ask(attic, 'stop', sessions[1].id);
    // A look that anybody asks for is everybody's: the next one would come within 30 s.
    await waitFor(async () => {
        await ask(kitchen, 'streams', { ...HOUSEHOLD, refresh: true });
        return viewer.dialog();
    }, 'the place is told');
    await viewer.opens(/A place is free\s+Kids/);
    await viewer.press('Enter');
    await viewer.plays('Kids');
    assert.deepStrictEqual(await running(), ['Kids', 'One', 'Three']);
    await viewer.close();
});

test('CM cannot be asked for the choice: the conflict is still there, and the same choice works', async () => {
    const { viewer } = await full();
    await viewer.choose('Kids');
    await viewer.opens(/Too many programmes/);
    await fault({}, { status: 503 });
    await viewer.choose('Tablet');
    await viewer.choose('Yes, end it');
    await viewer.opens(/This cannot be played now[^]*Try again/);
    await viewer.press('Enter');
    await viewer.plays('Kids');
    assert.deepStrictEqual(await running(), ['Kids', 'One', 'Three']);
    await viewer.close();
});

test('what was chosen did not free a place: the viewer is told, and chooses again', async () => {
    const { viewer } = await full();
    await viewer.choose('Kids');
    await viewer.opens(/Too many programmes/);
    await fault({}, { freesTooLate: true });
    await viewer.choose('Tablet');
    await viewer.choose('Yes, end it');
    await viewer.opens(/Too many programmes\s+[^\n]*did not free a place\./);
    await viewer.choose('Try again');
    await viewer.plays('Kids');
    await viewer.close();
});

test('a stream of this very box is marked, and stops at once when it is chosen', async () => {
    await stage.cmsim({ ttl: 60 });
    const kitchen = await stage.agent('Kitchen');
    const attic = await stage.agent('Attic');
    const own = await start(kitchen, 'Kitchen', 'Recording');
    await start(attic, 'Tablet', 'Two');
    await start(attic, 'Phone', 'Three');
    const heard = [];
    const other = cmagent.connect({ url: kitchen.url });
    const watch = other.watch({ 'playback-stop': (event) => {
        heard.push([event.sessionId, event.reason]);
        other.stopped(event.sessionId);
    } });
    const viewer = await Viewer.open(browser, kitchen, { wish: { channels: 'Kids' } });
    await viewer.plays('Recording');
    // The recording is another program's: this viewer wants something beside it.
    const limit = await start(kitchen, 'Kitchen', 'Kids').catch((problem) => problem);
    const listed = limit.violations[0].conflicts.filter((one) => one.here === own.id);
    assert.strictEqual(listed.length, 1);
    await ask(kitchen, 'resolve', limit, [listed[0].terminationCode]);
    await waitFor(() => heard.length === 1, 'the recording is told to stop');
    assert.deepStrictEqual(heard, [[own.id, 'ended-here']]);
    await viewer.opens(/Playback has ended\s+Ended on this device\./);
    await viewer.press('Enter');
    watch.close();
    await viewer.close();
});

test('displaced by another device: watch here again', async () => {
    const fifo = { applicationId: 'demo-fifo' };
    await stage.cmsim();
    const kitchen = await stage.agent('Kitchen', fifo);
    const bedroom = await stage.agent('Bedroom', fifo);
    const viewer = await Viewer.watch(browser, kitchen, { wish: { deviceName: 'Kitchen' } });
    await viewer.choose('News');
    await viewer.plays('News');
    await start(bedroom, 'Bedroom', 'Film');
    await viewer.opens(/Playback has ended[^]*Watch here again/);
    await viewer.press('Enter');
    await viewer.opens(/Bedroom\s+Film, today/);
    await viewer.choose('Bedroom');
    await viewer.choose('Yes, end it');
    await viewer.plays('News');
    await waitFor(async () => (await running()).join() === 'News', 'only the kitchen watches');
    await viewer.close();
});

test('who is watching: a stream is ended from the list, paused ones stand first', async () => {
    const { attic, sessions, viewer } = await full();
    await ask(attic, 'update', sessions[2].id, { paused: true });
    await waitFor(async () => (await stage.cm.sessions('running')).some((one) => one.metadata.playState === 'paused'),
        'CM knows of the pause');
    await viewer.choose('Who is watching');
    await viewer.opens(/Who is watching\s+Phone\s+Three, today \S+ · paused\s+Bedroom/);
    await viewer.choose('Phone');
    await viewer.choose('Yes, end it');
    await waitFor(async () => (await running()).join() === 'One,Two', 'the phone has ended');
    await viewer.opens(/Who is watching\s+Bedroom[^]*Tablet/);
    await viewer.press('Escape');
    await viewer.closes();
    assert.strictEqual(await viewer.text('#now-state'), 'Nothing is playing');
    await viewer.close();
});

test('how many places are taken, before anybody is refused', async () => {
    const { attic, sessions, viewer } = await full();
    // A refusal on another day has shown the limit.
    await start(attic, 'Attic', 'Four').catch((problem) => assert.strictEqual(problem.code, 'stream-limit'));
    await viewer.choose('Kids');
    await viewer.opens(/Too many programmes/);
    await viewer.press('Escape');
    await ask(attic, 'stop', sessions[0].id);
    await viewer.reads('#places', /^2 of 3$/);
    await viewer.close();
});
