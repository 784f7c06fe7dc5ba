const { open, close: shut, size } = require('./box');
open();
shut();
size();
