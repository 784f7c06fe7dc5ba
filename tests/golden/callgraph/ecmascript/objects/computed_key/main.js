const KEY = 'open';
const doors = { [KEY]: () => {}, shut() {} };
doors[KEY]();
doors.open();
