'use strict';
// Viewers: Chromium, a page, and the keys of a remote control.

const assert = require('node:assert');
const path = require('node:path');
const { ROOT, waitFor } = require('./stage.js');
const { chromium } = require(path.join(process.env.CMAGENT_NODE_MODULES || path.join(ROOT, 'build/ui/node_modules'),
    'playwright-core'));

// A name that a stranger has made point at this machine (DNS rebinding).
const REBOUND = 'rebound.example';
const OPTIONS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--no-sandbox', `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`];
const SIZES = { '720p': { width: 1280, height: 720 }, '1080p': { width: 1920, height: 1080 } };

// A browser, which may enter a stage.
async function launch(more) {
    const browser = await chromium.launch({ executablePath: process.env.CMAGENT_CHROMIUM || '/usr/bin/chromium', args: OPTIONS, ...more });
    return Object.assign(browser, { end: () => browser.close() });
}

class Viewer {
    // `wish`: what the page reads from its address.
    static async open(browser, agent, { wish = {}, language = 'en-GB', size = '720p' } = {}) {
        const context = await browser.newContext({ viewport: SIZES[size], locale: language, timezoneId: 'UTC' });
        const viewer = new Viewer();
        Object.assign(viewer, { agent, context, outside: [], faults: [] });
        context.on('request', (request) => {
            if (new URL(request.url()).origin !== agent.url) { viewer.outside.push(request.url()); }
        });
        viewer.page = await context.newPage();
        viewer.page.setDefaultTimeout(30000);
        viewer.page.on('pageerror', (error) => viewer.faults.push(String(error)));
        viewer.page.on('console', (message) => {
            if (/Content Security Policy/.test(message.text())) { viewer.faults.push(message.text()); }
        });
        const hash = Object.entries(wish).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
        await viewer.page.goto(`${agent.url}/#${hash}`);
        return viewer;
    }

    // Open, and connected to an agent that reaches CM.
    static async watch(browser, agent, options) {
        const viewer = await Viewer.open(browser, agent, options);
        await viewer.reads('#reach', /^$/);
        return viewer;
    }

    text(selector) { return this.page.textContent(selector); }
    reads(selector, pattern) {
        return waitFor(async () => pattern.test(await this.text(selector)), `${selector} reads ${pattern}`).catch(async (error) => {
            throw new Error(`${error.message}; it reads ${JSON.stringify(await this.text(selector))}, ` +
                `dialog: ${await this.dialog()}`);
        });
    }

    // The text of the dialog that is open, buttons included; '' when there is none.
    dialog() { return this.page.evaluate(() => document.getElementById('overlay').hidden ? '' :
        document.querySelector('.cmagent-dialog').innerText); }
    focused() { return this.page.evaluate(() => document.activeElement.firstChild.data); }
    async opens(pattern) {
        await waitFor(async () => pattern.test(await this.dialog()), `a dialog ${pattern}`).catch(async (error) => {
            throw new Error(`${error.message}; it reads ${JSON.stringify(await this.dialog())}`);
        });
    }
    closes() { return waitFor(async () => (await this.dialog()) === '', 'the dialog closes'); }

    async press(...keys) {
        for (const key of keys) { await this.page.keyboard.press(key); }
    }

    // Down to the button of that name; a list is a ring.
    async choose(label) {
        for (let steps = 0; steps < 20; steps += 1) {
            if (await this.focused() === label) { return this.press('Enter'); }
            await this.press('ArrowDown');
        }
        throw new Error(`no button "${label}" in ${await this.dialog() || await this.text('#channels')}`);
    }

    async plays(channel) {
        await this.reads('#now-channel', new RegExp(`^${channel}$`));
        await this.closes();
    }

    screenshot(name) { return this.page.screenshot({ path: path.join(ROOT, 'build/ui', `${name}.png`) }); }

    async close() {
        assert.deepStrictEqual(this.outside, [], 'requests to others than the agent');
        assert.deepStrictEqual(this.faults, [], 'errors of the page');
        await this.context.close();
    }
}

module.exports = { REBOUND, SIZES, Viewer, launch };
