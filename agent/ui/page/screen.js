/*
 * The screen and the remote control: buttons, dialogs, and the focus that arrow keys move. All text
 * is set as text, so nothing that a device or the service says is taken for markup.
 */
var pageScreen = (function () {
    'use strict';

    // The keys of remote controls: arrows, and for Back the codes of HbbTV and LG, of Samsung,
    // Escape, Backspace.
    var UP = 38;
    var DOWN = 40;
    var BACK = { 461: true, 10009: true, 27: true, 8: true };
    // Of the screen's height: below, televisions cut.
    var LOWEST = 0.9;

    function element(id) { return document.getElementById(id); }
    function show(id, text) { element(id).textContent = text || ''; }

    function button(label, small, act) {
        var item = document.createElement('button');
        item.className = 'item';
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

    function items(inside) {
        return Array.prototype.filter.call(inside.querySelectorAll('.item'), function (item) {
            return !item.hidden && !item.disabled;
        });
    }
    function focusFirst(inside) {
        var first = items(inside)[0];
        if (first) { first.focus(); }
    }
    function move(list, step) {
        var at = list.indexOf(document.activeElement);
        list[at < 0 ? 0 : (at + step + list.length) % list.length].focus();
    }

    // `leave`: what Back does where no dialog is open.
    return function (words, leave) {
        var focusBefore = null;

        // A stream, {name, about}, that can be chosen, or only seen.
        function choice(stream, act) {
            var seen = [stream.about, act ? '' : words.texts.fixed].filter(Boolean);
            return button(stream.name, seen.join(words.texts.and), act);
        }

        function isOpen() { return !element('overlay').hidden; }

        function open(title, text, buttons) {
            var choices = element('choices');
            if (!isOpen()) { focusBefore = document.activeElement; }
            show('dialog-title', title);
            show('dialog-text', text);
            choices.textContent = '';
            buttons.forEach(function (item) { choices.appendChild(item); });
            element('overlay').hidden = false;
            // A list that is too long moves with the focus.
            choices.style.maxHeight =
                window.innerHeight * LOWEST - choices.getBoundingClientRect().top + 'px';
            focusFirst(choices);
        }

        function close() {
            if (!isOpen()) { return; }
            element('overlay').hidden = true;
            if (focusBefore && focusBefore !== document.body && !focusBefore.hidden) {
                return focusBefore.focus();
            }
            focusFirst(element('channels'));
        }

        function goBack(list) {
            var back = list.filter(function (item) {
                return item.getAttribute('data-role') === 'back';
            })[0];
            if (back) { back.click(); } else { leave(); }
        }

        document.onkeydown = function (event) {
            var list = items(element(isOpen() ? 'choices' : 'channels'));
            if (event.keyCode === UP) {
                move(list, -1);
            } else if (event.keyCode === DOWN) {
                move(list, 1);
            } else if (BACK[event.keyCode]) {
                goBack(list);
            } else {
                return true;  // OK presses the button that has the focus, as Enter does
            }
            return false;
        };

        return { element: element, show: show, button: button, backButton: backButton,
            choice: choice, focusFirst: focusFirst, open: open, close: close };
    };
}());
