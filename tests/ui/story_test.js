'use strict';
// Two boxes of a household at its limit, driven by the keys of a remote control.

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { Stage, waitFor } = require('./stage.js');
const { Viewer, launch } = require('./browser.js');

// demo-app allows three streams.
const TABLET = { idp: 'demo-mvpd', subject: 'demo-household' };

let browser;
let stage;
let kitchen;
let bedroom;

before(async () => {
    stage = new Stage();
    browser = await stage.enter(launch());
    await stage.cmsim();
    kitchen = await stage.agent('Kitchen');
    bedroom = await stage.agent('Bedroom');
});
after(() => stage.close());

const LANGUAGES = [
    { language: 'en-GB', limit: /Too many programmes/, since: /News, today \d\d:\d\d/, sure: /End this stream\?/, yes: 'Yes, end it',
        ended: /Playback has ended[^]*Playback was ended by Bedroom \(Demo application\)\./, ok: 'OK' },
    { language: 'fr-FR', limit: /Trop de programmes/, since: /News, aujourd’hui à \d\d:\d\d/, sure: /Arrêter cette lecture\u202f\?/, yes: 'Oui, arrêter',
        ended: /La lecture est terminée[^]*La lecture a été arrêtée par Bedroom \(Demo application\)\./, ok: 'OK' },
];

for (const words of LANGUAGES) {
    for (const poll of ['0', '1']) {
        test(`limit, choice, confirmation, take-over: ${words.language}, ${poll === '1' ? 'long poll' : 'event stream'}`,
            () => tellStory(words, poll));
    }
}

async function tellStory(words, poll) {
    const shot = (viewer, name) => words.language === 'en-GB' && poll === '0' && viewer.screenshot(name);
    const watch = (agent, deviceName) => Viewer.watch(browser, agent, { language: words.language, wish: { poll, deviceName } });
    const first = await watch(kitchen, 'Kitchen');
    const second = await watch(bedroom, 'Bedroom');
    const agent = require('../../agent/ui/client/cmagent.js').connect({ url: kitchen.url });
    const others = [];

    await first.choose('News');
    await first.plays('News');
    for (const channel of ['Sport', 'Film']) {
        await new Promise((done) => agent.start({ ...TABLET, metadata: { channel, deviceName: 'Tablet' } },
            (error, session) => { others.push(session.id); done(); }));
    }
    await shot(first, 'playing');

    await second.choose('Kids');
    await second.opens(words.limit);
    assert.match(await second.dialog(), words.since);
    assert.match(await second.dialog(), /Kitchen[^]*Tablet[^]*Tablet/);
    await shot(second, 'limit');

    await second.choose('Kitchen');
    await second.opens(words.sure);
    await shot(second, 'confirmation');
    await second.choose(words.yes);
    await second.plays('Kids');

    await first.opens(words.ended);
    await shot(first, 'ended');
    await first.choose(words.ok);
    await first.closes();
    assert.strictEqual(await first.text('#now-channel'), '');

    others.forEach((id) => agent.stop(id));
    await second.choose(words.language === 'fr-FR' ? 'Arrêter' : 'Stop');
    await waitFor(async () => (await stage.cm.sessions('running')).length === 0, 'all slots are free');
    await first.close();
    await second.close();
}
