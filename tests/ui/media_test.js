'use strict';
// The app of an integrator, as he writes it, with real films in Chromium: the short run of
// media/all_test.js.

const assert = require('node:assert');
const { test } = require('node:test');
const { Cinema } = require('./media/cinema.js');
const { SCENES, Show, refused } = require('./media/scenes.js');

const LINES = 24;

for (const player of ['plain', 'hls', 'shaka', 'dash', 'videojs']) {
    test(`a bound page is at most ${LINES} lines of its own: ${player}`, () => {
        const page = Cinema.page(player);
        assert.ok(page.trimEnd().split('\n').length <= LINES);
        for (const line of page.split('\n')) { assert.ok(line.length <= 100, line); }
    });
}

for (const [player, names] of [
    ['hls', ['a start', 'ended from another device while it plays', 'ended while it opens: what comes later shows nothing',
        'its end, and play after it']],
    ['plain', ['zapping: the last of many', 'a reload', 'the window goes']],
]) {
    test(`${player}: ${names.join('; ')}`, async () => {
        const show = await Show.open('chromium', player);
        try {
            for (const name of names) { await SCENES[name](show); }
        } finally {
            await show.close();
        }
    });
}

test('plain: a play() that the browser refuses takes no place', async () => {
    const show = await Show.open('chromium', 'plain', { strict: true });
    await refused(show).finally(() => show.close());
});
