'use strict';
// Who asked: apps in windows of their own, which are reloaded, closed, duplicated, frozen and crash,
// beside one another, beside the agent's page and beside a shell.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { Program, Stage, request, waitFor } = require('./stage.js');
const { Viewer, launch } = require('./browser.js');
const { App, askIn } = require('./app.js');
const cmagent = require('../../agent/ui/client/cmagent.js');

const HOUSEHOLD = { idp: 'demo-mvpd', subject: 'demo-household' };
const LOST_SECONDS = 2;

let browser;
let stage;
let app;
let agent;
before(async () => {
    browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
});
after(() => browser.close());
beforeEach(async () => {
    stage = new Stage();
    app = await stage.enter(App.serve());
});
afterEach(() => stage.close());

// The kitchen's agent; its player is the UI.
async function begin({ player, origins = [], ttl = 30 } = {}) {
    await stage.cmsim({ ttl });
    agent = await stage.agent('Kitchen', { http: { allowedOrigins: [app.origin, ...origins] },
        player: { lostSeconds: LOST_SECONDS, stopDeadlineMs: 500, ...player } });
}

// A window of an app which plays a channel: {page, id}.
async function playing(context, channel, { options = {}, of = app } = {}) {
    const page = await of.open(context, { url: agent.url, ...options });
    await page.waitForFunction(() => window.told.connected === 1);
    const { id } = await askIn(page, 'start', { ...HOUSEHOLD, metadata: { channel } });
    return { page, id };
}

async function session(id) {
    return JSON.parse((await request(`${agent.url}/v1/sessions/${id}`)).text);
}
// How a session has ended: "reason/playback".
function ended(id, within = 30) {
    const until = Date.now() + within * 1000;
    return waitFor(async () => {
        const { state, endReason, playback } = await session(id);
        if (Date.now() > until) { throw new Error(`${id} is still ${state}`); }
        return state === 'ended' && `${endReason}/${playback}`;
    }, `${id} ends`);
}
const listeners = async () => JSON.parse((await request(`${agent.url}/v1/status`)).text).listeners;
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));
// As a crash: nothing can be said any more.
const mute = (context) => context.addInitScript(() => { delete Navigator.prototype.sendBeacon; });

test('a window that is closed says that its picture is off', async () => {
    await begin({ player: { lostSeconds: 60 } });
    const context = await browser.newContext();
    const { page, id } = await playing(context, 'News');
    await page.close();
    assert.strictEqual(await ended(id), 'user/stopped');
    await context.close();
});

test('after a reload nothing is left over, and the window is the same owner', async () => {
    await begin({ player: { lostSeconds: 60 } });
    const context = await browser.newContext();
    const { page, id } = await playing(context, 'News');
    await page.reload();
    assert.strictEqual(await ended(id), 'user/stopped');
    const [read] = await askIn(page, 'sessions');
    assert.deepStrictEqual([read.id, read.own], [id, true]);
    await context.close();
});

test('a browser without beacons: the reloaded window knows its session, and stops it', async () => {
    await begin({ player: { lostSeconds: 60 } });
    const context = await browser.newContext();
    await mute(context);
    const { page, id } = await playing(context, 'News');
    await page.reload();
    const [read] = await askIn(page, 'sessions');
    assert.deepStrictEqual([read.id, read.state, read.own], [id, 'active', true]);
    await askIn(page, 'stop', id);
    assert.strictEqual(await ended(id), 'user/untouched');
    await context.close();
});

test('a copy of a window is another owner', async () => {
    await begin({ player: { lostSeconds: 60 } });
    const context = await browser.newContext();
    const { page, id } = await playing(context, 'News');
    // What a duplicated tab and window.open have in common: the storage is copied.
    const [copy] = await Promise.all([page.waitForEvent('popup'),
        page.evaluate(() => { window.open(location.href); })]);
    await copy.waitForFunction(() => window.told && window.told.connected === 1);
    const stored = await copy.evaluate(() => Object.keys(sessionStorage).map((name) => sessionStorage[name]));
    assert.strictEqual(new Set(stored).size, 2, 'the key of the original, and its own');
    assert.strictEqual((await askIn(copy, 'sessions'))[0].own, false);
    await assert.rejects(askIn(copy, 'stopped', id), /not-owner/);
    await copy.close();
    await pause(500);
    assert.strictEqual((await session(id)).state, 'active', 'the copy has taken nothing with it');
    // Each stays who it is over a reload.
    await mute(context);
    await page.reload();
    assert.strictEqual((await askIn(page, 'sessions'))[0].own, true);
    await context.close();
});

