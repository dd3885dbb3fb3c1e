'use strict';
// Real films in real engines, by each player of npm: what the session tells is what the element does.
// In tests/run --all; media/prepare provides for it. WPE's GStreamer crashes now and then: a scene has a
// second try there, in a window of its own.

const { after, before, describe, test } = require('node:test');
const { Cinema } = require('./cinema.js');
const { ENGINES } = require('./engines.js');
const { SCENES, Show, refused } = require('./scenes.js');

const TRIES = { chromium: 1, wpe: 2 };
// Some of them: CMAGENT_MEDIA=wpe-hls,dash
const ONLY = (process.env.CMAGENT_MEDIA || 'chromium,wpe').split(',');

for (const engine of ['chromium', 'wpe']) {
    for (const player of ['plain', 'hls', 'shaka', 'dash', 'videojs']) {
        const missing = !ENGINES[engine] ? `needs ${engine}` : !Cinema.has(player) && `needs ${player} of npm`;
        if (!ONLY.some((name) => [engine, player, `${engine}-${player}`].includes(name))) { continue; }
        describe(`${engine}, ${player}`, { skip: missing }, () => {
            let show;
            before(async () => { show = await Show.open(engine, player); });
            after(() => show.close());

            for (const [name, act] of Object.entries(SCENES)) {
                test(name, async () => {
                    for (let tries = TRIES[engine]; ; tries -= 1) {
                        try {
                            return await act(show);
                        } catch (error) {
                            await show.close();
                            show = await Show.open(engine, player);
                            if (tries === 1) { throw error; }
                        }
                    }
                });
            }
            test('a play() that the browser refuses takes no place', async () => {
                for (let tries = TRIES[engine]; ; tries -= 1) {
                    const strict = await Show.open(engine, player, { strict: true });
                    try {
                        return await refused(strict);
                    } catch (error) {
                        if (tries === 1) { throw error; }
                    } finally {
                        await strict.close();
                    }
                }
            });
        });
    }
}
