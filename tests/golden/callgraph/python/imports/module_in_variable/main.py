import lib
m = lib
m.f()
