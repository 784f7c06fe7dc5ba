const { make } = require('./factory');
make().turn();
