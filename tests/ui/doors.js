'use strict';
// A page of an app at every place that a page may come from, with an agent that lets all of them in.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const { BIN } = require('./stage.js');

const TOKEN = 'a-token-of-the-app-0123456789';
const CLIENT = () => fs.readFileSync(path.join(BIN, '../agent/ui/cmagent.js'));
// With `#{…}` it asks by itself, and tells `report` what came of it.
const PAGE = `<!DOCTYPE html><title>app</title><script src="cmagent.js"></script><script>
function status(url, token) {
    return new Promise(function (resolve) {
        cmagent.connect({ url: url, token: token }).status(function (error, result) {
            resolve(error ? error.code + ' ' + error.reason : 'answered');
        });
    });
}
function hears(url, token) {
    return new Promise(function (resolve) {
        var watch = cmagent.connect({ url: url, token: token }).watch({
            connected: function () { watch.close(); resolve('connected'); },
            disconnected: function () { watch.close(); resolve('disconnected'); } });
    });
}
// The client from the agent itself, by a script of the page's.
function loads(url) {
    return new Promise(function (resolve) {
        var script = document.createElement('script');
        script.src = url + '/cmagent.js';
        script.onload = function () { resolve('loaded'); };
        script.onerror = function () { resolve('not loaded'); };
        document.head.appendChild(script);
    });
}
async function askAll(url, token) { return [await status(url, token), await hears(url, token), await loads(url)]; }
if (location.hash) {
    var wish = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    askAll(wish.url, wish.token).then(function (answers) {
        fetch(wish.report, { method: 'POST', body: JSON.stringify(answers) });
    });
}
</script>`;

function certificate(folder, name) {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
        '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`, '-subj', `/CN=${name}`], { stdio: 'ignore' });
    return { key: fs.readFileSync(`${folder}/key.pem`), cert: fs.readFileSync(`${folder}/cert.pem`) };
}

// Servers of the page on a stage: plain and with TLS, at loopback and at `host`, an address of the box or a name for it.
class Doors {
    static async serve(stage, { host = '127.0.0.1', address = '127.0.0.1' } = {}) {
        const doors = Object.assign(new Doors(), { folder: stage.folder, reports: {} });
        const tls = certificate(stage.folder, host);
        const port = {};
        for (const [name, server, at] of [['loopback', http.createServer(), '127.0.0.1'], ['http', http.createServer(), address],
            ['https', https.createServer(tls), '0.0.0.0']]) {
            port[name] = await doors.listen(stage, server, at);
        }
        doors.port = port;
        doors.origins = { 'loopback': `http://127.0.0.1:${port.loopback}`, 'http': `http://${host}:${port.http}`,
            'https': `https://${host}:${port.https}`, 'https, loopback': `https://127.0.0.1:${port.https}` };
        fs.writeFileSync(`${doors.folder}/app.html`, PAGE);
        fs.writeFileSync(`${doors.folder}/cmagent.js`, CLIENT());
        fs.writeFileSync(`${doors.folder}/tokens`, `${TOKEN}\n`, { mode: 0o600 });
        await stage.cmsim();
        doors.agent = await stage.agent('Kitchen', { http: { tokenFile: `${doors.folder}/tokens`,
            allowedOrigins: ['null', ...Object.values(doors.origins)] } });
        return doors;
    }

    async listen(stage, server, address) {
        server.on('request', (request, response) => this.answer(request, response));
        stage.enter({ end: () => { server.closeAllConnections(); server.close(); } });
        await new Promise((ready) => server.listen(0, address, ready));
        return server.address().port;
    }

    answer(request, response) {
        const script = request.url === '/cmagent.js';
        response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
        response.setHeader('Access-Control-Allow-Origin', '*');
        if (request.method !== 'POST') { return response.end(script ? CLIENT() : PAGE); }
        let text = '';
        request.on('data', (part) => { text += part; });
        return request.on('end', () => {
            this.reports[request.url] = JSON.parse(text);
            response.end();
        });
    }

    page(name) { return name === 'file' ? `file://${this.folder}/app.html` : `${this.origins[name]}/`; }

    // The page that asks by itself, and tells under this name.
    reporting(name) {
        const report = `${this.origins[name] || this.origins.loopback}/${encodeURIComponent(name)}`;
        return `${this.page(name)}#${encodeURIComponent(JSON.stringify({ url: this.agent.url, token: TOKEN, report }))}`;
    }
    reported(name) { return this.reports[`/${encodeURIComponent(name)}`]; }
}

module.exports = { Doors, TOKEN };
