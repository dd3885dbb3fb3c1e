'use strict';
// The page by itself: ways back, bad days, every size of screen, its limits.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { Stage, ask, request, waitFor } = require('./stage.js');
const { SIZES, Viewer, launch } = require('./browser.js');

const HOUSEHOLD = { idp: 'demo-mvpd', subject: 'demo-household' };

let browser;
let stage;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(() => { stage = new Stage(); });
afterEach(() => stage.close());

const start = (agent, metadata) => ask(agent, 'start', { ...HOUSEHOLD, metadata });

async function fillUp(agent, count = 3) {
    for (let i = 1; i <= count; i += 1) { await start(agent, { channel: `Channel ${i}`, deviceName: `Tablet ${i}` }); }
}

test('Back leaves every dialog, and nothing has been ended', async () => {
    await stage.cmsim();
    const kitchen = await stage.agent('Kitchen');
    await fillUp(await stage.agent('Bedroom'));
    const viewer = await Viewer.watch(browser, kitchen);

    for (const back of ['Escape', 'Backspace']) {
        await viewer.choose('News');
        await viewer.opens(/Too many programmes/);
        await viewer.choose('Tablet 2');
        await viewer.opens(/End this stream\?[^]*Tablet 2/);
        assert.strictEqual(await viewer.focused(), 'No', 'the harmless answer comes first');
        await viewer.press(back);
        await viewer.opens(/Too many programmes/);
        await viewer.press(back);
        await viewer.closes();
        assert.strictEqual(await viewer.focused(), 'News', 'the focus is where it was');
    }
    assert.strictEqual((await stage.cm.sessions('running')).length, 3);

    await kitchen.end('SIGKILL');
    await viewer.choose('News');
    await viewer.opens(/This device does not answer/);
    await viewer.press('Escape');
    await viewer.closes();
    await viewer.close();
});

test('Back withdraws a start that CM has not decided', async () => {
    await stage.cmsim();
    const kitchen = await stage.agent('Kitchen');
    const viewer = await Viewer.watch(browser, kitchen);
    await request(`${stage.cm.control}/faults`, { method: 'POST',
        body: JSON.stringify({ match: { call: 'init' }, fault: { delayMs: 8000 } }) });
    await viewer.choose('News');
    await viewer.reads('#now-state', /One moment/);
    await viewer.press('Escape');
    await viewer.reads('#now-state', /Nothing is playing/);
    await waitFor(async () => (await kitchen.sessions()).every((session) => session.state === 'ended'), 'it is withdrawn');
    await viewer.close();
});

test('the last of several hasty choices plays, and takes one slot', async () => {
    await stage.cmsim();
    const viewer = await Viewer.watch(browser, await stage.agent('Kitchen'));
    for (const channel of ['News', 'Sport', 'Film', 'Kids']) { await viewer.choose(channel); }
    await viewer.plays('Kids');
    for (const channel of ['News', 'Sport', 'Film']) { await viewer.choose(channel); }
    await viewer.plays('Film');
    await waitFor(async () => {
        const running = await stage.cm.sessions('running');
        return running.length === 1 && running[0].metadata.channel === 'Film';
    }, 'one session at CM');
    await viewer.close();
});

test('CM cannot be reached: the picture goes on, and says so; a new start is refused where it must be', async () => {
    await stage.cmsim();
    const kitchen = await stage.agent('Kitchen');
    const bedroom = await stage.agent('Bedroom', { session: { onUnreachable: 'deny' } });
    const lenient = await Viewer.watch(browser, kitchen);
    const strict = await Viewer.watch(browser, bedroom);
    await lenient.choose('News');
    await lenient.plays('News');
    await stage.cm.open(false);
    await stage.cm.closeConnections();

    await lenient.reads('#reach', /The service cannot be reached/);
    await lenient.reads('#now-state', /Now playing – the service cannot be reached/);
    assert.strictEqual(await lenient.text('#now-channel'), 'News');
    await strict.choose('Sport');
    await strict.opens(/This cannot be played now[^]*The service cannot be reached\. Please check/);
    await strict.choose('OK');
    await strict.closes();

    const late = await Viewer.open(browser, kitchen);
    await late.reads('#reach', /The service cannot be reached/);
    await stage.cm.open(true);
    await lenient.reads('#reach', /^$/);
    await lenient.reads('#now-state', /^Now playing$/);
    for (const viewer of [lenient, strict, late]) { await viewer.close(); }
});

for (const poll of ['0', '1']) {
    test(`the daemon is restarted: what plays goes on; poll=${poll}`, async () => {
        // The lease outlasts any delay of a busy machine: a restart after its end would be another story.
        await stage.cmsim({ ttl: 300 });
        const kitchen = await stage.agent('Kitchen');
        const viewer = await Viewer.watch(browser, kitchen, { wish: { poll } });
        await viewer.choose('News');
        await viewer.plays('News');
        await kitchen.onFlash();
        await kitchen.end('SIGKILL');
        await viewer.reads('#reach', /Connecting/);
        const again = await stage.restart(kitchen);
        await viewer.reads('#reach', /^$/);
        await viewer.plays('News');
        assert.strictEqual((await stage.cm.sessions('running')).length, 1);

        // Ended in good order, its sessions end with it: the viewer is told.
        await again.end('SIGTERM');
        await stage.restart(kitchen);
        await viewer.opens(/Playback has ended/);
        await viewer.press('Enter');
        await viewer.reads('#reach', /^$/);
        await viewer.choose('Sport');
        await viewer.plays('Sport');
        await viewer.close();
    });
}

