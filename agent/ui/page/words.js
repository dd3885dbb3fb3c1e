/*
 * The words of the page, beside those of the client.
 */
var pageWords = (function () {
    'use strict';

    var TEXTS = {
        en: {
            nothing: 'Nothing is playing', active: 'Now playing',
            grace: 'Now playing – the service cannot be reached', stopping: 'Stopping…',
            started: 'started {time}', stop: 'Stop', who: 'Who is watching',
            nobody: 'Nobody is watching.', places: '{n} of {limit}',
            serviceAway: 'The service cannot be reached', connecting: 'Connecting…',
            hints: '▲ ▼  choose      OK  watch      BACK  close'
        },
        fr: {
            nothing: 'Aucune lecture en cours', active: 'Lecture en cours',
            grace: 'Lecture en cours – le service est injoignable', stopping: 'Arrêt en cours…',
            started: 'début : {time}', stop: 'Arrêter', who: 'Qui regarde ?',
            nobody: 'Personne ne regarde.', places: '{n} sur {limit}',
            serviceAway: 'Le service est injoignable', connecting: 'Connexion…',
            hints: '▲ ▼  choisir      OK  regarder      RETOUR  fermer'
        }
    };

    return function (wished) {
        var words = cmagent.words(wished);
        var own = TEXTS[words.language];
        var name;
        for (name in own) { words.texts[name] = own[name]; }
        return words;
    };
}());
