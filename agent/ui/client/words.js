/*
 * The words of a limit: texts in English and French, times and durations as a viewer says them. The
 * sentences about limits and ends come from the agent, in the same language.
 *
 *   cmagent.words('fr-FR')   // {language, texts, …}; English where a language is not there
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

    var TEXTS = {
        en: {
            starting: 'One moment…', programmes: 'Too many programmes', devices: 'Too many devices',
            channel: 'Too many on this channel', channels: 'Too many channels',
            failed: 'This cannot be played now', ended: 'Playback has ended',
            confirm: 'End this stream?', yes: 'Yes, end it', no: 'No', back: 'Back', ok: 'OK',
            again: 'Try again', here: 'on this device', someDevice: 'A device', and: ' · ',
            one: 'And one other.', more: 'And {n} others.', paused: 'paused',
            pausedMinutes: 'paused for {n} min', pausedHours: 'paused for {n} h',
            fixed: 'cannot be ended from this device',
            nothingToEnd: 'None of these can be ended from this device.',
            watchHere: 'Watch here again', wait: 'Wait for a place', waiting: 'Waiting for a place',
            until: 'until {time}', waitNoMore: 'Do not wait any longer',
            waitOver: 'No place has become free.', free: 'A place is free', watchNow: 'Watch now',
            notNow: 'Not now', today: 'today {time}', on: '{weekday} {day} {month}, {time}',
            first: '1', weekdays: 'Sun Mon Tue Wed Thu Fri Sat',
            months: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec',
            unreachable: 'This device does not answer. Please try again.',
            unreadable: 'Something went wrong on this device.',
            'play-refused': 'Please press once more.',
            'media-error': 'The picture cannot be shown.'
        },
        fr: {
            starting: 'Un instant…', programmes: 'Trop de programmes', devices: 'Trop d’appareils',
            channel: 'Trop de lectures sur cette chaîne', channels: 'Trop de chaînes',
            failed: 'Lecture impossible pour le moment', ended: 'La lecture est terminée',
            confirm: 'Arrêter cette lecture ?', yes: 'Oui, arrêter', no: 'Non', back: 'Retour',
            ok: 'OK', again: 'Réessayer', here: 'sur cet appareil', someDevice: 'Un appareil',
            and: ' · ', one: 'Et une autre.', more: 'Et {n} autres.', paused: 'en pause',
            pausedMinutes: 'en pause depuis {n} min', pausedHours: 'en pause depuis {n} h',
            fixed: 'ne peut pas être arrêtée depuis cet appareil',
            nothingToEnd: 'Aucune de ces lectures ne peut être arrêtée depuis cet appareil.',
            watchHere: 'Regarder à nouveau ici', wait: 'Attendre qu’une place se libère',
            waiting: 'En attente d’une place', until: 'jusqu’à {time}',
            waitNoMore: 'Ne plus attendre', waitOver: 'Aucune place ne s’est libérée.',
            free: 'Une place s’est libérée', watchNow: 'Regarder maintenant',
            notNow: 'Pas maintenant', today: 'aujourd’hui à {time}',
            on: '{weekday} {day} {month} à {time}', first: '1er',
            weekdays: 'dim. lun. mar. mer. jeu. ven. sam.',
            months: 'janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.',
            unreachable: 'Cet appareil ne répond pas. Veuillez réessayer.',
            unreadable: 'Un problème est survenu sur cet appareil.',
            'play-refused': 'Veuillez appuyer encore une fois.',
            'media-error': 'L’image ne peut pas être affichée.'
        }
    };
    var MINUTE_MS = 60 * 1000;
    var HOUR_MS = 60 * MINUTE_MS;

    // The member of that name, which the service may have chosen: "constructor" is none.
    function pick(table, name) {
        return Object.prototype.hasOwnProperty.call(table, name) ? table[name] : undefined;
    }
    function fill(text, values) {
        return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
    }
    function two(number) { return (number < 10 ? '0' : '') + number; }
    function clock(time) {
        var date = new Date(time);
        return two(date.getHours()) + ':' + two(date.getMinutes());
    }

    cmagent.words = function (wished) {
        var language = /^fr/i.test(wished || '') ? 'fr' : 'en';
        var texts = TEXTS[language];

        // "today 09:06", or the day, in the browser's time zone; '' where the time is none.
        function moment(time) {
            var date = new Date(time);
            var day = date.getDate();
            if (isNaN(date.getTime())) { return ''; }
            if (date.toDateString() === new Date().toDateString()) {
                return fill(texts.today, { time: clock(date) });
            }
            return fill(texts.on, {
                weekday: texts.weekdays.split(' ')[date.getDay()],
                day: day === 1 ? texts.first : day,
                month: texts.months.split(' ')[date.getMonth()],
                time: clock(date)
            });
        }

        // For how long a stream has been paused; the other device may have no clock.
        function pause(stream) {
            var ms = Date.now() - new Date(stream.pausedSince).getTime();
            var paused = stream.metadata && stream.metadata.playState === 'paused';
            if (!stream.pausedSince && !paused) { return ''; }
            if (ms >= HOUR_MS) { return fill(texts.pausedHours, { n: Math.floor(ms / HOUR_MS) }); }
            if (ms >= MINUTE_MS) {
                return fill(texts.pausedMinutes, { n: Math.floor(ms / MINUTE_MS) });
            }
            return texts.paused;
        }

        // What a viewer needs to know one stream from another: what it shows, since when, whether
        // anybody looks at it, and whether it is this device's own.
        function describe(stream) {
            var since = stream.startedAt ? moment(stream.startedAt) : '';
            return [
                [stream.channel, since].filter(Boolean).join(', '),
                pause(stream),
                stream.here ? texts.here : ''
            ].filter(Boolean).join(texts.and);
        }

        function nameOf(stream) {
            return stream.deviceName || stream.applicationName || texts.someDevice;
        }

        function others(n) {
            return n > 1 ? fill(texts.more, { n: n }) : n === 1 ? texts.one : '';
        }

        return {
            language: language, texts: texts, pick: pick, fill: fill, clock: clock, moment: moment,
            describe: describe, nameOf: nameOf, others: others
        };
    };
    return cmagent;
}));
