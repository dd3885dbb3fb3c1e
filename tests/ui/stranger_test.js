'use strict';
// What the page of a stranger in the box's browser tries, and what the policy of our own page forbids.

const assert = require('node:assert');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { Stage, request } = require('./stage.js');
const { REBOUND, Viewer, launch } = require('./browser.js');

let browser;
let stage;
let agent;
let stranger;

before(async () => {
    stage = new Stage();
    browser = await stage.enter(launch());
    await stage.cmsim();
    agent = await stage.agent('Kitchen');
    stranger = http.createServer((_, response) => {
        response.setHeader('Content-Type', 'text/html');
        response.end('<!DOCTYPE html><title>stranger</title><body></body>');
    });
    stage.enter({ end: () => stranger.close() });
    await new Promise((ready) => stranger.listen(0, '127.0.0.1', ready));
});
after(() => stage.close());

// A page of the stranger; `answers` are those that the browser got from the agent.
async function visit() {
    const page = await browser.newPage();
    const answers = [];
    page.on('response', (response) => {
        if (response.url().startsWith(agent.url)) { answers.push(response.status()); }
    });
    await page.goto(`http://127.0.0.1:${stranger.address().port}/`);
    return { page, answers };
}

const START = JSON.stringify({ idp: 'i', subject: 's', metadata: {} });

// What `fetch` gives the stranger: the body, or that the browser keeps it back.
function tryFetch([url, options]) {
    return fetch(url, options).then((response) => response.text(), () => 'kept back');
}

const FETCHES = {
    'reading': {},
    'a start, JSON': { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: START },
    'a start that needs no preflight': { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: START },
    'sent blindly': { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: START },
};
for (const [name, options] of Object.entries(FETCHES)) {
    test(`a foreign page's fetch: ${name}`, async () => {
        const { page, answers } = await visit();
        const seen = await page.evaluate(tryFetch, [`${agent.url}/v1/sessions`, options]);
        assert.ok(seen === 'kept back' || seen === '', seen);
        assert.ok(answers.every((status) => status === 403 || status === 415), String(answers));
        assert.deepStrictEqual(await agent.sessions(), []);
        await page.close();
    });
}

for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
    test(`a foreign page's form: ${type}`, async () => {
        const { page, answers } = await visit();
        await Promise.all([page.waitForNavigation(), page.evaluate(([action, enctype, value]) => {
            const form = document.body.appendChild(document.createElement('form'));
            Object.assign(form, { action, enctype, method: 'POST' });
            const field = form.appendChild(document.createElement('input'));
            Object.assign(field, { name: value.slice(0, -1), value: '}' });
            form.submit();
        }, [`${agent.url}/v1/sessions`, type, START])]);
        assert.deepStrictEqual(answers, [415]);
        assert.deepStrictEqual(await agent.sessions(), []);
        await page.close();
    });
}

test('a foreign page hears no events and embeds nothing', async () => {
    const { page, answers } = await visit();
    const opened = await page.evaluate((url) => new Promise((done) => {
        const source = new EventSource(`${url}/v1/events`);
        source.onopen = () => done('open');
        source.onerror = () => done('refused');
    }), agent.url);
    assert.strictEqual(opened, 'refused');
    const loaded = await page.evaluate((url) => new Promise((done) => {
        const script = document.createElement('script');
        script.src = `${url}/v1/sessions`;
        script.onload = () => done('loaded');
        script.onerror = () => done('refused');
        document.body.appendChild(script);
    }), agent.url);
    assert.strictEqual(loaded, 'refused');
    assert.ok(answers.every((status) => status === 403), String(answers));
    await page.close();
});

for (const target of ['/', '/v1/events', '/v1/sessions']) {
    test(`nothing is shown inside the page of a stranger: ${target}`, async () => {
        const { page, answers } = await visit();
        await page.evaluate((url) => new Promise((done) => {
            const frame = document.createElement('iframe');
            frame.src = url;
            frame.onload = done;
            document.body.appendChild(frame);
        }), agent.url + target);
        assert.deepStrictEqual(answers, [403]);
        await page.close();
    });
}

test('older browsers are told by fields that our page is for no frame', async () => {
    const { headers } = await request(`${agent.url}/`);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.strictEqual(headers['x-frame-options'], 'DENY');
});

test('a link of a stranger leads to our page', async () => {
    const { page, answers } = await visit();
    await Promise.all([page.waitForNavigation(), page.evaluate((url) => { location.href = url; }, agent.url)]);
    assert.strictEqual(answers[0], 200);
    await page.close();
});

test('a name that was made to point here (DNS rebinding)', async () => {
    const port = new URL(agent.url).port;
    const page = await browser.newPage();
    const answer = await page.goto(`http://${REBOUND}:${port}/`);
    assert.strictEqual(answer.status(), 421);
    // Same origin now, as the browser sees it: only the name tells.
    const status = await page.evaluate(() => fetch('/v1/sessions').then((response) => response.status));
    assert.strictEqual(status, 421);
    await page.close();
    assert.strictEqual((await request(`${agent.url}/`, { headers: { Host: REBOUND } })).status, 421);
});

test('the policy holds: no other script, no other address, no form', async () => {
    const viewer = await Viewer.watch(browser, agent);
    const { violated, title } = await viewer.page.evaluate((foreign) => new Promise((resolve) => {
        const seen = new Set();
        const done = () => resolve({ violated: [...seen].sort(), title: document.title });
        document.addEventListener('securitypolicyviolation', (event) => {
            seen.add(event.effectiveDirective);
            if (seen.size === 5) { done(); }
        });
        setTimeout(done, 5000);
        const script = document.createElement('script');
        script.textContent = 'document.title = "another"';
        document.head.appendChild(script);
        const style = document.createElement('style');
        style.textContent = 'body { display: none }';
        document.head.appendChild(style);
        fetch(foreign).catch(() => {});
        new Image().src = foreign;
        const form = document.body.appendChild(document.createElement('form'));
        form.action = foreign;
        form.submit();
    }), `http://127.0.0.1:${stranger.address().port}/`);
    assert.deepStrictEqual(violated, ['connect-src', 'form-action', 'img-src', 'script-src-elem', 'style-src-elem']);
    assert.strictEqual(title, 'cmagent');
    await viewer.context.close();
});
