const base = { a() {}, b() {} };
const more = { ...base, b() { } };
more.a();
more.b();
