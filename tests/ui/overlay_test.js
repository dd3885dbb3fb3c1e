'use strict';
// The overlay in an app's own page, which has a policy, a style sheet and keys of its own.

const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { after, before, beforeEach, afterEach, test } = require('node:test');
const { BIN } = require('./stage.js');
const { launch } = require('./browser.js');

const CLIENT = fs.readFileSync(path.join(BIN, '../agent/ui/cmagent.js'), 'utf8');
// What an app may do: all that a policy forbids which allows files of its own only.
const FILES = {
    '/': ['text/html', '<!DOCTYPE html><html lang="en"><link rel="stylesheet" href="/app.css"><body>' +
        '<button id="one">One</button><button id="two">Two</button><div id="limit"></div>' +
        '<script src="/cmagent.js"></script><script src="/app.js"></script>'],
    '/bare': ['text/html', '<!DOCTYPE html><body><div id="limit"></div>' +
        '<script src="/cmagent.js"></script><script src="/app.js"></script>'],
    '/other.css': ['text/css', 'b { color: red; }'],
    '/app.css': ['text/css', '@import "other.css"; .cmagent-item:focus { color: rgb(1, 2, 3); }'],
    '/cmagent.js': ['text/javascript', CLIENT],
    '/app.js': ['text/javascript', `
var heard = [];        // keys that reach the app
var asked = [];        // [what, …words, done]
addEventListener('keydown', function (event) { heard.push('down ' + event.keyCode); });
addEventListener('keyup', function (event) { heard.push('up ' + event.keyCode); });
function note(name) {
    return function () {
        asked.push([name].concat([].slice.call(arguments)));
        return function () { asked.push(['withdrawn']); };
    };
}
var choose = note('choose');
choose.wait = note('wait');
choose.read = note('read');
choose.giveUp = note('giveUp');
choose.wanted = 'Sport';
function stream(name) {
    return { sessionId: name, value: name, terminationCode: 'code ' + name, deviceName: name, channel: 'News' };
}
var problem = { code: 'stream-limit', detail: 'Only two.', violations: [{ kind: 'streams', line: 'Only two.',
    conflicts: [stream('Kitchen'), stream('Attic')] }] };
function answer(error, result) {
    var last = asked[asked.length - 1];
    last[last.length - 1](error, result);
}
function names() { return asked.map(function (call) { return call[0]; }); }
`],
};

