module.exports = { parse, format };
function parse() {}
function format() {}
