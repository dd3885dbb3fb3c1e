'use strict';
// What a viewer reads and can do where a limit is reached, in every form that the agent tells it.

const assert = require('node:assert');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { waitFor } = require('./stage.js');
const { StandIn } = require('./stand_in.js');
const { Viewer, launch } = require('./browser.js');

let browser;
let agent;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => { agent = await StandIn.open(); });
afterEach(() => agent.end());

const ago = (minutes) => new Date(Date.now() - minutes * 60000).toISOString();
// As the page writes times of this day; the browser's zone is UTC.
const clock = (time) => time.slice(11, 16);

const KITCHEN = { sessionId: 'cm-1', value: 'cm-1', terminationCode: 'k1', deviceName: 'Kitchen',
    channel: 'News', startedAt: ago(0) };
const TABLET = { sessionId: 'cm-2', value: 'cm-2', terminationCode: 't1', deviceName: 'Tablet',
    channel: 'Film', startedAt: '2024-11-25T09:06:12.951Z' };

function violation(kind, line, conflicts, more) {
    return { kind, line, conflicts, attribute: kind === 'streams' ? 'streamId' : undefined, ...more };
}
const STREAMS = violation('streams', 'Only 2 programmes can be watched at the same time.',
    [KITCHEN, TABLET]);

// The 409, or the conflict as it is read.
function limit(violations, more) {
    return { status: 409, headers: { ETag: '"1.en"' }, json: { code: 'stream-limit',
        detail: violations.length ? violations[0].line : 'No.', conflictId: 'c1', attempt: 1,
        failed: [], violations, obligations: [], ...more } };
}
const read = (answer) => ({ ...answer, status: 200 });
const granted = (id = 's1', channel = 'Sport') => ({ status: 201, json: { id, state: 'active', own: true,
    metadata: { channel }, startedAt: ago(0) } });
const problem = (status, code, detail, more) => ({ status, json: { code, detail, ...more } });

const open = (options) => Viewer.watch(browser, agent, options);

// A viewer whose start is refused with `answer`.
async function refused(answer, options) {
    agent.answers['POST /v1/sessions'] = answer;
    const viewer = await open(options);
    await viewer.choose('Sport');
    return viewer;
}

const TITLES = {
    streams: ['Too many programmes', 'Trop de programmes'],
    devices: ['Too many devices', 'Trop d’appareils'],
    channel: ['Too many on this channel', 'Trop de lectures sur cette chaîne'],
    other: ['This cannot be played now', 'Lecture impossible pour le moment'],
};
for (const [kind, titles] of Object.entries(TITLES)) {
    for (const [i, language] of ['en-GB', 'fr-FR'].entries()) {
        test(`the title says what there is too much of: ${kind}, ${language}`, async () => {
            const said = `What is said of ${kind}.`;
            const viewer = await refused(limit([violation(kind, said, [KITCHEN])]), { language });
            await viewer.opens(new RegExp(`^${titles[i]}\\s+${said}\\s+Kitchen`));
            await viewer.close();
        });
    }
}

for (const [title, more] of [
    ['Too many channels', { attribute: 'channel' }], ['Too many channels', { rule: '2 channels' }],
    ['Too many on this channel', { rule: '2 per channel' }],
    ['Too many on this channel', { attribute: 'channel', scope: ['channel'] }],
]) {
    test(`one channel too often, or too many channels: ${JSON.stringify(more)}`, async () => {
        const viewer = await refused(limit([violation('channel', 'Line.', [], more)]));
        await viewer.opens(new RegExp(`^${title}\\s+Line\\.`));
        await viewer.close();
    });
}

test('only a sentence, and nothing to choose', async () => {
    const said = 'Live sport cannot be watched outside your home';
    const viewer = await refused(limit([violation('other', said, [])]));
    await viewer.opens(/^This cannot be played now\s+Live sport cannot be watched outside your home\s+Try again\s+Back$/);
    agent.answers['POST /v1/conflicts/c1'] = granted();
    await viewer.choose('Try again');
    await viewer.plays('Sport');
    assert.deepStrictEqual(agent.calls('POST /v1/conflicts')[0].body, { terminate: [] });
    await viewer.close();
});

