'use strict';
// A stand-in for cmagentd, which a test gives its answers: for those that the real one gives once
// in a blue moon, and for clients that must bear anything. It serves the real page.

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { BIN } = require('./stage.js');

const NOT_FOUND = { status: 404, json: { code: 'not-found', detail: 'Not there.' } };
const USUAL = {
    'GET /v1/status': { json: { cm: { reachable: true } } },
    'GET /v1/sessions': { json: { sessions: [] } },
    'GET /v1/outlook': { json: { verdict: 'unknown' } },
};

class StandIn {
    // `answers`: by "METHOD /path", without the query; an answer {status, json, headers}, or a
    // function of the request {line, body, headers} that makes one. A test may change them.
    static async open(answers = {}) {
        const agent = new StandIn();
        Object.assign(agent, { answers: { ...USUAL, ...answers }, asked: [], listeners: [], last: 0 });
        agent.server = http.createServer((request, response) => agent.take(request, response));
        await new Promise((ready) => agent.server.listen(0, '127.0.0.1', ready));
        agent.url = `http://127.0.0.1:${agent.server.address().port}`;
        return agent;
    }

    take(request, response) {
        let text = '';
        request.on('data', (part) => { text += part; });
        request.on('end', () => {
            const { pathname } = new URL(request.url, this.url);
            if (pathname === '/') { return this.servePage(response); }
            if (pathname === '/v1/events') { return this.listen(response); }
            const call = { line: `${request.method} ${request.url}`, headers: request.headers,
                body: text && JSON.parse(text) };
            this.asked.push(call);
            return this.answer(call, `${request.method} ${pathname}`, response);
        });
    }

    answer(call, name, response) {
        const known = this.answers[name] || this.answers['*'] || NOT_FOUND;
        const { status = 200, json, headers } = typeof known === 'function' ? known(call) : known;
        response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
        response.end(status === 204 ? '' : JSON.stringify(json));
    }

    servePage(response) {
        const built = (suffix) => fs.readFileSync(path.join(BIN, `../agent/ui/page.${suffix}`), 'utf8');
        response.writeHead(200, { 'Content-Type': 'text/html',
            'Content-Security-Policy': built('policy') });
        response.end(built('html'));
    }

    listen(response) {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        response.write(': hello\n\n');
        this.listeners.push(response);
    }

    // An event to all that listen.
    tell(event, data) {
        this.last += 1;
        const text = `id: ${this.last}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
        for (const listener of this.listeners) { listener.write(text); }
    }

    // What was asked by that method at that path, the last first.
    calls(start) { return this.asked.filter((call) => call.line.startsWith(start)).reverse(); }

    end() {
        for (const listener of this.listeners) { listener.destroy(); }
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }
}

module.exports = { StandIn };
