async function fast() { return { stop() {} }; }
Promise.race([fast()]).then((winner) => winner.stop());