test('not even a rule', async () => {
    const viewer = await refused(limit([]));
    await viewer.opens(/^This cannot be played now\s+No\.\s+Try again\s+Back$/);
    await viewer.close();
});

test('several rules: the sentence that speaks for all comes first, and gives the title', async () => {
    const devices = violation('devices', 'Only 2 devices.', [], { attribute: 'deviceId' });
    const other = violation('other', 'No.', []);
    const answer = limit([other, devices, STREAMS, other], { detail: 'Only 2 devices.' });
    const viewer = await refused(answer);
    await viewer.opens(/^Too many devices\s+Only 2 devices\.\s+No\.\s+Only 2 programmes[^.]*\.\s+Kitchen/);
    await viewer.close();
});

for (const [language, today, day] of [
    ['en-GB', (time) => `today ${time}`, 'Mon 25 Nov, 09:06'],
    ['fr-FR', (time) => `aujourd’hui à ${time}`, 'lun. 25 nov. à 09:06'],
]) {
    test(`since when: today, or the day; ${language}`, async () => {
        const viewer = await refused(limit([STREAMS]), { language });
        await viewer.opens(new RegExp(`Kitchen\\s+News, ${today(clock(KITCHEN.startedAt))}\\s`));
        assert.match(await viewer.dialog(), new RegExp(`Tablet\\s+Film, ${day}\\s`));
        await viewer.close();
    });
}

for (const [language, marks] of [
    ['en-GB', ['paused for 25 min', 'paused for 2 h', 'paused', 'on this device',
        'cannot be ended from this device', 'And 2 others.', 'And one other.']],
    ['fr-FR', ['en pause depuis 25\u00a0min', 'en pause depuis 2\u00a0h', 'en pause', 'sur cet appareil',
        'ne peut pas être arrêtée depuis cet appareil', 'Et 2 autres.', 'Et une autre.']],
]) {
    test(`paused ones, this device's own, those without a code, those that are not listed; ${language}`, async () => {
        const list = [
            { ...KITCHEN, startedAt: undefined, pausedSince: ago(25.1) },
            { ...KITCHEN, sessionId: 'cm-3', value: 'cm-3', terminationCode: 'k3', startedAt: undefined, pausedSince: ago(130) },
            { ...KITCHEN, sessionId: 'cm-4', value: 'cm-4', terminationCode: 'k4', startedAt: undefined, pausedSince: ago(-5) },
            { ...KITCHEN, sessionId: 'cm-5', value: 'cm-5', startedAt: undefined, metadata: { playState: 'paused' } },
            { ...TABLET, startedAt: undefined, here: 's9' },
            { deviceName: 'Attic' },
        ];
        const some = violation('streams', 'Line.', list, { moreConflicts: 2 });
        const viewer = await refused(limit([some]), { language });
        await viewer.opens(new RegExp(`Line\\.\\s+${marks[5]}\\s+Kitchen\\s+News · ${marks[0]}\\s+Kitchen\\s+` +
            `News · ${marks[1]}\\s+Kitchen\\s+News · ${marks[2]}\\s+Kitchen\\s+News · ${marks[2]}\\s+Tablet\\s+Film · ${marks[3]}\\s+` +
            `Attic\\s+${marks[4]}`));
        agent.answers['POST /v1/sessions'] = limit([violation('streams', 'Line.', [KITCHEN], { moreConflicts: 1 })]);
        await viewer.press('Escape');
        await viewer.choose('Sport');
        await viewer.opens(new RegExp(`Line\\.\\s+${marks[6]}\\s`));
        await viewer.close();
    });
}

test('where no code is offered, this is said', async () => {
    const closed = violation('streams', 'Line.', [{ deviceName: 'Attic', applicationName: 'A' }, { applicationName: 'B' }, {}]);
    const viewer = await refused(limit([closed]), { language: 'fr-FR' });
    await viewer.opens(/Aucune de ces lectures ne peut être arrêtée depuis cet appareil\.\s+Attic\s[^]*\sB\s[^]*\sUn appareil\s/);
    assert.strictEqual(await viewer.focused(), 'Attendre qu’une place se libère');
    await viewer.close();
});

