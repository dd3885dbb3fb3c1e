'use strict';
// Where a page may come from, and what the client says where the browser holds its calls back
// (agent/ui/client/README.md, "The door for web apps"). In WPE WebKit: webkit_test.js.

const assert = require('node:assert');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { Stage } = require('./stage.js');
const { launch } = require('./browser.js');
const { Doors, TOKEN } = require('./doors.js');

// A name that stands for this machine; by its ports the browser takes its pages for some of the Internet.
const PUBLIC = 'app.example';

let stage;
let browser;
let doors;
let deaf;  // a port at which nobody listens

before(async () => {
    stage = new Stage();
    doors = await Doors.serve(stage, { host: PUBLIC });
    const nobody = http.createServer();
    await new Promise((ready) => nobody.listen(0, '127.0.0.1', ready));
    deaf = `http://127.0.0.1:${nobody.address().port}`;
    nobody.close();
    browser = await stage.enter(launch({ args: ['--no-sandbox', '--disable-gpu',
        `--host-resolver-rules=MAP ${PUBLIC} 127.0.0.1`,
        `--ip-address-space-overrides=127.0.0.1:${doors.port.http}=public,127.0.0.1:${doors.port.https}=public`] }));
});
after(() => stage.close());

async function open(name, { permissions = [], script } = {}) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    if (permissions.length > 0) { await context.grantPermissions(permissions, { origin: doors.origins[name] }); }
    if (script) { await context.addInitScript(script); }
    const page = await context.newPage();
    await page.goto(doors.page(name));
    return page;
}
const ask = (page, call, url = doors.agent.url) => page.evaluate(([name, to, token]) => window[name](to, token), [call, url, TOKEN]);

for (const [name, permissions] of [['loopback'], ['file'], ['https', ['local-network-access']]]) {
    test(`the door is open to a page of ${name}`, async () => {
        const page = await open(name, { permissions });
        assert.deepStrictEqual(await ask(page, 'askAll'), ['answered', 'connected', 'loaded']);
        assert.strictEqual(await ask(page, 'status', deaf), 'unreachable network-or-allowedOrigins');
        await page.context().close();
    });
}

for (const name of ['https', 'http']) {
    test(`a page of ${name} that is not the box's own is told that the browser may hold its calls back`, async () => {
        const page = await open(name);
        assert.deepStrictEqual(await ask(page, 'askAll'),
            ['unreachable mixed-content-or-permission', 'disconnected', 'not loaded']);
        await page.context().close();
    });
}

test('an agent that is not loopback is mixed content to a page over https', async () => {
    const page = await open('https', { permissions: ['local-network-access'] });
    assert.strictEqual(await ask(page, 'status', `http://${PUBLIC}:9`), 'unreachable mixed-content-or-permission');
    await page.context().close();
});

test('where nobody knows of the permission, as in WebKit, a page over https is told the same, and one over http is not', async () => {
    for (const [name, reason] of [['https, loopback', 'mixed-content-or-permission'], ['http', 'network-or-allowedOrigins']]) {
        for (const script of [() => Object.defineProperty(navigator, 'permissions', { value: undefined }),
            () => { navigator.permissions.query = () => Promise.reject(new TypeError('no such name')); }]) {
            const page = await open(name, { script: `if (navigator.permissions) { (${script})(); }` });
            assert.strictEqual(await ask(page, 'status', deaf), `unreachable ${reason}`);
            await page.context().close();
        }
    }
});

test('a page of the agent itself has only the network to blame', async () => {
    const page = await open('loopback');
    for (const url of [doors.origins.loopback, '']) {
        assert.strictEqual(await page.evaluate((own) => new Promise((resolve) => {
            const send = XMLHttpRequest.prototype.send;
            XMLHttpRequest.prototype.send = function () { setTimeout(this.onerror, 0); };
            window.cmagent.connect({ url: own }).status((error) => resolve(error.reason));
            XMLHttpRequest.prototype.send = send;
        }), url), 'network');
    }
    await page.context().close();
});
