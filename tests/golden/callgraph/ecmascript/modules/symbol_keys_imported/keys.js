export const kRead = Symbol('read');
export const kWrite = Symbol('write');
