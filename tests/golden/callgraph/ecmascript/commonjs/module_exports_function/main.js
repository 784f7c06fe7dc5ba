const build = require('./build');
build();
build.fast();
