'use strict';
// What happens to a picture in a window of an app (cinema.js), and what must be so afterwards: the
// agent has a session exactly where there is a picture, and `stopped` was said of one that stood still.

const assert = require('node:assert');
const { Stage, ask, request, waitFor } = require('../stage.js');
const { Cinema, SECONDS } = require('./cinema.js');
const { ENGINES } = require('./engines.js');

const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));
const LOOK = `(function () {
    var node = document.querySelector('video');
    return { time: node.currentTime, off: node.paused || node.ended || node.readyState === 0 };
}())`;

class Show {
    static async open(engine, player, { ttl = 3, ...more } = {}) {
        const show = new Show();
        Object.assign(show, { stage: new Stage(), player, engine, more });
        await show.stage.cmsim({ ttl });
        show.cinema = await show.stage.enter(Cinema.open());
        show.agent = await show.stage.agent('Kitchen', { http: { allowedOrigins: [show.cinema.origin] },
            player: { lostSeconds: 30 } });
        show.cinema.agent = show.agent.url;
        await show.enter();
        return show;
    }
    // A window of its own, which begins with the news.
    async enter() {
        this.window = await ENGINES[this.engine](`${this.cinema.origin}/${this.player}.html?news`, this.more);
    }
    async close() {
        await this.window.end();
        await this.stage.close();
    }

    run(script) { return this.cinema.ask(script); }
    async live() { return (await this.agent.sessions()).filter((one) => one.state !== 'ended'); }
    async plays() {
        const before = await this.run(LOOK);
        await pause(150);
        const now = await this.run(LOOK);
        return !now.off && now.time > before.time;
    }
    // Whether there is a picture, and a session, both.
    async comesTo(picture, what) {
        let seen;
        await waitFor(async () => {
            const [plays, live] = [await this.plays(), await this.live()];
            seen = `${plays ? 'a' : 'no'} picture, ${live.map((one) => `${one.id} ${one.state}`).join() || 'no session'}`;
            return plays === picture && live.length === (picture ? 1 : 0);
        }, what).catch(async (error) => {
            throw new Error(`${error.message}: ${seen}; ${await this.run('limit.innerText').catch(String)}`);
        });
        if (picture) { return (await this.live())[0].id; }
        return assert.ok((await this.run(LOOK)).off, 'it does not stand still by accident');
    }
    async begins(channel) {
        await this.run(`watch('${channel}'); 1`);
        return this.comesTo(true, `${channel} plays`);
    }
    // How a session has ended; what the page has said of it was so.
    async ended(id) {
        const { endReason, playback } = await waitFor(async () => {
            const one = (await this.agent.sessions()).find((session) => session.id === id);
            return one.state === 'ended' && one;
        }, `${id} ends`);
        await pause(200);
        const [said] = await this.run(`confirmed.filter(function (one) { return one.id === '${id}'; })`);
        if (said) { assert.ok(said.paused && said.later === said.time, JSON.stringify(said)); }
        return { endReason, playback, said: Boolean(said) };
    }
    // From another device, by the service.
    async terminate() {
        const [one] = await this.stage.cm.sessions('running');
        await request(`${this.stage.cm.control}/sessions/${one.sessionId}/terminate`, { method: 'POST',
            body: '{"deviceName":"Tablet"}' });
    }
}

// By name; each begins where something plays, or may, and leaves the window as an app can go on with.
const SCENES = {
    'a start': async (show) => { await show.comesTo(true, 'the news play'); },

    'ended from another device while it plays': async (show) => {
        const id = await show.begins('news');
        await show.terminate();
        const { playback, said } = await show.ended(id);
        assert.deepStrictEqual([playback, said], ['stopped', true]);
        await show.comesTo(false, 'it is off');
    },

    'ended while it opens: what comes later shows nothing': async (show) => {
        await show.run('bound.stop()');
        await show.comesTo(false, 'nothing plays');
        show.cinema.hold();
        await show.run("watch('sport'); 1");
        const [{ id }] = await waitFor(async () => {
            const live = await show.live();
            return live.length && live[0].state === 'active' && live;
        }, 'a place is granted');
        await waitFor(() => show.cinema.held.length, 'the film is asked for');
        await ask(show.agent, 'stop', id);
        assert.strictEqual((await show.ended(id)).playback, 'stopped');
        show.cinema.release();
        await pause(500);
        await show.comesTo(false, 'it stays off');
    },

    'zapping: the last of many': async (show) => {
        await show.begins('news');
        await show.run("watch('sport'); watch('news'); watch('sport'); watch('news'); watch('sport'); 1");
        await show.comesTo(true, 'it plays');
        await waitFor(async () => {
            const running = await show.stage.cm.sessions('running');
            return running.length === 1 && running[0].metadata.channel === 'sport';
        }, 'one session at CM, of sport');
    },

    'its end, and play after it': async (show) => {
        const id = await show.begins('news');
        await show.run(`video.currentTime = ${SECONDS - 1}; 1`);
        assert.strictEqual((await show.ended(id)).endReason, 'user');
        await show.comesTo(false, 'it has ended');
        await show.run('video.play(); 1');
        await show.comesTo(true, 'it plays again');
    },

    'a reload': async (show) => {
        await show.begins('sport');
        await show.cinema.leave('location.reload()');
        await show.comesTo(true, 'it plays in the new page');
        await waitFor(async () => (await show.stage.cm.sessions('running')).length === 1, 'one place is taken');
    },

    'away, and back from the cache of the browser': async (show) => {
        const id = await show.begins('news');
        await show.cinema.leave("location.href = '/other'");
        assert.strictEqual((await waitFor(async () => {
            const one = (await show.agent.sessions()).find((session) => session.id === id);
            return one.state === 'ended' && one;
        }, 'the place is given back')).playback, 'stopped');
        await show.cinema.leave('history.back()');
        await show.comesTo(true, 'it plays again');
    },

    'the daemon crashes, and is started again': async (show) => {
        await show.begins('news');
        await show.agent.onFlash();
        await show.agent.end('SIGKILL');
        show.agent = Object.assign(await show.stage.restart(show.agent), { restarted: show.agent.restarted, onFlash: show.agent.onFlash });
        await show.comesTo(true, 'the picture has its session');
        // In good order it ends what plays, and is heard.
        await show.agent.end('SIGTERM');
        show.agent = Object.assign(await show.stage.restart(show.agent), { restarted: show.agent.restarted, onFlash: show.agent.onFlash });
        await show.comesTo(false, 'no picture without a session');
    },

    'the window goes': async (show) => {
        const id = await show.begins('sport');
        await show.run("setTimeout(function () { location.href = 'about:blank'; }, 0); 1");
        const one = await waitFor(async () => {
            const found = (await show.agent.sessions()).find((session) => session.id === id);
            return found.state === 'ended' && found;
        }, 'the place is given back');
        assert.deepStrictEqual([one.endReason, one.playback], ['user', 'stopped']);
        await show.window.end();
        await show.enter();
    },
};

// The browser lets nothing play without a gesture.
async function refused(show) {
    await waitFor(() => show.run("/press once more|appuyer encore/.test(limit.innerText)"), 'the viewer is told');
    await show.comesTo(false, 'no place is taken');
    assert.strictEqual((await show.agent.sessions()).length, 1, 'it was asked for once');
}

module.exports = { SCENES, Show, refused };