let browser;
let server;
let page;
let faults = [];
before(async () => {
    browser = await launch();
    server = http.createServer((request, response) => {
        const [type, body] = FILES[request.url] || ['text/plain', ''];
        response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`,
            'Content-Security-Policy': request.url === '/bare' ? "default-src 'self'; style-src 'unsafe-inline'" : "default-src 'self'" });
        response.end(body);
    });
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    page = await browser.newPage({ locale: 'fr-CA' });
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => faults.push(message.text()));
});
after(async () => {
    await browser.close();
    server.close();
});
beforeEach(async () => {
    faults = [];
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
});
afterEach(() => {
    assert.deepStrictEqual(faults.filter((text) => !/favicon/.test(text)), []);
});

const run = (script) => page.evaluate(script);
const open = (options = '{ language: "en" }') => run(`two.focus(); var overlay = cmagent.overlay(limit, ${options});
    var view = overlay(problem, choose); undefined`);
const focused = () => run('(document.activeElement.firstChild || {}).data');
const read = () => run("limit.hidden ? '' : limit.innerText");
const asked = () => run('names()');
async function press(...keys) {
    for (const key of keys) { await page.keyboard.press(key); }
}

test('what the app has not asked for is nobody’s: hidden at first, in the browser’s language, without a fault of the policy', async () => {
    await run('var overlay = cmagent.overlay(limit)');
    assert.strictEqual(await read(), '');
    await run('overlay(problem, choose); undefined');
    assert.match(await read(), /^Trop de programmes\s+Only two\.\s+Kitchen\s+News\s+Attic\s+News\s+Attendre/);
});

test('for a reader of screens it is a question with a name, its text and its choices', async () => {
    await open();
    assert.deepStrictEqual(await run(`(function () {
        var box = limit.firstChild;
        function says(name) { return document.getElementById(box.getAttribute(name)).textContent; }
        return [box.getAttribute('role'), box.getAttribute('aria-modal'), says('aria-labelledby'),
            says('aria-describedby'), document.activeElement.tagName];
    }())`), ['alertdialog', 'true', 'Too many programmes', 'Only two.', 'BUTTON']);
});

test('hazard 51: keys are the overlay’s while it is there, with their ends; others reach the app', async () => {
    await open();
    await run('heard = []');
    await press('ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Tab', 'F2');
    assert.deepStrictEqual(await run('heard'), ['down 113', 'up 113']);
    // Back goes down here, and up where there is no overlay any more: an app that leaves with it would be left.
    await press('Escape');
    assert.strictEqual(await read(), '');
    assert.deepStrictEqual(await run('heard'), ['down 113', 'up 113']);
    await press('ArrowDown', 'Escape');
    assert.deepStrictEqual(await run('heard.slice(2)'), ['down 40', 'up 40', 'down 27', 'up 27']);
});

test('hazard 51: a key that is held down answers one question, not the next', async () => {
    await open();
    for (let i = 0; i < 5; i += 1) { await page.keyboard.down('Enter'); }
    await page.keyboard.up('Enter');
    assert.match(await read(), /^End this stream\?/);
    for (let i = 0; i < 5; i += 1) { await page.keyboard.down('Escape'); }
    await page.keyboard.up('Escape');
    assert.match(await read(), /^Too many programmes/);
    assert.deepStrictEqual(await asked(), []);
});

for (const [box, key] of Object.entries({ 'webOS, HbbTV': { keyCode: 461 }, Tizen: { keyCode: 10009 },
    RDK: { keyCode: 8 }, Android: { key: 'GoBack' }, desktop: { key: 'BrowserBack' }, 'a name only': { key: 'XF86Back' } })) {
    test(`Back of ${box}`, async () => {
        await open();
        await run(`(function (init) {
            var event = new KeyboardEvent('keydown', { key: init.key || '', bubbles: true, cancelable: true });
            Object.defineProperty(event, 'keyCode', { value: init.keyCode || 0 });
            document.activeElement.dispatchEvent(event);
        }(${JSON.stringify(key)}))`);
        assert.strictEqual(await read(), '');
        assert.deepStrictEqual(await asked(), ['giveUp']);
    });
}

test('OK of a box that calls it Select presses, too; where the focus is elsewhere it only fetches it', async () => {
    await open();
    const select = () => run(`document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
        { key: 'Select', bubbles: true, cancelable: true })); undefined`);
    await run('one.focus()');
    await select();
    assert.strictEqual(await focused(), 'Kitchen');
    await select();
    assert.match(await read(), /^End this stream\?/);
});

test('the focus returns to where it was, or nowhere if that is gone', async () => {
    await open();
    assert.strictEqual(await focused(), 'Kitchen');
    await press('Enter', 'Escape', 'Escape');
    assert.strictEqual(await focused(), 'Two');
    await run('view = overlay(problem, choose); two.parentNode.removeChild(two); view.close()');
    // The browser takes the focus from what is hidden when it draws. waitForFunction() evaluates in the page, whose policy
    // forbids that from the second look on.
    while (!await run('document.activeElement === document.body')) { await run('new Promise(requestAnimationFrame)'); }
});

test('a pointer chooses, too, and a choice is asked for once more', async () => {
    await open();
    await page.click('text=Attic');
    assert.match(await read(), /^End this stream\?\s+Attic · News\s+No\s+Yes, end it/);
    await page.click('text=Yes, end it');
    assert.match(await read(), /^One moment/);
    assert.deepStrictEqual(await run('asked[0].slice(0, 2)'), ['choose', ['code Attic']]);
});

test('looks: the app’s rules have the last word, with one class; without styles there is none of ours', async () => {
    await open();
    assert.deepStrictEqual(await run(`(function (style) { return [style.backgroundColor, style.color]; }(
        getComputedStyle(document.activeElement)))`), ['rgb(31, 111, 235)', 'rgb(1, 2, 3)']);
    assert.deepStrictEqual(await run('[].map.call(document.styleSheets[0].cssRules, function (rule) { return rule.type; }).slice(0, 2)'),
        [3, 1], 'an @import stays the first');
    await page.reload();
    await open('{ unstyled: true }');
    assert.strictEqual(await run('getComputedStyle(limit).position'), 'static');
});

test('without a style sheet of the page’s own, rules have one', async () => {
    await page.goto(`http://127.0.0.1:${server.address().port}/bare`);
    await run('cmagent.overlay(limit, {})(problem, choose); undefined');
    assert.strictEqual(await run('getComputedStyle(limit).position'), 'fixed');
});

