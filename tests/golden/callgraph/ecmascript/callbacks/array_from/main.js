const made = Array.from([1, 2], (n) => maker(n));
function maker(n) { return () => n; }
made[0]();
