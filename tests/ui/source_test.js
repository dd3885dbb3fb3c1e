'use strict';
// What the sources promise without a browser: ES5, the same words in every language, types for every call.

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const vm = require('node:vm');
const { test } = require('node:test');
const { BIN, ROOT } = require('./stage.js');
const MODULES = process.env.CMAGENT_NODE_MODULES || path.join(ROOT, 'build/ui/node_modules');
const acorn = require(path.join(MODULES, 'acorn'));
const cmagent = require('../../agent/ui/client/cmagent.js');

const read = (name) => fs.readFileSync(path.join(ROOT, 'agent/ui', name), 'utf8');
const PAGE = ['words', 'watching', 'page'].map((name) => `page/${name}.js`);
// What shows texts, a word of its own for each code that the client itself makes.
const shown = [...PAGE, 'client/words.js', 'client/offer.js', 'client/overlay.js'].map(read).join('');
const client = read('client/cmagent.js');
const types = read('client/cmagent.d.ts');
const openapi = read('openapi.yaml');
const textsOf = (name) => vm.runInNewContext(`(${/var TEXTS = (\{[^]*?\n {4}\});/.exec(read(name))[1]})`);
const [texts, pages] = ['client/words.js', 'page/words.js'].map(textsOf);

const CLIENT = fs.readdirSync(path.join(ROOT, 'agent/ui/client')).filter((name) => name.endsWith('.js'));

