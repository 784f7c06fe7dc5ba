const a = require('./a');
a.run();
