'use strict';
// What a viewer does about a limit, on real agents: waits, chooses again, ends a stream of this very
// box or one from the list, watches here again. Keys of a remote control are all that is pressed.

const assert = require('node:assert');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { Stage, request, waitFor } = require('./stage.js');
const { Viewer, launch } = require('./browser.js');
const cmagent = require('../../agent/ui/client/cmagent.js');

const HOUSEHOLD = { idp: 'demo-mvpd', subject: 'demo-household' };

let browser;
let stage;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(() => { stage = new Stage(); });
afterEach(() => stage.close());

function ask(agent, name, ...words) {
    return new Promise((resolve, reject) => cmagent.connect({ url: agent.url })[name](...words,
        (error, result) => (error ? reject(error) : resolve(result))));
}
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
