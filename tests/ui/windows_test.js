'use strict';
// Many windows of one UI: they share one stream of events, and each is there as long as it is open.

const assert = require('node:assert');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { Stage, request, waitFor } = require('./stage.js');
const { launch } = require('./browser.js');
const { App, askIn } = require('./app.js');

const HOUSEHOLD = { idp: 'demo-mvpd', subject: 'demo-household' };
const LOST_SECONDS = 2;

let browser;
let stage;
let app;
let agent;
let context;
before(async () => { browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'] }); });
after(() => browser.close());
beforeEach(async () => {
    stage = new Stage();
    app = await stage.enter(App.serve());
    await stage.cmsim({ ttl: 30 });
    agent = await stage.agent('Kitchen', { http: { allowedOrigins: [app.origin] },
        session: { maxSessions: 16, startsPerMinute: 60000 }, player: { lostSeconds: LOST_SECONDS } });
    context = await browser.newContext();
});
afterEach(async () => {
    await context.close();
    await stage.close();
});

const listeners = async () => JSON.parse((await request(`${agent.url}/v1/status`)).text).listeners;
const session = async (id) => JSON.parse((await request(`${agent.url}/v1/sessions/${id}`)).text);
const ended = (id) => waitFor(async () => {
    const { state, endReason, playback } = await session(id);
    return state === 'ended' && `${endReason}/${playback}`;
}, `${id} ends`);
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));
const connected = (page) => page.waitForFunction(() => window.told.connected > 0);

async function open(count, options) {
    const pages = [];
    for (let i = 0; i < count; i += 1) { pages.push(await app.open(context, { url: agent.url, ...options })); }
    return pages;
}
async function start(page, n, more) {
    return { page, ...await askIn(page, 'start', { ...HOUSEHOLD, subject: `household-${n}`, ...more }) };
}
async function crash(page) {
    const devtools = await context.newCDPSession(page);
    devtools.send('Page.crash').catch(() => {});
    await new Promise((gone) => page.on('crash', gone));
}

// Every call of every window is answered within a second, and each hears of its own stop.
async function allLive(pages) {
    const playing = [];
    for (const [n, page] of pages.entries()) {
        const asked = Date.now();
        playing.push(await start(page, n));
        assert.ok(Date.now() - asked < 1000, `window ${n} waited ${Date.now() - asked} ms`);
    }
    await Promise.all(playing.map(async ({ page }) => {
        const asked = Date.now();
        await askIn(page, 'sessions');
        assert.ok(Date.now() - asked < 1000, `a call took ${Date.now() - asked} ms`);
    }));
    for (const { page, id } of playing) {
        assert.strictEqual((await request(`${agent.url}/v1/sessions/${id}`, { method: 'DELETE' })).status, 204);
        await page.waitForFunction((own) => window.told.stops.includes(own), id);
        assert.strictEqual(await ended(id), 'user/stopped');
    }
    for (const { page, id } of playing) {
        const heard = await page.evaluate(() => window.told.stops);
        assert.strictEqual(heard.filter((one) => one === id).length, 1, 'once');
    }
}

test('seven windows listen by one stream, and all their calls are answered', async () => {
    const pages = await open(7);
    await Promise.all(pages.map(connected));
    await waitFor(async () => await listeners() === 1, 'one stream for all');
    await allLive(pages);
});

test('a tenth window has another stream with the ninth', async () => {
    const pages = await open(10);
    await Promise.all(pages.map(connected));
    await waitFor(async () => await listeners() === 2, 'two streams');
    await allLive(pages);
});

test('each window is missed when it is gone, and no other is', async () => {
    const pages = await open(4);
    await Promise.all(pages.map(connected));
    const playing = [];
    for (const [n, page] of pages.entries()) { playing.push(await start(page, n)); }
    await pause((LOST_SECONDS + 1) * 1000);
    for (const { id } of playing) { assert.strictEqual((await session(id)).state, 'active'); }
    await crash(playing[2].page);  // one of those that wait
    assert.match(await ended(playing[2].id), /^ui-lost/);
    await crash(playing[0].page);  // the one that holds the stream
    assert.match(await ended(playing[0].id), /^ui-lost/);
    for (const n of [1, 3]) { assert.strictEqual((await session(playing[n].id)).state, 'active'); }
    assert.strictEqual(await listeners(), 1);
    await request(`${agent.url}/v1/sessions/${playing[3].id}`, { method: 'DELETE' });
    await playing[3].page.waitForFunction((own) => window.told.stops.includes(own), playing[3].id);
});