test('a stream under two rules is offered once, and counts within its device, too', async () => {
    const own = { ...KITCHEN, sessionId: 'cm-9', terminationCode: undefined };
    const devices = violation('devices', 'Only 2 devices.', [
        { ...own, sessionId: 'cm-1', value: 'box' },
        { ...KITCHEN, value: 'box', sessionId: 'cm-5', terminationCode: 'k5', channel: 'Kids' },
        { ...TABLET, value: 'tab', terminationCode: undefined },
    ], { attribute: 'deviceId' });
    const same = violation('streams', 'Again.', [{ ...KITCHEN, terminationCode: undefined }]);
    const viewer = await refused(limit([STREAMS, devices, same]));
    await viewer.opens(/Kitchen[^]*Tablet[^]*Kitchen\s+News[^]* · Kids[^]*Tablet\s+Film/);
    assert.strictEqual((await viewer.dialog()).match(/^Kitchen$/gm).length, 2);
    agent.answers['POST /v1/conflicts/c1'] = granted();
    await viewer.press('ArrowDown', 'ArrowDown', 'Enter');
    await viewer.opens(/End this stream/);
    await viewer.choose('Yes, end it');
    await viewer.plays('Sport');
    assert.deepStrictEqual(agent.calls('POST /v1/conflicts')[0].body, { terminate: ['k1', 'k5'] });
    await viewer.close();
});

test('a rule that counts something else names its values', async () => {
    const cities = violation('other', 'Line.', [{ ...KITCHEN, value: 'Paris' }, { ...TABLET, value: 'Paris' },
        { ...TABLET, value: undefined, sessionId: 'cm-7', terminationCode: 't7' }], { attribute: 'city' });
    const viewer = await refused(limit([cities]));
    await viewer.opens(/Paris\s+News[^]* · Film[^]*Tablet\s+Film/);
    await viewer.close();
});

// Chooses the kitchen, and answers with `answer`.
async function endKitchen(viewer, answer) {
    agent.answers['POST /v1/conflicts/c1'] = answer;
    await viewer.choose('Kitchen');
    await viewer.choose('Yes, end it');
}

test('that was not enough, and the next choice is', async () => {
    const viewer = await refused(limit([STREAMS]));
    const said = `Ending Kitchen did not free a place. ${STREAMS.line}`;
    const renewed = limit([{ ...STREAMS, conflicts: [TABLET] }], { detail: said, attempt: 2, failed: ['k1'] });
    await endKitchen(viewer, { ...renewed, headers: { ETag: '"2.en"' } });
    await viewer.opens(new RegExp(`Too many programmes\\s+${said}\\s+Tablet`));
    const first = agent.calls('POST /v1/conflicts')[0];
    assert.deepStrictEqual([first.body, first.headers['if-match']], [{ terminate: ['k1'] }, '"1.en"']);
    agent.answers['POST /v1/conflicts/c1'] = granted();
    await viewer.choose('Tablet');
    await viewer.choose('Yes, end it');
    await viewer.plays('Sport');
    const second = agent.calls('POST /v1/conflicts')[0];
    assert.deepStrictEqual([second.body, second.headers['if-match']], [{ terminate: ['t1'] }, '"2.en"']);
    await viewer.close();
});

for (const [status, code] of [[422, 'code-not-offered'], [412, 'precondition-failed']]) {
    test(`the list is out of date: ${code}`, async () => {
        const viewer = await refused(limit([STREAMS]));
        agent.answers['GET /v1/conflicts/c1'] = read(limit([{ ...STREAMS, conflicts: [TABLET] }]));
        await endKitchen(viewer, problem(status, code, 'The list is out of date. Please choose again.'));
        await viewer.opens(/Too many programmes\s+The list is out of date\. Please choose again\.\s+Only 2[^]*Tablet/);
        assert.doesNotMatch(await viewer.dialog(), /Kitchen/);
        await viewer.close();
    });
}

