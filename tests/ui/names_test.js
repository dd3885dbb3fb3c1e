'use strict';
// Names that every object of JavaScript has, wherever the service, another device or an app may put
// one: they are names like any other.

const assert = require('node:assert');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { waitFor } = require('./stage.js');
const { StandIn } = require('./stand_in.js');
const { Viewer, launch } = require('./browser.js');
const cmagent = require('../../agent/ui/client/cmagent.js');

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

let browser;
let agent;
before(async () => { browser = await launch(); });
after(() => browser.close());
beforeEach(async () => { agent = await StandIn.open(); });
afterEach(() => agent.end());

// As the agent writes it: JSON has no prototypes.
const own = (name, value) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);

// Everything that has a name in a conflict is called so.
function limit(name) {
    const stream = (part) => ({ value: name, sessionId: `cm-${name}${part}`, terminationCode: `${name}${part}`,
        deviceName: name, channel: name, applicationName: name, metadata: own(name, name) });
    return { status: 409, json: { code: 'stream-limit', detail: name, conflictId: name, attempt: 1,
        failed: [name], obligations: [], violations: [
            { kind: name, line: name, policy: name, rule: name, attribute: name, scope: [name],
                conflicts: [stream(''), stream('-2')], ...own(name, 'x') },
            { kind: 'streams', line: 'L', attribute: 'streamId',
                conflicts: [{ ...stream(''), value: name, terminationCode: undefined }] },
        ] } };
}

for (const name of NAMES) {
    test(`a dialog of ${name}: one choice for all its streams, and it works`, async () => {
        agent.answers['POST /v1/sessions'] = limit(name);
        agent.answers[`POST /v1/conflicts/${name}`] = { status: 201, json: { id: name, state: 'active',
            own: true, metadata: { ...own(name, name), channel: name } } };
        const viewer = await Viewer.watch(browser, agent, { wish: { channels: `News,${name}` } });
        await viewer.choose(name);
        await viewer.opens(new RegExp(`This cannot be played now\\s+${name}\\s+L\\s+${name}\\s`));
        await viewer.choose(name);
        await viewer.opens(/End this stream\?/);
        await viewer.choose('Yes, end it');
        await viewer.plays(name);
        const [call] = agent.calls('POST /v1/conflicts/');
        assert.deepStrictEqual(call.body, { terminate: [name, `${name}-2`] });
        assert.ok(call.line.startsWith(`POST /v1/conflicts/${name}?clientKey=`), call.line);

        // Its end, and a fault without words.
        agent.answers['GET /v1/sessions'] = { json: { sessions: [{ id: name, state: 'ended', own: true,
            endReason: name, message: 'Over.', metadata: {} }] } };
        agent.tell('session-ended', { sessionId: name, endReason: name });
        await viewer.opens(/Playback has ended\s+Over\./);
        await viewer.press('Enter');
        agent.answers['POST /v1/sessions'] = { status: 500, json: { code: name } };
        await viewer.choose('News');
        await viewer.opens(/^This cannot be played now\s+Try again\s+OK$/);
        await viewer.close();
    });

    test(`a state called ${name} is shown as nothing else`, async () => {
        agent.answers['GET /v1/sessions'] = { json: { sessions: [{ id: 's', state: name, metadata: {} }] } };
        const viewer = await Viewer.watch(browser, agent);
        agent.tell('session-updated', { sessionId: 's' });
        await viewer.reads('#now-state', /^$/);
        await viewer.close();
    });

    test(`the client hands ${name} on, there and back`, async () => {
        agent.answers['*'] = { status: 422, json: own(name, 'of the agent') };
        const client = cmagent.connect({ url: agent.url });
        const problem = await new Promise((done) => client.start(
            { idp: 'i', subject: 's', metadata: own(name, name) }, done));
        assert.ok(problem instanceof cmagent.Problem);
        assert.deepStrictEqual([problem.status, problem.code], [422, 'unreadable']);
        assert.deepStrictEqual(agent.calls('POST /v1/sessions')[0].body.metadata, own(name, name));
        await new Promise((done) => client.outlook({ idp: 'i', subject: 's', ...own(name, 'x'),
            metadata: own(name, name) }, done));
        assert.ok(agent.calls('GET /v1/outlook')[0].line.includes(`&metadata.${name}=${name}`));

        // An event of a later agent.
        const events = [[{ id: 1, event: 'reset', data: {} }], [{ id: 2, event: name, data: {} },
            { id: 3, event: 'cm', data: { reachable: true } }], []];
        agent.server.removeAllListeners('request');
        agent.server.on('request', (request, response) => {
            response.writeHead(200, { 'Content-Type': 'application/json' });
            response.end(JSON.stringify(events.length > 1 ? events.shift() : []));
        });
        const heard = [];
        const watch = client.watch({ cm(event) { heard.push(event.reachable); } });
        await waitFor(() => heard.length > 0, 'the event behind it').finally(() => watch.close());
        assert.deepStrictEqual(heard, [true]);
    });
}