test('the next window follows within a second, and hears what came meanwhile', async () => {
    const pages = await open(3);
    await Promise.all(pages.map(connected));
    const { id } = await start(pages[2], 2);
    await pages[0].close();
    const closed = Date.now();
    await request(`${agent.url}/v1/sessions/${id}`, { method: 'DELETE' });
    await pages[2].waitForFunction((own) => window.told.stops.includes(own), id);
    assert.ok(Date.now() - closed < 1000, `${Date.now() - closed} ms`);
    assert.strictEqual(await ended(id), 'user/stopped');
});

test('what comes between two windows that hold the stream is heard, though nothing came before', async () => {
    const pages = await open(3);
    await Promise.all(pages.map(connected));
    const gone = crash(pages[0]);  // nobody has heard an event yet
    const { id } = await start(pages[2], 2);
    await request(`${agent.url}/v1/sessions/${id}`, { method: 'DELETE' });
    await gone;
    await pages[2].waitForFunction((own) => window.told.stops.includes(own), id);
    assert.deepStrictEqual(await pages[2].evaluate(() => window.told.resets), 0);
});

test('a window that hangs gives the stream to another', async () => {
    const pages = await open(3);
    await Promise.all(pages.map(connected));
    const { id } = await start(pages[1], 1);
    pages[0].evaluate(() => { const until = Date.now() + 15000; while (Date.now() < until) { /* hangs */ } }).catch(() => {});
    await pages[1].waitForFunction(() => window.told.connected > 1);
    await request(`${agent.url}/v1/sessions/${id}`, { method: 'DELETE' });
    await pages[1].waitForFunction((own) => window.told.stops.includes(own), id);
});

test('a window that comes back from the cache listens again, and so do the others', async () => {
    const pages = await open(2);
    await Promise.all(pages.map(connected));
    await pages[0].goto(`${app.origin}/other`);
    await pages[1].waitForFunction(() => window.told.connected > 1);
    await pages[0].goBack({ waitUntil: 'commit' });
    await pages[0].waitForFunction(() => window.told.restored === 1 && window.told.connected > 1);
    await waitFor(async () => await listeners() === 1, 'one stream for both');
    const { id } = await start(pages[0], 0);
    await request(`${agent.url}/v1/sessions/${id}`, { method: 'DELETE' });
    await pages[0].waitForFunction((own) => window.told.stops.includes(own), id);
});

for (const missing of ['no locks', 'no EventSource']) {
    test(`with ${missing}, seven windows take turns, and all their calls are answered`, async () => {
        await context.addInitScript((what) => {
            if (what === 'no locks') {
                Object.defineProperty(navigator, 'locks', { value: undefined });
            } else {
                delete window.EventSource;
            }
        }, missing);
        const pages = await open(7);
        await pause(4000);  // those that came first have counted the others
        await Promise.all(pages.map(connected));
        await allLive(pages);
    });
}

test('after a restart of the daemon all windows listen again', async () => {
    const pages = await open(3);
    await Promise.all(pages.map(connected));
    await agent.end();
    agent = await stage.restart(agent);
    await Promise.all(pages.map((page) => page.waitForFunction(() => window.told.connected > 1)));
    await waitFor(async () => await listeners() === 1, 'one stream for all');
    const { id } = await start(pages[2], 2);
    await request(`${agent.url}/v1/sessions/${id}`, { method: 'DELETE' });
    await pages[2].waitForFunction((own) => window.told.stops.includes(own), id);
});

test('a stream that the agent has refused comes back after the last event that it has heard', async () => {
    await context.addInitScript(() => {
        Object.defineProperty(navigator, 'locks', { value: undefined });
        window.asked = [];
        window.EventSource = function (url) {
            const heard = {};
            this.addEventListener = (name, handler) => { heard[name] = handler; };
            this.close = () => {};
            if (window.asked.push(url) > 1) { return; }
            setTimeout(() => {
                this.onopen();
                heard.cm({ data: '{"reachable":true}', lastEventId: '41' });
                this.readyState = 2;
                this.onerror();
            }, 0);
        };
    });
    const [page] = await open(1);
    await page.waitForFunction(() => window.asked.length === 2);
    const [first, second] = await page.evaluate(() => window.asked);
    assert.doesNotMatch(first, /lastEventId/);
    assert.match(second, /[?&]lastEventId=41(&|$)/);
});
