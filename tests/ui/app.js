'use strict';
// Apps of the box: pages of their own, each with the client, on an origin of its own.

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { BIN } = require('./stage.js');

// What every app does. `#{…}` holds the client's options; `confirms: false`: it leaves playback-stop
// unanswered.
const PAGE = `<!DOCTYPE html><title>app</title><script src="/cmagent.js"></script><script>
var options = JSON.parse(decodeURIComponent(location.hash.slice(1)));
var agent = cmagent.connect(options);
var told = { connected: 0, resets: 0, stops: [], ends: [], restored: 0 };
agent.watch({
    connected: function () { told.connected += 1; },
    reset: function () { told.resets += 1; },
    'playback-stop': function (event) {
        told.stops.push(event.sessionId);
        if (options.confirms !== false) { agent.stopped(event.sessionId); }
    },
    'session-ended': function (event) { told.ends.push(event.sessionId + ' ' + event.endReason); }
});
addEventListener('pageshow', function (event) { told.restored += event.persisted ? 1 : 0; });
function ask(name, words) {
    return new Promise(function (resolve, reject) {
        agent[name].apply(agent, words.concat(function (error, result) {
            if (error) { reject(new Error(error.code)); } else { resolve(result); }
        }));
    });
}
</script>`;
const OTHER = '<!DOCTYPE html><title>other</title>elsewhere';

class App {
    // `more`: files of its own by their paths, [type, body].
    static async serve(more) {
        const app = new App();
        app.files = { '/': ['text/html', PAGE], '/other': ['text/html', OTHER], '/cmagent.js': ['text/javascript',
            fs.readFileSync(path.join(BIN, '../agent/ui/cmagent.js'))], ...more };
        app.server = http.createServer((request, response) => {
            const [type, body] = app.files[request.url.split('?')[0]] || ['text/html', OTHER];
            response.writeHead(200, { 'Content-Type': type });
            response.end(body);
        });
        await new Promise((ready) => app.server.listen(0, '127.0.0.1', ready));
        app.origin = `http://127.0.0.1:${app.server.address().port}`;
        return app;
    }

    // A window of it, in a context of the browser.
    async open(context, options) {
        const page = await context.newPage();
        await page.goto(`${this.origin}/#${encodeURIComponent(JSON.stringify(options))}`);
        return page;
    }

    end() {
        this.server.closeAllConnections();
        return new Promise((done) => this.server.close(done));
    }
}

// A call of the app's client, in its window.
const askIn = (page, name, ...words) => page.evaluate(([call, list]) => window.ask(call, list), [name, words]);

module.exports = { App, askIn };
