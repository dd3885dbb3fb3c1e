'use strict';
// The client library in Node, against a real agent. What it does in a browser the page shows.

const assert = require('node:assert');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { Stage, request, waitFor } = require('./stage.js');
const cmagent = require('../../agent/ui/client/index.js');

const HOUSEHOLD = { idp: 'mvpd', subject: 'household' };

let stage;
let agent;
let client;

before(async () => {
    stage = new Stage();
    await stage.cmsim({ ttl: 30 });
    agent = await stage.agent('Kitchen');
    client = cmagent.connect({ url: agent.url });
});
after(() => stage.close());

// client.name(…words) as a promise.
function ask(name, ...words) {
    return new Promise((resolve, reject) => {
        client[name](...words, (error, result) => (error ? reject(error) : resolve(result)));
    });
}
async function refused(promise, members) {
    const problem = await promise.then((result) => assert.fail(`not refused: ${JSON.stringify(result)}`), (error) => error);
    assert.ok(problem instanceof cmagent.Problem && problem instanceof Error);
    for (const [name, value] of Object.entries(members)) { assert.deepStrictEqual(problem[name], value, name); }
    return problem;
}

test('a session: start, read, change, stop', async () => {
    const session = await ask('start', { ...HOUSEHOLD, metadata: { channel: 'News' } });
    assert.strictEqual(session.state, 'active');
    assert.deepStrictEqual((await ask('session', session.id)).metadata.channel, 'News');
    assert.strictEqual((await ask('update', session.id, { paused: true })).paused, true);
    assert.deepStrictEqual((await ask('sessions')).map((one) => one.id), [session.id]);
    assert.strictEqual((await ask('streams', HOUSEHOLD)).streams.length, 1);
    assert.deepStrictEqual(await ask('metadata', undefined), []);
    assert.strictEqual((await ask('status')).cm.reachable, true);
    assert.ok((await ask('check')).checks.some((one) => one.check === 'application' && one.result === 'ok'));
    assert.strictEqual(await ask('stopped', session.id), undefined);
    await ask('stop', session.id);
    assert.strictEqual((await ask('session', session.id)).state, 'ended');
    await waitFor(async () => (await stage.cm.sessions('running')).length === 0, 'the slot is free');
});

test('the limit: who is watching, a choice, giving up; logout', async () => {
    for (const channel of ['A', 'B', 'C']) { await ask('start', { ...HOUSEHOLD, metadata: { channel } }); }
    const limit = await refused(ask('start', HOUSEHOLD), { code: 'stream-limit', status: 409 });
    assert.strictEqual(limit.violations[0].conflicts.length, 3);
    assert.strictEqual(limit.message, limit.detail);
    assert.deepStrictEqual((await ask('conflict', limit.conflictId)).violations, limit.violations);
    const chosen = limit.violations[0].conflicts[0].terminationCode;
    assert.strictEqual((await ask('resolve', limit.conflictId, [chosen])).state, 'active');
    await refused(ask('resolve', limit.conflictId, [chosen]), { code: 'conflict-over', status: 410 });

    const again = await refused(ask('start', HOUSEHOLD), { code: 'stream-limit' });
    await ask('giveUp', again.conflictId);
    await ask('logout', HOUSEHOLD);
    await waitFor(async () => (await stage.cm.sessions('running')).length === 0, 'all slots are free');
});

test('the same with Promises', async () => {
    const calls = cmagent.promises(client);
    const session = await calls.start({ ...HOUSEHOLD, metadata: { channel: 'News' } });
    assert.strictEqual((await calls.session(session.id)).state, 'active');
    assert.strictEqual((await calls.sessions()).filter((one) => one.state === 'active').length, 1);
    assert.deepStrictEqual(await calls.metadata(), []);
    assert.strictEqual(await calls.stop(session.id), undefined);
    await refused(calls.session('nobody'), { code: 'no-such-session', status: 404 });
    const watch = calls.watch({});
    watch.close();
});

test('errors are Problems with a code', async () => {
    await refused(ask('session', 'nobody'), { code: 'no-such-session', status: 404 });
    await refused(ask('start', { idp: '', subject: 's' }),
        { code: 'invalid-field', status: 422, field: 'idp' });
    client = cmagent.connect({ url: agent.url, language: 'fr' });
    await refused(ask('session', 'nobody'), { detail: 'Ceci n’existe plus.' });

    await request(`${stage.cm.control}/faults`, { method: 'POST',
        body: JSON.stringify({ match: { call: 'init', count: 1 }, fault: { status: 429, leaseMs: 21000 } }) });
    const throttled = await refused(ask('start', { idp: 'mvpd', subject: 'hasty' }), { code: 'throttled' });
    assert.ok(throttled.retryAfterSeconds > 0 && throttled.retryAfterSeconds <= 21);
    client = cmagent.connect({ url: agent.url });
});