test('the conflict is over: what was wanted is started anew', async () => {
    const viewer = await refused(limit([STREAMS]));
    await endKitchen(viewer, problem(410, 'conflict-over', 'This choice is over.'));
    await viewer.opens(/This cannot be played now\s+This choice is over\.\s+Try again/);
    agent.answers['POST /v1/sessions'] = granted();
    await viewer.press('Enter');
    await viewer.plays('Sport');
    await viewer.close();
});

test('a fault on the way: the same again, or back to the list', async () => {
    const viewer = await refused(limit([STREAMS]));
    agent.answers['GET /v1/conflicts/c1'] = read(limit([STREAMS]));
    await endKitchen(viewer, problem(503, 'cm-unreachable', 'The service cannot be reached.', { blame: 'network' }));
    await viewer.opens(/The service cannot be reached\.\s+Try again\s+Back/);
    await viewer.press('Enter');
    await waitFor(() => agent.calls('POST /v1/conflicts').length === 2, 'the same choice again');
    await viewer.opens(/The service cannot be reached/);
    await viewer.press('Escape');
    await viewer.opens(/Too many programmes[^]*Kitchen/);
    await endKitchen(viewer, granted());
    await viewer.plays('Sport');
    await viewer.close();
});

const FAULTS = [
    [502, 'cm-rejected', 'app', false], [502, 'cm-credentials', 'operator', false],
    [503, 'cm-unreachable', 'network', true], [502, 'cm-protocol', 'operator', true],
    [429, 'throttled', 'app', true],
    [422, 'invalid-field', undefined, false], [500, 'internal', undefined, true],
];
for (const [status, code, blame, again] of FAULTS) {
    test(`${code} is told in the agent's words${again ? ', and may pass' : ''}`, async () => {
        const viewer = await refused(problem(status, code, `The words of ${code}.`, { blame }));
        await viewer.opens(new RegExp(`^This cannot be played now\\s+The words of ${code}\\.\\s+${again ? 'Try again\\s+' : ''}OK$`));
        if (again) {
            agent.answers['POST /v1/sessions'] = granted();
            await viewer.choose('Try again');
            await viewer.plays('Sport');
        } else {
            await viewer.choose('OK');
            await viewer.closes();
        }
        await viewer.close();
    });
}

test('Back while a choice is decided leaves it, and a late answer changes nothing', async () => {
    const viewer = await refused(limit([STREAMS]));
    let finish;
    const held = new Promise((resume) => { finish = resume; });
    const answer = agent.answer.bind(agent);
    agent.answer = async (call, name, response) => {
        if (name === 'POST /v1/conflicts/c1') { await held; }
        answer(call, name, response);
    };
    await endKitchen(viewer, granted());
    await viewer.opens(/One moment/);
    await viewer.press('Escape');
    await viewer.closes();
    finish();
    await viewer.reads('#now-state', /Nothing is playing/);
    await viewer.close();
});

test('a place is waited for: it becomes free', async () => {
    const viewer = await refused(limit([STREAMS]));
    const until = ago(-15);
    agent.answers['POST /v1/conflicts/c1'] = { ...read(limit([STREAMS], { wait: { until, start: false } })), status: 202 };
    await viewer.choose('Wait for a place');
    await viewer.reads('#now-state', /^Waiting for a place$/);
    await viewer.closes();
    assert.deepStrictEqual(agent.calls('POST /v1/conflicts')[0].body, { wait: { seconds: 900, start: false } });
    assert.strictEqual(await viewer.text('#now-channel'), 'Sport');
    assert.strictEqual(await viewer.text('#now-since'), `until ${clock(until)}`);

    agent.tell('slot-free', { conflictId: 'c2' });
    agent.tell('slot-free', { conflictId: 'c1' });
    await viewer.opens(/^A place is free\s+Sport\s+Watch now\s+Not now$/);
    agent.answers['POST /v1/conflicts/c1'] = granted();
    await viewer.press('Enter');
    await viewer.plays('Sport');
    assert.deepStrictEqual(agent.calls('POST /v1/conflicts')[0].body, { terminate: [] });
    await viewer.close();
});