test('a device counts until its last stream has ended: it is offered as one', async () => {
    await stage.cmsim();
    const devices = { applicationId: 'demo-devices' };
    const kitchen = await stage.agent('Kitchen', devices);
    const bedroom = await stage.agent('Bedroom', devices);
    const office = await stage.agent('Office', devices);
    await start(kitchen, { channel: 'News' });
    await start(kitchen, { channel: 'Sport' });
    await start(bedroom, { channel: 'Film' });
    const viewer = await Viewer.watch(browser, office);
    await viewer.choose('Kids');
    await viewer.opens(/Too many devices/);
    assert.strictEqual((await viewer.dialog()).match(/Kitchen/g).length, 1);
    await viewer.choose('Kitchen');
    await viewer.opens(/End this stream\?[^]*Kitchen · News, today [\d:]+ · Sport, today/);
    await viewer.choose('Yes, end it');
    await viewer.plays('Kids');
    await waitFor(async () => (await stage.cm.sessions('terminated')).length === 2, 'both streams of the kitchen end');
    await viewer.close();
});

function policiesOf(threshold) {
    return {
        policies: [{ name: 'household', rules: [{ name: 'streams', threshold }] }],
        applications: [{ id: 'demo-app', name: 'Demo application', policies: ['household'] }],
    };
}

const LONG_NAME = 'The old television in the guest room upstairs, the one with the antenna';
const LONG_WORD = 'Donaudampfschifffahrtsgesellschaftskapitän';

// What is drawn outside of its box, and the smallest letters that are seen.
function measure() {
    const cut = [];
    let smallest = Infinity;
    document.querySelectorAll('body, body *').forEach((node) => {
        if (node.tagName === 'SCRIPT' || node.getClientRects().length === 0) { return; }
        const name = `${node.tagName} ${node.id} ${node.textContent.slice(0, 30)}`;
        const scrolls = node.className === 'cmagent-choices' || node.id === 'channels';
        const abbreviated = getComputedStyle(node).textOverflow === 'ellipsis';
        if (!abbreviated && node.scrollWidth > node.clientWidth + 1) { cut.push(`${name}: too wide`); }
        if (!scrolls && node.scrollHeight > node.clientHeight + 1) { cut.push(`${name}: too high`); }
        if (node.textContent.trim()) { smallest = Math.min(smallest, parseFloat(getComputedStyle(node).fontSize)); }
    });
    const focus = document.activeElement.getBoundingClientRect();
    const inside = document.activeElement.parentNode.getBoundingClientRect();
    if (focus.top < inside.top - 1 || focus.bottom > inside.bottom + 1) { cut.push('the focus is out of sight'); }
    if (focus.bottom > innerHeight * 0.95) { cut.push('the focus is where televisions cut'); }
    return { cut, smallest };
}

for (const size of Object.keys(SIZES)) {
    for (const language of ['en-GB', 'fr-FR']) {
        test(`readable, and nothing is cut: ${size}, ${language}`, async () => {
            const policies = path.join(stage.folder, 'policies.json');
            fs.writeFileSync(policies, JSON.stringify(policiesOf(12)));
            await stage.cmsim({ options: ['--policies', policies] });
            const kitchen = await stage.agent('Kitchen');
            await fillUp(await stage.agent('Bedroom', { session: { maxSessions: 16 } }), 8);
            const attic = await stage.agent('Attic');
            await start(attic, { channel: LONG_WORD, deviceName: LONG_NAME });
            await fillUp(attic, 3);
            const channels = `News,Sport,Film,Kids,A channel with quite a long name,${LONG_WORD},Eight,Nine,Ten`;
            const viewer = await Viewer.watch(browser, kitchen, { size, language, wish: { channels, deviceName: LONG_NAME } });
            const check = async () => {
                const { cut, smallest } = await viewer.page.evaluate(measure);
                assert.deepStrictEqual(cut, []);
                assert.ok(smallest >= SIZES[size].height / 30, `${smallest} px`);
            };
            await check();
            for (let i = 0; i < 9; i += 1) {
                await viewer.press('ArrowDown');
                await check();
            }
            await viewer.choose('Ten');
            await viewer.opens(/Tablet 3/);
            await viewer.screenshot(`${size}-${language}`);
            for (let i = 0; i < 13; i += 1) {
                await viewer.press('ArrowDown');
                await check();
            }
            await viewer.choose(LONG_NAME);
            await viewer.opens(new RegExp(`${LONG_NAME} · ${LONG_WORD}`));
            await check();
            await viewer.press('Escape', 'Escape');
            await stage.cm.end();
            await kitchen.end('SIGKILL');
            await viewer.reads('#reach', /Conn/);
            await check();
            await viewer.close();
        });
    }
}

test('one response of at most 24 KB', async () => {
    await stage.cmsim();
    const kitchen = await stage.agent('Kitchen');
    const page = await request(kitchen.url);
    assert.ok(zlib.gzipSync(page.text).length <= 24 * 1024);
    const viewer = await Viewer.watch(browser, kitchen);
    const loaded = await viewer.page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    assert.deepStrictEqual(loaded.filter((name) => !/\/v1\//.test(name)), []);
    await viewer.close();
});
