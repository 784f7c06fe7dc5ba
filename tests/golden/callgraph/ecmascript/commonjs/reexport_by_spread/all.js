module.exports = { ...require('./one'), two() {} };
