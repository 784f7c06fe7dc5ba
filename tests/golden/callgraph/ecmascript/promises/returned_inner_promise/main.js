async function inner() { return { go() {} }; }
async function outer() { return inner(); }
outer().then((found) => found.go());
