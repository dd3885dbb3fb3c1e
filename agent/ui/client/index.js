// The whole client, for Node and bundlers.
'use strict';
require('./share.js');
require('./promises.js');
require('./words.js');
require('./offer.js');
require('./dialog.js');
require('./overlay.js');
module.exports = require('./bind.js');