test('the same idempotency key is the same session', async () => {
    const wanted = { ...HOUSEHOLD, idempotencyKey: 'key-1' };
    const first = await ask('start', wanted);
    assert.strictEqual((await ask('start', wanted)).id, first.id);
    assert.strictEqual(client.start.length, 2);
    await ask('stop', first.id);
});

test('watch: long poll tells every event in order, across a restart', async () => {
    const heard = [];
    const tell = (name) => (event) => heard.push(event && event.sessionId ? `${name} ${event.sessionId}` : name);
    const watch = client.watch(Object.fromEntries(['session-started', 'session-ended', 'playback-stop', 'reset', 'connected',
        'disconnected'].map((name) => [name, tell(name)])));
    const hears = (what) => waitFor(() => heard.includes(what), `${what}; heard ${heard}`);
    await hears('connected');
    const first = await ask('start', HOUSEHOLD);
    await hears(`session-started ${first.id}`);
    await ask('stop', first.id);
    await hears(`session-ended ${first.id}`);
    assert.deepStrictEqual(heard.filter((line) => line.startsWith('session-')),
        [`session-started ${first.id}`, `session-ended ${first.id}`]);

    await agent.end('SIGKILL');
    await hears('disconnected');
    agent = await stage.restart(agent);
    await waitFor(() => heard.filter((line) => line === 'connected').length === 2, 'connected again');
    // The events of the last run are no longer kept.
    await hears('reset');
    watch.close();
});

// An agent that answers everything with `answer`, and remembers what it was asked.
async function standIn(answer) {
    const asked = [];
    const server = http.createServer((incoming, response) => {
        let body = '';
        incoming.on('data', (part) => { body += part; });
        incoming.on('end', () => {
            asked.push({ line: `${incoming.method} ${incoming.url}`, body: body && JSON.parse(body),
                ifMatch: incoming.headers['if-match'] });
            response.writeHead(answer.status, { ...answer.headers });
            response.end(JSON.stringify(answer.json));
        });
    });
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    return { asked, server, url: `http://127.0.0.1:${server.address().port}` };
}

test('what each call asks of the agent', async () => {
    const answer = { status: 200, json: {} };
    const { asked, server, url } = await standIn(answer);
    const KEY = 'a.key-of_16-bytes';
    client = cmagent.connect({ url, clientKey: KEY });
    const signed = (line) => `${line}${line.includes('?') ? '&' : '?'}clientKey=${KEY}`;
    const account = 'idp=mvpd&subject=household';
    const rows = [
        [['resolve', 'c/1', ['a', 'b']], 'POST /v1/conflicts/c%2F1', { terminate: ['a', 'b'] }],
        [['tryAgain', 'c1'], 'POST /v1/conflicts/c1', { terminate: [] }],
        [['wait', 'c1', { seconds: 900, start: true }], 'POST /v1/conflicts/c1',
            { wait: { seconds: 900, start: true } }],
        [['giveUp', 'c1'], 'DELETE /v1/conflicts/c1', ''],
        [['streams', { ...HOUSEHOLD, refresh: true }], `GET /v1/streams?${account}&refresh=true`, ''],
        [['endStream', { ...HOUSEHOLD, application: 'news' }, 'cm 1'],
            `DELETE /v1/streams/cm%201?${account}&application=news`, ''],
        [['outlook', HOUSEHOLD], `GET /v1/outlook?${account}`, ''],
        [['outlook', { ...HOUSEHOLD, metadata: { channel: 'A&B', 'a b': '' } }],
            `GET /v1/outlook?${account}&metadata.channel=A%26B&metadata.a%20b=`, ''],
        [['history', undefined], 'GET /v1/history', ''],
        [['history', 7], 'GET /v1/history?since=7', ''],
    ];
    for (const [words, line, body] of rows) {
        await ask(...words);
        assert.deepStrictEqual(asked.pop(), { line: signed(line), body, ifMatch: undefined });
    }

    // What was read, instead of its id: it may not have changed meanwhile.
    const session = { id: 's1', conflictId: 'c0', etag: '"1.en"' };
    const conflict = { conflictId: 'c1', etag: '"2.en"' };
    for (const [words, line, ifMatch] of [
        [['update', session, { paused: true }], 'PATCH /v1/sessions/s1', '"1.en"'],
        [['stop', session], 'DELETE /v1/sessions/s1', '"1.en"'],
        [['stopped', session], 'POST /v1/sessions/s1/stopped', undefined],
        [['resolve', conflict, ['a']], 'POST /v1/conflicts/c1', '"2.en"'],
        [['tryAgain', conflict], 'POST /v1/conflicts/c1', '"2.en"'],
        [['wait', conflict, { seconds: 0 }], 'POST /v1/conflicts/c1', '"2.en"'],
        [['giveUp', conflict], 'DELETE /v1/conflicts/c1', undefined],
    ]) {
        await ask(...words);
        const last = asked.pop();
        assert.deepStrictEqual([last.line, last.ifMatch], [signed(line), ifMatch]);
    }

    answer.headers = { ETag: '"3.en"' };
    assert.deepStrictEqual(await ask('session', 's1'), { etag: '"3.en"' });
    Object.assign(answer, { status: 412, json: { code: 'precondition-failed', detail: 'd', blame: 'app' } });
    await refused(ask('update', session, {}), { code: 'precondition-failed', etag: '"3.en"', blame: 'app' });
    // A program that has nothing to name gets an answer, too.
    await refused(ask('stop', undefined), { status: 412 });
    server.close();
    client = cmagent.connect({ url: agent.url });
});

