const lib = require('./lib');
lib.b();