test('waiting ends: by the viewer, by another wish, by another device that was faster, unseen', async () => {
    const viewer = await refused(limit([STREAMS]));
    const waits = { ...read(limit([STREAMS], { wait: { until: ago(-15), start: false } })), status: 202 };
    const wait = async () => {
        agent.answers['POST /v1/conflicts/c1'] = waits;
        agent.answers['POST /v1/sessions'] = limit([STREAMS]);
        if (!await viewer.dialog()) { await viewer.choose('Sport'); }
        await viewer.choose('Wait for a place');
        await viewer.reads('#now-state', /Waiting/);
    };
    const gaveUp = (n) => waitFor(() => agent.calls('DELETE /v1/conflicts/c1').length === n, `${n} times given up`);
    await wait();
    await viewer.choose('Do not wait any longer');
    await viewer.reads('#now-state', /Nothing is playing/);
    await gaveUp(1);

    await wait();
    agent.tell('slot-free', { conflictId: 'c1' });
    await viewer.opens(/A place is free/);
    await viewer.press('Escape');
    await gaveUp(2);

    await wait();
    agent.tell('slot-free', { conflictId: 'c1' });
    agent.answers['POST /v1/conflicts/c1'] = limit([{ ...STREAMS, conflicts: [TABLET] }], { attempt: 2 });
    await viewer.choose('Watch now');
    await viewer.opens(/Too many programmes[^]*Tablet[^]*Wait for a place/);

    await wait();
    agent.answers['GET /v1/conflicts/c1'] = waits;
    agent.tell('reset', {});
    await waitFor(() => agent.calls('GET /v1/conflicts/c1').length === 1, 'the conflict is read');
    agent.answers['GET /v1/conflicts/c1'] = problem(410, 'conflict-over', 'Over.');
    agent.tell('reset', {});
    await viewer.opens(/No place has become free\.\s+Sport\s+Try again\s+Not now/);
    await viewer.choose('Not now');
    await gaveUp(3);

    await wait();
    agent.answers['GET /v1/conflicts/c1'] = read(limit([{ ...STREAMS, conflicts: [TABLET] }]));
    agent.tell('reset', {});
    await viewer.opens(/Too many programmes[^]*Tablet/);

    await wait();
    agent.answers['POST /v1/sessions'] = granted('s2', 'Film');
    await viewer.choose('Film');
    await viewer.plays('Film');
    await gaveUp(4);
    await viewer.close();
});

test('another app’s picture is shown, and neither confirmed nor resolved here', async () => {
    const session = { ...granted().json, own: false };
    agent.answers['GET /v1/sessions'] = () => ({ json: { sessions: [session] } });
    const viewer = await open();
    await viewer.reads('#now-channel', /^Sport$/);
    agent.tell('playback-stop', { sessionId: 's1', reason: 'displaced', message: 'm', conflictId: 'c1' });
    await viewer.reads('#now-state', /Stopping/);
    Object.assign(session, { state: 'ended', endReason: 'displaced', conflictId: 'c1', message: 'Over.' });
    agent.tell('session-ended', { sessionId: 's1', endReason: 'displaced', conflictId: 'c1' });
    await viewer.opens(/^Playback has ended\s+Over\.\s+OK$/);
    assert.deepStrictEqual(agent.calls('POST /v1/sessions/s1'), []);
    await viewer.press('Enter');

    // The page's own goes before it.
    agent.answers['GET /v1/sessions'] = { json: { sessions: [granted('s2', 'Film').json, { ...session, id: 's3',
        state: 'active' }] } };
    agent.tell('session-started', { sessionId: 's2' });
    await viewer.reads('#now-channel', /^Film$/);
    await viewer.close();
});

