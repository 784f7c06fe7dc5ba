const name = () => first();
function first() {}
const text = `${name()} and ${`inner ${first()}`}`;
