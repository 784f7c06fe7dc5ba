JSON.parse('{"a":1}', function revive(key, value) { return value; });
JSON.stringify({ a: 1 }, (key, value) => keep(value));
function keep(value) { return value; }