test('a page that the browser keeps frozen listens no more, and learns anew when it is back', async () => {
    await begin({ player: { lostSeconds: 60 } });
    const context = await browser.newContext();
    const { page, id } = await playing(context, 'News');
    assert.strictEqual(await listeners(), 1);
    await page.goto(`${app.origin}/other`);
    assert.strictEqual(await ended(id), 'user/stopped');
    await waitFor(async () => (await listeners()) === 0, 'the frozen page has no place');

    await page.evaluate(() => history.back());
    await waitFor(() => page.evaluate(() => window.told && window.told.restored === 1).catch(() => false),
        'it comes from the cache');
    await page.waitForFunction(() => window.told.connected === 2);
    assert.strictEqual(await listeners(), 1);
    assert.deepStrictEqual((await askIn(page, 'sessions')).map((one) => [one.own, one.state]), [[true, 'ended']]);
    // It plays again, and goes again: each session is stopped once.
    const again = await askIn(page, 'start', { ...HOUSEHOLD, metadata: { channel: 'Sport' } });
    const asked = [];
    context.on('request', (sent) => asked.push(sent.url()));
    await page.goto(`${app.origin}/other`);
    assert.strictEqual(await ended(again.id), 'user/stopped');
    assert.deepStrictEqual(asked.filter((url) => url.includes(id)), []);
    await context.close();
});

test('row 4: an app that has crashed is gone, whoever else listens', async () => {
    const second = await stage.enter(App.serve());
    await begin({ origins: [second.origin] });
    const context = await browser.newContext();
    const honest = await playing(context, 'News');
    const crashing = await browser.newContext();
    await mute(crashing);
    const { page, id } = await playing(crashing, 'Sport', { of: second });
    await page.close();
    assert.match(await ended(id, LOST_SECONDS + 10), /^ui-lost\//);
    assert.strictEqual((await session(honest.id)).state, 'active', 'the other app plays on');
    await context.close();
    await crashing.close();
});

test('two apps: each confirms its own, and stops the other only by an order', async () => {
    const second = await stage.enter(App.serve());
    await begin({ origins: [second.origin] });
    const context = await browser.newContext();
    const first = await playing(context, 'News');
    const other = await playing(context, 'Sport', { of: second });
    assert.deepStrictEqual((await askIn(first.page, 'sessions')).map((one) => [one.metadata.channel, one.own]),
        [['News', true], ['Sport', false]]);
    await assert.rejects(askIn(first.page, 'stopped', other.id), /not-owner/);
    await assert.rejects(askIn(first.page, 'update', other.id, { paused: true }), /not-owner/);
    await askIn(first.page, 'stop', other.id);
    assert.strictEqual(await ended(other.id), 'user/stopped');
    assert.ok((await other.page.evaluate(() => window.told.stops)).includes(other.id), 'its own app has stopped it');
    assert.strictEqual((await session(first.id)).state, 'active');
    await context.close();
});

test('row 2: the agent’s page beside an app that does not confirm speaks for nobody', async () => {
    const forced = path.join(stage.folder, 'forced');
    await begin({ ttl: 3, player: { force: ['/usr/bin/touch', forced] } });
    const context = await browser.newContext();
    const { id } = await playing(context, 'News', { options: { confirms: false } });
    const viewer = await Viewer.watch(browser, agent);
    await viewer.plays('News');
    const [held] = await stage.cm.sessions('running');
    await request(`${stage.cm.control}/sessions/${held.sessionId}/terminate`, { method: 'POST',
        body: JSON.stringify({ deviceName: 'Attic' }) });
    assert.strictEqual(await ended(id), 'remote-termination/forced');
    assert.ok(fs.existsSync(forced));
    await viewer.close();
    await context.close();
});

test('the agent’s page stops the picture of an app by an order', async () => {
    await begin({ player: { stopDeadlineMs: 10000 } }); // of a browser on a busy machine
    const context = await browser.newContext();
    const { page, id } = await playing(context, 'News');
    const viewer = await Viewer.watch(browser, agent);
    await viewer.plays('News');
    await viewer.choose('Stop');
    assert.strictEqual(await ended(id), 'user/stopped');
    assert.deepStrictEqual(await page.evaluate(() => window.told.stops), [id]);
    await viewer.close();
    await context.close();
});

test('row 3: a shell that has watched takes nobody with it', async () => {
    await begin();
    const client = cmagent.connect({ url: agent.url, poll: true });
    const ask = (name, ...words) => new Promise((resolve, reject) => client[name](...words,
        (error, result) => (error ? reject(error) : resolve(result))));
    const watch = client.watch({});
    const { id } = await ask('start', { ...HOUSEHOLD, metadata: { channel: 'News' } });
    const shell = new Program('watch', ['cmagentctl', '--url', agent.url, 'watch']);
    await waitFor(async () => (await listeners()) >= 1, 'the shell listens');
    await shell.end('SIGINT');
    await request(`${agent.url}/v1/events?timeoutSeconds=1&since=0`);
    const before = await listeners();
    assert.strictEqual((await request(`${agent.url}/v1/events`, { method: 'HEAD' })).status, 200);
    assert.strictEqual(await listeners(), before, 'who asks for the head alone does not listen');
    await pause((LOST_SECONDS + 2) * 1000);
    assert.strictEqual((await session(id)).state, 'active');
    watch.close();
    // The UI itself is missed.
    assert.match(await ended(id, LOST_SECONDS + 10), /^ui-lost\//);
});