test('the next limit takes the place of the one before, and what the former comes to is not heard', async () => {
    await open();
    await page.click('text=Attic');
    await page.click('text=Yes, end it');
    await run(`former = view; problem.detail = 'Not enough.'; view = overlay(problem, choose); answer({ code: 'throttled', status: 429, detail: 'Late.' })`);
    assert.match(await read(), /^Too many programmes\s+Not enough\./);
    await run('former.close()');
    assert.match(await read(), /^Too many programmes/);
    await run('view.close()');
    assert.strictEqual(await read(), '');
    assert.deepStrictEqual(await asked(), ['choose'], 'whoever closes it knows why');
});

test('a fault: the same again, or back to the list as it is now', async () => {
    await open();
    await page.click('text=Attic');
    await page.click('text=Yes, end it');
    await run("answer({ code: 'cm-unreachable', status: 503, detail: 'Away.' })");
    assert.match(await read(), /^This cannot be played now\s+Away\.\s+Try again\s+Back/);
    await press('Enter');
    assert.deepStrictEqual(await run('asked[1].slice(0, 2)'), ['choose', ['code Attic']]);
    await run("answer({ code: 'unreachable', status: 0 })");
    assert.match(await read(), /^This cannot be played now\s+This device does not answer/);
    await press('Escape');
    await run('problem.violations[0].conflicts.pop(); answer(null, problem)');
    assert.match(await read(), /^Too many programmes\s+Only two\.\s+Kitchen\s+News\s+Wait/);
    assert.deepStrictEqual(await asked(), ['choose', 'choose', 'read']);
    // A list that has changed is read by itself.
    await page.click('text=Kitchen');
    await page.click('text=Yes, end it');
    await run("answer({ code: 'code-not-offered', status: 422, detail: 'Out of date.' }); answer(null, problem)");
    assert.match(await read(), /^Too many programmes\s+Out of date\.\s+Only two\./);
    // One that is over is started anew.
    await page.click('text=Try again');
    await run("answer({ code: 'conflict-over', status: 410, detail: 'Over.' })");
    assert.match(await read(), /^This cannot be played now\s+Over\.\s+Try again\s+Back/);
    await press('Enter');
    assert.deepStrictEqual(await run('asked[asked.length - 1].slice(0, 2)'), ['choose', []]);
    await run("answer(null, { id: 's1' })");
    assert.strictEqual(await read(), '');
});

