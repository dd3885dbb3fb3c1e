'use strict';
// The engines of boxes: Chromium and WPE WebKit, each without a screen. `open(url)` gives a window.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { launch } = require('../browser.js');
const { ROOT } = require('../stage.js');

// Without a gesture no film with sound: as on a desktop, or as boxes are set up.
const STRICT = 'user-gesture-required';
const FREE = 'no-user-gesture-required';

async function chromium(url, { strict = false } = {}) {
    const browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache', '--mute-audio'],
        args: ['--disable-gpu', '--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update',
            '--disable-sync', `--autoplay-policy=${strict ? STRICT : FREE}`] });
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    return { end: () => browser.close() };
}

// One web process, one window; a runtime folder of its own, for nobody else's is to be touched.
async function wpe(url, { strict = false } = {}) {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'cmagent-wpe-'));
    const cog = spawn('dbus-run-session', ['--', 'cog', '--platform=headless',
        `--media-playback-requires-user-gesture=${strict}`, url],
    { detached: true, stdio: 'ignore', env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home,
        // What GStreamer has found of its plugins takes it seconds to find again.
        GST_REGISTRY: path.join(ROOT, 'build/ui/gstreamer') } });
    const ended = new Promise((done) => cog.on('exit', done));
    return { end: async () => {
        try { process.kill(-cog.pid, 'SIGKILL'); } catch { /* it has crashed */ }
        await ended;
        fs.rmSync(home, { recursive: true, force: true });
    } };
}

const isThere = (program) => (process.env.PATH || '').split(':').some((folder) => fs.existsSync(path.join(folder, program)));

module.exports = { ENGINES: { chromium, ...isThere('cog') && { wpe } } };
