'use strict';
// The actors: cmsim and agents, on loopback ports that the system chooses. Programs are taken from CMAGENT_BIN.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const cmagent = require('../../agent/ui/client/cmagent.js');

const ROOT = path.resolve(__dirname, '../..');
const BIN = process.env.CMAGENT_BIN || path.join(ROOT, 'build/dev/bin');
// Of a shared machine; no interval of the protocol depends on it.
const PATIENCE_MS = 1000 * (process.env.CMAGENT_PATIENCE || 30);

// The first true value of look(); fails with `what` when there is none in time.
async function waitFor(look, what) {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
        const value = await look();
        if (value) { return value; }
        if (Date.now() > until) { throw new Error(`did not happen: ${what}`); }
        await new Promise((resume) => setTimeout(resume, 20));
    }
}

class Program {
    constructor(name, argv) {
        this.name = name;
        this.said = '';
        this.process = spawn(path.join(BIN, argv[0]), argv.slice(1));
        for (const pipe of [this.process.stdout, this.process.stderr]) {
            pipe.on('data', (text) => { this.said += text; });
        }
        this.ended = new Promise((resolve) => this.process.on('exit', resolve));
    }

    says(pattern) {
        return waitFor(() => {
            const found = pattern.exec(this.said);
            if (!found && this.process.exitCode !== null) { throw new Error(`${this.name} ended: ${this.said}`); }
            return found;
        }, `${this.name} says ${pattern}; it said ${this.said}`);
    }

    end(signal = 'SIGTERM') {
        this.process.kill(signal);
        return this.ended;
    }
}

// A request without a browser: its fields are the caller's, Host included.
function request(url, { method = 'GET', headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
        const sent = http.request(url, { method, headers, agent: false }, (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (part) => { text += part; });
            response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
        });
        sent.on('error', reject);
        sent.end(body);
    });
}

class Cmsim extends Program {
    static async start(folder, { ttl = 3, options = [] } = {}) {
        const ca = path.join(folder, 'ca.pem');
        const cm = new Cmsim('cmsim', ['cmsim', '--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', '--ttl', ttl,
            '--write-ca', ca, ...options].map(String));
        const found = await cm.says(/listening on ([^,\s]+), control on (\S+)/);
        return Object.assign(cm, { ca, url: found[1], control: found[2] });
    }

    async sessions(state) {
        const listed = JSON.parse((await request(`${this.control}/sessions`)).text).sessions;
        return listed.filter((session) => !state || session.state === state);
    }

    open(open) { return request(`${this.control}/port`, { method: 'PUT', body: JSON.stringify({ open }) }); }
    closeConnections() { return request(`${this.control}/connections`, { method: 'DELETE' }); }
}

class Agent extends Program {
    static async start(folder, cm, name, more = {}) {
        const home = path.join(folder, name);
        const configuration = path.join(home, 'cmagent.json');
        fs.mkdirSync(home, { recursive: true });
        const write = (port) => fs.writeFileSync(configuration, JSON.stringify({
            cm: { url: cm.url, applicationId: more.applicationId || 'demo-app', caFile: cm.ca },
            http: { listen: [`127.0.0.1:${port}`], ...more.http },
            device: { metadata: { deviceId: name, deviceName: name } },
            session: { startsPerMinute: 60000, ...more.session },
            player: { ...more.player },
            state: { dir: home },
        }));
        const launch = async () => {
            const agent = new Agent(name, ['cmagentd', '--config', configuration, '--log-level', 'debug']);
            agent.url = (await agent.says(/listening on (http:\/\/\S+)/))[1];
            return agent;
        };
        write(0);
        const agent = await launch();
        // CM's name of a session stands in a slot of the state: it survives a crash from now on.
        agent.onFlash = () => waitFor(() => ['state-0', 'state-1'].some((slot) => {
            const file = path.join(home, slot);
            return fs.existsSync(file) && fs.readFileSync(file, 'utf8').includes('"cm":');
        }), `${name} has its session on flash`);
        // The same port again.
        agent.restarted = () => {
            write(new URL(agent.url).port);
            return launch();
        };
        return agent;
    }

    async sessions() { return JSON.parse((await request(`${this.url}/v1/sessions`)).text).sessions; }
}

// A folder that goes away with all actors in it.
class Stage {
    constructor() {
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cmagent-ui-'));
        this.actors = [];
    }

    async enter(actor) {
        this.actors.push(await actor);
        return actor;
    }

    async cmsim(options) { return (this.cm = await this.enter(Cmsim.start(this.folder, options))); }
    agent(name, more) { return this.enter(Agent.start(this.folder, this.cm, name, more)); }
    restart(agent) { return this.enter(agent.restarted()); }

    async close() {
        for (const actor of this.actors.reverse()) { await actor.end(); }
        fs.rmSync(this.folder, { recursive: true });
    }
}

// A call of the client on an agent, as a promise.
function ask(agent, name, ...words) {
    return new Promise((resolve, reject) => cmagent.connect({ url: agent.url })[name](...words,
        (error, result) => (error ? reject(error) : resolve(result))));
}

module.exports = { BIN, Program, ROOT, Stage, ask, request, waitFor };
