const target = Object.assign({}, { first() {} }, { second() {} });
target.first();
target.second();
