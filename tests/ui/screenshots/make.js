'use strict';
// Takes the pictures of this folder, in English and French, of the real agent and the real page:
//   node tests/ui/screenshots/make.js [SCENE…]
// Two boxes of a household, and a service that allows three streams.

const path = require('node:path');
const { Stage, ask, request, waitFor } = require('../stage.js');
const { Viewer, launch } = require('../browser.js');

const HOUSEHOLD = { idp: 'demo-mvpd', subject: 'demo-household' };
const WORDS = {
    'en-GB': { room: 'Living room', bedroom: 'Bedroom', tablet: 'Tablet', phone: 'Phone',
        news: 'News', sport: 'Sport', film: 'Film', kids: 'Kids',
        home: 'Live sport cannot be watched outside your home.',
        wait: 'Wait for a place', who: 'Who is watching', yes: 'Yes, end it' },
    'fr-FR': { room: 'Salon', bedroom: 'Chambre', tablet: 'Tablette', phone: 'Téléphone',
        news: 'Infos', sport: 'Sport', film: 'Film', kids: 'Jeunesse',
        home: 'Le sport en direct ne peut être regardé qu’à votre domicile.',
        wait: 'Attendre qu’une place se libère', who: 'Qui regarde\u202f?', yes: 'Oui, arrêter' },
};

function start(agent, deviceName, channel) {
    return ask(agent, 'start', { ...HOUSEHOLD, metadata: { channel, deviceName } });
}

// Three streams of others.
async function fillUp({ words, attic }) {
    const sessions = [];
    for (const [device, channel] of [['bedroom', 'news'], ['tablet', 'sport'], ['phone', 'film']]) {
        sessions.push(await start(attic, words[device], words[channel]));
    }
    return sessions;
}

async function refuse(scene) {
    await scene.viewer.choose(scene.words.kids);
    await scene.viewer.opens(new RegExp(scene.words.bedroom));
}

// What leads to each picture: `box` is the one whose page `viewer` looks at.
const SCENES = {
    playing: async (scene) => {
        const sessions = await fillUp(scene);
        // A refusal of another day has shown where the limit is.
        const limit = await start(scene.box, scene.words.room, scene.words.kids)
            .catch((problem) => problem);
        await ask(scene.box, 'giveUp', limit.conflictId);
        for (const session of sessions.slice(1)) { await ask(scene.attic, 'stop', session.id); }
        await scene.viewer.choose(scene.words.news);
        await scene.viewer.plays(scene.words.news);
        await scene.viewer.reads('#places', /2.*3/);
    },
    limit: async (scene) => {
        await fillUp(scene);
        await refuse(scene);
    },
    message: async ({ stage, words, viewer }) => {
        const advice = { type: 'rule-violation', ruleName: 'home only', message: words.home };
        await request(`${stage.cm.control}/faults`, { method: 'POST', body: JSON.stringify({
            match: { call: 'init' }, fault: { status: 409, contentType: 'application/json',
                body: JSON.stringify({ associatedAdvice: [advice], obligations: [] }) } }) });
        await viewer.choose(words.sport);
        await viewer.opens(new RegExp(words.home.slice(0, 20)));
    },
    paused: async (scene) => {
        const sessions = await fillUp(scene);
        await ask(scene.attic, 'update', sessions[2].id, { paused: true });
        await waitFor(async () => (await scene.stage.cm.sessions('running')).some((one) =>
            one.metadata.playState === 'paused'), 'the household knows of the pause');
        await refuse(scene);
    },
    own: async ({ words, box, attic, viewer }) => {
        await start(attic, words.bedroom, words.news);
        await start(box, words.room, words.film);
        await viewer.choose(words.who);
        await viewer.opens(new RegExp(words.film));
    },
    free: async (scene) => {
        const sessions = await fillUp(scene);
        await refuse(scene);
        await scene.viewer.choose(scene.words.wait);
        await scene.viewer.closes();
        await ask(scene.attic, 'stop', sessions[0].id);
        await waitFor(async () => {
            await ask(scene.box, 'streams', { ...HOUSEHOLD, refresh: true });
            return scene.viewer.dialog();
        }, 'the place is told');
    },
    ended: async ({ words, box, attic, viewer }) => {
        await viewer.choose(words.news);
        await viewer.plays(words.news);
        await start(attic, words.tablet, words.sport);
        await start(attic, words.phone, words.film);
        const limit = await start(attic, words.bedroom, words.kids).catch((problem) => problem);
        const own = limit.violations[0].conflicts.filter((one) => one.channel === words.news)[0];
        await ask(attic, 'resolve', limit, [own.terminationCode]);
        await viewer.opens(new RegExp(words.bedroom));
    },
};

async function take(browser, name, language) {
    const stage = new Stage();
    const words = WORDS[language];
    try {
        // Short leases: what waits for a heartbeat need not wait for long.
        await stage.cmsim({ ttl: 4 });
        const box = await stage.agent(words.room);
        const attic = await stage.agent(words.bedroom);
        const channels = [words.news, words.sport, words.film, words.kids].join();
        const viewer = await Viewer.watch(browser, box, { language,
            wish: { channels, deviceName: words.room } });
        await SCENES[name]({ stage, words, box, attic, viewer });
        const file = `${name}-${language.slice(0, 2)}.png`;
        await viewer.page.screenshot({ path: path.join(__dirname, file) });
        await viewer.close();
        console.log(file);
    } finally {
        await stage.close();
    }
}

async function main(names) {
    const browser = await launch();
    try {
        for (const name of names.length ? names : Object.keys(SCENES)) {
            for (const language of Object.keys(WORDS)) { await take(browser, name, language); }
        }
    } finally {
        await browser.close();
    }
}

main(process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
