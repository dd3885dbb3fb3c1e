// The whole client, for Node and bundlers.
'use strict';
require('./promises.js');
module.exports = require('./bind.js');