test('whose calls these are: a key of the process, one that is given, or none', async () => {
    const { asked, server, url } = await standIn({ status: 200, json: [] });
    const startBy = async (options) => {
        client = cmagent.connect({ url, ...options });
        await ask('start', HOUSEHOLD);
        const { line, body } = asked.pop();
        assert.strictEqual(line, 'POST /v1/sessions', 'a key is no part of the address where there is a body for it');
        return body.clientKey;
    };
    const key = await startBy();
    assert.match(key, /^[0-9a-f]{32}$/);
    assert.strictEqual(await startBy(), key);
    assert.strictEqual(await startBy({ clientKey: 'a.key-of_16-bytes' }), 'a.key-of_16-bytes');
    assert.strictEqual(await startBy({ clientKey: '' }), undefined);
    await ask('stop', 's1');
    assert.strictEqual(asked.pop().line, 'DELETE /v1/sessions/s1');

    for (const [options, asks] of [[{}, `&clientKey=${key}`], [{ observer: true }, `&observer=1&clientKey=${key}`],
        [{ observer: true, clientKey: '' }, '&observer=1']]) {
        const events = await standIn({ status: 200, json: [] });
        const watch = cmagent.connect({ url: events.url, ...options }).watch({});
        const line = await waitFor(() => events.asked.length && events.asked[0].line, 'it listens');
        watch.close();
        events.server.close();
        assert.strictEqual(line, `GET /v1/events?timeoutSeconds=25&since=0${asks}`);
    }
    server.close();
    client = cmagent.connect({ url: agent.url });
});

test('no agent, and something else in its place', async () => {
    client = cmagent.connect({ url: 'http://127.0.0.1:1/' });
    await refused(ask('sessions'), { code: 'unreachable', status: 0, detail: undefined });

    let text;
    const other = http.createServer((_, response) => {
        response.statusCode = text === '<html>' ? 200 : 502;
        response.end(text);
    });
    await new Promise((ready) => other.listen(0, '127.0.0.1', ready));
    client = cmagent.connect({ url: `http://127.0.0.1:${other.address().port}` });
    for (text of ['<html>', '', 'null', '5', '"text"', '[]']) {
        await refused(ask('sessions'), { code: 'unreadable', detail: undefined });
    }
    other.close();

    // Readable, and of another shape.
    for (const json of [{ sessions: 5 }, { sessions: {} }, [null], { sessions: [null, 5, 'text'] }, 5]) {
        const stranger = await standIn({ status: 200, json });
        client = cmagent.connect({ url: stranger.url });
        await ask('sessions');
        stranger.server.close();
    }

    const mute = http.createServer((incoming, response) => {
        response.writeHead(200, { 'Content-Length': 100 });
        response.write('{');
        setImmediate(() => response.destroy());
    });
    await new Promise((ready) => mute.listen(0, '127.0.0.1', ready));
    client = cmagent.connect({ url: `http://127.0.0.1:${mute.address().port}` });
    await refused(ask('sessions'), { code: 'unreachable', status: 0 });
    mute.close();
    client = cmagent.connect({ url: agent.url });
});

test('done is called once, not from within the call, and not after giving up', async () => {
    let within = true;
    let calls = 0;
    await new Promise((finish) => {
        client.sessions(() => {
            assert.strictEqual(within, false);
            calls += 1;
            finish();
        });
        within = false;
    });
    client.sessions(() => { calls += 1; })();
    await ask('status');
    assert.strictEqual(calls, 1);
    client.stop('nobody');
});
