'use strict';
// An app of a box as its maker writes it (pages/), with films, the players of npm, and a wire by
// which a test looks into its window: the same for every engine, over reloads.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { ROOT, waitFor } = require('../stage.js');

const MODULES = process.env.CMAGENT_NODE_MODULES || path.join(ROOT, 'build/ui/node_modules');
const MEDIA = path.join(ROOT, 'build/ui/media');
const LIBRARIES = {
    '/hls.js': 'hls.js/dist/hls.min.js', '/shaka.js': 'shaka-player/dist/shaka-player.compiled.js',
    '/dash.js': 'dashjs/dist/dash.all.min.js', '/video.js': 'video.js/dist/video.min.js',
};
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', mp4: 'video/mp4',
    m3u8: 'application/vnd.apple.mpegurl', ts: 'video/mp2t', mpd: 'application/dash+xml', m4s: 'video/iso.segment' };
const SECONDS = 60;

// In each window of the app, before anything else: what a test asks is answered, and what the page
// says of its stops is written down with what the element did then.
const WIRE = `<script>
var confirmed = [];
(function () {
    var open = XMLHttpRequest.prototype.open;
    XMLHttpRequest.prototype.open = function (method, url) {
        var stop = /sessions\\/([^/]+)\\/stopped/.exec(url);
        var node = document.querySelector('video');
        var one = stop && { id: stop[1], paused: node.paused || node.readyState === 0, time: node.currentTime };
        if (stop) {
            confirmed.push(one);
            setTimeout(function () { one.later = node.currentTime; }, 150);
        }
        return open.apply(this, arguments);
    };
    function say(told) {
        var xhr = new XMLHttpRequest();
        xhr.onload = function () {
            var job = xhr.responseText && JSON.parse(xhr.responseText);
            var answer;
            if (!job) { return setTimeout(say, 30); }
            try { answer = { value: (0, eval)(job) }; } catch (error) { answer = { error: String(error) }; }
            say(JSON.stringify(answer));
        };
        xhr.onerror = function () { setTimeout(say, 100); };
        xhr.open('POST', '/wire');
        xhr.send(told);
    }
    window.addEventListener('pageshow', function () { window.left = false; });
    document.addEventListener('DOMContentLoaded', function () { say(''); });
}());
</script>`;

// Two channels of a minute, made once.
function film() {
    for (const [channel, frequency] of [['news', 440], ['sport', 660]]) {
        const folder = path.join(MEDIA, channel);
        if (fs.existsSync(path.join(folder, 'dash.mpd'))) { continue; }
        fs.mkdirSync(folder, { recursive: true });
        const run = (...words) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...words], { cwd: folder });
        run('-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=10', '-f', 'lavfi', '-i', `sine=frequency=${frequency}`,
            '-t', SECONDS, '-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p',
            '-g', '20', '-c:a', 'aac', '-b:a', '32k', '-movflags', '+faststart', 'film.mp4');
        run('-i', 'film.mp4', '-c', 'copy', '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod',
            '-hls_segment_filename', 'hls%d.ts', 'hls.m3u8');
        run('-i', 'film.mp4', '-c', 'copy', '-f', 'dash', '-seg_duration', '2', 'dash.mpd');
    }
}

class Cinema {
    static async open() {
        film();
        const cinema = new Cinema();
        Object.assign(cinema, { agent: '', held: null, jobs: [], running: null });
        cinema.server = http.createServer((request, response) => cinema.take(request, response));
        await new Promise((ready) => cinema.server.listen(0, '127.0.0.1', ready));
        cinema.origin = `http://127.0.0.1:${cinema.server.address().port}`;
        return cinema;
    }

    static has(player) {
        const library = LIBRARIES[`/${player}.js`];
        return !library || fs.existsSync(path.join(MODULES, library));
    }
    static page(player) { return fs.readFileSync(path.join(__dirname, 'pages', `${player}.html`), 'utf8'); }

    take(request, response) {
        const { pathname } = new URL(request.url, this.origin);
        if (pathname === '/wire') { return this.wire(request, response); }
        if (pathname === '/other') { return this.send(response, 'html', '<!DOCTYPE html><title>other</title>' + WIRE); }
        if (pathname.endsWith('.html')) {
            return this.send(response, 'html', Cinema.page(pathname.slice(1, -5)).replace(/AGENT/g, this.agent)
                .replace(/<title>/, `${WIRE}<title>`));
        }
        const library = LIBRARIES[pathname];
        if (library) { return this.send(response, 'js', fs.readFileSync(path.join(MODULES, library))); }
        const file = path.join(MEDIA, path.normalize(pathname));
        if (!fs.existsSync(file)) { return this.send(response, 'html', '', 404); }
        const go = () => this.sendPart(request, response, file);
        return this.held && /mp4|ts|m4s/.test(pathname) ? this.held.push(go) : go();
    }

    send(response, kind, body, status = 200) {
        response.writeHead(status, { 'Content-Type': TYPES[kind] || 'application/octet-stream' });
        response.end(body);
    }
    sendPart(request, response, file) {
        const bytes = fs.readFileSync(file);
        const asked = /bytes=(\d+)-(\d*)/.exec(request.headers.range || '');
        const first = asked ? Number(asked[1]) : 0;
        const last = asked && asked[2] ? Math.min(Number(asked[2]), bytes.length - 1) : bytes.length - 1;
        response.writeHead(asked ? 206 : 200, { 'Content-Type': TYPES[file.split('.').pop()], 'Accept-Ranges': 'bytes',
            'Content-Length': last - first + 1,
            ...asked && { 'Content-Range': `bytes ${first}-${last}/${bytes.length}` } });
        response.end(bytes.subarray(first, last + 1));
    }

    // Films do not come, as over a line that is down; `release` lets them.
    hold() { this.held = []; }
    release() {
        const held = this.held || [];
        this.held = null;
        held.forEach((go) => go());
    }

    wire(request, response) {
        let told = '';
        request.on('data', (part) => { told += part; });
        request.on('end', () => {
            if (told && this.running) {
                this.running(JSON.parse(told));
                this.running = null;
            }
            const job = this.jobs.shift();
            if (job) { this.running = job.done; }
            this.send(response, 'js', job ? JSON.stringify(job.script) : '');
        });
    }
    // What `script` comes to in the window that is open.
    async ask(script, within = Infinity) {
        const until = Date.now() + within;
        let answer = null;
        this.jobs.push({ script, done: (told) => { answer = told; } });
        await waitFor(() => answer || Date.now() > until, `the page answers ${script}`).finally(() => { this.jobs = []; });
        if (!answer) { throw new Error(`no answer in ${within} ms`); }
        if (answer.error) { throw new Error(`${script}: ${answer.error}`); }
        return answer.value;
    }
    // The same for what leaves the page for another one, which answers from then on.
    async leave(script) {
        await this.ask(`window.left = true; setTimeout(function () { ${script}; }, 0); 1`);
        // The page that goes may take the question with it.
        await waitFor(async () => await this.ask('window.left', 1000).catch(() => null) === false, `${script} leads elsewhere`);
    }

    end() {
        this.release();
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }
}

module.exports = { Cinema, SECONDS };
