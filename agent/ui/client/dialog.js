/*
 * The screen and the remote control: buttons, a dialog, and the focus that arrow keys move. All text
 * is set as text, so nothing that a device or the service says is taken for markup.
 */
(function (root, extend) {
    'use strict';
    if (typeof module === 'object' && module.exports) {
        module.exports = extend(require('./cmagent.js'));
    } else {
        extend(root.cmagent);
    }
}(typeof self === 'undefined' ? this : self, function (cmagent) {
    'use strict';

    // By the code that every browser gives; Back has one of HbbTV and LG, one of Samsung, Escape and
    // Backspace (RDK, Hisense). What lies sideways moves nothing, and nothing behind the dialog.
    var CODES = { 38: 'up', 40: 'down', 37: 'aside', 39: 'aside', 13: 'ok', 461: 'back',
        10009: 'back', 27: 'back', 8: 'back' };
    // By the name, for boxes whose codes are the maker's own.
    var NAMES = { ArrowUp: 'up', ArrowDown: 'down', Enter: 'ok', Select: 'ok', Accept: 'ok',
        GoBack: 'back', BrowserBack: 'back', XF86Back: 'back' };
    var TAB = 9;
    // Of the screen's height: below, televisions cut.
    var LOWEST = 0.9;
    // Read at three metres: 24 px at 1280 × 720, and everything grows with the screen's width.
    var LOOKS = [
        '.cmagent-overlay{position:fixed;top:0;right:0;bottom:0;left:0;z-index:9999;' +
            'background:rgba(0,0,0,.75);color:#f2f5f8;text-align:left;' +
            'font:1.875vw "DejaVu Sans","Noto Sans",sans-serif}',
        '.cmagent-overlay[hidden]{display:none}',
        // The outer 5 % may be cut off by the television.
        '.cmagent-dialog{box-sizing:border-box;width:74vw;max-height:88vh;margin:6vh auto 0;' +
            'padding:1.2em 1.5em;background:#141b23;border-radius:.6em;overflow:hidden}',
        '.cmagent-title{margin:0;padding:0 0 .33em;font-size:1.5em;font-weight:bold}',
        // A sentence a line; a very long one leaves room for the choices.
        '.cmagent-text{max-height:30vh;margin:0 0 .9em;overflow:hidden;color:#dbe2e9;' +
            'white-space:pre-line;word-wrap:break-word}',
        // A list that is too long moves with the focus, and by a wheel.
        '.cmagent-choices{overflow-x:hidden;overflow-y:auto}',
        '.cmagent-choices::-webkit-scrollbar{display:none}',
        '.cmagent-item{box-sizing:border-box;display:block;width:100%;margin:0 0 .5em;' +
            'padding:.45em .8em;border:4px solid transparent;border-radius:.4em;background:#1d2630;' +
            'color:inherit;font:inherit;text-align:left;outline:none;word-wrap:break-word}',
        // Three streams, what else can be done, and Back without moving, at 1280 × 720.
        '.cmagent-choices>.cmagent-item{margin-bottom:.35em;padding:.3em .8em}',
        '.cmagent-item:focus{border-color:#fff;background:#1f6feb}',
        '.cmagent-item>small{display:block;font-size:1em;color:#c3ccd6}',
        '.cmagent-item:focus>small{color:#fff}',
        '.cmagent-item:disabled{color:#9aa7b4;background:transparent;border-color:#1d2630}'
    ];
    // @charset, @import, @namespace and the names of @layer, by CSSRule.type.
    var FIRST = { 2: true, 3: true, 10: true, 0: true };
    var dressed = false;
    var count = 0;

    // A sheet of the page's own: rules that are put into it by script pass every policy.
    function ownSheet() {
        return Array.prototype.filter.call(document.styleSheets, function (sheet) {
            var media = sheet.media && sheet.media.mediaText;
            try {
                return sheet.cssRules && !sheet.disabled && (!media || media === 'all');
            } catch (_) {
                return false;  // of another origin
            }
        })[0];
    }
    // Before the page's rules, which so have the last word, and behind what must stand first.
    function dress() {
        var sheet = ownSheet() || document.head.appendChild(document.createElement('style')).sheet;
        var at = 0;
        dressed = true;
        while (at < sheet.cssRules.length && FIRST[sheet.cssRules[at].type]) { at += 1; }
        LOOKS.forEach(function (rule) {
            try {
                at = sheet.insertRule(rule, at) + 1;
            } catch (_) { return; }  // this browser knows no such rule
        });
    }

    function keyOf(event) { return CODES[event.keyCode] || NAMES[event.key]; }

    function make(name, tag, parent) {
        var node = document.createElement(tag);
        node.className = 'cmagent-' + name;
        return parent ? parent.appendChild(node) : node;
    }

    function button(label, small, act) {
        var item = make('item', 'button');
        item.type = 'button';
        item.textContent = label;
        if (small) { item.appendChild(document.createElement('small')).textContent = small; }
        item.onclick = act;
        item.disabled = !act;
        return item;
    }

    // What the remote control's Back does, too.
    function backButton(label, act) {
        var item = button(label, '', act);
        item.setAttribute('data-role', 'back');
        return item;
    }

    // The keys for the buttons of a box; `back` where none of them is for Back.
    function remote(inside, back) {
        function items() {
            return Array.prototype.filter.call(inside.querySelectorAll('.cmagent-item'),
                function (item) { return !item.hidden && !item.disabled; });
        }
        function move(step) {
            var list = items();
            var at = list.indexOf(document.activeElement);
            if (list.length) { list[at < 0 ? 0 : (at + step + list.length) % list.length].focus(); }
        }
        var acts = {
            up: function () { move(-1); },
            down: function () { move(1); },
            ok: function (event) {
                var at = items().indexOf(document.activeElement);
                // Held down, it would answer the next question, too.
                if (event.repeat) { return; }
                if (at < 0) { move(1); } else { items()[at].click(); }
            },
            back: function (event) {
                var button = inside.querySelector('[data-role=back]');
                if (event.repeat) { return; }
                if (button) { button.click(); } else { back(); }
            }
        };
        return {
            focusFirst: function () {
                var first = items()[0];
                if (first) { first.focus(); }
            },
            // Whether the key meant something here.
            take: function (event) {
                var key = keyOf(event);
                if (event.keyCode === TAB) { key = event.shiftKey ? 'up' : 'down'; }
                if (acts[key]) { acts[key](event); }
                return Boolean(key);
            }
        };
    }

    // `settings`: {unstyled, onClose}
    cmagent.dialog = function (element, settings) {
        var box = make('dialog', 'div', element);
        var title = make('title', 'h2', box);
        var text = make('text', 'p', box);
        var choices = make('choices', 'div', box);
        var keys = remote(choices, function () {});
        var focusBefore = null;
        var held = 0;  // the key that is down, and was ours: its end is ours, too

        function swallow(event) {
            event.preventDefault();
            event.stopPropagation();
        }
        function down(event) {
            if (element.hidden || !keys.take(event)) { return; }
            held = event.keyCode;
            swallow(event);
        }
        function up(event) {
            if (event.keyCode !== held) { return; }
            held = 0;
            swallow(event);
        }

        function open(heading, lines, buttons) {
            if (element.hidden) { focusBefore = document.activeElement; }
            title.textContent = heading || '';
            text.textContent = lines || '';
            choices.textContent = '';
            buttons.forEach(function (item) { choices.appendChild(item); });
            element.hidden = false;
            choices.style.maxHeight =
                window.innerHeight * LOWEST - choices.getBoundingClientRect().top + 'px';
            keys.focusFirst();
        }

        function close() {
            if (element.hidden) { return; }
            element.hidden = true;
            if (focusBefore && focusBefore !== document.body && !focusBefore.hidden &&
                document.body.contains(focusBefore)) {
                focusBefore.focus();
            }
            if (settings.onClose) { settings.onClose(); }
        }

        if (!dressed && !settings.unstyled) { dress(); }
        count += 1;
        title.id = 'cmagent-title-' + count;
        text.id = 'cmagent-text-' + count;
        box.setAttribute('role', 'alertdialog');
        box.setAttribute('aria-modal', 'true');
        box.setAttribute('aria-labelledby', title.id);
        box.setAttribute('aria-describedby', text.id);
        element.className = (element.className + ' cmagent-overlay').trim();
        element.hidden = true;
        // Before the app's own handlers, which know nothing of the dialog.
        window.addEventListener('keydown', down, true);
        window.addEventListener('keyup', up, true);
        return { open: open, close: close, button: button, backButton: backButton };
    };
    cmagent.remote = remote;
    return cmagent;
}));