test('playback was ended by a limit: watch here again', async () => {
    const session = granted().json;
    agent.answers['GET /v1/sessions'] = () => ({ json: { sessions: [session] } });
    const viewer = await open();
    await viewer.reads('#now-channel', /^Sport$/);
    const violations = [STREAMS];
    agent.tell('playback-stop', { sessionId: 's1', reason: 'displaced', message: 'm', conflictId: 'c1', violations });
    await viewer.reads('#now-state', /Stopping/);
    await waitFor(() => agent.calls('POST /v1/sessions/s1/stopped').length === 1, 'the stop is confirmed');
    Object.assign(session, { state: 'ended', endReason: 'displaced', conflictId: 'c1',
        message: 'Playback was ended because another device has started to watch.' });
    agent.tell('conflict', { conflictId: 'c1', attempt: 1, sessionId: 's1' });
    agent.tell('session-ended', { sessionId: 's1', endReason: 'displaced', conflictId: 'c1', violations });
    await viewer.opens(/^Playback has ended\s+Playback was ended because[^.]*\.\s+Watch here again\s+OK$/);
    agent.answers['GET /v1/conflicts/c1'] = read(limit([STREAMS], { sessionId: 's1' }));
    await viewer.press('Enter');
    await viewer.opens(/Too many programmes[^]*Kitchen/);
    await endKitchen(viewer, granted('s2'));
    await viewer.plays('Sport');
    await viewer.close();
});

test('watch here again comes too late: it is started anew', async () => {
    const session = granted().json;
    agent.answers['GET /v1/sessions'] = () => ({ json: { sessions: [session] } });
    const viewer = await open();
    await viewer.reads('#now-channel', /^Sport$/);
    Object.assign(session, { state: 'ended', endReason: 'denied', conflictId: 'c1', message: 'Denied.' });
    agent.tell('session-ended', { sessionId: 's1', endReason: 'denied', conflictId: 'c1' });
    await viewer.opens(/Denied\./);
    agent.answers['GET /v1/conflicts/c1'] = problem(410, 'conflict-over', 'Over.');
    await viewer.choose('Watch here again');
    await viewer.opens(/Over\.\s+Try again/);
    agent.answers['POST /v1/sessions'] = granted('s2');
    agent.answers['GET /v1/sessions'] = { json: { sessions: [granted('s2').json] } };
    await viewer.choose('Try again');
    await viewer.plays('Sport');
    await viewer.close();
});

const LAST = { verdict: 'last', streams: 2, here: 0, nextLapseInMs: 40000, agoMs: 0, limits: [
    { attribute: 'deviceId', atMost: 1 }, { scope: ['channel'], atMost: 1 }, { atLeast: 1 },
    { rule: 'wide', atMost: 5 }, { rule: '3 streams', attribute: 'streamId', atLeast: 2, atMost: 3 }] };

for (const [language, places, who, none] of [
    ['en-GB', '2 of 3', 'Who is watching', 'Nobody is watching.'],
    ['fr-FR', '2 sur 3', 'Qui regarde\u202f?', 'Personne ne regarde.'],
]) {
    test(`before anybody is refused: how many places are taken, and by whom; ${language}`, async () => {
        agent.answers['GET /v1/outlook'] = { json: LAST };
        agent.answers['GET /v1/streams'] = { json: { streams: [] } };
        const viewer = await open({ language });
        await viewer.reads('#places', new RegExp(`^${places}$`));
        assert.strictEqual(await viewer.page.getAttribute('#places', 'class'), 'last');
        await viewer.choose(who);
        await viewer.opens(new RegExp(`^Who is watching|^Qui regarde`));
        assert.ok((await viewer.dialog()).includes(none));
        assert.match(agent.calls('GET /v1/streams')[0].line, /refresh=true/);
        await viewer.press('Escape');
        await viewer.closes();
        await viewer.close();
    });
}

test('where the limit on streams is not known, only how many are watched', async () => {
    agent.answers['GET /v1/outlook'] = { json: { ...LAST, limits: LAST.limits.slice(0, 3) } };
    const viewer = await open();
    await viewer.reads('#places', /^2$/);
    await viewer.close();
});

