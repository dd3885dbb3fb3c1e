'use strict';
// WPE WebKit, as boxes have it: from where a page reaches the agent, and many windows of one UI. Skipped where there is
// no cog (`tests/prepare cog` installs it). What a page finds it reports to the server that it came from.

const assert = require('node:assert');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { describe, test } = require('node:test');
const { Stage, request, waitFor } = require('./stage.js');
const { App } = require('./app.js');
const { Doors } = require('./doors.js');

const HERE = (process.env.PATH || '').split(':').some((folder) => fs.existsSync(path.join(folder, 'cog')));
const OWN_ADDRESS = Object.values(os.networkInterfaces()).flat()
    .filter((one) => !one.internal && one.family === 'IPv4').map((one) => one.address)[0];
const WINDOWS = 7;

// A window of the engine, with a runtime folder of its own.
function open(stage, url) {
    const home = fs.mkdtempSync(path.join(stage.folder, 'wpe-'));
    const cog = spawn('dbus-run-session', ['--', 'cog', '--platform=headless', '--ignore-tls-errors', url],
        { detached: true, stdio: 'ignore', env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home } });
    const ended = new Promise((done) => cog.on('exit', done));
    return stage.enter({ end: async () => {
        try { process.kill(-cog.pid, 'SIGKILL'); } catch { /* it has crashed */ }
        await ended;
    } });
}

const OPEN = ['answered', 'connected', 'loaded'];
const SHUT = ['unreachable mixed-content-or-permission', 'disconnected', 'not loaded'];

describe('WPE WebKit', { skip: !HERE && 'needs WPE WebKit (cog)' }, () => {
    for (const [name, answers] of [['loopback', OPEN], ['file', OPEN], ['http', OPEN], ['https, loopback', SHUT], ['https', SHUT]]) {
        const elsewhere = name === 'http' || name === 'https';
        test(`a page of ${name} finds the door ${answers === OPEN ? 'open' : 'shut'}`,
            { skip: elsewhere && !OWN_ADDRESS && 'needs an address of the network' }, async () => {
                const stage = new Stage();
                try {
                    const doors = await Doors.serve(stage, { host: OWN_ADDRESS, address: OWN_ADDRESS });
                    await open(stage, doors.reporting(name));
                    assert.deepStrictEqual(await waitFor(() => doors.reported(name), `${name} reports`), answers);
                } finally {
                    await stage.close();
                }
            });
    }

    test('seven windows listen by one stream, and all their calls are answered', async () => {
        const stage = new Stage();
        try {
            const app = await stage.enter(App.serve());
            const reports = [];
            let agent;
            const server = http.createServer((asked, answer) => {
                if (asked.method === 'POST') {
                    let text = '';
                    asked.on('data', (part) => { text += part; });
                    return asked.on('end', () => { reports.push(JSON.parse(text)); answer.end(); });
                }
                if (asked.url !== '/frames') {
                    return http.get(app.origin + asked.url, (from) => { answer.writeHead(200, from.headers); from.pipe(answer); });
                }
                answer.setHeader('Content-Type', 'text/html');
                return answer.end(`<!DOCTYPE html><body><script>(${frames})(${JSON.stringify(agent.url)}, ${WINDOWS})</script>`);
            });
            await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
            await stage.enter({ end: () => { server.closeAllConnections(); server.close(); } });
            const origin = `http://127.0.0.1:${server.address().port}`;
            await stage.cmsim({ ttl: 30 });
            agent = await stage.agent('Kitchen', { http: { allowedOrigins: [origin] }, session: { maxSessions: 16 }, player: { lostSeconds: 3 } });
            await open(stage, `${origin}/frames`);
            const { ids, starts, calls } = await waitFor(() => reports[0], 'the windows have called');
            assert.ok(Math.max(...starts, ...calls) < 1000, `${starts} ${calls}`);
            assert.strictEqual(JSON.parse((await request(`${agent.url}/v1/status`)).text).listeners, 1);
            await new Promise((resume) => setTimeout(resume, 4000));
            for (const { state } of await agent.sessions()) { assert.strictEqual(state, 'active', 'each is there'); }
            for (const id of ids) { await request(`${agent.url}/v1/sessions/${id}`, { method: 'DELETE' }); }
            await waitFor(async () => (await agent.sessions()).every((one) => `${one.endReason}/${one.playback}` === 'user/stopped'),
                'each has confirmed its stop');
        } finally {
            await stage.close();
        }
    });
});

// In the page: that many windows of the app, each of which plays.
function frames(url, count) {
    const windows = [];
    const pause = (ms) => new Promise((resume) => { setTimeout(resume, ms); });
    async function timed(list, call) {
        const asked = Date.now();
        const answer = await call;
        list.push(Date.now() - asked);
        return answer;
    }
    async function run() {
        const told = { ids: [], starts: [], calls: [] };
        while (!windows.every((one) => one.told && one.told.connected > 0)) { await pause(20); }
        for (const [n, one] of windows.entries()) {
            const start = one.ask('start', [{ idp: 'demo-mvpd', subject: `household-${n}`, metadata: {} }]);
            told.ids.push((await timed(told.starts, start)).id);
        }
        await Promise.all(windows.map((one) => timed(told.calls, one.ask('sessions', []))));
        await fetch('/report', { method: 'POST', body: JSON.stringify(told) });
    }
    for (let n = 0; n < count; n += 1) {
        const frame = document.createElement('iframe');
        frame.src = `/#${encodeURIComponent(JSON.stringify({ url }))}`;
        document.body.appendChild(frame);
        windows.push(frame.contentWindow);
    }
    run();
}
