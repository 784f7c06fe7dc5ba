const all = require('./all');
all.one();
all.two();
