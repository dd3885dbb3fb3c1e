/*
 * The client with Promises: cmagent.promises(agent) has the same calls without `done`. A file of the
 * client beside cmagent.js, for engines that have them.
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

    var Kind = typeof Promise === 'undefined' ? null : Promise;

    function promised(call) {
        return function () {
            var words = [].slice.call(arguments);
            // `done` is the last of those that the call names: what is left out before it is nothing.
            words.length = call.length - 1;
            return new Kind(function (resolve, reject) {
                call.apply(null, words.concat(function (error, result) {
                    if (error) { reject(error); } else { resolve(result); }
                }));
            });
        };
    }

    cmagent.promises = function (agent) {
        var calls = { watch: agent.watch };
        Object.keys(agent).forEach(function (name) {
            if (name !== 'watch') { calls[name] = promised(agent[name]); }
        });
        return calls;
    };
    return cmagent;
}));
