const fs = require('fs');
const { join } = require('path');
function load(name) { return fs.existsSync(join('.', name)); }
load('a');
