let impl;
if (process.argv.length > 100) impl = require('./slow');
else impl = require('./quick');
impl.go();
