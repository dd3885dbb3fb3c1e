'use strict';
// How long a picture lasts after the agent has heard that it was ended from another device, as its
// history tells (contract.md, "History"):
//   node tests/ui/media/measure.js [N]        N times each, 20 where it is left out;
//                                             CMAGENT_MEDIA=hls,shaka: by these players alone

const { request } = require('../stage.js');
const { Cinema } = require('./cinema.js');
const { ENGINES } = require('./engines.js');
const { Show } = require('./scenes.js');

async function once(show) {
    const id = await show.begins('news');
    await show.terminate();
    await show.ended(id);
    const { entries } = JSON.parse((await request(`${show.agent.url}/v1/history`)).text);
    const { heardToStopMs, stopToVerifiedMs } = entries.filter((entry) => entry.kind === 'terminated').pop();
    return heardToStopMs + stopToVerifiedMs;
}

async function main(times) {
    for (const engine of Object.keys(ENGINES)) {
        for (const player of (process.env.CMAGENT_MEDIA || 'plain,hls,shaka,dash,videojs').split(',').filter(Cinema.has)) {
            const show = await Show.open(engine, player, { ttl: 2 });
            const found = [];
            while (found.length < times) { found.push(await once(show)); }
            await show.close();
            found.sort((a, b) => a - b);
            console.log(`${engine} ${player}: median ${found[Math.floor(times / 2)]} ms, most ${found[times - 1]} ms, n = ${times}`);
        }
    }
}

main(Number(process.argv[2] || 20)).then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
});
