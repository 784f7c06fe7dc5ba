const yes = () => true;
[1].some(yes);
[1].every(function all() { return true; });
[1].flatMap((x) => wrap(x));
function wrap(x) { return [x]; }