test('a place is waited for in the overlay: free, over, missed, given up', async () => {
    const until = "new Date(2030, 0, 1, 20, 15).toISOString()";
    const wait = async () => {
        await run(`asked = []; problem.wait = null; view = overlay(problem, choose); undefined`);
        await page.click('text=Wait for a place');
        await run(`answer(null, { wait: { until: ${until} } })`);
        assert.match(await read(), /^Waiting for a place\s+Sport\s+until 20:15\s+Do not wait any longer/);
    };
    // The page's time goes on as it is told: a busy machine takes longer than any waiting for a click.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 1000);
    await open('{ language: "en", waitSeconds: 20 }');
    await wait();
    assert.deepStrictEqual(await run('asked[0].slice(0, 2)'), ['wait', 20]);
    await run('view.free()');
    assert.match(await read(), /^A place is free\s+Sport\s+Watch now\s+Not now/);
    await press('Enter');
    assert.deepStrictEqual(await run('asked[1].slice(0, 2)'), ['choose', []]);

    await wait();
    await page.clock.runFor(19900);
    assert.match(await read(), /^Waiting/);
    await page.clock.runFor(100);
    assert.match(await read(), /^No place has become free/);
    await press('Escape');
    assert.deepStrictEqual(await asked(), ['wait', 'giveUp']);
    assert.strictEqual(await read(), '');

    await wait();
    await run('view.missed(); answer(null, { wait: {} })');
    assert.match(await read(), /^Waiting/);
    await run("view.missed(); answer({ code: 'unreachable', status: 0 })");
    assert.match(await read(), /^Waiting/);
    await run("view.missed(); answer(null, problem)");
    assert.match(await read(), /^Too many programmes/);
    await run('view.free()');
    assert.match(await read(), /^Too many programmes/, 'who does not wait is not told of a place');

    await wait();
    await run("view.missed(); answer({ code: 'no-such-conflict', status: 404 })");
    assert.match(await read(), /^No place has become free/);

    await wait();
    await press('Escape');
    assert.deepStrictEqual(await asked(), ['wait', 'giveUp']);
    await page.clock.runFor(20100);
    assert.strictEqual(await read(), '', 'its end is nobody’s business any more');
    await page.clock.resume();
});

test('an app that shows the waiting itself', async () => {
    await open('{ language: "en", onWait: note("onWait"), onClose: note("onClose") }');
    await page.click('text=Wait for a place');
    await run("answer(null, { wait: { until: 5 } })");
    assert.strictEqual(await read(), '');
    assert.deepStrictEqual(await run('asked[asked.length - 1]'), ['onWait', { until: 5, wanted: 'Sport' }]);
    await run('overlay.giveUp()');
    assert.deepStrictEqual(await asked(), ['wait', 'onClose', 'onWait', 'onWait', 'giveUp']);
    assert.strictEqual(await run('asked[3][1]'), null);
});

test('Back while it is decided withdraws the choice, and gives it up', async () => {
    await open();
    await page.click('text=Try again');
    await press('Escape');
    assert.deepStrictEqual(await asked(), ['choose', 'withdrawn', 'giveUp']);
    assert.strictEqual(await read(), '');
});

test('what is told beside a limit: then the limit is there again', async () => {
    await open();
    await run("overlay.ended({ reason: 'user', message: 'By yourself.' })");
    assert.match(await read(), /^Too many/);
    await run("overlay.ended({ reason: 'remote', message: 'From elsewhere.' })");
    assert.match(await read(), /^Playback has ended\s+From elsewhere\.\s+OK/);
    await press('Enter');
    assert.match(await read(), /^Too many/);
    await press('Escape');
    await run("overlay.ended({ reason: 'displaced', message: 'm' }, note('again'))");
    await press('Enter');
    await run("overlay.problem({ code: 'play-refused', status: 0 }, note('again'))");
    assert.match(await read(), /^This cannot be played now\s+Please press once more\.\s+Try again/);
    await press('Enter');
    assert.deepStrictEqual(await asked(), ['giveUp', 'again', 'again']);
    await run("overlay.problem({ code: 'media-error', status: 0 }, note('again'))");
    assert.match(await read(), /The picture cannot be shown\./);
    await run("overlay.problem({ code: 'replaced', status: 409 })");
    assert.strictEqual(await read(), '');
});

test('a picture that is started by whatever takes away what was told of the one before', async () => {
    await open();
    await run("view.close(); overlay.state({ id: 's1' }); overlay.state(null); overlay.ended({ reason: 'remote', message: 'm' }); overlay.state(null)");
    assert.match(await read(), /^Playback has ended/);
    await run("overlay.state({ id: 's2' })");
    assert.strictEqual(await read(), '');
    // Its own news take away nothing.
    await run("overlay.open('Mine', '', [overlay.backButton('Back', overlay.close)]); overlay.state({ id: 's2', state: 'grace' })");
    assert.match(await read(), /^Mine/);
});