test('who is watching: a stream is ended without watching here', async () => {
    const streams = [{ ...KITCHEN, pausedSince: ago(10.1) }, { ...TABLET, here: 's1', terminationCode: undefined },
        { ...TABLET, sessionId: 'cm/3', deviceName: 'Attic', terminationCode: undefined }];
    const session = granted().json;
    agent.answers['GET /v1/sessions'] = () => ({ json: { sessions: [session] } });
    agent.answers['GET /v1/streams'] = () => ({ json: { streams, otherStreams: 1 } });
    const viewer = await open();
    await viewer.choose('Who is watching');
    await viewer.opens(/And one other\.\s+Kitchen\s+News, today \S+ · paused for 10 min\s+Tablet\s+Film[^\n]* · on this device\s+Attic\s+[^\n]*cannot be ended from this device/);
    await viewer.choose('Kitchen');
    await viewer.opens(/End this stream\?\s+Kitchen · News/);
    assert.strictEqual(await viewer.focused(), 'No');
    agent.answers['DELETE /v1/streams/cm-1'] = problem(409, 'stream-limit', 'It is refused all the same.');
    await viewer.choose('Yes, end it');
    await viewer.opens(/It is refused all the same\.\s+Back$/);
    await viewer.press('Enter');
    await viewer.opens(/Kitchen/);
    agent.answers['DELETE /v1/streams/cm-1'] = () => {
        streams.shift();
        return { status: 204 };
    };
    await viewer.choose('Kitchen');
    await viewer.choose('Yes, end it');
    await viewer.opens(/And one other\.\s+Tablet/);
    assert.match(agent.calls('DELETE /v1/streams')[0].line, /cm-1\?idp=demo-mvpd&subject=demo-household&clientKey=\w{32}$/);

    // Ended by this viewer: nothing needs to be said.
    agent.answers['DELETE /v1/streams/cm-2'] = () => {
        streams.shift();
        Object.assign(session, { state: 'ended', endReason: 'ended-here', message: 'Ended on this device.' });
        agent.tell('session-ended', { sessionId: 's1', endReason: 'ended-here' });
        return { status: 204 };
    };
    await viewer.choose('Tablet');
    await viewer.choose('Yes, end it');
    await viewer.opens(/And one other\.\s+Attic/);
    await viewer.reads('#now-state', /Nothing is playing/);
    assert.match(await viewer.dialog(), /Who is watching/);
    await viewer.press('Escape');

    // Ended by another program of this box: its words are said.
    Object.assign(session, { id: 's2', state: 'active' });
    agent.tell('session-started', { sessionId: 's2' });
    await viewer.reads('#now-channel', /^Sport$/);
    session.state = 'ended';
    agent.tell('session-ended', { sessionId: 's2', endReason: 'ended-here' });
    await viewer.opens(/Playback has ended\s+Ended on this device\./);
    await viewer.close();
});

test('names and sentences are never taken for markup', async () => {
    const evil = '<img src=x onerror="document.title=1"><b>bold</b>';
    const line = `${evil} line`;
    const stream = { ...KITCHEN, deviceName: evil, channel: evil, value: evil };
    const viewer = await refused(limit([violation('other', line, [stream], { attribute: 'city' })]));
    await viewer.opens(/<b>bold<\/b> line/);
    assert.match(await viewer.dialog(), /<img src=x[^]*<img src=x/);
    await viewer.press('Enter');
    await viewer.opens(/End this stream\?\s+<img/);
    assert.strictEqual(await viewer.page.title(), 'cmagent');
    assert.strictEqual(await viewer.page.evaluate(() => document.querySelectorAll('img, b').length), 0);
    await viewer.close();
});

for (const size of ['720p', '1080p']) {
    test(`very long sentences leave room for the choices, ${size}`, async () => {
        const long = (word) => `${word} `.repeat(100);
        const list = Array.from({ length: 9 }, (_, i) => ({ ...KITCHEN, sessionId: `cm-${i}`, value: `cm-${i}`,
            terminationCode: `k${i}`, deviceName: `Box ${i}` }));
        const viewer = await refused(limit([violation('streams', long('word'), list), violation('other', long('more'), [])]),
            { size });
        await viewer.opens(/Box 8/);
        for (let i = 0; i < 13; i += 1) {
            const { inside, low } = await viewer.page.evaluate(() => {
                const focus = document.activeElement.getBoundingClientRect();
                const list = document.querySelector('.cmagent-choices').getBoundingClientRect();
                return { inside: focus.top >= list.top - 1 && focus.bottom <= list.bottom + 1,
                    low: focus.bottom / innerHeight };
            });
            assert.ok(inside && low <= 0.95, `${await viewer.focused()} at ${low}`);
            await viewer.press('ArrowDown');
        }
        await viewer.close();
    });
}
