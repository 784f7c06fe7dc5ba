exports.first = function () { helper(); };
exports.second = () => helper();
exports.third = third;
function third() {}
function helper() {}
