class Cursor { next(): Cursor { return this; } }
declare function open(): Cursor;
export function walk(): void { open().next().next(); }