for (const name of [...PAGE, ...CLIENT.map((file) => `client/${file}`)]) {
    test(`${name} is ES5, for Chromium 38 and old WebKit`, () => {
        const text = read(name);
        acorn.parse(text, { ecmaVersion: 5 });
        // What ES5's grammar lets pass, but its library has not.
        const later = /\b(Promise|fetch|Symbol|Map|Set|URL|URLSearchParams|Object\.(assign|entries|values)|Array\.from)\b\s*\(|\.(includes|startsWith|endsWith|find|padStart|closest|append|remove)\(/;
        assert.doesNotMatch(text.replace(/\/\/.*/g, ''), later);
    });
}

test('every language has every text, with the same places to fill', () => {
    const places = (text) => (text.match(/\{\w+\}/g) || []).sort();
    assert.deepStrictEqual(Object.keys(pages), Object.keys(texts));
    for (const table of [texts, pages]) {
        for (const language of Object.keys(table)) {
            assert.deepStrictEqual(Object.keys(table[language]).sort(), Object.keys(table.en).sort(), language);
            for (const [name, text] of Object.entries(table[language])) {
                assert.ok(text, `${language} ${name}`);
                assert.deepStrictEqual(places(text), places(table.en[name]), `${language} ${name}`);
            }
        }
        assert.ok(table.fr);
    }
});

test('French has its no-break spaces', () => {
    for (const [name, text] of Object.entries({ ...texts.fr, ...pages.fr })) {
        assert.doesNotMatch(text, /[^\u202f][?!;]|[^\u00a0][:»]|«[^\u00a0]|'/, name);
    }
});

test('every text that page and overlay show is there, once, and every text is shown', () => {
    const states = ['nothing', 'waiting', ...words('State')].filter((state) => state !== 'ended');
    // Codes that the client makes itself; all others come with a detail in the language asked for.
    const made = CLIENT.map((name) => read(`client/${name}`)).join('');
    const own = [...made.matchAll(/(?:\bcode: |members\.code \|\| |\bover\()'([\w-]+)'/g)].map((match) => match[1]);
    assert.deepStrictEqual([...new Set(own)].sort(), ['media-error', 'play-refused', 'unreachable', 'unreadable']);
    const used = new Set([...[...shown.matchAll(/\btexts\.(\w+)/g)].map((match) => match[1]), ...states, ...own]);
    assert.deepStrictEqual([...used].sort(), [...Object.keys(texts.en), ...Object.keys(pages.en)].sort());
    assert.doesNotMatch(read('page/page.html').replace(/<(title|script|style)>.*<\/\1>/g, ''), />[^<@\s]+</, 'words in page.html');
});

// The words of an enum of openapi.yaml.
function words(name) {
    return JSON.parse(new RegExp(`^    ${name}: (\\{.*\\})$`, 'm').exec(openapi)[1]).enum;
}

test('the types name every call, code, state and reason', () => {
    const declared = /export interface Agent \{([^]*?)\n\}/.exec(types)[1];
    for (const name of Object.keys(cmagent.connect({}))) { assert.match(declared, new RegExp(`\\b${name}\\(`)); }
    for (const word of ['Code', 'State', 'EndReason', 'Playback'].flatMap(words)) {
        assert.ok(types.includes(`'${word}'`), word);
    }
    const events = JSON.parse(/event: (\{"type": "string", "enum": \[[^\]]*\]\})/.exec(openapi)[1]).enum;
    for (const event of events) {
        assert.ok(types.includes(event) && client.includes(`'${event}'`), event);
    }
});

const served = JSON.parse(fs.readFileSync(path.join(BIN, '../agent/ui/openapi.json'), 'utf8'));

// The names of all members that a schema describes, its parts included.
function members(schema) {
    return Object.entries(schema.properties || {}).flatMap(([name, part]) => [name, ...members(part)])
        .concat((schema.allOf || []).concat(schema.items || []).flatMap(members));
}

test('the types name every member of every answer and request', () => {
    // An event and a choice are arguments.
    const untyped = ['Resolve', 'Event'];
    for (const [name, schema] of Object.entries(served.components.schemas)) {
        if (untyped.includes(name)) { continue; }
        for (const member of members(schema)) {
            assert.match(types, new RegExp(`\\b${member}\\??:`), `${name}.${member}`);
        }
    }
});

test('the description of the API is OpenAPI 3.1', async () => {
    const { Validator } = await import(path.join(MODULES, '@seriousme/openapi-schema-validator/index.js'));
    const validator = new Validator();
    const { valid, errors } = await validator.validate(served);
    assert.ok(valid, JSON.stringify(errors, null, 1));
    assert.strictEqual(validator.version, '3.1');
});

test('the package has all files, and Node takes it as CommonJS and as an ES module', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cmagent-package-'));
    const run = (program, ...words) => execFileSync(program, words, { cwd: folder, encoding: 'utf8' });
    const [packed] = JSON.parse(run('npm', 'pack', '--json', '--offline', path.join(ROOT, 'agent/ui/client')));
    const files = fs.readdirSync(path.join(ROOT, 'agent/ui/client'));
    assert.deepStrictEqual(packed.files.map((file) => file.path).sort(), files.sort());
    const home = path.join(folder, 'node_modules/cmagent-client');
    fs.mkdirSync(home, { recursive: true });
    run('tar', '-xzf', packed.filename, '-C', home, '--strip-components=1');
    const description = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8'));
    assert.strictEqual(description.dependencies, undefined);
    assert.ok(files.includes(path.basename(description.types)));
    const names = Object.keys(require('../../agent/ui/client/index.js')).sort();
    const show = (from) => `${from} process.stdout.write(JSON.stringify(Object.keys(all).sort()))`;
    assert.deepStrictEqual(JSON.parse(run(process.execPath, '-e', show("const all = require('cmagent-client');"))), names);
    fs.writeFileSync(path.join(folder, 'whole.mjs'), show("import all from 'cmagent-client';"));
    assert.deepStrictEqual(JSON.parse(run(process.execPath, 'whole.mjs')), names);
    fs.writeFileSync(path.join(folder, 'named.mjs'), show("import * as all from 'cmagent-client';"));
    const public_ = names.filter((name) => new RegExp(`export (function|class) ${name}\\b`).test(types));
    assert.deepStrictEqual(JSON.parse(run(process.execPath, 'named.mjs')), [...public_, 'default'].sort());
    fs.rmSync(folder, { recursive: true });
});
