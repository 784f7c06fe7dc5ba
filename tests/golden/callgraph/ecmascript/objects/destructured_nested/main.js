const config = { on: { click() {} }, list: [function first() {}] };
const { on: { click }, list: [first] } = config;
click();
first();
